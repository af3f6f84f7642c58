"""Passages about changes in the CRM: stages, amounts, closing dates, owners, sponsors. Other changes are not remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from store.domain.crm.accounts import Kind, StageOutcome
from store.domain.crm.changes import Change, ChangeKind
from store.domain.memory.passage import MemoryKind, Names, Passage, pieces
from store.domain.memory.pieces import safe
from store.domain.signals.moves import is_reopening
from store.domain.text.wording import day_and_year, money, one_line

Saying = Callable[[Change, Names], str]


def of_change(change: Change, names: Names, *, account_id: str, deal_id: str | None = None) -> tuple[Passage, ...]:
    """Return one passage with one sentence on a change that matters; none for any other.

    `deal_id` names the deal if the record is one or belongs to one. A sentence without a day of its own ends with the day
    of the change.
    """
    say = _SAYINGS.get((change.record_kind, change.kind, change.field))
    if say is None:
        return ()
    on_deal = change.record_kind is Kind.DEAL
    return pieces(
        MemoryKind.CHANGE,
        change.id,
        f"{say(change, names)}, {_when(change)}.",
        account_id=account_id,
        title=_TITLES.get(change.field or change.kind, "Change"),
        at=change.at,
        deal_id=change.record_id if on_deal else deal_id,
        contact_id=change.record_id if change.record_kind is Kind.CONTACT else _contact_of(change),
        author=names.person(change.owner_id),
    )


def _when(change: Change) -> str:
    day = day_and_year(change.at.date())
    earliest = day_and_year(change.since.date()) if change.since else day
    return f"on {day}" if earliest == day else f"between {earliest} and {day}"


def is_remembered(change: Change) -> bool:
    return (change.record_kind, change.kind, change.field) in _SAYINGS


def _contact_of(change: Change) -> str | None:
    """Return the sponsor who left or, if there was none, who came."""
    return (change.before or change.after) if change.field == "contact_id" else None


def _stage(change: Change, names: Names) -> str:
    deal, way = names.deal(change.record_id), f"from {_value(change.before)} to {_value(change.after)}"
    match names.pipeline.outcome(change.after or ""):
        case StageOutcome.WON:
            return f"{_capital(deal)} was won: its stage moved {way}"
        case StageOutcome.LOST:
            return f"{_capital(deal)} was lost: its stage moved {way}"
        case _ if is_reopening(change, names.pipeline):
            return f"{_capital(deal)} was reopened: its stage moved {way}"
        case _:
            before, after = names.pipeline.position(change.before or ""), names.pipeline.position(change.after or "")
            back = " back" if before is not None and after is not None and after < before else ""
            return f"{_capital(deal)} moved{back} {way}"


def _pipeline(change: Change, names: Names) -> str:
    way = f"from {_value(change.before)} to {_value(change.after)}"
    return f"{_capital(names.deal(change.record_id))} changed its pipeline {way}"


def _amount(change: Change, names: Names) -> str:
    before, after = _number(change.before), _number(change.after)
    verb = "fell" if after < before else "rose"
    sign = names.currencies.get(change.record_id, "")
    shown = f"from {money(before, sign)} to {money(after, sign)}"
    return f"The amount of {names.deal(change.record_id)} {verb} {shown}"


def _closing_date(change: Change, names: Names) -> str:
    deal, before, after = names.deal(change.record_id), _date(change.before), _date(change.after)
    if before is None or after is None:
        shown = day_and_year(after) if after else "no date"
        return f"The closing date of {deal} was set to {shown}"
    verb = "slipped" if after > before else "was brought forward"
    return f"The closing date of {deal} {verb} from {day_and_year(before)} to {day_and_year(after)}"


def _sponsor(change: Change, names: Names) -> str:
    deal = names.deal(change.record_id)
    if change.after is None:
        return f"{_capital(deal)} lost its primary contact, {names.contact(change.before)}"
    if change.before is None:
        return f"{_capital(deal)} got a primary contact, {names.contact(change.after)}"
    shown = f"from {names.contact(change.before)} to {names.contact(change.after)}"
    return f"The primary contact of {deal} changed {shown}"


def _deal_owner(change: Change, names: Names) -> str:
    return f"{_capital(names.deal(change.record_id))} went {_hands(change, names)}"


def _account_owner(change: Change, names: Names) -> str:
    return f"{_capital(names.account(change.record_id))} went {_hands(change, names)}"


def _hands(change: Change, names: Names) -> str:
    return f"from {names.person(change.before)} to {names.person(change.after)}"


def _left(change: Change, names: Names) -> str:
    return f"{_capital(names.contact(change.record_id))} left {names.account(change.before)}"


def _gone(change: Change, names: Names) -> str:
    return f"{_capital(names.contact(change.record_id))} was removed from the CRM"


def _back(change: Change, names: Names) -> str:
    return f"{_capital(names.contact(change.record_id))} was restored in the CRM"


def _role(change: Change, names: Names) -> str:
    shown = f"from {_value(change.before)} to {_value(change.after)}"
    return f"The role of {names.contact(change.record_id)} changed {shown}"


def _opened(change: Change, names: Names) -> str:
    return f"{_capital(names.deal(change.record_id))} was opened"


_UPDATED, _CREATED, _DELETED = ChangeKind.UPDATED, ChangeKind.CREATED, ChangeKind.DELETED
_SAYINGS: Mapping[tuple[Kind, ChangeKind, str], Saying] = {
    (Kind.DEAL, _UPDATED, "stage"): _stage,
    (Kind.DEAL, _UPDATED, "pipeline_name"): _pipeline,
    (Kind.DEAL, _UPDATED, "amount"): _amount,
    (Kind.DEAL, _UPDATED, "closing_date"): _closing_date,
    (Kind.DEAL, _UPDATED, "contact_id"): _sponsor,
    (Kind.DEAL, _UPDATED, "owner_id"): _deal_owner,
    (Kind.DEAL, _CREATED, ""): _opened,
    (Kind.ACCOUNT, _UPDATED, "owner_id"): _account_owner,
    (Kind.CONTACT, _UPDATED, "account_id"): _left,
    (Kind.CONTACT, _UPDATED, "buying_role"): _role,
    (Kind.CONTACT, _DELETED, ""): _gone,
    (Kind.CONTACT, ChangeKind.RESTORED, ""): _back,
}
_TITLES: Mapping[str, str] = {
    "stage": "Stage moved",
    "pipeline_name": "Pipeline changed",
    "amount": "Amount moved",
    "closing_date": "Closing date moved",
    "contact_id": "Primary contact changed",
    "owner_id": "Owner changed",
    "account_id": "Contact left",
    "buying_role": "Role of a contact changed",
    "created": "Deal opened",
    "deleted": "Contact removed",
    "restored": "Contact restored",
}


def _value(text: str | None) -> str:
    return one_line(safe(text or "", limit=300)) or "nothing"


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
