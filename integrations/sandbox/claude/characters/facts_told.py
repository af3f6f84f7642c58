"""Answer a kind of question in plain sentences from one account's details, with the ids to cite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from integrations.sandbox.claude.characters.words import day_text, listed, text_of
from store.domain.conversation.intents import Intent

Row = Mapping[str, Any]
Sentence = tuple[str, str]  # and the id of the record that it is from
_MOST = 5


def facts_told(details: Row, intent: Intent | None, today: date) -> list[Sentence]:
    """Return at most five sentences; none if the details do not answer this kind of question."""
    if intent is Intent.LAST_CONTACT:
        return list(_last_contact(details, today))
    if intent is Intent.CONTACTS:
        return list(_contacts(details))[:_MOST]
    if intent is Intent.NEXT_STEP:
        return [*_planned(details, today), *_steps(details)][:_MOST]
    if intent in (Intent.DEALS, Intent.COMPARE):
        return list(_deals(details, today))[:_MOST]
    return [*list(_deals(details, today))[:3], *_last_contact(details, today)]


def _deals(details: Row, today: date) -> Iterator[Sentence]:
    for deal in listed(details, "open_deals"):
        parts = [f"is in {text_of(deal, 'stage')}"] if text_of(deal, "stage") else []
        amount = deal.get("amount")
        if isinstance(amount, int | float) and not isinstance(amount, bool):
            parts.append(f"is worth {amount:,.0f}")
        if text_of(deal, "closing_date"):
            parts.append(f"is to close on {day_text(text_of(deal, 'closing_date'), today)}")
        said = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)
        if said:
            yield f"“{text_of(deal, 'name')}” {said}.", text_of(deal, "id")


def _last_contact(details: Row, today: date) -> Iterator[Sentence]:
    """The latest call or meeting that took place."""
    past = [each for each in listed(details, "activities") if _is_talk(each) and _day(each)[:10] <= today.isoformat()]
    past = [each for each in past if _day(each) and (each.get("done") or text_of(each, "type") != "call")]
    if past:
        last = max(past, key=_day)
        kind = "meeting" if text_of(last, "type") in ("event", "meeting") else "call"
        yield (
            f"The {kind} “{text_of(last, 'subject')}” took place on {day_text(_day(last), today)}.",
            text_of(last, "id"),
        )


def _planned(details: Row, today: date) -> Iterator[Sentence]:
    for each in listed(details, "activities"):
        day = text_of(each, "at") or text_of(each, "due")
        if not each.get("done") and day[:10] >= today.isoformat():
            kind = {"event": "meeting"}.get(text_of(each, "type"), text_of(each, "type") or "task")
            yield f"The {kind} “{text_of(each, 'subject')}” is set for {day_text(day, today)}.", text_of(each, "id")


def _steps(details: Row) -> Iterator[Sentence]:
    for deal in listed(details, "open_deals"):
        if step := text_of(deal, "next_step"):
            yield f"“{text_of(deal, 'name')}” has the next step “{step}”.", text_of(deal, "id")


def _contacts(details: Row) -> Iterator[Sentence]:
    for each in listed(details, "contacts"):
        title = text_of(each, "title")
        yield (
            f"{text_of(each, 'name')} is {title}." if title else f"{text_of(each, 'name')} is a contact.",
            text_of(each, "id"),
        )


def _is_talk(activity: Row) -> bool:
    return text_of(activity, "type") in ("call", "event", "meeting")


def _day(activity: Row) -> str:
    return text_of(activity, "done_at") or text_of(activity, "at")
