"""Forget an account: from every table at once, then from the bytes of the database, and never read in again.

What remains is the account's id: in the audit trail, which says that this happened, on the marks that tell an index what went,
and on the tombstone that keeps the sync from bringing it back. The bot's next round renders the briefs that stand in Slack again
without it. What the bot answered in a conversation stays there: it is kept nowhere, so nobody can tell what it spoke of.
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
    """Rows that went by table; the briefs that spoke of the account, and how many of their messages in Slack are now to be
    rendered again; whether the bytes are gone from the database's files, too: where somebody was reading at the time they may
    not be, and calling again tries again."""

    rows: Mapping[str, int]
    brief_ids: tuple[str, ...]
    messages: int
    scrubbed: bool


class ForgetAccount:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, account_id: str, *, by: str) -> ForgetReport:
        """`by` is who asks, for the trail. Calling it again takes out what came in between.

        Raises: NotFound where nothing is held and nothing was forgotten; Refused while a write to the account or a request
        about it is under way.
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
                    "A write to this account is under way. Forget it when that has ended: `sergas writes list`."
                )
            name = account.name if isinstance(account, Account) else ""
            if await tx.holdings.requests_under_way(account_id, name):
                raise Refused("Somebody’s request about this account is being handled. Try again in a minute.")
            erased = await tx.holdings.erase(account_id)
            rows = {**erased.rows, "memory_passage": await tx.memory.remove_account(account_id)}
            outdated = await tx.messages.outdate(erased.brief_ids)
            await tx.forgotten.add(account_id, erased.deal_ids, at=now, by=by)
            await note(tx, "forget", "account.forgotten", account_id, at=now, by=by, rows=rows)
        scrubbed = await self._database.scrub()
        log.info("account.forgotten", account_id=account_id, rows=sum(rows.values()), scrubbed=scrubbed)
        return ForgetReport(rows=rows, brief_ids=erased.brief_ids, messages=outdated, scrubbed=scrubbed)

    async def lift(self, account_id: str, *, by: str) -> None:
        """Let the account be read in again, with the next change of it in the CRM. Raises: NotFound where it was not forgotten."""
        async with self._database.transaction() as tx:
            if await tx.forgotten.get(account_id) is None:
                raise NotFound("This account was not forgotten.")
            await tx.forgotten.lift(account_id)
            await note(tx, "forget", "account.forgetting_lifted", account_id, at=self._clock.now(), by=by)
