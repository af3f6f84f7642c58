"""What a right answer must say, computed from the stored records alone, not by the code that answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import AccountFacts, Activity, ActivityType, Deal, Person, Pipeline
from store.domain.gate.proposals import State
from tests.conversation.room import Room
from tests.flows.stage import MORNING

# Pieces that the answer must contain; of a tuple, one is enough.
Must = list[str | tuple[str, ...]]
LOST, WON = "Closed Lost", "Closed Won"


class Truths:
    """Of one person. `own` are the accounts that they may see, `states` what became of the recommendations, by account."""

    def __init__(
        self,
        room: Room,
        person: Person,
        stages: Pipeline,
        own: list[AccountFacts],
        states: Mapping[str, State] = MappingProxyType({}),
    ) -> None:
        self.room, self.person, self.stages, self.own, self.states = room, person, stages, own, states
        self.today: date = MORNING.astimezone(ZoneInfo(person.timezone)).date()

    def open(self, *accounts: AccountFacts) -> list[Deal]:
        return [
            deal for facts in accounts or self.own for deal in facts.deals if self.stages.outcome(deal.stage) == "open"
        ]

    def talks(self, facts: AccountFacts) -> list[Activity]:
        """Past calls and meetings, the latest first."""
        past = [
            each
            for each in facts.activities
            if each.type is not ActivityType.TASK and each.at and each.at <= MORNING
            and (each.done or each.type is ActivityType.EVENT)
        ]  # fmt: skip
        return sorted(past, key=lambda each: each.done_at or each.at or MORNING, reverse=True)

    def planned(self, facts: AccountFacts) -> list[Activity]:
        """Calls and meetings to come."""
        return [
            each for each in facts.activities if each.type is not ActivityType.TASK and each.at and each.at > MORNING
        ]

    def closed(self, stage: str, first: date, last: date, *accounts: AccountFacts) -> list[Deal]:
        """Deals won or lost in these days."""
        deals = [deal for facts in accounts or self.own for deal in facts.deals if deal.stage == stage]
        return [each for each in deals if each.closing_date and first <= each.closing_date <= last]

    def day(self, activity: Activity) -> str:
        at = activity.done_at or activity.at
        assert at is not None
        day = at.astimezone(ZoneInfo(self.person.timezone)).date()
        return f"{day.day} {day:%b}"


def total(deals: list[Deal]) -> str:
    return f"${sum(each.amount or 0 for each in deals):,.0f}"


def pipeline(of: Truths, *_: AccountFacts) -> Must:
    return [f"{len(of.open())} open deal", total(of.open())]


def closing(first: date, last: date) -> Callable[..., Must]:
    def must(of: Truths, *_: AccountFacts) -> Must:
        found = [each for each in of.open() if each.closing_date and first <= each.closing_date <= last]
        return [f"{len(found)} open deal", *([found[0].name] if len(found) == 1 else [])] if found else ["No open deal"]

    return must


def late(of: Truths, *_: AccountFacts) -> Must:
    found = [each for each in of.open() if each.closing_date and each.closing_date < of.today]
    return [tuple(each.name for each in found)] if found else [("No open deal",)]


def largest(of: Truths, *_: AccountFacts) -> Must:
    deal = max(of.open(), key=lambda each: each.amount or 0)
    return [deal.name, f"${deal.amount:,.0f}"]


def over(amount: float) -> Callable[..., Must]:
    def must(of: Truths, *_: AccountFacts) -> Must:
        found = [each for each in of.open() if (each.amount or 0) >= amount]
        return [f"{len(found)} open deal", total(found)] if found else ["No open deal"]

    return must


def in_stage(word: str) -> Callable[..., Must]:
    def must(of: Truths, *_: AccountFacts) -> Must:
        found = [each for each in of.open() if word in each.stage]
        return [f"{len(found)} open deal", total(found)] if found else ["No open deal"]

    return must


def waiting(of: Truths, *_: AccountFacts) -> Must:
    """One of the accounts that a decision waits for, or nothing if none does."""
    return [tuple(of.room.waiting[of.person.id]) or ("Nothing", "nothing")]


def their_pipeline(of: Truths, *_: AccountFacts) -> Must:
    """The executive's, asked by their manager."""
    theirs = [deal for facts in of.room.books[of.room.person("executive").id] for deal in of.open(facts)]
    return [of.room.person("executive").name.split()[0], f"{len(theirs)} open deal", total(theirs)]


