"""The Thread Companion: its view of a conversation, its tools, and the schema of its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from agents.author.subagents.schemas import TEXT, TEXTS, closed, one_of, optional
from agents.author.subagents.subagent import Subagent, text_in, texts_in
from agents.model.question import Block, Question
from agents.model.toolbox import Agent, Toolbox

# Wishes come first, so that an answer with one is recognised before any of its text is shown.
SCHEMA = closed(
    adjust=optional(
        closed(
            proposal=TEXT,
            due=optional(TEXT),
            assignee=optional(one_of("owner", "manager")),
            subject=optional(TEXT),
            text=optional(TEXT),
        )
    ),
    snooze=optional(closed(proposal=TEXT, days={"type": "integer"})),
    dismiss=optional(closed(proposal=TEXT, reason=TEXT)),
    cites=TEXTS,
    answer=TEXT,
)
COMPANION = Subagent(agent=Agent.THREAD_COMPANION, schema=SCHEMA, rounds=4, max_tokens=1_500, seconds=45.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjust:
    """The requested changes; None leaves a field as it is."""

    proposal: str
    due: date | None
    assignee: Literal["owner", "manager"] | None
    subject: str | None
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """With `until_change`, until the account changes."""

    proposal: str
    days: int
    until_change: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismiss:
    proposal: str
    reason: str


Wish = Adjust | Snooze | Dismiss


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """The model's unchecked answer. If it has more than one wish, none counts."""

    answer: str
    cites: tuple[str, ...] = ()
    wish: Wish | None = None


def question(model: str, *, thread: Mapping[str, Any], message: str, tools: Toolbox) -> Question:
    """`thread` is the conversation as the companion may see it, `message` the person's text. Raises: BadInput."""
    return COMPANION.question(model, [Block("thread", thread), Block("message", {"text": message})], tools)


def understood(value: Mapping[str, Any]) -> Understood:
    """Parse a value that fits SCHEMA."""
    wishes = [each for each in (_adjust(value), _snooze(value), _dismiss(value)) if each is not None]
    return Understood(
        answer=text_in(value, "answer"),
        cites=texts_in(value, "cites"),
        wish=wishes[0] if len(wishes) == 1 else None,
    )


def wishes_nothing(value: Mapping[str, Any]) -> bool:
    """Whether a partial answer is certain to have no wish."""
    return all(name in value and value[name] is None for name in ("adjust", "snooze", "dismiss"))


def _adjust(value: Mapping[str, Any]) -> Adjust | None:
    found = value.get("adjust")
    if not isinstance(found, Mapping):
        return None
    assignee = found.get("assignee")
    return Adjust(
        proposal=text_in(found, "proposal"),
        due=_day(found.get("due")),
        assignee="owner" if assignee == "owner" else "manager" if assignee == "manager" else None,
        subject=text_in(found, "subject") or None,
        text=text_in(found, "text") or None,
    )


def _snooze(value: Mapping[str, Any]) -> Snooze | None:
    found = value.get("snooze")
    if not isinstance(found, Mapping):
        return None
    days = found.get("days")
    return Snooze(proposal=text_in(found, "proposal"), days=days if isinstance(days, int) else 0)


def _dismiss(value: Mapping[str, Any]) -> Dismiss | None:
    found = value.get("dismiss")
    if not isinstance(found, Mapping):
        return None
    return Dismiss(proposal=text_in(found, "proposal"), reason=text_in(found, "reason"))


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
