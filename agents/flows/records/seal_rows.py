"""Seal all stored texts with the current key, or open them all if sealing was turned off.

It goes through the tables in batches, each a transaction of its own, while the bot may go on working. What is done stays done:
if it is interrupted, another call skips that. At the end the database is rewritten, so that no former bytes stay in its files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agents.flows.access.trail import note
from agents.ports import Clock
from store.database import Database
from store.domain.errors import Refused

BATCH = 500

Tell = Callable[[str, int, int], None]  # the table, rows looked at, rows in all


@dataclass(frozen=True, slots=True, kw_only=True)
class SealReport:
    """How many rows changed, the id of the key they have now ("": they are plain), and whether no former bytes are left in
    the database's files."""

    rows: int
    key_id: str
    scrubbed: bool


class SealRows:
    def __init__(self, database: Database, clock: Clock, *, batch: int = BATCH) -> None:
        self._database = database
        self._clock = clock
        self._batch = batch

    async def __call__(self, *, by: str, tell: Tell = lambda table, done, of: None) -> SealReport:
        """Raises: Refused if another process still seals with another key; SettingError if a key is missing."""
        changed = 0
        for table in self._database.sealed_tables:
            changed += await self._seal(table, tell)
        key_id = self._database.seal_key_id
        async with self._database.transaction() as tx:
            if left := await tx.sealed.outdated():
                raise Refused(
                    f"Meanwhile another process stored {left} texts with other keys: give it the same SERGAS_SEAL_KEYS, "
                    "restart it, and run this again."
                )
            former = sorted(await tx.sealed.keys_in_use() - {key_id})
            await tx.sealed.record({key_id} - {""})
            if changed or former:
                key = key_id or "none"
                await note(tx, "seal", "texts.sealed", key, at=self._clock.now(), by=by, rows=changed, former=former)
        scrubbed = await self._database.scrub()
        return SealReport(rows=changed, key_id=key_id, scrubbed=scrubbed)

    async def _seal(self, table: str, tell: Tell) -> int:
        async with self._database.reading() as tx:
            rows = await tx.sealed.rows(table)
        after, done, changed = None, 0, 0
        while True:
            async with self._database.transaction() as tx:
                step = await tx.sealed.seal_anew(table, after, limit=self._batch)
            if step.after is None:
                return changed
            after, done, changed = step.after, done + step.looked_at, changed + step.changed
            tell(table, done, rows)
