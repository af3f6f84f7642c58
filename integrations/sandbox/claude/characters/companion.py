"""A competent Thread Companion: works out what a question is about, looks it up, and answers with the results.

It answers about the account that was asked about and no other, and says so if it finds none. A wish to change a recommendation
becomes an adjustment, a snooze or a dismissal of the right card; if it is not clear which one is meant, it asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

from integrations.sandbox.claude.answers import Said
from integrations.sandbox.claude.characters.asked_about import account_of, asked_in, name_of
from integrations.sandbox.claude.characters.looks import is_why, looks, missed_in
from integrations.sandbox.claude.characters.replies import reply, told_of_list
from integrations.sandbox.claude.characters.wishes import Wish, wish_in
from integrations.sandbox.claude.characters.words import closed, key_words, text_of
from integrations.sandbox.claude.prompt import Prompt
from store.domain.conversation.intents import Intent

_NOTHING: Mapping[str, Any] = {"cites": [], "adjust": None, "snooze": None, "dismiss": None}
_SHOWN = 5
_POLITE: Mapping[Intent, str] = {
    Intent.GREETING: "Hello! Ask me about an account, your deals or your day.",
    Intent.THANKS: "You're welcome.",
    Intent.SMALL_TALK: "All well here.",
    Intent.WHO_ARE_YOU: "I'm a scripted stand-in for Claude in this conversation.",
    Intent.HELP: "Ask me about an account, your deals or your day.",
    Intent.NOT_MY_JOB: "I can't help with that. I know your accounts, your deals and your day.",
    Intent.NOT_IN_CRM: "I don't have that: it isn't in what I may read.",
    Intent.CHANGE_DEAL: "I can't change or create records. The buttons on a card do that.",
    Intent.STOP: "I can't stop messages from here.",
}
Card = Mapping[str, Any]


def converse(prompt: Prompt, dice: Random) -> Said:
    message, thread = _message(prompt), prompt.block("thread")
    today = _today(thread) or date(2026, 1, 1)
    cards = list(_cards(thread))
    card = _meant(message, cards, thread)
    wish = wish_in(message, today)
    if wish.kind is not None:
        return _done(wish, card, cards)
    asked = asked_in(message, thread, cards, card)
    if asked.intent is not None and asked.intent in _POLITE:
        return Said(value={**_NOTHING, "answer": _POLITE[asked.intent]})
    on_a_card = card is not None and account_of(card) in asked.accounts
    if is_why(message) and not on_a_card and not missed_in(message) and (why := _why_not(thread)):
        return Said(value={**_NOTHING, "answer": why, "cites": ["why_not"]})
    if calls := looks(prompt, message, asked, today):
        return Said(text="" if prompt.rounds else "Let me look that up.", calls=calls)
    return Said(value={**_NOTHING, **reply(prompt, message, asked, card, cards, today)})


def _why_not(thread: Any) -> str:
    """Return what the thread says about why an account is or isn't on the list."""
    return " ".join(map(closed, told_of_list(thread)))


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
    return key_words(f"{text_of(card, 'title')} {name_of(card)}")


def _today(value: Any) -> date | None:
    if isinstance(value, Mapping):
        try:
            return date.fromisoformat(text_of(value, "today")[:10])
        except ValueError:
            return next((found for each in value.values() if (found := _today(each))), None)
    if isinstance(value, list):
        return next((found for each in value if (found := _today(each))), None)
    return None
