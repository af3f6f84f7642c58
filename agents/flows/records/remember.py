"""Keep the memory in step with the store: notes, activities, changes, proposals and outcomes become passages.

The database itself lists every added, changed or removed record, in the same transaction. This flow works through the
list from its beginning, a few hundred at a time: each batch is one transaction that takes records off the list, reads
their current state, and adds, replaces or removes their passages. If the process dies, the batch stays on the list, and
doing it twice changes nothing. Batches give way to work that a person waits for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import perf_counter

import structlog

from agents.ports import Clock
from store.database import Database, Tx
from store.domain.crm.accounts import Account, Activity, Contact, Deal, Entity, Kind, Note, Pipeline
from store.domain.crm.changes import Change
from store.domain.memory.from_changes import is_remembered, of_change
from store.domain.memory.from_proposals import of_outcome, of_proposal
from store.domain.memory.passage import OF_PROPOSALS, OF_RECORDS, MemoryKind, Names, Passage, of_activity, of_note
from store.repositories.memory import DueRecord

log = structlog.get_logger()

BULK = 2_000  # passages put in one run, after which the full text is put in order
CHANGE, PROPOSAL, OUTCOME = "change", "proposal", "outcome"  # besides the kinds of record
TellRecords = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPolicy:
    """`batch` is how many records one transaction handles; `retention` is how long passages of a kind are kept, forever
    if it doesn't name the kind."""

    batch: int = 200
    currency: str = ""
    retention: Mapping[MemoryKind, timedelta] = field(default_factory=dict)


@dataclass(slots=True)
class RememberReport:
    """The result of one run: records looked at, passages put and removed."""

    records: int = 0
    put: int = 0
    removed: int = 0
    seconds: float = 0.0


