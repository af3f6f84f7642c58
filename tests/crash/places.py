"""The kinds of places where the bot is killed, as data: what the harness waits for, in the bot's process or on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ANYTHING = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """The COMMIT of a transaction that holds a statement: just before it, or just after.

    `having` are values that the statement sets, e.g. `state` to "sending"; ANYTHING is any value but NULL.
    """

    verb: Literal["insert", "update", "delete"]
    table: str
    having: tuple[tuple[str, str], ...] = ()
    when: Literal["before", "after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as the bot makes it: just before it leaves, or with the answer in hand and nothing done about it.

    `path` is a regular expression; Slack's is the method, e.g. `chat.update`.
    """

    service: Literal["zoho", "slack"]
    method: str = "POST"
    path: str
    when: Literal["leaving", "answered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A moment of a call that only the other side sees.

    `received`: the request is there and nothing done; it is carried out all the same. `lost`: the same, and it never is.
    `late`: the same, and it is carried out only after the bot lives again. `committed`: it is carried out and not answered.
    `half`: half of the answer has left.
    """

    service: Literal["zoho", "slack"]
    method: str = "POST"
    path: str
    when: Literal["received", "lost", "late", "committed", "half"]


Place = Commit | Call | Wire
