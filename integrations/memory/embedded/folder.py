"""The embedded index's folder: which process holds it, how far it has come, and which generation is current.

```
lock               held while a process has the index open
state.json         the current generation, the position in the passages, the fingerprint; replaced in one step
opening            present while the files are being opened: a process that died then left files that cannot be opened
tending            present while former versions are checked and deleted; `tending-again` if a process died doing so
           before: two deaths in a row mean the files cannot be tended
generation-N/      Cognee's files
```

A generation that cannot be opened, or that another embedder or tenant made, is never repaired: a new one starts at position
0.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import structlog
from filelock import FileLock, Timeout

from integrations.memory.errors import IndexBusy, IndexUnavailable
from store.private_files import private_file

log = structlog.get_logger(__name__)

FORMAT = 2  # version of the index's contents: raise it with any change to them
DEFAULT_TENANT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """`namespace` is random for each generation."""

    fingerprint: str
    generation: int = 1
    cursor: int = 0
    namespace: str = ""
    format: int = FORMAT
    tenant: str = DEFAULT_TENANT


class IndexFolder:
    """One process at a time: call `hold` before anything else and `release` at the end."""

    def __init__(self, path: Path, *, tenant: str = DEFAULT_TENANT) -> None:
        self.path = path
        self._tenant = tenant
        self._lock = FileLock(
            path / "lock",
            mode=0o600,
            blocking=False,
            thread_local=False,  # held and released by whichever thread is at work
            fallback_to_soft=False,
            preserve_lock_file=True,
        )

    def hold(self) -> None:
        """Raises: IndexBusy, IndexUnavailable."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock.acquire()
        except Timeout as exc:
            raise IndexBusy(f"Another process holds the memory index at {self.path}; stop it first.") from exc
        except OSError as exc:
            raise IndexUnavailable(f"The memory index at {self.path} cannot be opened ({exc.strerror}).") from exc

    def release(self) -> None:
        self._lock.release()

    def peek(self) -> IndexState | None:
        """Read the state without holding the folder; None if this tenant has none that can be read."""
        kept = self._read()
        return kept if kept is not None and kept.tenant == self._tenant else None

    def state(self, fingerprint: str) -> IndexState:
        """Return the current generation's state, or begin a new one if none has this tenant, fingerprint and format."""
        kept = self._read()
        if kept is not None and (kept.tenant, kept.fingerprint, kept.format) == (self._tenant, fingerprint, FORMAT):
            self._sweep(kept.generation)
            return kept
        if kept is not None and kept.tenant != self._tenant:
            log.warning("memory.index.rebuild", reason="another tenant", was=kept.tenant, now=self._tenant)
        elif kept is not None:
            log.warning("memory.index.rebuild", reason="another embedder", was=kept.fingerprint, now=fingerprint)
        return self.begin(fingerprint)

    def begin(self, fingerprint: str) -> IndexState:
        """Begin a new, empty generation and delete the bytes of all others."""
        numbers = [int(one.name.partition("-")[2]) for one in self._generations()]
        state = IndexState(
            fingerprint=fingerprint,
            generation=max(numbers, default=0) + 1,
            namespace=uuid.uuid4().hex,
            tenant=self._tenant,
        )
        self.save(state)
        self._sweep(state.generation)
        self._tended()
        return state

    def save(self, state: IndexState) -> None:
        """Write to disk before returning; a crash leaves the old state or the new one. Raises: IndexUnavailable."""
        try:
            with private_file(self.path / "state.json") as file:
                json.dump(asdict(state), file)
        except OSError as exc:
            raise IndexUnavailable(f"The memory index at {self.path} cannot be written ({exc.strerror}).") from exc

    def files(self, state: IndexState) -> Path:
        folder = self.path / f"generation-{state.generation}"
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder

    @property
    def died_opening(self) -> bool:
        return (self.path / "opening").exists()

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Leave a mark if the process dies inside, as native code does on broken files."""
        mark = self.path / "opening"
        mark.touch()
        try:
            yield
        finally:
            mark.unlink(missing_ok=True)

    @property
    def died_tending(self) -> bool:
        """Whether two processes in a row died while tending; one may have been killed."""
        return (self.path / "tending-again").exists()

    @contextmanager
    def tending(self) -> Iterator[None]:
        """Leave a mark if the process dies inside, as native code does on broken files."""
        mark = self.path / "tending"
        (self.path / "tending-again" if mark.exists() else mark).touch()
        try:
            yield
        finally:
            self._tended()

    def _tended(self) -> None:
        for mark in ("tending", "tending-again"):
            (self.path / mark).unlink(missing_ok=True)

    def _read(self) -> IndexState | None:
        try:
            kept = IndexState(**json.loads((self.path / "state.json").read_text(encoding="utf-8")))
            uuid.UUID(kept.namespace)
            return replace(kept, generation=int(kept.generation), cursor=int(kept.cursor))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, AttributeError) as exc:
            log.warning("memory.index.rebuild", reason="its state cannot be read", error=type(exc).__name__)
            return None

    def _generations(self) -> list[Path]:
        return [one for one in self.path.glob("generation-*") if one.name.partition("-")[2].isdigit()]

    def _sweep(self, generation: int) -> None:
        for folder in self._generations():
            if folder.name != f"generation-{generation}":
                shutil.rmtree(folder, ignore_errors=True)
