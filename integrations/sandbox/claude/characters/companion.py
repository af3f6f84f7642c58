"""A competent Thread Companion: works out what a question is about, looks it up, and answers with the results.

A wish to change a recommendation becomes an adjustment, a snooze or a dismissal of the right card; if it is not clear which
one is meant, it asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

from integrations.sandbox.claude.answers import Call, Said
from integrations.sandbox.claude.characters.wishes import Wish, month_in, wish_in
from integrations.sandbox.claude.characters.words import clip, closed, day_text, key_words, sentences, text_of
from integrations.sandbox.claude.prompt import Prompt, Result, items_of

DETAILS, NAMES, DEALS = "zoho_get_account_details", "zoho_search_accounts", "zoho_list_open_deals"
SEARCH = "cognee_search_memory"
_MISSED = re.compile(
    r"why (?:(?:wasn[’']t|isn[’']t|weren[’']t|aren[’']t) (?P<name>.{1,200}?)"
    r"|(?:was|is|were|are) (?P<other>.{1,200}?) (?:not|missing))"
    r" (?:on|in|from) (?:the|my|today[’']s) (?:list|brief)",
    re.IGNORECASE,
)
_STALLED = re.compile(r"\b(?:stalled|stuck|open deals|everything)\b", re.IGNORECASE)
_NOTHING: Mapping[str, Any] = {"cites": [], "adjust": None, "snooze": None, "dismiss": None}
_SHOWN = 5
_DAY = re.compile(r"(\b\d{1,2} [A-Z][a-z]{2}) (\d{4})\b")
Card = Mapping[str, Any]


def converse(prompt: Prompt, dice: Random) -> Said:
    message, thread = _message(prompt), prompt.block("thread")
    today = _today(thread) or date(2026, 1, 1)
    cards = list(_cards(thread))
    card = _meant(message, cards, thread)
    wish = wish_in(message, today)
    if wish.kind is not None:
        return _done(wish, card, cards)
    if prompt.rounds == 0 and (calls := _first_look(prompt, message, card, today)):
        return Said(text="Let me look that up.", calls=calls)
    if prompt.rounds == 1 and (call := _second_look(prompt)):
        return Said(calls=[call])
    return Said(value={**_NOTHING, **_answer(prompt, message, card, today)})


def _message(prompt: Prompt) -> str:
    given = prompt.block("message")
    return text_of(given, "text") if isinstance(given, Mapping) else given if isinstance(given, str) else ""


def _done(wish: Wish, card: Card | None, cards: Sequence[Card]) -> Said:
    if card is None:
        titles = "; ".join(f"“{text_of(each, 'title')}”" for each in cards[:_SHOWN])
        asked = (
            f"Which one do you mean: {titles}?" if cards else "I see no recommendation here that this could be about."
        )
        return Said(value={**_NOTHING, "answer": asked})
    name, title = _id(card), text_of(card, "title")
    if wish.kind == "snooze":
        said = f"“{title}” stays away for {wish.days} days."
        return Said(value={**_NOTHING, "answer": said, "snooze": {"proposal": name, "days": wish.days}})
    if wish.kind == "dismiss":
        said = f"“{title}” is off the list. I'll keep the reason: {closed(wish.reason)}"
        return Said(value={**_NOTHING, "answer": said, "dismiss": {"proposal": name, "reason": wish.reason}})
    adjust = {
        "proposal": name,
        "due": wish.due.isoformat() if wish.due else None,
        "assignee": wish.assignee,
        "subject": wish.subject,
        "text": wish.text,
    }
    parts = [
        f"due {wish.due.isoformat()}" if wish.due else "",
        f"for your {wish.assignee}" if wish.assignee == "manager" else "",
    ]
    told = ", ".join(filter(None, parts)) or "reworded"
    return Said(
        value={**_NOTHING, "answer": f"I have changed “{title}”: {told}. It waits for your approval.", "adjust": adjust}
    )


def _first_look(prompt: Prompt, message: str, card: Card | None, today: date) -> list[Call]:
    account = _account(card)
    if name := _missed(message):
        return _offered(prompt, Call(NAMES, {"name": name, "limit": 3}))
    if _STALLED.search(message):
        return _offered(prompt, Call(DEALS, {"limit": 50}))
    if re.match(r"\s*why\b", message, re.IGNORECASE) and account:
        return _offered(prompt, Call(DETAILS, {"account_id": account}))
    search: dict[str, Any] = {"query": clip(message, 400) or "news", "limit": 5}
    if account:
        search["account_id"] = account
    if month := month_in(message.casefold(), today):
        search["since"], search["until"] = (datetime.combine(day, time(), UTC).isoformat() for day in month)
    return _offered(prompt, Call(SEARCH, search))


def _missed(message: str) -> str:
    """Return the account that the message misses on the list."""
    found = _MISSED.search(message)
    return (found["name"] or found["other"]).strip(" “”\"'") if found else ""


def _second_look(prompt: Prompt) -> Call | None:
    """Read an account that was found by its name."""
    for result in prompt.gave(NAMES):
        for account in items_of(result.value)[:1]:
            if DETAILS in prompt.tools:
                return Call(DETAILS, {"account_id": text_of(account, "id")})
    return None


def _offered(prompt: Prompt, *calls: Call) -> list[Call]:
    return [call for call in calls if call.name in prompt.tools]


def _answer(prompt: Prompt, message: str, card: Card | None, today: date) -> Mapping[str, Any]:
    failed = [result for result in prompt.results if result.is_error]
    if name := _missed(message):
        return _not_listed(prompt, name)
    if deals := [row for result in prompt.gave(DEALS) for row in items_of(result.value)]:
        return _stalled(deals, today)
    passages = [row for result in prompt.gave(SEARCH) for row in items_of(result.value)]
    if passages:
        told = [_remembered(each, today) for each in passages[:3]]
        return {
            "answer": "Here is what I found. " + " ".join(told),
            "cites": [text_of(each, "id") for each in passages[:3]],
        }
    if card is not None and (reason := _reason(card)):
        cites = [text_of(each, "id") for each in _read(prompt.gave(DETAILS))[:1]]
        return {"answer": f"Because of this: {closed(reason)}", "cites": [each for each in cites if each]}
    if failed:
        return {"answer": "I could not look that up just now, so I will not guess."}
    return {"answer": "I found nothing about that in what I may read."}


def _not_listed(prompt: Prompt, name: str) -> Mapping[str, Any]:
    details = _read(prompt.gave(DETAILS))
    account = next((each["account"] for each in details if isinstance(each.get("account"), Mapping)), None)
    if account is None:
        return {"answer": f"I see no account called {name} among those you may see."}
    open_deals = [row for each in details for row in items_of(each.get("open_deals", []))]
    count = len(open_deals)
    state = f"{text_of(account, 'name')} has {count or 'no'} open {'deal' if count == 1 else 'deals'}."
    said = f"I see nothing on {text_of(account, 'name')} in this brief. {state}"
    return {"answer": said, "cites": [text_of(account, "id")]}


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


def _cards(value: Any) -> Iterator[Card]:
    """Yield every object in the thread that looks like a card: it has an id and a title."""
    if isinstance(value, Mapping):
        if _id(value) and text_of(value, "title"):
            yield value
        for each in value.values():
            yield from _cards(each)
    elif isinstance(value, list):
        for each in value:
            yield from _cards(each)


def _id(card: Card) -> str:
    return text_of(card, "proposal") or text_of(card, "proposal_id") or text_of(card, "id")


def _account(card: Card | None) -> str:
    if card is None:
        return ""
    account = card.get("account")
    return text_of(card, "account_id") or (text_of(account, "id") if isinstance(account, Mapping) else "")


def _meant(message: str, cards: Sequence[Card], thread: Any) -> Card | None:
    """Return the card that the message names; else the one in focus; else the only one."""
    words = key_words(message)
    scored = sorted(
        ((len(words & _named(card)), -place, card) for place, card in enumerate(cards)), key=lambda each: each[:2]
    )
    if scored and scored[-1][0] and (len(scored) == 1 or scored[-1][0] > scored[-2][0]):
        return scored[-1][2]
    focus = text_of(thread, "focus") if isinstance(thread, Mapping) else ""
    return next((card for card in cards if focus and _id(card) == focus), cards[0] if len(cards) == 1 else None)


def _named(card: Card) -> set[str]:
    account = card.get("account")
    name = text_of(account, "name") if isinstance(account, Mapping) else text_of(card, "account")
    return key_words(f"{text_of(card, 'title')} {name} {text_of(card, 'account_name')}")


def _today(value: Any) -> date | None:
    if isinstance(value, Mapping):
        try:
            return date.fromisoformat(text_of(value, "today")[:10])
        except ValueError:
            return next((found for each in value.values() if (found := _today(each))), None)
    if isinstance(value, list):
        return next((found for each in value if (found := _today(each))), None)
    return None
