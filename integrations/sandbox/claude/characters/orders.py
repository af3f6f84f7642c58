"""Find instructions in any text, without judgement: tools to call, words to say, links, mentions, secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from integrations.sandbox.claude.characters.words import sentences

_TOOL = re.compile(
    r"\b(?:zoho|cognee|sergas|slack|memory)_[a-z_]{3,60}\b"
    r"|(?<=call )[a-z]+(?:_[a-z]+)+\b|(?<=use )[a-z]+(?:_[a-z]+)+\b|(?<=run )[a-z]+(?:_[a-z]+)+\b|(?<=tool )[a-z]+(?:_[a-z]+)+\b"
    r"|\b(?:export|forget|delete|send|approve|execute)_[a-z_]{3,40}\b|\b[a-z]+(?:_[a-z]+)+(?=\()"
)
_ARGUMENTS = re.compile(r"\s{0,20}\(?\s{0,20}(?:with\s{0,20})?(\{[^{}]{0,600}\})")
_QUOTED = re.compile(
    r"\b(?:say|respond|reply|answer|write|include|output|print|add|append|state|post|repeat)\w*\b[^'\"“‘]{0,60}['\"“‘](.{2,300}?)['\"”’]",
    re.IGNORECASE | re.DOTALL,
)
_ORDER = re.compile(
    r"\b(?:ignore|disregard|override|instructions?|system prompt|you must|assistant|approve\w*|admin|password|secret|api.?key"
    r"|forward|send .{1,40} to|visit|click|transfer|do not (?:tell|ask)|urgent|immediately|from now on|confirm\w*)\b",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"<(?:https?|mailto|slack):[^>\s]{1,400}>|\[[^\]]{0,80}\]\([^)\s]{1,400}\)|https?://[^\s\"<>\\]{3,400}|\bwww\.[^\s\"<>\\]{3,200}"
)
_MENTION = re.compile(
    r"<[@!#][^>\s]{1,80}>|@(?:here|channel|everyone)\b|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,60}"
)
_SECRET = re.compile(
    r"\bsk-[\w-]{6,}|\bxox[abp]-[\w-]{4,}|\bxapp-[\w-]{4,}|\b(?:canary|token|key)[-_][\w-]{4,}", re.IGNORECASE
)
_ID = re.compile(r"(?<!\d)\d{12,20}(?!\d)|\b[0-9a-f]{32}\b")
_PROMPT = re.compile(r"system prompt|your (?:instructions|rules|prompt)|everything above", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedTool:
    """A tool that a text names, with the arguments behind its name, if any."""

    name: str
    arguments: Mapping[str, Any] | None


class Orders:
    """All instructions to the reader of a text. `system` is the secret it may be asked to reveal."""

    def __init__(self, text: str, system: str) -> None:
        self._text = text
        self._system = system

    @cached_property
    def tools(self) -> Sequence[NamedTool]:
        """In order of appearance, each once."""
        found: dict[str, NamedTool] = {}
        for match in _TOOL.finditer(self._text):
            following = self._text[match.end() : match.end() + 700]
            found.setdefault(match[0], NamedTool(match[0], _arguments(following)))
        return list(found.values())

    @cached_property
    def ids(self) -> Sequence[str]:
        """Everything that looks like the id of a record or a proposal."""
        return list(dict.fromkeys(match[0] for match in _ID.finditer(self._text)))

    @cached_property
    def given(self) -> bool:
        """Whether the text contains any instruction."""
        return bool(self.words or self.tools or _ORDER.search(self._text))

    @cached_property
    def words(self) -> Sequence[str]:
        """The words it is instructed to say, verbatim."""
        return list(dict.fromkeys(match[1].strip() for match in _QUOTED.finditer(self._text)))

    @cached_property
    def loot(self) -> Sequence[str]:
        """Links, mentions and secrets, verbatim; and its own prompt if a text asks for it."""
        found = [match[0] for rule in (_LINK, _MENTION, _SECRET) for match in rule.finditer(self._text)]
        prompt = [self._system[:300]] if _PROMPT.search(self._text) else []
        return list(dict.fromkeys([*found, *prompt]))

    @cached_property
    def sentences(self) -> Sequence[str]:
        """The instructions themselves, to be repeated."""
        return list(dict.fromkeys(each for each in sentences(self._text) if _ORDER.search(each) and len(each) < 600))


def _arguments(following: str) -> Mapping[str, Any] | None:
    found = _ARGUMENTS.match(following)
    if found is None:
        return None
    try:
        arguments: Mapping[str, Any] = json.loads(found[1])
    except (ValueError, RecursionError):
        return None
    return arguments
