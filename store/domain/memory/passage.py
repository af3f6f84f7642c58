"""Memories of an account: passages, each a few plain sentences with source and time.

The makers turn our data (notes, activities, changes, proposals, outcomes) into passages. They are pure: the same values
give the same passages with the same ids, so that storing them again changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from store.domain.crm.accounts import Activity, ActivityType, Note, Pipeline, Stage
from store.domain.memory.pieces import CHUNK as CHUNK
from store.domain.memory.pieces import LIMIT, cut, safe
from store.domain.text.wording import QUOTE_LIMIT, day_and_year, one_line


class MemoryKind(StrEnum):
    NOTE = "note"
    MEETING = "meeting"
    CALL = "call"
    TASK = "task"
    CHANGE = "change"  # a change of a stage, amount, closing date, owner or sponsor
    RECOMMENDATION = "recommendation"
    DECISION = "decision"
    OUTCOME = "outcome"


OF_ACTIVITY: Mapping[ActivityType, MemoryKind] = {
    ActivityType.EVENT: MemoryKind.MEETING,
    ActivityType.CALL: MemoryKind.CALL,
    ActivityType.TASK: MemoryKind.TASK,
}
# Kinds that come from CRM records, and go when those do.
OF_RECORDS = (MemoryKind.NOTE, *OF_ACTIVITY.values())
OF_PROPOSALS = (MemoryKind.RECOMMENDATION, MemoryKind.DECISION, MemoryKind.OUTCOME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """`id` is `note:4150868000000123#0`: kind, record, number of the piece. `record_id` is the CRM's id of the note or
    activity, the id of the change, or that of the proposal. `at` is when it happened, `author` the name of its author.

    Title and text are foreign, cleaned and masked: views must escape them.
    """

    id: str
    account_id: str
    kind: MemoryKind
    record_id: str
    title: str
    text: str
    at: datetime
    deal_id: str | None = None
    contact_id: str | None = None
    author: str = ""

    @property
    def digest(self) -> str:
        """Changes with any content of the passage."""
        parts = (
            self.account_id, self.title, self.text, self.at.isoformat(), self.deal_id or "", self.contact_id or "",
            self.author,
        )  # fmt: skip
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names for ids, for sentences; an unknown id gets a generic name. `pipeline` distinguishes won from lost, `currencies` are
    the signs of the deals' currencies by their id."""

    people: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    deals: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    pipeline: Pipeline = field(default_factory=lambda: Pipeline(_NO_STAGES))
    currencies: Mapping[str, str] = field(default_factory=dict)

    def person(self, person_id: str | None) -> str:
        return one_line(safe(self.people.get(person_id or "", ""), limit=QUOTE_LIMIT)) or "somebody else"

    def account(self, account_id: str | None) -> str:
        return _called("the account", self.accounts.get(account_id or ""))

    def deal(self, deal_id: str | None) -> str:
        return _called("the deal", self.deals.get(deal_id or ""))

    def contact(self, contact_id: str | None) -> str:
        return one_line(safe(self.contacts.get(contact_id or "", ""), limit=QUOTE_LIMIT)) or "a contact"


_NO_STAGES: tuple[Stage, ...] = ()


def of_note(note: Note, names: Names, *, account_id: str) -> tuple[Passage, ...]:
    """Return a note's text, in pieces; none for an empty note."""
    title = one_line(safe(note.title or "", limit=QUOTE_LIMIT)) or "Note"
    if not note.text.strip():
        return ()
    return pieces(
        MemoryKind.NOTE,
        note.id,
        safe(note.text),
        left_out=max(len(note.text) - LIMIT, 0),
        account_id=account_id,
        title=title,
        at=note.created_at,
        deal_id=note.deal_id,
        author=names.person(note.owner_id),
    )


def of_activity(activity: Activity, names: Names, *, account_id: str) -> tuple[Passage, ...]:
    """Return one or two sentences: the kind of activity, the people, the deal, and whether it happened."""
    kind = OF_ACTIVITY[activity.type]
    subject = one_line(safe(activity.subject, limit=4 * QUOTE_LIMIT), limit=2 * QUOTE_LIMIT)
    sentence = f"{kind.capitalize()} “{subject}” {_when(activity)}"
    if activity.contact_id:
        sentence += f", with {names.contact(activity.contact_id)}"
    if activity.deal_id:
        sentence += f", about {names.deal(activity.deal_id)}"
    author = names.person(activity.owner_id)
    return pieces(
        kind, activity.id, f"{sentence}. It is {author}’s.", account_id=account_id,
        title=subject or kind.capitalize(), at=moment_of(activity), deal_id=activity.deal_id,
        contact_id=activity.contact_id, author=author,
    )  # fmt: skip


def moment_of(activity: Activity) -> datetime:
    """Return when it happened: a finished task when it was finished, everything else when it takes or took place."""
    finished = activity.done_at if activity.type is ActivityType.TASK and activity.done else None
    return finished or activity.at or activity.created_at


def pieces(
    kind: MemoryKind,
    record_id: str,
    text: str,
    *,
    account_id: str,
    title: str,
    at: datetime,
    deal_id: str | None = None,
    contact_id: str | None = None,
    author: str = "",
    left_out: int = 0,
) -> tuple[Passage, ...]:
    """Return one text's passages. Every foreign part is already `safe`."""
    return tuple(
        Passage(
            id=passage_id(kind, record_id, number), account_id=account_id, kind=kind, record_id=record_id, title=title,
            text=piece, at=at, deal_id=deal_id, contact_id=contact_id, author=author,
        )
        for number, piece in enumerate(cut(text, left_out=left_out))
    )  # fmt: skip


def passage_id(kind: str, record_id: str, number: int = 0) -> str:
    """Return the id of a piece of a record's text; the first one by default."""
    return f"{kind}:{record_id}#{number}"


def _when(activity: Activity) -> str:
    """A meeting's passage stays as it is when its time has passed, so it says only when it is."""
    is_task = activity.type is ActivityType.TASK
    if activity.type is ActivityType.EVENT and activity.at is not None:
        return f"on {day_and_year(activity.at.date())}"
    if activity.done:
        return f"{'was completed' if is_task else 'took place'} on {day_and_year(moment_of(activity).date())}"
    if activity.at is None:
        return "is open" if is_task else "has no date"
    return f"{'is due' if is_task else 'is set for'} {day_and_year(activity.at.date())}, not {_done(activity.type)} yet"


def _done(type: ActivityType) -> str:
    return "completed" if type is ActivityType.TASK else "held"


def _called(noun: str, name: str | None) -> str:
    shown = one_line(safe(name or "", limit=QUOTE_LIMIT))
    return f"{noun} “{shown}”" if shown else noun