def contacts(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [tuple(each.name for each in facts.contacts)]


def last_contact(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [of.day(of.talks(facts)[0])]


def promises(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    said = [note.text for note in facts.notes if re.search(r"agreed|promis", note.text)]
    return [tuple(words for text in said for words in re.findall(r"(?:agreed|promised) that \w+ \w+", text))]


def left(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [of.room.gone[facts.id][0].name]


def worth(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [total(of.open(facts)), of.open(facts)[0].stage]


def status(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [facts.name, *(each.name for each in of.open(facts)[:1])]


def both(of: Truths, one: AccountFacts, other: AccountFacts) -> Must:
    return [one.name, other.name, total(of.open(one)), total(of.open(other))]


def silent(of: Truths, *_: AccountFacts) -> Must:
    with_deals = [each for each in of.own if each.account and not each.partial and of.open(each) and of.talks(each)]
    oldest = min(with_deals, key=lambda each: of.talks(each)[0].done_at or of.talks(each)[0].at or MORNING)
    return [oldest.name]


def meetings(days: int, *, first: int = 0) -> Callable[..., Must]:
    """From today on for so many days, or from the `first` of them, which may be past."""

    def must(of: Truths, *_: AccountFacts) -> Must:
        begin, last = of.today + timedelta(days=first), of.today + timedelta(days=days)
        zone = ZoneInfo(of.person.timezone)
        planned = [
            each.subject
            for facts in of.own
            for each in facts.activities
            if each.type is not ActivityType.TASK and each.at and begin <= each.at.astimezone(zone).date() <= last
        ]
        return [planned[0]] if planned else [("No call or meeting",)]

    return must


def all_closed(stage: str, first: date, last: date) -> Callable[..., Must]:
    def must(of: Truths, *_: AccountFacts) -> Must:
        found = of.closed(stage, first, last)
        return [each.name for each in found] or [("No deal", "no deal", "Nothing", "none")]

    return must


def total_won(first: date, last: date) -> Callable[..., Must]:
    def must(of: Truths, *_: AccountFacts) -> Must:
        return [total(of.closed(WON, first, last))]

    return must


def largest_won(of: Truths, *_: AccountFacts) -> Must:
    deal = max(of.closed(WON, date(2026, 1, 1), of.today), key=lambda each: each.amount or 0)
    return [deal.name, f"${deal.amount:,.0f}"]


def between(low: float, high: float, *, stage: str = "") -> Callable[..., Must]:
    def must(of: Truths, *_: AccountFacts) -> Must:
        found = [each for each in of.open() if low <= (each.amount or 0) <= high and stage in each.stage]
        return [f"{len(found)} open deal", total(found)] if found else ["No open deal"]

    return must


def day_of(day: date) -> tuple[str, ...]:
    return f"{day.day} {day:%b}", f"{day:%b} {day.day}", f"{day.day}. {day:%b}", day.isoformat()


def closes(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [day_of(each.closing_date) for each in of.open(facts) if each.closing_date]


def sooner(of: Truths, *accounts: AccountFacts) -> Must:
    first = min(
        (each for each in of.open(*accounts) if each.closing_date), key=lambda each: each.closing_date or of.today
    )
    assert first.closing_date
    return [day_of(first.closing_date)]


def next_step(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [each.next_step for each in of.open(facts) if each.next_step]


def decider(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [tuple(each.name for each in facts.contacts if each.buying_role == "Decision maker")]


def talked_about(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [of.day(of.talks(facts)[0]), of.talks(facts)[0].subject]


def newest_note(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [max(facts.notes, key=lambda each: each.created_at).text[:25]]


def next_talk(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [of.day(of.planned(facts)[0])]


def won_there(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [each.name for each in of.closed(WON, date(2026, 3, 1), date(2026, 3, 31), facts)]


def mail(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    """A salutation with the name of a contact, and a word about an open deal."""
    firsts = [each.name.split()[0] for each in facts.contacts]
    salutations = tuple(f"{hello} {first}" for hello in ("Hi", "Hello", "Hallo", "Dear") for first in firsts)
    return [salutations, tuple(each.name for each in of.open(facts))]


def decided(of: Truths, *_: AccountFacts) -> Must:
    """The accounts on which the executive rejected something."""
    states = of.states.items()
    return [name for name, state in states if state is State.REJECTED] or [("decided nothing",)]


def parked(of: Truths, *_: AccountFacts) -> Must:
    return [name for name, state in of.states.items() if state is State.SNOOZED] or [("Nothing is snoozed",)]


def agenda(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [facts.name, tuple(each.name for each in of.open(facts))]


def team_waiting(of: Truths, *_: AccountFacts) -> Must:
    return [piece for owner_id, names in of.room.waiting.items() if names
            for piece in (of.room.names[owner_id].split()[0], str(len(names)))]  # fmt: skip


def theirs_waiting(of: Truths, *_: AccountFacts) -> Must:
    """The executive's, asked by their manager."""
    return list(of.room.waiting[of.room.person("executive").id])


def mate_waiting(of: Truths, *_: AccountFacts) -> Must:
    """A colleague's of the executive, asked by their manager."""
    executive = of.room.person("executive").id
    return list(next(names for each, names in of.room.waiting.items() if names and each != executive))


def how_many_waiting(of: Truths, *_: AccountFacts) -> Must:
    return [str(len(of.room.waiting[of.person.id]))]


def pipeline_total(of: Truths, *_: AccountFacts) -> Must:
    return [total(of.open())]


def last_any(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    """In any of our languages, March begins with an m."""
    number, month = of.day(of.talks(facts)[0]).split()
    return [(f"{number} {month[0]}", f"{number}. {month[0]}", f"{number} de {month[0]}")]


def decider_title(of: Truths, facts: AccountFacts, *_: AccountFacts) -> Must:
    return [tuple(each.title for each in facts.contacts if each.buying_role == "Decision maker" and each.title)]


def top_person(of: Truths, *_: AccountFacts) -> Must:
    totals = {each: [deal for facts in book for deal in of.open(facts)] for each, book in of.room.books.items()}
    most = max(totals, key=lambda each: sum(deal.amount or 0 for deal in totals[each]))
    return [of.room.names[most].split()[0], total(totals[most])]


def by_person(of: Truths, *_: AccountFacts) -> Must:
    """The open deals of each of the team."""
    found: Must = []
    for owner_id, book in of.room.books.items():
        if deals := [deal for facts in book for deal in of.open(facts)]:
            found += [of.room.names[owner_id].split()[0], total(deals)]
    return found


def says(*pieces: str | tuple[str, ...]) -> Callable[..., Must]:
    """Words that any right answer has."""
    return lambda *_: list(pieces)


TRUTHS: Mapping[str, Callable[..., Must]] = {
    "pipeline": pipeline,
    "contacts": contacts,
    "last": last_contact,
    "promises": promises,
    "left": left,
    "worth": worth,
    "status": status,
    "both": both,
    "silent": silent,
    "month": closing(date(2026, 3, 1), date(2026, 3, 31)),
    "next month": closing(date(2026, 4, 1), date(2026, 4, 30)),
    "quarter": closing(date(2026, 1, 1), date(2026, 3, 31)),
    "week": closing(date(2026, 3, 23), date(2026, 3, 29)),
    "rest of month": closing(date(2026, 3, 24), date(2026, 3, 31)),
    "half": closing(date(2026, 3, 24), date(2026, 9, 20)),
    "week of meetings": meetings(5, first=-1),
    "today": meetings(0),
    "tomorrow": meetings(1, first=1),
    "late": late,
    "largest": largest,
    "over 50k": over(50_000),
    "negotiation": in_stage("Negotiation"),
    "waiting": waiting,
    "their pipeline": their_pipeline,
    "won this month": all_closed(WON, date(2026, 3, 1), date(2026, 3, 31)),
    "won last week": all_closed(WON, date(2026, 3, 16), date(2026, 3, 22)),
    "lost this month": all_closed(LOST, date(2026, 3, 1), date(2026, 3, 31)),
    "total won this month": total_won(date(2026, 3, 1), date(2026, 3, 31)),
    "total won this year": total_won(date(2026, 1, 1), date(2026, 3, 24)),
    "largest won": largest_won,
    "july": closing(date(2026, 7, 1), date(2026, 7, 31)),
    "early july": closing(date(2026, 7, 1), date(2026, 7, 15)),
    "to june": closing(date(2026, 3, 24), date(2026, 6, 30)),
    "summer": closing(date(2026, 6, 1), date(2026, 8, 31)),
    "over 60k": over(60_000),
    "30 to 50k": between(30_000, 50_000),
    "under 10k": between(0, 10_000),
    "needs analysis": in_stage("Needs Analysis"),
    "needs analysis over 40k": between(40_000, 10**9, stage="Needs Analysis"),
    "closes": closes,
    "sooner": sooner,
    "next step": next_step,
    "decider": decider,
    "talked about": talked_about,
    "newest note": newest_note,
    "next talk": next_talk,
    "won there": won_there,
    "mail": mail,
    "agenda": agenda,
    "decided": decided,
    "parked": parked,
    "team waiting": team_waiting,
    "theirs waiting": theirs_waiting,
    "by person": by_person,
    "may": closing(date(2026, 5, 1), date(2026, 5, 31)),
    "mate waiting": mate_waiting,
    "how many waiting": how_many_waiting,
    "pipeline total": pipeline_total,
    "last any": last_any,
    "decider title": decider_title,
    "top person": top_person,
}
