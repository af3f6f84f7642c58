"""A letter as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.views.mail.document import Content, Group, Letter, Paragraph, Table
from bot.views.mail.spans import Line, words_of


def text_of(letter: Letter, *, slack: str, footer: Sequence[str]) -> str:
    """`slack` is the address that the buttons lead to. A card names its records' addresses; the lists do without."""
    blocks = [[letter.top]] if letter.top else []
    blocks.extend([*_content(part, slack)] for part in letter.parts)
    told = "\n\n".join("\n".join(lines) for lines in blocks if lines)
    return "\n".join([told, "", "-- ", *footer, slack, ""])


def _content(part: Content, slack: str) -> Iterator[str]:
    if isinstance(part, Group):
        yield from _group(part, slack)
    elif isinstance(part, Table):
        yield from _table(part, slack)
    else:
        yield from _paragraph(part, slack, addresses=True)


def _table(table: Table, slack: str) -> Iterator[str]:
    """A line for each row: the first cell, and the others with their heads."""
    for first, *others in table.rows:
        yield f"{first}: {' · '.join(f'{head} {each}' for head, each in zip(table.heads[1:], others, strict=True))}"
    if table.button:
        yield f"{table.button}: {slack}"


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
