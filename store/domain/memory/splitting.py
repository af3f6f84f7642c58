"""Long text cut into passages on sentence borders, none overlapping; the time grows with the length kept and no faster."""

from __future__ import annotations

import re

from store.domain.text.redaction import clean, redact

CHUNK = 1_200  # characters of one passage, at most
MAX_CHUNKS = 40  # passages of one text, at most: of longer ones the beginning is kept, and how much was left out
LIMIT = CHUNK * MAX_CHUNKS

# Behind the end of a sentence, with its closing quotes and brackets, or at a line's end.
_BORDER = re.compile(r"(?:[.!?…][\"'”’»)\]]{0,3}(?=\s))|\n")
_SPACE = re.compile(r"\s")


def safe(text: str, *, limit: int = LIMIT) -> str:
    """Text from outside as it is remembered: without hidden characters, people's addresses and numbers masked."""
    return redact(clean(text, limit=limit))


def chunked(text: str) -> tuple[str, ...]:
    """The text in pieces of at most CHUNK characters; none for an empty one.

    Of a text that needs more than MAX_CHUNKS the rest is left out, and the last piece says how many characters that is.
    """
    return cut(safe(text), left_out=max(len(text) - LIMIT, 0))


def cut(text: str, *, left_out: int = 0) -> tuple[str, ...]:
    """As `chunked`, for text that is safe already; `left_out` characters are missing from it."""
    pieces = _pieces(text)
    if left_out or len(pieces) > MAX_CHUNKS:
        left_out += sum(map(len, pieces[MAX_CHUNKS:]))
        pieces = _with_a_note(pieces[:MAX_CHUNKS], left_out)
    return tuple(pieces)


def _with_a_note(pieces: list[str], left_out: int) -> list[str]:
    """The pieces, the last one ending in how much is missing, including what makes room for saying so."""
    if not pieces:
        return pieces
    room = CHUNK - 60
    left_out += max(len(pieces[-1]) - room, 0)
    last = pieces[-1][:room].rstrip()
    return [*pieces[:-1], f"{last} … ({left_out:,} more characters were left out.)"]


def _pieces(text: str) -> list[str]:
    pieces, start = [], 0
    while start < len(text):
        end = _end_of_piece(text, start)
        piece = text[start:end].strip()
        if piece:
            pieces.append(piece)
        start = end
    return pieces


def _end_of_piece(text: str, start: int) -> int:
    """Behind the last whole sentence that fits; else behind the last word that does; else where the room ends."""
    limit = start + CHUNK
    if limit >= len(text):
        return len(text)
    window = text[start : limit + 1]
    end = 0
    for border in _BORDER.finditer(window):
        if border.end() <= CHUNK:
            end = border.end()
    if end == 0:
        spaces = [space.start() for space in _SPACE.finditer(window) if space.start() > 0]
        end = spaces[-1] if spaces else CHUNK
    return start + end