class Remember:
    def __init__(self, database: Database, clock: Clock, policy: MemoryPolicy | None = None) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy or MemoryPolicy()

    async def __call__(self, *, progress: TellRecords | None = None) -> RememberReport:
        """Work through the list. `progress` receives how many were looked at and how many are left.

        Safe to call at any time, by many. Raises: StoreUnavailable.
        """
        started, report = perf_counter(), RememberReport()
        await self._drop_old(report)
        if not await self._is_anything_due():
            return report
        while taken := await self._step(report):
            report.records += taken
            if progress:
                async with self._database.reading() as tx:
                    progress(report.records, await tx.memory.waiting())
            await asyncio.sleep(0)
        if report.put >= BULK:
            async with self._database.transaction() as tx:
                await tx.full_text.settle()
        report.seconds = perf_counter() - started
        if report.records or report.removed:
            log.info("memory.remembered", records=report.records, put=report.put, removed=report.removed)
        return report

    async def _is_anything_due(self) -> bool:
        """Check before every run, so that an empty run doesn't keep anyone from writing."""
        async with self._database.reading() as tx:
            return await tx.memory.waiting() > 0

    async def _step(self, report: RememberReport) -> int:
        async with self._database.transaction() as tx:
            due = await tx.memory.take_due(self._policy.batch)
            if due:
                report.removed += await self._forget_gone_accounts(tx, _ids(due, Kind.ACCOUNT))
                for kinds, make, record_ids in (
                    (OF_RECORDS, self._of_records, _ids(due, Kind.ACTIVITY, Kind.NOTE)),
                    ((MemoryKind.CHANGE,), self._of_changes, _ids(due, CHANGE)),
                    (OF_PROPOSALS, self._of_proposals, _ids(due, PROPOSAL, OUTCOME)),
                ):
                    kept = self._within_retention(await make(tx, due) if record_ids else [])
                    report.put += await tx.memory.upsert(kept)
                    ids = {passage.id for passage in kept}
                    report.removed += await tx.memory.remove_missing(kinds, record_ids, keep=ids)
        return len(due)

    async def _forget_gone_accounts(self, tx: Tx, account_ids: Sequence[str]) -> int:
        there = await tx.snapshots.versions(Kind.ACCOUNT, account_ids)
        return sum([await tx.memory.remove_account(each) for each in account_ids if each not in there])

    async def _of_records(self, tx: Tx, due: Sequence[DueRecord]) -> list[Passage]:
        """Records that are gone give none, and neither do records without an account."""
        activities = await tx.snapshots.versions(Kind.ACTIVITY, _ids(due, Kind.ACTIVITY))
        notes = await tx.snapshots.versions(Kind.NOTE, _ids(due, Kind.NOTE))
        records = {**activities, **notes}
        items = [each for one in due if isinstance(each := records.get(one.record_id), Activity | Note)]
        forgotten = await tx.forgotten.among(items)
        contact_ids = {each.contact_id for each in items if isinstance(each, Activity) and each.contact_id}
        deals, names = await self._names(tx, deals={each.deal_id for each in items}, contacts=contact_ids)
        made: list[Passage] = []
        for item in items:
            deal = deals.get(item.deal_id or "")
            account_id = (deal.account_id if deal else None) or item.account_id
            if account_id and item.id not in forgotten:
                made += _passages_of(item, names, account_id)
        return made

    async def _of_changes(self, tx: Tx, due: Sequence[DueRecord]) -> list[Passage]:
        found = [each for each in await tx.changes.by_ids(_ids(due, CHANGE)) if is_remembered(each)]
        deal_ids = {each.record_id for each in found if each.record_kind is Kind.DEAL}
        contact_ids = {i for each in found for i in _contacts_in(each)}
        account_ids = {i for each in found for i in (each.account_id, each.before) if i}
        deals, names = await self._names(tx, deals=deal_ids, contacts=contact_ids, accounts=account_ids)
        made: list[Passage] = []
        for change in found:
            deal = deals.get(change.record_id)
            account_id = change.account_id or (deal.account_id if deal else None)
            if account_id and not await tx.forgotten.get(account_id):
                # A deal's name since it moved to another account belongs to that account alone.
                elsewhere = deal is not None and deal.account_id not in (None, account_id)
                made += of_change(change, replace(names, deals={}) if elsewhere else names, account_id=account_id)
        return made

    async def _of_proposals(self, tx: Tx, due: Sequence[DueRecord]) -> list[Passage]:
        ids = list(dict.fromkeys(_ids(due, PROPOSAL, OUTCOME)))
        proposals, outcomes = await tx.proposals.by_ids(ids), await tx.outcomes.of(ids)
        _, names = await self._names(tx)
        made: list[Passage] = []
        for proposal in proposals:
            if proposal.account_id and not await tx.forgotten.get(proposal.account_id):
                made += of_proposal(proposal, names)
                made += of_outcome(outcomes[proposal.id], proposal) if proposal.id in outcomes else ()
        return made

    async def _names(
        self,
        tx: Tx,
        *,
        deals: Collection[str | None] = (),
        contacts: Collection[str] = (),
        accounts: Collection[str] = (),
    ) -> tuple[Mapping[str, Deal], Names]:
        """The names that the sentences need, and the deals by id. A contact who left keeps the last known name."""
        found = await tx.snapshots.versions(Kind.DEAL, [each for each in deals if each])
        known = await tx.snapshots.versions(Kind.CONTACT, contacts)
        called = await tx.snapshots.names_of_departed(set(contacts) - set(known))
        named = await tx.snapshots.versions(Kind.ACCOUNT, accounts)
        currency = await tx.sync.currency(self._policy.currency)
        by_id = {id: deal for id, deal in found.items() if isinstance(deal, Deal)}
        names = Names(
            people=await tx.people.names(),
            accounts=_called(named.values()),
            deals=_called(by_id.values()),
            contacts=called | _called(known.values()),
            pipeline=await tx.sync.pipeline() or Pipeline(()),
            currencies={id: currency.of(deal) for id, deal in by_id.items()},
        )
        return by_id, names

    def _within_retention(self, passages: Sequence[Passage]) -> list[Passage]:
        now, kept = self._clock.now(), self._policy.retention
        return [each for each in passages if each.kind not in kept or each.at >= now - kept[each.kind]]

    async def _drop_old(self, report: RememberReport) -> None:
        now: datetime = self._clock.now()
        for kind, kept in self._policy.retention.items():
            removed = -1
            while removed:
                async with self._database.transaction() as tx:
                    removed = await tx.memory.remove_older(kind, now - kept)
                report.removed += removed


def _passages_of(item: Activity | Note, names: Names, account_id: str) -> tuple[Passage, ...]:
    if isinstance(item, Note):
        return of_note(item, names, account_id=account_id)
    return of_activity(item, names, account_id=account_id)


def _contacts_in(change: Change) -> tuple[str, ...]:
    if change.record_kind is Kind.CONTACT:
        return (change.record_id,)
    return tuple(i for i in (change.before, change.after) if i and change.field == "contact_id")


def _called(records: Iterable[Entity]) -> dict[str, str]:
    return {each.id: each.name for each in records if isinstance(each, Account | Contact | Deal)}


def _ids(due: Sequence[DueRecord], *kinds: str) -> list[str]:
    return [one.record_id for one in due if one.kind in kinds]
