"""Answer a request: run the character, count the prompt, record the call."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Protocol

from integrations.sandbox.claude.answers import Answer, Said, Told, answer
from integrations.sandbox.claude.cache import InputUsage, PromptCache
from integrations.sandbox.claude.compaction import compacted
from integrations.sandbox.claude.errors import invalid
from integrations.sandbox.claude.faults import Fault
from integrations.sandbox.claude.media import check_media
from integrations.sandbox.claude.models import Models
from integrations.sandbox.claude.prompt import Prompt
from integrations.sandbox.claude.shapes import Asked, Counted
from integrations.sandbox.claude.thought import check_thinking, thought_of
from integrations.sandbox.claude.tokens import TokenCounter

# Data blocks are marked with a random number; ignoring it gives the same request the same answer.
_MARK = re.compile(r"data-[0-9a-f]{8,}")


class Character(Protocol):
    """An author of answers. `dice` are the same for the same request, seed and number of repeats."""

    def say(self, prompt: Prompt, dice: Random) -> Said | Fault: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall:
    """One call as it was answered. `body` is the request; `status` 0 is a broken connection. `usage` is None if nothing was
    counted; `batch` is the id of the call's batch."""

    agent: str
    model: str
    body: Mapping[str, Any]
    status: int
    stop_reason: str | None = None
    usage: InputUsage | None = None
    output_tokens: int = 0
    batch: str | None = None


class Composer:
    """`character` and `thinking_tokens`, a model's thinking at high effort, may be set at any time."""

    def __init__(
        self, character: Character, *, seed: int, counter: TokenCounter, cache: PromptCache, models: Models
    ) -> None:
        self.character = character
        self.thinking_tokens = 0
        self._seed = seed
        self._counter = counter
        self._cache = cache
        self._models = models
        self._seen: Counter[str] = Counter()

    def count(self, asked: Counted) -> int:
        """Count the prompt's tokens. Raises: Refusal for an unknown model, an unsupported way of thinking, and pictures."""
        check_thinking(asked, self._models.get(asked.model))
        check_media(asked)
        return self._cache.count(asked)

    def check(self, asked: Asked) -> int:
        """Count the same; also raises Refusal if it is too much for the model."""
        model = self._models.taking(asked.model, asked.max_tokens)
        tokens = self.count(asked)
        if tokens > model.max_input_tokens:
            raise invalid(f"prompt is too long: {tokens} tokens > {model.max_input_tokens} maximum")
        return tokens

    def speak(self, asked: Asked, prompt: Prompt) -> tuple[Said | Fault, str]:
        """Return the character's answer and a mark unique to this request."""
        said_before = asked.model_dump_json(exclude={"stream", "metadata", "thread", "diagnostics"})
        digest = hashlib.sha256(_MARK.sub("data-", said_before).encode()).hexdigest()
        self._seen[digest] += 1
        mark = hashlib.sha256(f"{self._seed}:{digest}:{self._seen[digest]}".encode()).hexdigest()[:20]
        dice = Random(mark)  # noqa: S311 - dice of a sandbox
        return self.character.say(prompt, dice), mark

    def tell(self, asked: Asked, said: Said, mark: str, *, fault: Fault | None = None, tier: str = "standard") -> Told:
        """Return the message with its usage, and cache the prompt's marked prefixes."""
        model = self._models.get(asked.model)
        thought = thought_of(asked, model, self.thinking_tokens, mark)
        if asked.compaction:
            return self._summed_up(asked, mark, tier)
        whole = answer(_spoilt(said, fault), asked, self._counter, mark=mark, thought=thought)
        if fault and fault.kind == "truncate" and whole.stop_reason != "refusal":
            half = asked.model_copy(update={"max_tokens": max(1, whole.output_tokens // 2)})
            whole = answer(said, half, self._counter, mark=mark, thought=thought)
        if fault and fault.kind == "no_json":
            whole = _without_json(whole)
        usage = self._cache.use(asked, model.cached_from)
        return Told(id=f"msg_01{mark}", model=asked.model, answer=whole, usage=usage, tier=tier, more=_more(asked))

    def _summed_up(self, asked: Asked, mark: str, tier: str) -> Told:
        block = compacted(asked, mark)
        whole = Answer(blocks=[block], stop_reason="compaction", output_tokens=self._counter.count(block["content"]))
        usage = self._cache.use(asked, self._models.get(asked.model).cached_from)
        return Told(id=f"msg_01{mark}", model=asked.model, answer=whole, usage=usage, tier=tier, more=_more(asked))


def _more(asked: Asked) -> dict[str, Any]:
    """Return the other fields that the request asked for: no edit was applied, and no cache was diagnosed."""
    more: dict[str, Any] = {}
    if asked.context_management is not None:
        more["context_management"] = {"applied_edits": []}
    if asked.diagnostics is not None and asked.diagnostics.previous_message_id:
        more["diagnostics"] = {"cache_miss_reason": {"type": "unavailable"}}
    return more


def _spoilt(said: Said, fault: Fault | None) -> Said:
    return Said(refused=True) if fault and fault.kind == "refuse" else said


def _without_json(whole: Answer) -> Answer:
    blocks = [
        {**block, "text": "Here is what you asked for:\n```json\n" + block["text"][:-1]}
        if block["type"] == "text"
        else block
        for block in whole.blocks
    ]
    return replace(whole, blocks=blocks)
