"""The contents of App Home: the person's open decisions, those they may make for others, and their latest ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agents.flows.access.identity import Caller, circle_of, known_person
from agents.flows.access.scope import reports_of
from agents.flows.accounts.learn_from_answers import learned_so_far
from agents.flows.gate.offer import gravest, in_other_currencies
from agents.flows.gate.open_decisions import by_owner, in_order, open_decisions, statements_of
from agents.flows.gate.retract_proposals import still_asked
from agents.flows.people.set_aside import SetAside, set_aside
from agents.ports import Clock
from store.database import Database, Tx
from store.domain.access.rules import may_decide
from store.domain.attention.answers import Lesson, worth_a_word
from store.domain.attention.ledger import Entry, Ledger, Place, Reason, by_risk
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.gate.absences import Absence
from store.domain.gate.proposals import Proposal, State
from store.domain.running.features import Feature

_RECENT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The number of open decisions of one person in a manager's team; `first` is the one that expires first, if there is one.
    `absence` is the current one, if they are away."""

    person: Person
    count: int
    first: Proposal | None = None
    absence: Absence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeContents:
    """`pending`, `recent` and those set `aside` are the person's own proposals; `offered` are proposals of others that they may
    decide and that need them now, the gravest first; `team` is every report with everything open; `recent` are also decisions
    that they made for others. `absence` is their own; `standing_in` are the absences of the people whose delegate they are.

    `at_risk` are the accounts that their last brief only named or counted, the gravest first, as long as they still see them;
    those in `reviewable` are their own. `lessons` come from their answers; `statements` are the facts behind `pending`, by
    proposal id, as far as their last brief says them; the accounts in `other_currencies` have deals that are not in the
    organisation's. `hears_of_team`: others report to them, and
    the message about the team is switched on. `mail_is_off`: copies by e-mail are not. `brief_of` is today, if they have
    today's brief."""

    person: Person
    pending: tuple[Proposal, ...]
    offered: tuple[Proposal, ...]
    team: tuple[Waiting, ...]
    recent: tuple[Proposal, ...]
    aside: SetAside
    brief_of: date | None
    absence: Absence | None
    standing_in: tuple[Absence, ...]
    at_risk: tuple[Entry, ...]
    reviewable: frozenset[str]
    lessons: tuple[Lesson, ...]
    statements: Mapping[str, str]
    other_currencies: frozenset[str]
    hears_of_team: bool
    mail_is_off: bool


