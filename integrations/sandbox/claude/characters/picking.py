"""Pick the tools that a message asks for, by the words of their names and descriptions, and fill in their arguments.

A tool that changes something is picked only if the message says so with a verb of its own. A tool that needs an id which
the message lacks waits for a tool that can find it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from integrations.sandbox.claude.answers import Call
from integrations.sandbox.claude.characters.material import Material
from integrations.sandbox.claude.characters.vocabulary import CHANGING, READING, SAME
from integrations.sandbox.claude.characters.words import key_words
from integrations.sandbox.claude.filling import filled
from integrations.sandbox.claude.shapes import Tool

_WORD = re.compile(r"[^\W_]{2,60}")


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a tool fits; `nouns` are the words of its name that the message has."""

    tool: Tool
    score: int
    nouns: frozenset[str]


def picked(tools: Sequence[Tool], message: str, known: str = "") -> list[Call]:
    """Return the calls that the message asks for, the best first. `known` is the text of earlier results."""
    said = _stems(message)
    fits = sorted((_fit(tool, said) for tool in tools), key=lambda each: -each.score)
    calls: list[Call] = []
    covered: set[str] = set()
    for fit in fits:
        if fit.score < 2 or (calls and not fit.nouns - covered):
            continue
        found = [call for each in _subjects(fit.tool, message) if (call := _call(fit.tool, each, known))]
        if found:
            calls += found
            covered |= fit.nouns
    return calls


def call_of(tool: Tool, message: str) -> Call:
    """Return a call of this very tool, as a request may force it: every required argument has a value."""
    return Call(tool.name, filled(tool.input_schema, Material(message)))


def _fit(tool: Tool, said: frozenset[str]) -> _Fit:
    name = [each.casefold() for each in _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tool.name.replace("_", " ")))]
    changing = [each for each in name if each in CHANGING]
    if any(not (CHANGING[each] & said) for each in changing[:1]):
        return _Fit(tool, 0, frozenset())
    nouns = frozenset(each for each in name if each not in READING and each not in CHANGING and _meant(each, said))
    verbs = sum(each in said for each in name if each in READING or each in CHANGING)
    described = {each for each in key_words(tool.description or "") if each not in READING and _stem(each) in said}
    fields = {each for field in tool.input_schema.get("properties", {}) for each in key_words(field.replace("_", " "))}
    return _Fit(
        tool,
        3 * len(nouns) + verbs + min(len(described), 3) + sum(_stem(each) in said for each in fields - described),
        nouns,
    )


def _call(tool: Tool, message: str, known: str) -> Call | None:
    """Return None if a required id is neither in the message nor in `known`."""
    schema = tool.input_schema
    for name in schema.get("required", ()):
        if name.endswith(("_id", "Id", "id")) and name.casefold() != "paid" and not Material(message).text(name, ""):
            found = re.search(rf'"(?:{re.escape(name)}|id)": ?"?([\w-]{{1,80}})', known[:20_000])
            if found is None:
                return None
            return Call(tool.name, {**filled(schema, Material(message)), name: found[1]})
    return Call(tool.name, filled(schema, Material(message)))


def _subjects(tool: Tool, message: str) -> list[str]:
    """Return the message once, or once for each place if the tool takes one and the message names several."""
    required = [name for name in tool.input_schema.get("required", ()) if isinstance(name, str)]
    if len(required) != 1:
        return [message]
    taken = Material(message)
    rest: list[str] = []
    while len(rest) < 4 and (found := taken.text(required[0], "")) and found != message.strip() and found not in rest:
        rest.append(found)
    joined = re.findall(r"\b(?:and|or|vs|versus)\b|,", message)
    if len(rest) < 2 or len(joined) < len(rest) - 1:
        return [message]
    others = [[name for name in rest if name != each] for each in rest]
    return [_without(message, names) for names in others]


def _without(message: str, names: Sequence[str]) -> str:
    for name in names:
        message = message.replace(name, " ")
    return message


def _meant(word: str, said: frozenset[str]) -> bool:
    return _stem(word) in said or bool(SAME.get(word, frozenset()) & said)


def _stems(text: str) -> frozenset[str]:
    words = [each.casefold() for each in _WORD.findall(text)]
    return frozenset({*words, *map(_stem, words), *(each for each in "+*" if each in text)})


def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)]
    return word
