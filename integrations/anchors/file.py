"""Heads of the audit trail in a file: one line each, appended and synced to disk, readable by its owner alone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock

from integrations.anchors.lines import anchor_in, line_of
from store.domain.gate.audit import AnchorsDamaged, AnchorsUnavailable, AuditAnchor

CHUNK = 500
LONGEST = 4_096  # bytes; our lines have about 130


class FileAnchors:
    """Several processes may append to one file: each locks it while it does."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def place(self) -> str:
        return str(self._path)

    async def latest(self) -> AuditAnchor | None:
        return await asyncio.to_thread(self._latest)

    async def all(self) -> AsyncIterator[AuditAnchor]:
        lines = self._anchors()
        while chunk := await asyncio.to_thread(lambda: list(islice(lines, CHUNK))):
            for anchor in chunk:
                yield anchor

    async def keep(self, anchor: AuditAnchor, at: datetime) -> None:
        await asyncio.to_thread(self._keep, anchor, at)

    def _latest(self) -> AuditAnchor | None:
        with self._opened() as file:
            return self._last_of(file) if file else None

    def _anchors(self) -> Iterator[AuditAnchor]:
        with self._opened() as file:
            lines = iter(lambda: file.readline(LONGEST), b"") if file else ()
            for number, line in enumerate(lines, start=1):
                if (
                    line.endswith(b"\n") or len(line) == LONGEST
                ):  # no newline at the end: a power cut interrupted the write
                    yield self._read(line, f"line {number}")

    def _keep(self, anchor: AuditAnchor, at: datetime) -> None:
        with _translating(self.place):
            is_new = not self._path.exists()
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(f"{self._path}.lock", mode=0o600, fallback_to_soft=False, preserve_lock_file=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "r+b") as file, lock:
                latest = self._last_of(file)
                if latest is None or latest.seq < anchor.seq:
                    _append(file, line_of(anchor, at))
            if is_new:
                _force(self._path.parent)

    def _last_of(self, file: BinaryIO) -> AuditAnchor | None:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 2 * LONGEST))
        lines = file.read().splitlines(keepends=True)
        whole = [line for line in lines if line.endswith(b"\n")]
        return self._read(whole[-1], "the last line") if whole else None

    def _read(self, line: bytes, where: str) -> AuditAnchor:
        anchor = anchor_in(line.decode(errors="replace"))
        if anchor is None:
            raise AnchorsDamaged(f"In {self.place} {where} is no anchor: the file was damaged or changed.")
        return anchor

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO | None]:
        """Open the file for reading; None if it doesn't exist."""
        with _translating(self.place):
            try:
                file = self._path.open("rb")
            except FileNotFoundError:
                yield None
                return
            with file:
                yield file


@contextmanager
def _translating(place: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise AnchorsUnavailable(f"{place} cannot be read or written: {exc.strerror}.") from exc


def _append(file: BinaryIO, line: str) -> None:
    """Append a line and sync it to disk, first removing a line that a power cut left incomplete."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LONGEST))
    rest = file.read().rpartition(b"\n")[2]
    if rest:
        file.truncate(size - len(rest))
    file.write(line.encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _force(folder: Path) -> None:
    """Make a new file's name survive a power cut as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
