"""What a person's last brief said about each account: the base for telling new from old in the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from store.domain.attention.worth import Worth
from store.domain.signals.kinds import Risk, SignalKind
from store.domain.text.wording import as_of


class Place(StrEnum):
    """Where an account appears in a brief."""

    ASK = "ask"  # a card in full, with a decision
    QUESTION = "question"  # asked once whether an unanswered decision still matters
    OPEN = "open"  # a line: the decision was asked for before, and nothing moved
    NAMED = "named"  # a line without a decision
    COUNTED = "counted"  # in the counts, and by name in the Home


class Reason(StrEnum):
    """Why an account has its place."""

    NEW = "new"
    FIRST = "first"  # on a card: new like all else, since there was no brief before
    CHANGED = "changed"
    WAITED = "waited"  # noticed before, never asked
    UNANSWERED = "unanswered"
    RESTING = "resting"  # asked often enough, or decided; it rests until something moves
    SNOOZED = "snoozed"  # someone put its decision off
    WOKEN = "woken"  # it was snoozed until today
    NO_ADVICE = "no_advice"
    NO_ROOM = "no_room"
    SAME_KIND = "same_kind"  # others with the same set of signals were asked about
    LOW = "low"  # too low a risk to ask about
    COMMON = "common"  # nothing but signals that fire on too many accounts to say anything about one


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One account in a brief. `open_money` says what `amount` orders by; older ones have none. `marks` identify the facts behind
    it; `statement` is the first one in words. `first_on` is the brief that first noticed it, `asked_on` the one that first asked
    the decision `key` that is still open; `unanswered` counts the briefs since, this one included. `topic` is what today's
    advice is about. `unseen` counts the briefs since it was last shown.
    """

    account_id: str
    account_name: str
    place: Place
    reason: Reason
    risk: Risk
    amount: float
    worth: Worth
    statement: str
    marks: tuple[str, ...]
    first_on: date
    key: str = ""
    topic: str = ""
    asked_on: date | None = None
    unanswered: int = 0
    questioned: bool = False
    unseen: int = 0
    open_money: str | None = None

    @property
    def is_seen(self) -> bool:
        return self.place is not Place.COUNTED

    def kept_open(self) -> Entry:
        """As if its open decision had not been asked about before: the person wants to be asked again."""
        return replace(self, unanswered=0, questioned=False)


def by_risk(entry: Entry) -> tuple[int, float, str, str]:
    """Sorts entries by risk, the gravest first, then by worth."""
    return list(Risk).index(entry.risk), -entry.worth.value, entry.account_name, entry.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one brief's accounts add to the figures of the whole company. `fired` counts the accounts on which each signal
    fired; `answers` counts (taken, dismissed) by topic."""

    accounts: int = 0
    fired: Mapping[SignalKind, int] = field(default_factory=dict)
    answers: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All accounts of one brief on which something was noticed."""

    owner_id: str
    brief_id: str
    local_date: date
    entries: tuple[Entry, ...] = ()
    tally: Tally = Tally()

    def by_account(self) -> dict[str, Entry]:
        return {entry.account_id: entry for entry in self.entries}

    def read_on(self, today: date) -> Ledger:
        """The same, in which what counts days says until which, if it is read on another day."""
        told = (replace(each, statement=as_of(each.statement, self.local_date, today=today)) for each in self.entries)
        return replace(self, entries=tuple(told))

    def heeding(self, before: Ledger | None) -> Ledger:
        """The same with the answers that came to the brief before while this one was made: if someone wanted to be asked
        again, that decision doesn't rest."""
        kept = {key: entry for key, entry in (before.by_account() if before else {}).items() if not entry.questioned}
        entries = (
            each.kept_open() if each.questioned and each.place is not Place.QUESTION and _is_same(each, kept) else each
            for each in self.entries
        )
        return replace(self, entries=tuple(entries))


def _is_same(entry: Entry, others: Mapping[str, Entry]) -> bool:
    """Whether the others have the same open decision."""
    other = others.get(entry.account_id)
    return other is not None and other.key == entry.key and other.asked_on == entry.asked_on
