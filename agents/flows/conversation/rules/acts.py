"""Read a request to snooze, dismiss or adjust from a message, without a model. `ObeyWish` then checks it like any other."""

from __future__ import annotations

import re
from typing import Literal

from agents.author.subagents.thread_companion import Adjust, Dismiss, Snooze, Wish
from agents.flows.conversation.thread import Talk
from store.domain.grounding import wishes
from store.domain.grounding.days import days_in
from store.domain.text.shorthand import spelled_out

_QUOTED = re.compile(r"[“\"](?P<words>[^”\"]{2,200})[”\"]")
_REASON = re.compile(r"\b(?:because|since|as|,)\s+(?P<why>.{3,280})$", re.IGNORECASE)
_TO_MANAGER = re.compile(r"\b(?:give|assign|hand|pass|delegate)\b.{0,30}\b(?:manager|boss)\b", re.IGNORECASE)
_TO_OWNER = re.compile(r"\b(?:give|assign|hand|pass)\b.{0,30}\b(?:to me|myself)\b", re.IGNORECASE)
# A colleague by name; only the manager's own name counts (`wishes.names_assignee`).
_TO_SOMEONE = re.compile(r"\b(?i:give|assign|hand|pass|delegate)\b.{0,60}\bto [A-Z][^\W\d_]+")


def wish_in(message: str, talk: Talk) -> Wish | None:
    """What the person wants done with the card that they mean; None if they want nothing done. Without a card, `ObeyWish` asks
    which one is meant."""
    place = talk.meant(message)
    proposal = talk.cards[place].proposal.id if place is not None else ""
    if wishes.asks_to_dismiss(message):
        return Dismiss(proposal=proposal, reason=_reason(message))
    if wishes.asks_to_put_off(message):
        days = wishes.days_asked(message, talk.today) or 0
        return Snooze(proposal=proposal, days=days, until_change=not days and wishes.asks_until_change(message))
    return _adjust(message, talk, proposal) if wishes.asks_to_adjust(message) else None


def asks_for_a_change(message: str, talk: Talk) -> bool:
    """Whether it wants anything decided, changed or brought back."""
    back = wishes.asks_to_bring_back(message, talk.today) or wishes.asks_to_undo(message, after_change=False)
    return back or wishes.asks_to_approve(message) or wish_in(message, talk) is not None


def is_clear(wish: Wish) -> bool:
    """Whether it says which card, and for how long."""
    return bool(wish.proposal) and (not isinstance(wish, Snooze) or wish.days > 0 or wish.until_change)


def _adjust(message: str, talk: Talk, proposal: str) -> Adjust | None:
    days = days_in(spelled_out(message), talk.today)
    due = next((each.exact for each in days if each.exact), None)
    if due is None and days:
        step = wishes.days_asked(message, talk.today)
        due = talk.day_in(step) if step is not None else None
    words = _QUOTED.search(message)
    assignee: Literal["owner", "manager"] | None = None
    if _TO_MANAGER.search(message) or _TO_SOMEONE.search(message):
        assignee = "manager"
    elif _TO_OWNER.search(message):
        assignee = "owner"
    if due is None and words is None and assignee is None:
        return None
    return Adjust(proposal=proposal, due=due, assignee=assignee, subject=words["words"] if words else None, text=None)


def _reason(message: str) -> str:
    found = _REASON.search(message)
    return found["why"].strip(" .!") if found else ""
