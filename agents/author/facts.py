"""The CRM's data on an account as short sentences to cite, each with the records and fields behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from store.domain.crm.accounts import AccountFacts, Activity, ActivityType, Contact, Deal, Entity, Note, Pipeline
from store.domain.crm.evidence import Evidence, Source
from store.domain.crm.money import Currency, comparable
from store.domain.memory.passage import moment_of
from store.domain.memory.pieces import safe
from store.domain.text.wording import joined, on_day, one_line, quoted

DEALS, DONE, AHEAD, CONTACTS, NOTES = 5, 4, 4, 5, 3  # how many of each to include
NOTE_LENGTH, TEXT_LENGTH = 400, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A sentence, its evidence, and the days it is about. `shown` if the reader sees it beside the text."""

    text: str
    evidence: tuple[Evidence, ...]
    days: frozenset[date] = frozenset()
    shown: bool = False

    @property
    def free(self) -> bool:
        """Whether people wrote it: such a text counts as a whole, and states nothing about a field."""
        return bool(self.evidence) and all(each.source is Source.NOTE for each in self.evidence)


def of_evidence(evidence: Evidence) -> Known:
    """`Closing date of “Renewal”: 30 Sep → 31 Dec.`"""
    name = quoted(safe(evidence.record_name, limit=100), limit=60)
    value = one_line(safe(evidence.value, limit=2 * TEXT_LENGTH), limit=TEXT_LENGTH).rstrip(".")
    return Known(text=f"{evidence.label} of {name}: {value}.", evidence=(evidence,))


def of_records(
    facts: AccountFacts, pipeline: Pipeline, *, today: date, now: datetime, currency: Currency
) -> Iterator[Known]:
    """Open deals by amount, planned and latest activities, contacts, and the newest notes."""
    deals = sorted(pipeline.open_deals(facts.deals), key=lambda each: (-comparable(each), each.id))
    for deal in deals[:DEALS]:
        yield _deal(deal, today, currency)
    ahead = [each for each in facts.activities if not each.is_done(now) and each.at is not None]
    for activity in sorted(ahead, key=lambda each: (str(each.at), each.id))[:AHEAD]:
        yield _activity(activity, today, now)
    done = [each for each in facts.activities if each.is_done(now)]
    for activity in sorted(done, key=lambda each: (moment_of(each), each.id), reverse=True)[:DONE]:
        yield _activity(activity, today, now)
    for contact in [each for each in facts.contacts if each.title or each.buying_role][:CONTACTS]:
        yield _contact(contact)
    for note in sorted(facts.notes, key=lambda each: (each.created_at, each.id), reverse=True)[:NOTES]:
        if note.text.strip():
            yield _note(note, today)


def standing(entity: Entity, field: str, label: str, value: str, *, name: str) -> Evidence:
    """A record's present value."""
    source = Source.NOTE if isinstance(entity, Note) else Source.FIELD
    return Evidence(
        source=source,
        kind=entity.kind,
        record_id=entity.id,
        record_name=name,
        field=field,
        label=label,
        value=value,
        at=entity.modified_at,
    )


def name_of(entity: Entity) -> str:
    if isinstance(entity, Activity):
        return entity.subject
    return (entity.title or "Note") if isinstance(entity, Note) else entity.name


def records_of(facts: AccountFacts) -> dict[str, Entity]:
    """Everything on the account by id."""
    account: Sequence[Entity] = (facts.account,) if facts.account and not facts.partial else ()
    found: Sequence[Entity] = (*account, *facts.deals, *facts.contacts, *facts.activities, *facts.notes)
    return {each.id: each for each in found}


def _deal(deal: Deal, today: date, currency: Currency) -> Known:
    parts, evidence = (
        [f"is in {_short(deal.stage, 60)}"],
        [standing(deal, "stage", "Stage", deal.stage, name=deal.name)],
    )
    if worth := currency.worth(deal):
        parts.append(f"is worth {worth}")
        evidence.append(standing(deal, "amount", "Amount", worth, name=deal.name))
    if deal.closing_date is not None:
        closes = on_day(deal.closing_date, today=today)
        parts.append(f"{'was' if deal.closing_date < today else 'is'} to close on {closes}")
        evidence.append(standing(deal, "closing_date", "Closing date", closes, name=deal.name))
    if deal.next_step:
        parts.append(f"has the next step “{_short(deal.next_step, 120)}”")
        evidence.append(standing(deal, "next_step", "Next step", _short(deal.next_step, 120), name=deal.name))
    days = frozenset({deal.closing_date} - {None})
    return Known(text=f"{quoted(_short(deal.name, 80))} {joined(parts)}.", evidence=tuple(evidence), days=_days(*days))


def _activity(activity: Activity, today: date, now: datetime) -> Known:
    kind = "meeting" if activity.type is ActivityType.EVENT else activity.type.value
    day = moment_of(activity).date()
    state = _state(activity, day, today, now)
    said = f"The {kind} {quoted(_short(activity.subject, 100))} {state} {on_day(day, today=today)}."
    field = "at" if activity.at is not None else "subject"
    value = f"{_short(activity.subject, 100)}, {on_day(day, today=today)}"
    evidence = standing(activity, field, kind.capitalize(), value, name=activity.subject)
    return Known(text=said, evidence=(evidence,), days=_days(day))


def _state(activity: Activity, day: date, today: date, now: datetime) -> str:
    if activity.type is ActivityType.TASK:
        return "was done on" if activity.done else "was due on" if day < today else "is due on"
    return "took place on" if activity.is_done(now) else "was set for" if day < today else "is set for"


def _contact(contact: Contact) -> Known:
    role = ", ".join(_short(each, 60) for each in (contact.title, contact.buying_role) if each)
    field = "title" if contact.title else "buying_role"
    evidence = standing(contact, field, "Role", role, name=contact.name)
    return Known(text=f"{_short(contact.name, 60)} is {role}.", evidence=(evidence,))


def _note(note: Note, today: date) -> Known:
    text, day = one_line(safe(note.text, limit=4 * NOTE_LENGTH), limit=NOTE_LENGTH), note.created_at.date()
    evidence = standing(note, "text", "Note", text, name=note.title or "Note")
    return Known(text=f"A note of {on_day(day, today=today)} says: {text}", evidence=(evidence,), days=_days(day))


def _short(text: str, limit: int) -> str:
    return one_line(safe(text, limit=2 * limit), limit=limit)


def _days(*days: date | datetime | None) -> frozenset[date]:
    return frozenset(each.date() if isinstance(each, datetime) else each for each in days if each is not None)
