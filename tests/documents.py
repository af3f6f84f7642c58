"""Reading our own documents: their tables, code blocks, links and commands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
_FENCE = re.compile(r"^ *```(\w+)(?: ([\w.]+))?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced code block; `name` is what stands behind the language, e.g. a file's name."""

    language: str
    name: str
    text: str


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[Block]:
    return [Block(*found.groups(default="")) for found in _FENCE.finditer(text) if found[1] == language]


def prose(text: str) -> str:
    """The text without its code blocks."""
    return _FENCE.sub("", text)


def inline_code(text: str) -> list[str]:
    return _INLINE.findall(prose(text))


def links(text: str) -> list[str]:
    """The targets of all links and pictures."""
    return [first or second for first, second in _LINK.findall(prose(text))]


def table(text: str, first_heading: str) -> list[list[str]]:
    """The rows of every table whose first column has this heading, without backticks around whole cells."""
    rows: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            inside = False
        elif cells[0] == first_heading:
            inside = True
        elif inside and set(cells[0]) != {"-"}:
            rows.append([_bare(cell) for cell in cells])
    assert rows, f"There is no table headed “{first_heading}”."
    return rows


def headings(text: str) -> set[str]:
    """The anchors of all headings, as GitHub makes them."""
    found = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def _bare(cell: str) -> str:
    return cell[1:-1] if re.fullmatch(r"`[^`]*`", cell) else cell
