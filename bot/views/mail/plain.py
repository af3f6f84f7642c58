"""A letter as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.views.mail.document import Group, Letter, Paragraph
from bot.views.mail.spans import Line, words_of


def text_of(letter: Letter, *, slack: str, footer: Sequence[str]) -> str:
    """`slack` is the address that the buttons lead to. A card names its records' addresses; the lists do without."""
    blocks = [[letter.top]] if letter.top else []
    for part in letter.parts:
        blocks.append([*_group(part, slack)] if isinstance(part, Group) else [*_paragraph(part, slack, addresses=True)])
    told = "\n\n".join("\n".join(lines) for lines in blocks if lines)
    return "\n".join([told, "", "-- ", *footer, slack, ""])


def _group(group: Group, slack: str) -> Iterator[str]:
    yield group.title
    for each in group.items:
        yield from _paragraph(each, slack, addresses=False)


def _paragraph(part: Paragraph, slack: str, *, addresses: bool) -> Iterator[str]:
    lines = [*part.lines, *part.evidence]
    yield from (_line(each, addresses=addresses) for each in lines if words_of(each).strip())
    if part.button:
        yield f"{part.button}: {slack}"


def _line(line: Line, *, addresses: bool) -> str:
    return "".join(f"{each.text} <{each.url}>" if each.url and addresses else each.text for each in line)
