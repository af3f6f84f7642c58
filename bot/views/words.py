"""Count and limit words as a person reads them: the labels of links, not their addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.views.blocks import Block
from bot.views.text import ELLIPSIS

_LINK = re.compile(r"<[^<>|]*\|([^<>]*)>")
_LOOSE = re.compile(r"\(?(?:a|an|and|at|been|but|for|from|has|in|is|of|on|the|to|usually|was|with|·|\||\d[\d,.]*)")
_MOST_LOOSE, _NAMED = 4, 3  # words that go from an end; words of a deal's name that stay if there is room
_DEAL = re.compile(r"“([^”]*)”(?: \([^()]{1,40}\))?")
_QUOTED = re.compile(r"“([^“”]+)”")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“])")
_APART = re.compile(r" \([^()]{1,30}\)$")
_LONGEST = 40  # characters of one word that counts once


def count(text: str) -> int:
    """The words of some mrkdwn. An endless word counts as many."""
    return sum(1 + len(word) // _LONGEST for word in _LINK.sub(r"\1", text).split())


def first_words(text: str, most: int) -> str:
    """The text, or its first `most` words and an ellipsis. Escapes of mrkdwn stay whole."""
    words = text.split()
    return text if len(words) <= most else " ".join(words[:most]).rstrip(".,:·|–-— ") + ELLIPSIS


def clipped(sentence: str, most: int) -> str:
    """As `first_words`, without a number or a small word at the end that says nothing alone."""
    words = sentence.split()
    kept = words[:most]
    if len(words) <= most:
        return sentence
    while len(kept) > max(1, most - _MOST_LOOSE) and _LOOSE.fullmatch(kept[-1]):
        kept.pop()
    return first_words(sentence, len(kept))


def shortened(statement: str, most: int, *, least: int = 2) -> str:
    """A statement of at most `most` words if shorter quotations can make it so: numbers, dates and stages stay. Each quotation
    keeps its first `least` words."""
    longest = max((len(each.split()) for each in _QUOTED.findall(statement)), default=0)
    for kept in range(longest, least - 1, -1):
        if count(statement) <= most:
            break
        statement = _with_quotations_of(statement, kept)
    return statement


def _with_quotations_of(statement: str, most: int) -> str:
    return _QUOTED.sub(lambda found: f"“{first_words(found[1], most)}”", statement)


def whole_sentences(text: str, most: int) -> str:
    """A text's first sentences, as many as `most` words allow; only a first sentence that is longer is cut."""
    first, *rest = _SENTENCE.split(text)
    told = clipped(first, most)
    for each in rest:
        if count(f"{told} {each}") > most:
            break
        told = f"{told} {each}"
    return told


def to_the_point(statement: str, most: int) -> str:
    """A statement's first `most` words; the name of the deal that it begins with gives way to its problem."""
    found = _DEAL.match(statement)
    said = len(statement.split())
    if found is None or said <= most:
        return clipped(statement, most)
    rest, name = statement[found.end() :].split(), found[1].split()
    front = first_words(" ".join(name), max(_NAMED if most >= 3 * _NAMED else 1, most - len(rest)))
    return clipped(
        " ".join((f"“{front.removesuffix(ELLIPSIS)}{ELLIPSIS if front != ' '.join(name) else ''}”", *rest)), most
    )


def short_name(name: str, most: int, *, limit: int = 60) -> str:
    """A name of at most `most` words and `limit` characters. Its last brackets stay, since they may tell the account apart."""
    line = " ".join(name.split())
    found = _APART.search(line)
    if found is None or (len(line.split()) <= most and len(line) <= limit):
        return first_words(name, most)
    front, apart = line[: found.start()], found[0].strip()
    words, room = front.split(), limit - len(apart) - 2
    kept = " ".join(words[: max(1, most - len(apart.split()))])
    cut = kept[:room].rstrip() if len(kept) > room else kept
    return f"{cut}{ELLIPSIS if cut != front else ''} {apart}"


def in_blocks(blocks: Iterable[Block]) -> int:
    """The words of some blocks, with those on buttons and in collapsed containers, but without lone marks."""
    return sum(_in_block(block) for block in blocks)


def _in_block(block: Block) -> int:
    if "child_blocks" in block:
        return _spoken(block["title"]["text"]) + in_blocks(block["child_blocks"])
    return sum(_spoken(each["text"]) for each in _texts(block))


def _spoken(text: str) -> int:
    words = _LINK.sub(r"\1", text).split()
    return count(" ".join(word for word in words if any(map(str.isalnum, word))))


def _texts(block: Block) -> Iterator[dict[str, Any]]:
    if "text" in block:
        yield block["text"]
    for element in (*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else ())):
        shown = element.get("placeholder") or element.get("text")
        if shown:
            yield shown if isinstance(shown, dict) else element
