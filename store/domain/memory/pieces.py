"""Split long text into passages at sentence borders, without overlap; the time grows no faster than the length kept."""

from __future__ import annotations

import re

from store.domain.text.redaction import clean, redact

CHUNK = 1_200  # characters per passage, at most
MAX_CHUNKS = 40  # passages per text, at most: a longer one keeps its beginning and the length of the rest
LIMIT = CHUNK * MAX_CHUNKS

# After the end of a sentence, with its closing quotes and brackets, or at a line's end.
_BORDER = re.compile(r"(?:[.!?…][\"'”’»)\]]{0,3}(?=\s))|\n")
_SPACE = re.compile(r"\s")


def safe(text: str, *, limit: int = LIMIT) -> str:
    """Prepare foreign text for storing: remove hidden characters, mask people's addresses and numbers."""
    return redact(clean(text, limit=limit))


def chunked(text: str) -> tuple[str, ...]:
    """Split the text into pieces of at most CHUNK characters; none for an empty text.

    If a text needs more than MAX_CHUNKS, the rest is left out, and the last piece says how many characters that is.
    """
    return cut(safe(text), left_out=max(len(text) - LIMIT, 0))


def cut(text: str, *, left_out: int = 0) -> tuple[str, ...]:
    """As `chunked`, for text that is already safe; `left_out` characters are missing from it."""
    pieces = _pieces(text)
    if left_out or len(pieces) > MAX_CHUNKS:
        left_out += sum(map(len, pieces[MAX_CHUNKS:]))
        pieces = _with_a_note(pieces[:MAX_CHUNKS], left_out)
    return tuple(pieces)


def _with_a_note(pieces: list[str], left_out: int) -> list[str]:
    """End the last piece with the number of missing characters, including those dropped to make room for that."""
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
    """Return the end of the last whole sentence that fits; else of the last word that does; else of the room."""
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
