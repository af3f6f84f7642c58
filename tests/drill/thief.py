"""A thief's search: every form in which a word may lie in a file, also inside compressed and packed ones."""

from __future__ import annotations

import base64
import gzip
import io
import json
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_GZIP, _ZIP = b"\x1f\x8b\x08", b"PK\x03\x04"
_ZLIB = (b"\x78\x01", b"\x78\x9c", b"\x78\xda")
DEEPEST = 3


def forms_of(word: str) -> frozenset[bytes]:
    """The bytes of a word in each encoding; base64 at each of its three offsets, without the ends that its neighbours change."""
    plain = [
        form for text in {word, word.casefold()} for form in (text, json.dumps(text)[1:-1], urllib.parse.quote(text))
    ]
    found = {form.encode() for form in plain}
    found |= {word.encode(name) for name in ("utf-16-le", "utf-16-be")}
    found.add(word.encode().hex().encode())
    for text in {word, word.casefold()}:
        for offset in range(3):
            coded = base64.b64encode(b"\0" * offset + text.encode())
            inner = coded[(0, 2, 3)[offset] : len(coded) - 4]
            found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return frozenset(found)


def found_in(paths: Iterable[Path], words: Iterable[str]) -> dict[str, list[str]]:
    """The words, each with the names of the files that hold it."""
    forms = {word: forms_of(word) for word in words}
    found: dict[str, list[str]] = {}
    for path in paths:
        layers = list(layers_of(path.read_bytes()))
        for word, each in forms.items():
            if any(form in layer for layer in layers for form in each):
                found.setdefault(word, []).append(path.name)
    return found


def layers_of(raw: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes themselves, and what is packed in them wherever it starts."""
    yield raw
    if depth == DEEPEST:
        return
    for inner in _unpacked(raw):
        yield from layers_of(inner, depth + 1)


def _unpacked(raw: bytes) -> Iterator[bytes]:
    if raw.startswith(_ZIP):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
        return
    for start in _starts(raw, _GZIP):
        try:
            yield gzip.decompress(raw[start:])
        except (OSError, EOFError, zlib.error):
            yield from _inflated(raw[start:], zlib.MAX_WBITS | 16)
    for mark in _ZLIB:
        for start in _starts(raw, mark):
            yield from _inflated(raw[start:], zlib.MAX_WBITS)


def _inflated(raw: bytes, bits: int) -> Iterator[bytes]:
    try:
        inner = zlib.decompressobj(bits).decompress(raw)
    except zlib.error:
        return
    if len(inner) > 16:
        yield inner


def _starts(raw: bytes, mark: bytes) -> Iterator[int]:
    start = raw.find(mark)
    while start >= 0:
        yield start
        start = raw.find(mark, start + 1)