class Home:
    def __init__(self, database: Database, clock: Clock, *, offer: timedelta = timedelta(hours=8)) -> None:
        """`offer` is how long before expiry a manager is offered their reports' open decisions."""
        self._database = database
        self._clock = clock
        self._offer = offer

    async def __call__(self, caller: Caller) -> HomeContents:
        """Read the contents. Raises: Refused for a caller unknown to the CRM, Unconfirmed."""
        async with self._database.reading() as tx:
            person = await known_person(tx, caller)
            soon = await tx.proposals.now() + self._offer
            standing_in = await tx.absences.delegated_to(person.id)
            reports = await reports_of(tx, person)
            theirs = await self._open(tx, [*reports])
            offered = [
                *(await self._open(tx, [absence.person_id for absence in standing_in])),
                *(each for each in theirs if _calls(each, person, soon=soon)),
                *(await self._passed_on(tx, person)),
            ]
            decided = await _recent(tx, person, since=self._clock.now() - timedelta(days=7))
            away = {each.person_id: each for each in await tx.absences.now()} if reports else {}
            today = local_day(person, self._clock.now())
            aside = await set_aside(tx, person, now=self._clock.now())
            last = await tx.attention.last(person.id)
            taught = await learned_so_far(tx, last, now=self._clock.now()) if last else None
            last = last.read_on(today) if last else None
            own, seen = await _accounts(tx, person) if last else (frozenset(), frozenset())
            pending = in_order(await self._open(tx, [person.id]), last)
            asked = {each.account_id for each in pending}
            off = await tx.features.off()
            unique = {each.id: each for each in offered if each.endorsed_by != person.id}
            return HomeContents(
                person=person,
                pending=pending,
                offered=tuple(sorted(unique.values(), key=gravest)),
                team=_waiting(by_owner(theirs), reports, away),
                recent=tuple(each for each in decided if each.state is not State.SNOOZED and each.id not in aside.ids),
                aside=aside,
                brief_of=today if person.id in await tx.briefs.posted_on({person.id: today}) else None,
                absence=await tx.absences.of(person.id),
                standing_in=tuple(standing_in),
                at_risk=tuple(each for each in _at_risk(last) if each.account_id in seen - asked),
                reviewable=own,
                lessons=worth_a_word(taught.lessons.values()) if taught else (),
                statements=statements_of(pending, last),
                other_currencies=await in_other_currencies(tx, [*pending, *unique.values()]),
                hears_of_team=bool(reports) and Feature.TEAM_MESSAGES not in off,
                mail_is_off=Feature.MAIL in off,
            )

    async def _passed_on(self, tx: Tx, person: Person) -> list[Proposal]:
        """What others said isn't theirs, as far as this person may still decide it."""
        passed = await still_asked(tx, await tx.proposals.passed_on_to(person.id), now=self._clock.now())
        others = [each for each in passed if each.owner_id != person.id]
        return [each for each in others if may_decide(person, await circle_of(tx, each.owner_id))]

    async def _open(self, tx: Tx, owner_ids: Sequence[str]) -> list[Proposal]:
        return await open_decisions(tx, owner_ids, now=self._clock.now())


async def _recent(tx: Tx, person: Person, *, since: datetime) -> list[Proposal]:
    """The latest decisions on this person's proposals, and those that they made for others."""
    own = await tx.proposals.decided([person.id], since=since, limit=_RECENT)
    for_others = await tx.proposals.decided_by(person.id, since=since, limit=_RECENT)
    return sorted([*own, *for_others], key=lambda each: each.decided_at or since, reverse=True)[:_RECENT]


async def _accounts(tx: Tx, person: Person) -> tuple[frozenset[str], frozenset[str]]:
    """The person's own accounts, and those with the ones on which they own a deal."""
    own = frozenset(await tx.snapshots.account_ids([person.id]))
    return own, own | await tx.snapshots.accounts_of_deals(person.id)


def _at_risk(last: Ledger | None) -> list[Entry]:
    """What a brief named or counted without asking for a decision: by risk, then by worth."""
    places = (Place.NAMED, Place.COUNTED)
    entries = last.entries if last else ()
    rest = [each for each in entries if each.place in places and each.reason is not Reason.SNOOZED]
    return sorted(rest, key=by_risk)


def _calls(proposal: Proposal, manager: Person, *, soon: datetime) -> bool:
    """Whether a report's proposal needs their manager: it expires soon, was offered to them or needs a second approver."""
    return proposal.expires_at <= soon or proposal.offered_to == manager.id or proposal.endorsed_by is not None


def _waiting(
    theirs: Mapping[str, Sequence[Proposal]], reports: Mapping[str, Person], away: Mapping[str, Absence]
) -> tuple[Waiting, ...]:
    """Every active report, and those who left decisions behind: the one whose decision expires first comes first, those without
    any by name."""
    found = [
        Waiting(
            person=each,
            count=len(theirs.get(each.id, ())),
            first=theirs[each.id][0] if each.id in theirs else None,
            absence=away.get(each.id),
        )
        for each in reports.values()
        if each.active or each.id in theirs
    ]
    by_name = sorted(found, key=lambda each: each.person.name)
    waiting = [(each.first.expires_at, number, each) for number, each in enumerate(by_name) if each.first]
    return (*(each for _, _, each in sorted(waiting)), *(each for each in by_name if each.first is None))
