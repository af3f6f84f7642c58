"""Attention in words: what answers taught, why an account has its place in a brief, and when it comes up next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil

from store.domain.attention.answers import Choice, Lesson
from store.domain.attention.ledger import Entry, Ledger, Place, Reason
from store.domain.attention.policy import AttentionPolicy
from store.domain.attention.topics import words_of
from store.domain.attention.worth import CHANGED, NEW
from store.domain.signals.kinds import Risk
from store.domain.text.wording import money, on_day, plural

PLACES: Mapping[Place, str] = {
    Place.ASK: "asked for a decision about {name}",
    Place.QUESTION: "asked whether the decision about {name} still matters",
    Place.OPEN: "listed {name} as still open",
    Place.NAMED: "listed {name} under “Also at risk”, without a decision to make",
    Place.COUNTED: "only counted {name} under “Also at risk”",
}
REASONS: Mapping[Reason, str] = {
    Reason.NEW: "it was new",
    Reason.FIRST: "it was new",
    Reason.CHANGED: "something moved since the brief before",
    Reason.WAITED: "it had waited and now there was room",
    Reason.UNANSWERED: "the decision is unanswered and nothing moved",
    Reason.RESTING: "it was decided or asked about often enough, and rests until something moves",
    Reason.SNOOZED: "its decision is snoozed",
    Reason.WOKEN: "it was snoozed until then",
    Reason.NO_ADVICE: "there was nothing to decide, what was agreed is still to be done, or it moved while its decision is snoozed",
    Reason.NO_ROOM: "other decisions were worth more",
    Reason.SAME_KIND: "it asked about others with the same signals",
    Reason.LOW: "too little depends on it",
    Reason.COMMON: "its signals are true of most accounts, so they say little about this one",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One factor of an account's worth, with its value and the reason for it in words."""

    name: str
    value: float
    words: str


def place_sentence(name: str, ledger: Ledger | None, account_id: str, *, today: date) -> str:
    """`The brief of 27 Nov asked for a decision about Acme, because it was new.` Without a ledger there was no brief yet, or
    only those of a release that kept none."""
    if ledger is None:
        return f"No brief has recorded yet why {name} is in it or not; the next one will."
    day, entry = on_day(ledger.local_date, today=today), ledger.by_account().get(account_id)
    if entry is None:
        return f"The brief of {day} noticed nothing about {name}."
    if entry.reason is Reason.SNOOZED:
        return f"The brief of {day} left {name} out, because {_because(entry)}."
    said = f"The brief of {day} {PLACES[entry.place].format(name=name)}, because {_because(entry)}."
    return f"{said} The Home tab lists the gravest of those by name." if entry.place is Place.COUNTED else said


def history_sentence(entry: Entry, *, today: date) -> str:
    """`High risk. First noticed 20 Nov, asked about 24 Nov, unanswered in 3 briefs.`"""
    said = [f"First noticed {on_day(entry.first_on, today=today)}"]
    if entry.asked_on is not None:
        said.append(f"asked about {on_day(entry.asked_on, today=today)}")
    if entry.unanswered:
        said.append(f"unanswered in {plural(entry.unanswered, 'brief')}")
    if entry.unseen:
        said.append(f"not shown in {plural(entry.unseen, 'brief')}")
    return f"{entry.risk.capitalize()} risk. {', '.join(said)}."


def factors_of(entry: Entry, lesson: Lesson | None, *, who: str, currency: str) -> tuple[Factor, ...]:
    """Return the five factors of its worth. `who` answered: `You`, or a name."""
    worth = entry.worth
    in_words = entry.open_money or "money in several currencies"
    said = money(entry.amount, currency) if entry.open_money is None else in_words
    at_stake = f"{said} open, beside the owner's usual account" if entry.amount else "nothing open"
    return (
        Factor(name="risk", value=worth.risk, words=f"{entry.risk}, and how many signals say so"),
        Factor(name="money", value=worth.money, words=at_stake),
        Factor(name="novelty", value=worth.novelty, words=_novelty(worth.novelty)),
        Factor(name="confidence", value=worth.confidence, words="how well the evidence supports the advice"),
        Factor(name="answers", value=worth.answers, words=_answers(entry, lesson, who)),
    )


def briefs_until_seen(entry: Entry, ledger: Ledger, policy: AttentionPolicy) -> int | None:
    """Return within how many briefs an account of high risk is shown again at the latest; None for any other account, for one
    that is snoozed, and if more high risks wait than a brief can name."""
    waiting = sum(_waits(each) for each in ledger.entries)
    if (
        entry.risk is not Risk.HIGH
        or entry.reason is Reason.SNOOZED
        or ceil(waiting / max(1, policy.unseen - 1)) > policy.most_named
    ):
        return None
    return max(1, policy.unseen - entry.unseen)


def _waits(entry: Entry) -> bool:
    return (
        entry.risk is Risk.HIGH and entry.place in (Place.NAMED, Place.COUNTED) and entry.reason is not Reason.SNOOZED
    )


def answers_on(lesson: Lesson, *, who: str = "You") -> str:
    """`You dismissed 9 of 10 about next steps`, without the full stop."""
    count, topic = lesson.count, words_of(lesson.topic)
    answered = count.taken + count.dismissed
    lapsed = f"left {count.lapsed} unanswered" if count.lapsed else ""
    if not answered:
        return f"{who} {lapsed or 'answered none'} about {topic}"
    is_mostly_no = count.dismissed >= count.taken
    verb, number = ("dismissed", count.dismissed) if is_mostly_no else ("approved", count.taken)
    return f"{who} {verb} {number} of {answered} about {topic}{f' and {lapsed}' if lapsed else ''}"


def lesson_sentence(lesson: Lesson) -> str:
    """What the answers on a topic changed, or the choice that replaces them."""
    match lesson.choice:
        case Choice.FEWER:
            return f"You chose to see fewer about {words_of(lesson.topic)}, so they come last."
        case Choice.AS_BEFORE:
            return f"{answers_on(lesson)}. They come as before, as you chose."
    if lesson.learned < 1.0:
        return f"{answers_on(lesson)}, so they come after other advice."
    return f"{answers_on(lesson)}, so they come earlier."


def _because(entry: Entry) -> str:
    if entry.reason is Reason.COMMON and entry.place is Place.ASK:
        return "of the accounts with nothing but common signals it is among the most valuable"
    return REASONS[entry.reason]


def _novelty(novelty: float) -> str:
    if novelty >= NEW:
        return "new"
    return "changed, or waiting for long" if novelty >= CHANGED else "noticed before"


def _answers(entry: Entry, lesson: Lesson | None, who: str) -> str:
    if lesson is None:
        return "nothing learned"
    match lesson.choice:
        case Choice.FEWER:
            said = f"{who} chose to see fewer about {words_of(lesson.topic)}"
        case Choice.AS_BEFORE:
            said = f"{who} chose to see {words_of(lesson.topic)} as before"
        case _ if not any(lesson.count.weighed) and lesson.learned != 1.0:
            said = f"colleagues' answers about {words_of(lesson.topic)}"
        case _:
            said = answers_on(lesson, who=who)
    return f"{said}; never below 1 for a high risk" if entry.risk is Risk.HIGH and lesson.factor < 1.0 else said
