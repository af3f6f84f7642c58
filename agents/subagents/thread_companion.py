"""The Thread Companion: what it is told of a conversation, what it may look up, and the shape of what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from agents.asking import Block, Question
from agents.prompting import load_prompt
from agents.toolbox import Agent, Toolbox

ROUNDS, MAX_TOKENS, SECONDS = 4, 1_500, 45.0

_TEXT: Mapping[str, Any] = {"type": "string"}
_OR_NOTHING: Mapping[str, Any] = {"anyOf": [_TEXT, {"type": "null"}]}


def _object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _or_null(shape: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [shape, {"type": "null"}]}


# The wishes come first, so that an answer that carries one is known as such before its text is shown to anybody.
SCHEMA: Mapping[str, Any] = _object(
    adjust=_or_null(
        _object(
            proposal=_TEXT,
            due=_OR_NOTHING,
            assignee={"anyOf": [{"type": "string", "enum": ["owner", "manager"]}, {"type": "null"}]},
            subject=_OR_NOTHING,
            text=_OR_NOTHING,
        )
    ),
    snooze=_or_null(_object(proposal=_TEXT, days={"type": "integer"})),
    dismiss=_or_null(_object(proposal=_TEXT, reason=_TEXT)),
    cites={"type": "array", "items": _TEXT},
    answer=_TEXT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjust:
    """What shall be another: None stays as it is."""

    proposal: str
    due: date | None
    assignee: Literal["owner", "manager"] | None
    subject: str | None
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    proposal: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismiss:
    proposal: str
    reason: str


Wish = Adjust | Snooze | Dismiss


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """An answer as the model gave it, not held to anything yet. With more than one wish none counts."""

    answer: str
    cites: tuple[str, ...] = ()
    wish: Wish | None = None


def question(model: str, *, thread: Mapping[str, Any], message: str, tools: Toolbox) -> Question:
    """`thread` is what the companion may know of the conversation, `message` what the person wrote."""
    prompt = load_prompt("thread_companion")
    return Question(
        agent=Agent.THREAD_COMPANION,
        model=model,
        prompt=prompt,
        system=prompt.render("system.role", {}),
        blocks=[Block("thread", thread), Block("message", {"text": message})],
        schema=SCHEMA,
        tools=tools,
        rounds=ROUNDS,
        max_tokens=MAX_TOKENS,
        seconds=SECONDS,
    )


def understood(value: Mapping[str, Any]) -> Understood:
    """The answer out of a value that fits SCHEMA."""
    wishes = [each for each in (_adjust(value), _snooze(value), _dismiss(value)) if each is not None]
    cites = value.get("cites")
    return Understood(
        answer=_string(value, "answer"),
        cites=tuple(str(each) for each in cites) if isinstance(cites, Sequence) and not isinstance(cites, str) else (),
        wish=wishes[0] if len(wishes) == 1 else None,
    )


def wishes_nothing(value: Mapping[str, Any]) -> bool:
    """Whether an answer that is still coming is known to carry no wish."""
    return all(name in value and value[name] is None for name in ("adjust", "snooze", "dismiss"))


def _adjust(value: Mapping[str, Any]) -> Adjust | None:
    found = value.get("adjust")
    if not isinstance(found, Mapping):
        return None
    assignee = found.get("assignee")
    return Adjust(
        proposal=_string(found, "proposal"),
        due=_day(found.get("due")),
        assignee="owner" if assignee == "owner" else "manager" if assignee == "manager" else None,
        subject=_string(found, "subject") or None,
        text=_string(found, "text") or None,
    )


def _snooze(value: Mapping[str, Any]) -> Snooze | None:
    found = value.get("snooze")
    if not isinstance(found, Mapping):
        return None
    days = found.get("days")
    return Snooze(proposal=_string(found, "proposal"), days=days if isinstance(days, int) else 0)


def _dismiss(value: Mapping[str, Any]) -> Dismiss | None:
    found = value.get("dismiss")
    if not isinstance(found, Mapping):
        return None
    return Dismiss(proposal=_string(found, "proposal"), reason=_string(found, "reason"))


def _string(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found.strip() if isinstance(found, str) else ""


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
