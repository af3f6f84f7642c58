"""Export everything we hold about an account, as plain values for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.flows.access.trail import note
from agents.ports import Clock
from store.database import Database
from store.domain.crm.accounts import Kind
from store.domain.errors import NotFound
from store.domain.gate.audit import AuditEntry


class ExportAccount:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, account_id: str, *, by: str) -> dict[str, Any]:
        """Rows by table, and the audit entries about the account and its proposals. `by` names who asks.

        Raises: NotFound if we hold nothing.
        """
        now = self._clock.now()
        async with self._database.transaction() as tx:
            held: Mapping[str, list[dict[str, Any]]] = await tx.holdings.export(account_id)
            stone = await tx.forgotten.get(account_id)
            if not any(held.values()) and stone is None and await tx.snapshots.entity(Kind.ACCOUNT, account_id) is None:
                raise NotFound("There is no such account.")
            subjects = [account_id, *(str(row["id"]) for row in held["proposal"])]
            trail = [_entry(each) for subject in subjects for each in await tx.audit.entries(subject=subject)]
            await note(tx, "export", "account.exported", account_id, at=now, by=by, rows=sum(map(len, held.values())))
        return {
            "account_id": account_id,
            "exported_at": now.isoformat(),
            "forgotten_at": stone.at.isoformat() if stone else None,
            **held,
            "audit": sorted(trail, key=lambda entry: int(entry["seq"])),
        }


def _entry(entry: AuditEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": dict(entry.detail),
    }
