"""Signals stay silent about a record if a field that they need could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from store.domain.crm.accounts import Account, AccountFacts, Activity, Contact, Deal, Entity, Kind, Note
from store.domain.crm.basis import label_of
from store.domain.crm.unread import Why
from store.domain.signals.kinds import Finding, SignalKind
from store.domain.text.wording import quoted

Fields = Mapping[Kind, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Needs:
    """`about` are the fields of the record that a signal is about: it is not judged without them. `besides` are those of other
    records, which might refute it."""

    about: Fields
    besides: Fields


def _needs(*, deal: str = "", task: str = "", **besides: str) -> Needs:
    about = {Kind.DEAL: deal, Kind.ACTIVITY: task}
    return Needs(
        about={kind: frozenset(names.split()) for kind, names in about.items() if names},
        besides={Kind(kind): frozenset(names.split()) for kind, names in besides.items()},
    )


_TIMES = "at done done_at ends_at account_id deal_id"
NEEDS: Mapping[SignalKind, Needs] = {
    SignalKind.NO_ACTIVITY: _needs(activity=_TIMES, note="created_at account_id deal_id"),
    SignalKind.DEAL_STALLED: _needs(deal="stage pipeline_name created_at modified_at"),
    SignalKind.CLOSE_DATE_PASSED: _needs(deal="stage closing_date"),
    SignalKind.CLOSE_DATE_SLIPPED: _needs(deal="stage closing_date"),
    SignalKind.AMOUNT_DROPPED: _needs(deal="stage amount currency"),
    SignalKind.STAGE_MOVED_BACK: _needs(deal="stage pipeline_name"),
    SignalKind.SPONSOR_CHANGED: _needs(deal="stage contact_id", contact="account_id"),
    SignalKind.NO_NEXT_STEP: _needs(deal="stage next_step created_at", activity=_TIMES),
    SignalKind.TASK_OVERDUE: _needs(task="at done status"),
    SignalKind.SINGLE_THREADED: _needs(
        deal="stage amount currency exchange_rate created_at", contact="account_id", activity="contact_id"
    ),
    SignalKind.OWNER_CHANGED: _needs(account="owner_id"),
    SignalKind.NEW_DEAL: _needs(deal="stage created_at"),
    SignalKind.DEAL_WON: _needs(deal="stage"),
    SignalKind.DEAL_LOST: _needs(deal="stage"),
    SignalKind.DEAL_REOPENED: _needs(deal="stage"),
}
# A signal about the account as a whole says nothing if one of its deals cannot be judged.
_WHOLE = frozenset({SignalKind.SINGLE_THREADED})


def judged(kind: SignalKind, facts: AccountFacts, detect: Callable[[AccountFacts], Finding]) -> Finding:
    """Run a detector on the records that could be read; the others are in the finding's `unread`."""
    needs = NEEDS[kind]
    odd = [each for each in _records(facts) if _lacks(each, needs.about)]
    found = detect(_without(facts, odd) if odd else facts)
    doubtful = [each for each in _records(facts) if _lacks(each, needs.besides)] if found.signals else []
    if doubtful or (odd and kind in _WHOLE):
        held = tuple(signal.record_id for signal in found.signals)
        return Finding(kind, (), _said((*doubtful, *odd)), unread=(*held, *(each.id for each in odd)))
    if not odd:
        return found
    return replace(found, why_not="" if found.signals else _said(odd), unread=tuple(each.id for each in odd))


def unread_in(facts: AccountFacts) -> Iterator[tuple[Entity, str]]:
    """Yield each field of this account that some signal needs and that could not be read: its record, and its name for people."""
    for record in _records(facts):
        for name in sorted(_unknown(record) & _NEEDED.get(record.kind, frozenset())):
            yield record, label_of(name).lower()


def _records(facts: AccountFacts) -> Iterator[Entity]:
    if facts.account:
        yield facts.account
    yield from facts.deals
    yield from facts.contacts
    yield from facts.activities
    yield from facts.notes


def _lacks(record: Entity, needed: Fields) -> frozenset[str]:
    return _unknown(record) & needed.get(record.kind, frozenset()) if record.unread else frozenset()


def _unknown(record: Entity) -> frozenset[str]:
    return frozenset(each.field for each in record.unread if each.why is not Why.TOO_LONG)


def _without(facts: AccountFacts, odd: Iterable[Entity]) -> AccountFacts:
    gone = {each.id for each in odd}
    return replace(
        facts,
        deals=tuple(each for each in facts.deals if each.id not in gone),
        activities=tuple(each for each in facts.activities if each.id not in gone),
    )


def _said(records: Iterable[Entity]) -> str:
    first = next(iter(records))
    return f"Not everything about {called(first)} can be read in the CRM."


def called(record: Entity) -> str:
    """Name a record in a sentence."""
    match record:
        case Account():
            return "the account"
        case Deal() | Contact():
            return quoted(record.name)
        case Activity():
            return quoted(record.subject)
        case Note():
            return quoted(record.title) if record.title else "a note"


def _together() -> dict[Kind, frozenset[str]]:
    found: dict[Kind, frozenset[str]] = {}
    for needs in NEEDS.values():
        for fields in (needs.about, needs.besides):
            for kind, names in fields.items():
                found[kind] = found.get(kind, frozenset()) | names
    return found


_NEEDED = _together()
