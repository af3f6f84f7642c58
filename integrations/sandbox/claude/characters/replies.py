"""The companion's replies from what its tools returned, about the account that was asked about and no other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from integrations.sandbox.claude.characters.asked_about import Asked, account_of, is_usual, name_of
from integrations.sandbox.claude.characters.facts_told import facts_told
from integrations.sandbox.claude.characters.looks import (
    DEALS,
    DESK,
    DETAILS,
    DRAFT,
    NAMES,
    SEARCH,
    found_account,
    is_question,
    is_why,
    missed_in,
)
from integrations.sandbox.claude.characters.words import clip, closed, day_text, key_words, sentences, text_of
from integrations.sandbox.claude.prompt import Prompt, Result, items_of
from store.domain.conversation.intents import needs_account

_SHOWN = 5
_DAY = re.compile(r"(\b\d{1,2} [A-Z][a-z]{2}) (\d{4})\b")
_UNCLEAR = "I'm not sure what you mean. Ask me about an account, your deals or your day."
_AT_DESK = frozenset(name for name, _ in DESK.values())
Card = Mapping[str, Any]


def reply(
    prompt: Prompt, message: str, asked: Asked, card: Card | None, cards: Sequence[Card], today: date
) -> Mapping[str, Any]:
    if missed := missed_in(message):
        return _not_listed(prompt, missed)
    if asked.name and NAMES in prompt.tools and not found_account(prompt, asked.name):
        return {"answer": f"I found no account called {clip(asked.name, 80)} among those you may see."}
    if told := [row for name in (*_AT_DESK, DRAFT) for result in prompt.gave(name) for row in items_of(result.value)]:
        return _repeated(told)
    if deals := [row for result in prompt.gave(DEALS) for row in items_of(result.value)]:
        return _stalled(deals, today)
    about = set(asked.accounts) or {found_account(prompt, asked.name)} - {""}
    passages = [row for result in prompt.gave(SEARCH) for row in items_of(result.value) if _is_about(row, about)]
    if not about:
        passages = [each for each in passages if _has_words_of(message, each)]
    if passages:
        told_by = [_remembered(each, today) for each in passages[:3]]
        return {
            "answer": "Here is what I found. " + " ".join(told_by),
            "cites": [text_of(each, "id") for each in passages[:3]],
        }
    details = [each for each in _read(prompt.gave(DETAILS)) if _is_about(each.get("account"), about)]
    mine = card is not None and (not about or account_of(card) in about)
    if mine and card and (reason := _reason(card)) and (is_why(message) or not details):
        cites = [text_of(each, "id") for each in details[:1]]
        return {"answer": f"Because of this: {closed(reason)}", "cites": [each for each in cites if each]}
    if said := [pair for each in details for pair in facts_told(each, asked.intent, today)]:
        return {
            "answer": " ".join(text for text, _ in said),
            "cites": list(dict.fromkeys(one for _, one in said if one)),
        }
    return {"answer": _without_facts(prompt, message, asked, cards)}


def _without_facts(prompt: Prompt, message: str, asked: Asked, cards: Sequence[Card]) -> str:
    if any(result.is_error for result in prompt.results):
        return "I could not look that up just now, so I will not guess."
    if asked.intent is not None and needs_account(asked.intent) and not asked.accounts and not asked.name:
        names = "; ".join(list(dict.fromkeys(filter(None, map(name_of, cards))))[:_SHOWN])
        return f"Which account do you mean: {names}?" if names else "Which account do you mean?"
    if asked.intent is None and not is_question(message):
        return _UNCLEAR
    return "I found nothing about that in what I may read."


def _is_about(record: Any, accounts: set[str]) -> bool:
    """Whether a record is of one of these accounts, or names none; without accounts, any record is."""
    if not accounts or not isinstance(record, Mapping):
        return True
    of = text_of(record, "account_id") or (text_of(record, "id") if "name" in record else "")
    return not of or of in accounts


def _has_words_of(message: str, passage: Mapping[str, Any]) -> bool:
    """Whether a passage that may be of any account has a word of the question, besides the usual ones."""
    asked = {word for word in key_words(message) if not is_usual(word)}
    return bool(asked & key_words(f"{text_of(passage, 'title')} {text_of(passage, 'text')}"))


def _repeated(lines: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Repeat the lines that code worked out."""
    shown = [each for each in lines if text_of(each, "text")][:8]
    return {
        "answer": "\n".join(text_of(each, "text") for each in shown),
        "cites": [text_of(each, "id") for each in shown],
    }


def _not_listed(prompt: Prompt, name: str) -> Mapping[str, Any]:
    details = _read(prompt.gave(DETAILS))
    account = next((each["account"] for each in details if isinstance(each.get("account"), Mapping)), None)
    if account is None:
        return {"answer": f"I found no account called {name} among those you may see."}
    open_deals = [row for each in details for row in items_of(each.get("open_deals", []))]
    count = len(open_deals)
    state = f"{text_of(account, 'name')} has {count or 'no'} open {'deal' if count == 1 else 'deals'}."
    place = next((each for each in told_of_list(prompt.block("thread")) if each.startswith("The brief of")), "")
    if not place:
        return {
            "answer": f"I don't know the place of {text_of(account, 'name')}. {state}",
            "cites": [text_of(account, "id")],
        }
    return {"answer": f"{place} {state}", "cites": ["why_not", text_of(account, "id")]}


def told_of_list(thread: Any) -> list[str]:
    """What the thread says, line by line, about an account's place on the list."""
    found = thread.get("why_not") if isinstance(thread, Mapping) else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _stalled(deals: Sequence[Mapping[str, Any]], today: date) -> Mapping[str, Any]:
    """Return the deals that have gone untouched for the longest time."""
    oldest = sorted(deals, key=lambda each: text_of(each, "modified_at"))[:_SHOWN]
    told = [
        f"{text_of(each, 'name')} ({text_of(each, 'stage')}, last changed {day_text(text_of(each, 'modified_at'), today)})"
        for each in oldest
    ]
    return {
        "answer": "Untouched for the longest time: " + "; ".join(told) + ".",
        "cites": [text_of(each, "id") for each in oldest],
    }


def _read(results: Sequence[Result]) -> list[Mapping[str, Any]]:
    return [result.value for result in results if isinstance(result.value, Mapping)]


def _remembered(passage: Mapping[str, Any], today: date) -> str:
    """Its first sentence, with the day in front if it names none, and without this year's number."""
    said = _first(passage)
    if _DAY.search(said):
        return _DAY.sub(lambda day: day[1] if int(day[2]) == today.year else day[0], said)
    return f"{day_text(text_of(passage, 'at'), today)}: {said}"


def _first(passage: Mapping[str, Any]) -> str:
    said = sentences(text_of(passage, "text"))
    return closed(clip(said[0] if said else text_of(passage, "title"), 300))


def _reason(card: Card) -> str:
    return next((found for name in ("rationale", "why", "reason", "summary") if (found := text_of(card, name))), "")
