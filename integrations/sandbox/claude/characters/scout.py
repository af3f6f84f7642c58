"""A competent Zoho Scout: reads the account and the history of its largest deal, and reports the fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from integrations.sandbox.claude.answers import Call, Said
from integrations.sandbox.claude.characters.words import clip, closed, listed, sentences, text_of
from integrations.sandbox.claude.prompt import Prompt, items_of

FACTS, LENGTH = 4, 240
DETAILS, NOTES, HISTORY = "zoho_get_account_details", "zoho_get_notes", "zoho_get_history"

Fact = dict[str, Any]


def scout(prompt: Prompt, dice: Random) -> Said:
    account = text_of(prompt.object("account"), "id")
    if prompt.rounds == 0:
        asked: dict[str, dict[str, Any]] = {
            DETAILS: {"account_id": account},
            NOTES: {"account_id": account, "limit": 10},
        }
        known = listed(prompt.object("account"), "deals")
        if known:
            asked[HISTORY] = {"kind": "deal", "record_id": text_of(known[0], "id"), "limit": 20}
        calls = [Call(name, args) for name, args in asked.items() if name in prompt.tools and not prompt.gave(name)]
        if calls:
            return Said(text="I read the account first.", calls=calls)
    details = _details(prompt)
    deals = sorted(listed(details, "open_deals"), key=_amount, reverse=True)
    if prompt.rounds <= 1 and deals and HISTORY in prompt.tools and not prompt.gave(HISTORY):
        return Said(calls=[Call(HISTORY, {"kind": "deal", "record_id": text_of(deals[0], "id"), "limit": 20})])
    return Said(value={"facts": list(_facts(prompt, details, deals))[:FACTS]})


def _details(prompt: Prompt) -> Mapping[str, Any]:
    values = [result.value for result in prompt.gave(DETAILS) if isinstance(result.value, Mapping)]
    return values[-1] if values else {}


def _facts(prompt: Prompt, details: Mapping[str, Any], deals: Sequence[Mapping[str, Any]]) -> Iterator[Fact]:
    for deal in deals[:2]:
        yield from _of_deal(deal)
    if deals:
        yield from _moves(prompt, text_of(deals[0], "id"))
    for note in [*listed(details, "notes"), *(row for each in prompt.gave(NOTES) for row in items_of(each.value))][:2]:
        said = " ".join(sentences(text_of(note, "text"))[:2])
        if said:
            yield _fact(said, note, "text")
    for activity in listed(details, "activities")[:2]:
        state = "was done" if activity.get("done") is True else "is open"
        yield _fact(f"“{text_of(activity, 'subject')}” {state}.", activity, "subject")


def _of_deal(deal: Mapping[str, Any]) -> Iterator[Fact]:
    name = text_of(deal, "name")
    if text_of(deal, "stage"):
        yield _fact(f"{name} is at {text_of(deal, 'stage')}.", deal, "stage")
    if _amount(deal):
        yield _fact(f"{name} is worth {_amount(deal):,.0f}.", deal, "amount")
    if text_of(deal, "closing_date"):
        yield _fact(f"{name} is due to close on {text_of(deal, 'closing_date')}.", deal, "closing_date")
    if text_of(deal, "next_step"):
        yield _fact(f"The next step of {name} is: {text_of(deal, 'next_step')}", deal, "next_step")


def _moves(prompt: Prompt, deal_id: str) -> Iterator[Fact]:
    """Yield the latest change in the deal's history."""
    for result in prompt.gave(HISTORY):
        for entry in items_of(result.value)[:1]:
            label, before, after = (text_of(entry, name) for name in ("label", "before", "after"))
            if label and after:
                changed = f"{label} went from {before} to {after}" if before else f"{label} was set to {after}"
                yield _fact(f"{changed} on {text_of(entry, 'at')[:10]}.", {"id": deal_id}, text_of(entry, "field"))


def _fact(text: str, record: Mapping[str, Any], field: str) -> Fact:
    return {"text": clip(closed(text), LENGTH), "record_id": text_of(record, "id"), "field": field}


def _amount(deal: Mapping[str, Any]) -> float:
    amount = deal.get("amount")
    return float(amount) if isinstance(amount, int | float) else 0.0
