"""The audit trail as JSON Lines: one entry per line with its hashes, so that anyone with the file can verify it.

`{"seq", "at", "actor", "actor_name", "action", "subject", "detail", "request_id", "previous", "hash"}`; the name is for
people and not part of the hash.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from bot.commands.files import private_file
from store.domain.errors import BadInput
from store.domain.gate.audit import WrittenEntry, canonical_json

_FIELDS = frozenset(WrittenEntry.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """A finished export: the number of entries, the first and last sequence number, the last hash."""

    count: int = 0
    first: int = 0
    last: int = 0
    head: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """An export's range, and the hash its first entry is chained to."""

    first: int
    last: int
    previous: str


async def export_to(out: Path | None, entries: AsyncIterable[WrittenEntry], names: Mapping[str, str]) -> ExportReport:
    """Write the entries as they come. A file is readable by its owner only and appears once complete. Raises: BadInput if it
    can't be written."""
    exported = ExportReport()
    with _opened(out) as file:
        async for entry in entries:
            file.write(_line(entry, names) + "\n")
            seq = entry.seq or 0
            first = exported.first if exported.count else seq
            exported = ExportReport(count=exported.count + 1, first=first, last=seq, head=str(entry.hash))
    return exported


def range_of(file: Path) -> Span:
    """An export's range. Raises: BadInput for a file that is not an export or has no entries."""
    span = None
    for entry in _entries(file):
        seq = entry.seq or 0
        span = replace(span, last=seq) if span else Span(first=seq, last=seq, previous=str(entry.previous))
    if span is None:
        raise BadInput(f"{file} has no entries.")
    return span


async def entries_in(file: Path) -> AsyncIterator[WrittenEntry]:
    """The entries of an export, one at a time. Raises: BadInput."""
    for entry in _entries(file):
        yield entry


def moment(text: str | None) -> datetime | None:
    """Parse a typed time; a date alone means the start of that day in UTC. Raises: BadInput."""
    if text is None:
        return None
    try:
        typed = datetime.fromisoformat(text.strip())
        return (typed if typed.tzinfo else typed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise BadInput(f"“{text}” is not a date: write it like 2026-01-31, or 2026-01-31T08:00+01:00.") from exc


def _line(entry: WrittenEntry, names: Mapping[str, str]) -> str:
    fields = asdict(entry) | {"actor_name": names.get(entry.actor or ""), "detail": _detail(entry.detail)}
    return json.dumps(fields)


def _detail(text: str | None) -> object:
    """The text's JSON value; the raw text if it was tampered with."""
    try:
        meant = json.loads(text or "")
        return meant if canonical_json(meant) == text else text
    except (ValueError, RecursionError):
        return text


def _entries(file: Path) -> Iterator[WrittenEntry]:
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                yield _entry(line, f"Line {number} of {file}")
    except OSError as exc:
        raise BadInput(f"{file} can't be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise BadInput(f"{file} is not an export of the audit trail.") from exc


def _entry(line: str, where: str) -> WrittenEntry:
    try:
        fields = json.loads(line)
        if not isinstance(fields, dict) or not fields.keys() >= _FIELDS or type(fields["seq"]) is not int:
            raise BadInput(f"{where} is not an entry of the audit trail.")
        texts = {name: fields[name] for name in _FIELDS - {"seq", "detail"}}
        detail = canonical_json(fields["detail"])
    except (ValueError, RecursionError) as exc:
        raise BadInput(f"{where} is not an entry of the audit trail.") from exc
    known = {name: text if isinstance(text, str) else None for name, text in texts.items()}
    return WrittenEntry(seq=fields["seq"], detail=detail, **known)


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    with private_file(out) as file:
        yield file
