"""A request's body as JSON for the inbox, in a form that every database accepts."""

from __future__ import annotations

import json
from typing import Any

from bot.inbound.envelope import Body, is_from_a_person


def asks_for_something(body: Body) -> bool:
    """Whether ignoring it would lose anything. Most events only report the bot's own messages and their updates."""
    event = body.get("event") or {}
    return event.get("type") != "message" or is_from_a_person(event)


def kept_text(body: Body) -> str:
    """The body, ready to dispatch again, without Slack's verification token: a secret that serves no purpose."""
    return json.dumps({name: value for name, value in body.items() if name != "token"}, separators=(",", ":"))


def cleaned(body: dict[str, Any]) -> dict[str, Any]:
    """The same body without null characters, which PostgreSQL rejects, and without lone surrogates."""
    text = json.dumps(body, ensure_ascii=False)
    if "\\u0000" not in text and text.isprintable():
        return body
    made: dict[str, Any] = _cleaned(body)
    return made


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", errors="replace").decode()
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(inner) for name, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list) else value
