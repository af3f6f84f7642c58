"""Forget an account: remove it from every table at once, then from the database's bytes, and never read it in again.

Only the account's id remains: in the audit trail, which records the removal, on the marks that an index uses to follow
removals, and on the tombstone that keeps the sync from reading it back. The bot's next round renders the briefs in
Slack again without it. The bot's answers in conversations stay in Slack: they are not stored, so the bot can't know
which ones mention it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from agents.flows.access.trail import note
from agents.ports import Clock
from store.database import Database
from store.domain.crm.accounts import Account, Kind
from store.domain.errors import NotFound, Refused

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetReport:
    """Rows removed by table; the briefs that mentioned the account, and how many of their Slack messages will be
    rendered again; whether the bytes are gone from the database's files, too. If someone was reading at the time, they
    may not be, and another call tries again."""

    rows: Mapping[str, int]
    brief_ids: tuple[str, ...]
    messages: int
    scrubbed: bool


class ForgetAccount:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, account_id: str, *, by: str) -> ForgetReport:
        """Forget the account; `by` names who asks, for the trail. Another call removes rows that came in the meantime.

        Raises: NotFound if we hold nothing and forgot nothing; Refused while a write to the account or a request about
        it is in progress.
        """
        now = self._clock.now()
        async with self._database.transaction() as tx:
            await tx.memory.take_turn()
            await tx.holdings.alone()
            account = await tx.snapshots.entity(Kind.ACCOUNT, account_id)
            before = await tx.forgotten.get(account_id)
            if account is None and before is None and not await tx.memory.everything_of(account_id):
                raise NotFound("There is no such account.")
            if await tx.holdings.writes_under_way(account_id):
                raise Refused(
                    "A write to this account is in progress. Forget the account once the write has ended: see "
                    "`sergas writes list`."
                )
            name = account.name if isinstance(account, Account) else ""
            if await tx.holdings.requests_under_way(account_id, name):
                raise Refused("A request about this account is in progress. Please try again in a minute.")
            erased = await tx.holdings.erase(account_id)
            await tx.norms.forget(erased.deal_ids, now)
            rows = {**erased.rows, "memory_passage": await tx.memory.remove_account(account_id)}
            outdated = await tx.messages.outdate(erased.brief_ids)
            await tx.forgotten.add(account_id, erased.deal_ids, at=now, by=by)
            await note(tx, "forget", "account.forgotten", account_id, at=now, by=by, rows=rows)
        scrubbed = await self._database.scrub()
        log.info("account.forgotten", account_id=account_id, rows=sum(rows.values()), scrubbed=scrubbed)
        return ForgetReport(rows=rows, brief_ids=erased.brief_ids, messages=outdated, scrubbed=scrubbed)

    async def lift(self, account_id: str, *, by: str) -> None:
        """Allow the account to be read in again, at its next change in the CRM. Raises: NotFound if it was not
        forgotten."""
        async with self._database.transaction() as tx:
            if await tx.forgotten.get(account_id) is None:
                raise NotFound("This account was not forgotten.")
            await tx.forgotten.lift(account_id)
            await note(tx, "forget", "account.forgetting_lifted", account_id, at=self._clock.now(), by=by)
