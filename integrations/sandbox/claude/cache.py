"""Count the tokens of a request, and those the prompt cache already has.

A prompt is built from tools, system and messages. A prefix that ends at a `cache_control` and is long enough is kept for
five minutes (or an hour) by the sandbox's clock, and for as long again at each use.

Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from integrations.sandbox.claude.base import Shape
from integrations.sandbox.claude.request_bodies import cacheable
from integrations.sandbox.claude.shapes import Counted, RedactedThinking, Text, Thinking
from integrations.sandbox.claude.tokens import TokenCounter

LOOKBACK = 20  # blocks to compare before a breakpoint
_A_MESSAGE, _WITH_TOOLS = 4, 290  # tokens that the service adds itself
_KEPT = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class InputUsage:
    """The three don't overlap: their sum is the whole prompt. `created_1h` is a part of `created`."""

    plain: int
    created: int = 0
    created_1h: int = 0
    read: int = 0

    @property
    def total(self) -> int:
        return self.plain + self.created + self.read

    def shown(self) -> dict[str, Any]:
        return {
            "input_tokens": self.plain,
            "cache_creation_input_tokens": self.created,
            "cache_read_input_tokens": self.read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.created - self.created_1h,
                "ephemeral_1h_input_tokens": self.created_1h,
            },
        }


@dataclass(frozen=True, slots=True)
class _Step:
    """The prompt up to the end of one piece: its digest, its tokens, and how long to keep it."""

    digest: bytes
    tokens: int
    ttl: str | None


class PromptCache:
    def __init__(self, counter: TokenCounter, clock: Callable[[], datetime]) -> None:
        self._counter = counter
        self._clock = clock
        self._until: dict[bytes, datetime] = {}

    def count(self, asked: Counted) -> int:
        return self._steps(asked)[-1].tokens

    def use(self, asked: Counted, shortest: int) -> InputUsage:
        """Return the prompt's cost now, and cache its marked prefixes of at least `shortest` tokens."""
        steps, now = self._steps(asked), self._clock()
        total = steps[-1].tokens
        marks = [place for place, step in enumerate(steps) if step.ttl and step.tokens >= shortest]
        if not marks:
            return InputUsage(plain=total)
        hit = self._hit(steps, marks, now)
        read = steps[hit].tokens if hit is not None else 0
        created, created_1h, before = 0, 0, read
        for place in marks:
            step = steps[place]
            new = max(0, step.tokens - before)
            created += new
            created_1h += new if step.ttl == "1h" else 0
            before = max(before, step.tokens)
            self._until[step.digest] = now + _KEPT[step.ttl or "5m"]
        self._forget(now)
        return InputUsage(plain=total - read - created, created=created, created_1h=created_1h, read=read)

    def _hit(self, steps: Sequence[_Step], marks: Sequence[int], now: datetime) -> int | None:
        """Return the longest cached prefix within reach of a breakpoint."""
        for mark in reversed(marks):
            for place in range(mark, max(-1, mark - LOOKBACK), -1):
                if self._until.get(steps[place].digest, now) > now:
                    return place
        return None

    def _forget(self, now: datetime) -> None:
        if len(self._until) > 10_000:
            self._until = {digest: until for digest, until in self._until.items() if until > now}

    def _steps(self, asked: Counted) -> list[_Step]:
        """Prompts differ if the model, the answer's shape or the choice of tools differs."""
        settings = asked.model_dump_json(include={"model", "output_config", "tool_choice", "thinking"})
        digest, tokens = hashlib.sha256(settings.encode()).digest(), _WITH_TOOLS if asked.tools else 0
        steps: list[_Step] = []
        last_mark = list(cacheable(asked))[-1:] if asked.cache_control else []
        for piece, extra in _pieces(asked):
            if piece is None:
                tokens += extra
                continue
            text = _told(piece)
            digest = hashlib.sha256(digest + text.encode()).digest()
            tokens += extra + self._counter.count(text)
            control = getattr(piece, "cache_control", None)
            if last_mark and piece is last_mark[0]:
                control = control or asked.cache_control
            steps.append(_Step(digest, tokens, control.ttl if control else None))
        return [*steps, _Step(digest, tokens, None)]


def _pieces(asked: Counted) -> Iterator[tuple[Shape | None, int]]:
    """Yield the pieces of a prompt, each with its tokens beyond its text."""
    for tool in asked.tools:
        yield tool, 0
    for block in asked.system:
        yield block, 0
    for message in asked.messages:
        yield None, _A_MESSAGE
        for piece in message.content:
            yield piece, 0


def _told(piece: Shape) -> str:
    """Return the countable text of a piece."""
    if isinstance(piece, Text):
        return piece.text
    if isinstance(piece, Thinking | RedactedThinking):
        return ""
    return piece.model_dump_json(exclude={"cache_control"}, exclude_defaults=True)
