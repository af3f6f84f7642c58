"""A manager opens a report's decisions, or a delegate those of the person they stand in for: the open ones, and those made since
the last working day. Each opening is in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from agents.flows.access.identity import Caller, circle_of, known_person
from agents.flows.access.trail import note, noting_refusal
from agents.flows.gate.offer import in_other_currencies
from agents.flows.gate.open_decisions import in_order, open_decisions, statements_of, without_logs
from agents.flows.people.came_of_it import came_of_it
from agents.ports import Clock
from store.database import Database, Tx
from store.domain.access.rules import Standing, check_may_see
from store.domain.brief.brief import CameOfIt
from store.domain.brief.team import MOST_OUTCOMES
from store.domain.crm.accounts import Person
from store.domain.crm.people import last_working_day, local_day, start_of
from store.domain.gate.absences import Absence
from store.domain.gate.proposals import Proposal

MOST_DECIDED = 20
_MEASURED = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContents:
    """`pending` is in the order of the report's brief; `kept` are those that were shown before, in that order and in force now,
    decided or not; `decided` are the latest decisions, newest first, and `undoing` the proposals that undo some, by id;
    `came_of_it` are outcomes of earlier ones, measured in the last week. `statements` and `other_currencies` are as in the Home."""

    person: Person
    pending: tuple[Proposal, ...]
    kept: tuple[Proposal, ...]
    decided: tuple[Proposal, ...]
    undoing: Mapping[str, Proposal]
    came_of_it: tuple[CameOfIt, ...]
    absence: Absence | None
    statements: Mapping[str, str]
    other_currencies: frozenset[str]


class LookAtReport:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(
        self, caller: Caller, person_id: str, *, again: bool = False, shown: Sequence[str] = ()
    ) -> ReportContents:
        """Read the decisions of this person. After a press in an open view it is read `again`, with the decisions that it has
        `shown`.

        Raises: Refused for anyone but their present manager or delegate, Unconfirmed.
        """
        async with noting_refusal(self._database, caller, "report.open", person_id):
            async with self._database.reading() as tx:
                reader = await known_person(tx, caller)
                circle = await circle_of(tx, person_id)
                standing = check_may_see(reader, circle)
                assert circle is not None
                contents = await self._contents(tx, reader, circle.owner, shown)
            if not again:
                await self._noted(caller, reader, standing, contents)
        return contents

    async def _contents(self, tx: Tx, reader: Person, person: Person, shown: Sequence[str]) -> ReportContents:
        now, last = self._clock.now(), await tx.attention.last(person.id)
        last = last.read_on(local_day(reader, now)) if last else None
        pending = in_order(without_logs(await open_decisions(tx, [person.id], now=now)), last)
        since = start_of(reader, last_working_day(reader, local_day(reader, now)))
        decided = await tx.proposals.decided([person.id], since=since, limit=MOST_DECIDED)
        decided = [each for each in decided if each.undoes is None]
        kept = await _kept(tx, person, shown)
        undos = await tx.proposals.by_ids([each.undo_id for each in (*decided, *kept) if each.undo_id])
        return ReportContents(
            person=person,
            pending=pending,
            kept=kept,
            decided=tuple(decided),
            undoing={each.id: each for each in undos},
            came_of_it=await came_of_it(tx, [person.id], since=now - _MEASURED, until=now, most=MOST_OUTCOMES),
            absence=await tx.absences.of(person.id),
            statements=statements_of((*pending, *kept), last),
            other_currencies=await in_other_currencies(tx, [*pending, *kept]),
        )

    async def _noted(self, caller: Caller, reader: Person, standing: Standing, contents: ReportContents) -> None:
        shown = [each.id for each in (*contents.pending, *contents.decided)]
        async with self._database.transaction() as tx:
            await note(
                tx,
                caller,
                "report.opened",
                contents.person.id,
                actor=reader,
                standing=str(standing),
                proposals=shown,
            )


async def _kept(tx: Tx, person: Person, shown: Sequence[str]) -> tuple[Proposal, ...]:
    """The versions in force of the proposals shown, as far as they are this person's."""
    now = await tx.proposals.in_force(shown)
    kept = {each.lineage: each for one in shown if (each := now.get(one)) and each.owner_id == person.id}
    return tuple(kept.values())
