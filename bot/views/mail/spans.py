"""Read our own mrkdwn as pieces of text, and make foreign text powerless over mail programs.

Mail programs turn whatever looks like an address into a link, in plain text too. So only addresses that were given to the message
stay links, and a dot, an `@` or a `://` in any other text becomes a sign that looks the same and links nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.views.text import unlinked

_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_EMPHASIS = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<!\w)_([^_\n]+)_(?!\w)")


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one form. `url` is an address that it leads to."""

    text: str
    bold: bool = False
    url: str = ""


Line = Sequence[Span]


def lines_of(mrkdwn: str, links: Collection[str]) -> list[Line]:
    """The lines of some mrkdwn of ours; of its links, those in `links` stay."""
    return [[*_spans(line, links)] for line in mrkdwn.split("\n")]


def words_of(line: Line) -> str:
    return "".join(span.text for span in line)


def _spans(line: str, links: Collection[str]) -> Iterator[Span]:
    end = 0
    for found in _LINK.finditer(line):
        yield from _emphasised(line[end : found.start()])
        address, label = _unescaped(found[1]), found[2] or ""
        if address in links:
            yield from (Span(each.text, each.bold, address) for each in _emphasised(label))
        else:  # a mention or a date has its words in the label, too
            yield from _emphasised(label)
        end = found.end()
    yield from _emphasised(line[end:])


def _emphasised(text: str) -> Iterator[Span]:
    end = 0
    for found in _EMPHASIS.finditer(text):
        yield from _plain(text[end : found.start()])
        yield from _plain(found[1] or found[2], bold=found[1] is not None)
        end = found.end()
    yield from _plain(text[end:])


def _plain(text: str, *, bold: bool = False) -> Iterator[Span]:
    if text:
        yield Span(unlinked(_unescaped(text)), bold)


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
