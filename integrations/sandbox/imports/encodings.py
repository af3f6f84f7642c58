"""Find out how a file of a table is written: its encoding, its delimiter, and the line of its header."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from integrations.sandbox.imports.faults import Fault
from integrations.sandbox.imports.near import instead

MOST_BYTES = 100_000_000
DELIMITERS = ",;\t|"
_BOMS: Mapping[bytes, str] = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_LOOKED_AT = 200  # lines
_TWICE = re.compile("[\u00c2\u00c3][\u0080-\u00bf\u0152-\u2122]|\u00e2\u20ac")


def read_bytes(directory: Path, name: str) -> bytes:
    """Return the content of a file of the folder, which must lie in it and be of a sane size.

    Raises: Fault.
    """
    path = directory / name
    try:
        if not path.resolve().is_relative_to(directory.resolve()):
            raise Fault(f"the file is outside the folder {directory}.", file=name)
        if path.exists() and not path.is_file():
            raise Fault("this is not a file.", file=name)
        if (size := path.stat().st_size) > MOST_BYTES:
            raise Fault(f"the file has {size:,} bytes; at most {MOST_BYTES:,} can be imported.", file=name)
        return path.read_bytes()
    except FileNotFoundError as exc:
        there = sorted(each.name for each in directory.iterdir() if each.is_file())
        raise Fault(f"there is no such file in {directory}{instead(name, there, there='it has')}", file=name) from exc
    except OSError as exc:
        raise Fault(f"the file cannot be read: {exc.strerror}.", file=name) from exc


def encoding_of(data: bytes) -> str:
    """Return the encoding: as the byte order mark says; UTF-16 if every other byte is zero; UTF-8 if it is that; else
    Windows-1251 if most of the letters beyond ASCII are side by side, as in Cyrillic words; Mac Roman if most that follow an
    ASCII letter would be signs in Windows-1252; and Windows-1252 if not."""
    for mark, name in _BOMS.items():
        if data.startswith(mark):
            return name
    start = data[:2000]
    if start.count(0) * 3 > len(start):
        return "utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        runs = [len(run) for run in re.findall(rb"[\xc0-\xff]+", data)]
        if runs and sum(run for run in runs if run > 2) * 2 > sum(runs):
            return "cp1251"
        inside = re.findall(rb"(?<=[A-Za-z])[\x80-\xff](?=[A-Za-z])", data)
        return "mac_roman" if sum(each < b"\xa0" for each in inside) * 2 > len(inside) else "cp1252"
    return "utf-8"


def decoded(data: bytes, encoding: str | None, *, file: str) -> str:
    """Raises: Fault with the first line that is not text of this encoding, or if it is no text at all."""
    if data.startswith(_SPREADSHEETS):
        raise Fault("this is a spreadsheet, not text; save it as CSV.", file=file)
    name = encoding or encoding_of(data)
    if codecs.lookup(name).name == "utf-8":
        name = "utf-8-sig"
    try:
        return data.decode(name)
    except UnicodeError as exc:
        at = exc.start if isinstance(exc, UnicodeDecodeError) else 0
        raise Fault(
            f"this is not {name.removesuffix('-sig')} text (byte {data[at]:#04x}); say its `encoding`, or save it as UTF-8.",
            file=file,
            line=data[:at].count(b"\n") + 1,
        ) from exc


def encoded_once(text: str) -> str:
    """Return the text that was meant: `CafÃ©` is the UTF-8 of `Café`, read as Windows-1252 and saved again."""
    if text.isascii() or not _TWICE.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def delimiter_of(text: str) -> str:
    """Return the delimiter that cuts most lines into the same number of cells, a comma if none cuts any."""
    return max(DELIMITERS, key=lambda mark: _agreement(text, mark))


def header_line(text: str, delimiter: str) -> int:
    """Return how many lines are above the header: titles and notes of an export, which have fewer cells than the table."""
    rows = list(_first_rows(text, delimiter))
    width = Counter(len(row) for _, row in rows if len(row) > 1).most_common(1)
    if not width:
        return 0
    for number, row in rows:
        if len(row) == width[0][0] and sum(bool(cell.strip()) for cell in row) * 2 > len(row):
            return number - 1
    return 0


def _agreement(text: str, delimiter: str) -> tuple[int, int]:
    widths = Counter(len(row) for _, row in _first_rows(text, delimiter))
    width, lines = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0))
    return (lines, width) if width > 1 else (0, 0)


def _first_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the numbers of their first lines, as far as they can be read."""
    reader = csv.reader(_lines(text), delimiter=delimiter)
    start = 1
    try:
        for _, row in zip(range(_LOOKED_AT), reader, strict=False):
            if row:
                yield start, row
            start = reader.line_num + 1
    except csv.Error:
        return


def _lines(text: str) -> Iterator[str]:
    """Split at line ends only: `str.splitlines` would also cut at characters that may be inside a cell."""
    yield from re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text[:1_000_000])
