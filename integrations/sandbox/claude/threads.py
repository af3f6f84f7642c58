"""Message threads: conversations that the server holds, so that each request sends only its new messages.

A thread is known by the id of its last answer and can be continued from there once. The sandbox keeps the latest thousand.
The SDK's tool runner uses threads by default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from integrations.sandbox.claude.errors import Refusal, invalid

MOST, BREAKPOINTS = 1000, 3


@dataclass(slots=True)
class _Held:
    """A conversation up to an answer. `fixed` are the fields that a continuation may not repeat."""

    fixed: Mapping[str, Any]
    messages: Sequence[Any]
    state: Literal["free", "busy", "continued"] = "free"


@dataclass(slots=True)
class Turn:
    """One request with its whole conversation in `body`."""

    body: Any
    _threads: Threads
    _before: _Held | None = None
    _kept: bool = False

    def keep(self, answer_id: str, content: Sequence[Mapping[str, Any]]) -> None:
        """Hold the conversation with this answer, if the request wants a thread."""
        if not isinstance(self.body, Mapping) or not self.body.get("thread"):
            return
        fixed = {name: self.body[name] for name in FIXED if name in self.body}
        said = {"role": "assistant", "content": [dict(block) for block in content]}
        self._threads.hold(answer_id, _Held(fixed, [*self.body["messages"], said]))
        self._kept = True
        if self._before is not None:
            self._before.state = "continued"

    def end(self) -> None:
        """Let a conversation that was not continued be continued again."""
        if self._before is not None and not self._kept:
            self._before.state = "free"


FIXED = ("system", "tools")


@dataclass(slots=True)
class Threads:
    _held: dict[str, _Held] = field(default_factory=dict)

    @contextmanager
    def turn(self, body: Any) -> Iterator[Turn]:
        """Read a request: one that continues a thread gets its earlier messages. Raises: Refusal."""
        before = self._continued(body)
        turn = Turn(body if before is None else _joined(body, before), self, before)
        try:
            yield turn
        finally:
            turn.end()

    def hold(self, answer_id: str, held: _Held) -> None:
        self._held[answer_id] = held
        while len(self._held) > MOST:
            del self._held[next(iter(self._held))]

    def _continued(self, body: Any) -> _Held | None:
        thread = body.get("thread") if isinstance(body, Mapping) else None
        if not isinstance(thread, Mapping):
            return None
        _check_breakpoints(body)
        if thread.get("type") != "continue" or not isinstance(thread.get("previous_message_id"), str):
            return None
        held = self._held.get(thread["previous_message_id"])
        if held is None:
            said = "No thread state was found for the requested previous_message_id."
            raise Refusal(404, said, details={"error_code": "thread_not_found"})
        if repeated := [name for name in FIXED if name in body]:
            raise invalid(f"{repeated[0]}: must not be sent when a thread is continued, which keeps its own")
        if held.state == "busy":
            said = "Another request is still continuing from the same `previous_message_id`."
            raise invalid(said, "thread_continue_in_flight")
        if held.state == "continued":
            said = "The response that `previous_message_id` names has already been continued."
            raise invalid(said, "thread_already_continued")
        held.state = "busy"
        return held


def _joined(body: Mapping[str, Any], before: _Held) -> dict[str, Any]:
    new = body.get("messages")
    return {**body, **before.fixed, "messages": [*before.messages, *(new if isinstance(new, list) else [])]}


def _check_breakpoints(body: Mapping[str, Any]) -> None:
    """The server sets a breakpoint of its own at the end of a thread."""
    marked = sum(_marks(body.get(name)) for name in ("system", "tools", "messages"))
    if marked > BREAKPOINTS:
        said = f"thread: a maximum of {BREAKPOINTS} blocks with cache_control may be provided when thread is set. Found {marked}."
        raise invalid(said, "thread_unsupported_request", unsupported=["cache_control"])


def _marks(value: Any) -> int:
    """Count the breakpoints of blocks, tools, and the blocks of messages."""
    items = value if isinstance(value, list) else []
    return sum(
        (each.get("cache_control") is not None) + _marks(each.get("content"))
        for each in items
        if isinstance(each, Mapping)
    )
