"""Names in a text, by their capitals; the clauses about each of them; and the items of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from integrations.sandbox.claude.characters.vocabulary import NOT_NAMES
from integrations.sandbox.claude.characters.words import sentences

_NAME = re.compile(r"(?<![\w’'])[A-ZÀ-Þ][\w’'&-]{0,40}(?:\s(?:(?:of|de|van|von|&)\s)?[A-ZÀ-Þ][\w’'&-]{0,40}){0,4}")
_OF_SUBJECT = re.compile(
    r" (?:is|was|has|had|will|lives|works|met|wants|said|says|likes|needs|asked|called|left|leads|owns|and [A-ZÀ-Þ])\b"
)


def names_in(text: str) -> list[str]:
    """Return the names in a text, each once."""
    return list(dict.fromkeys(found[0] for found in names_of(text)))


def names_of(text: str) -> Iterator[re.Match[str]]:
    """Yield the names in a text; a common word at the start of a sentence is none."""
    for found in _NAME.finditer(text):
        words = found[0].split()
        if len(words) == 1 and (words[0].casefold() in NOT_NAMES or _only_begins(text, found)):
            continue
        if words[0].casefold() in NOT_NAMES:
            rest = found.end() - len(found[0].split(None, 1)[1])
            yield from _NAME.finditer(text, rest, found.end())
        else:
            yield found


def _only_begins(text: str, found: re.Match[str]) -> bool:
    """Whether a capital only begins a sentence: `Weather in Rome`, but not `Anna is 23`."""
    before = text[max(0, found.start() - 3) : found.start()].rstrip(" “\"'")
    if before and before[-1] not in ".!?\n:;" and "\n" not in text[max(0, found.start() - 2) : found.start()]:
        return False
    following = text[found.end() : found.end() + 20]
    return not (not following.strip() or following[0] in ",.:;!?’'\n" or _OF_SUBJECT.match(following))


def clauses(text: str) -> list[str]:
    """Split sentences and lines into clauses, each of which begins with a name of its own."""
    found: list[str] = []
    for sentence in (each for line in text.splitlines() for each in sentences(line)):
        joined: list[str] = []
        for piece in (each.strip() for each in re.split(r"[;,]\s|\sand\s", sentence)):
            named = next((each.start() for each in names_of(piece)), None)
            if joined and named != 0:
                joined[-1] += f", {piece}"
            elif piece:
                joined.append(piece)
        found += joined
    return found


def items_in(text: str) -> list[str]:
    """Return the items of a list behind a colon, or of lines with bullets."""
    bullets = [line.lstrip("-*• \t") for line in text.splitlines() if line.lstrip().startswith(("- ", "* ", "• "))]
    if bullets:
        return bullets
    _, colon, rest = text.partition(":")
    items = [each.strip(" .") for each in re.split(r",\s|\sand\s", rest.splitlines()[0] if rest.strip() else "")]
    return [each for each in items if each] if colon and len(items) > 1 else []
