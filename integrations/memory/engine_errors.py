"""Translate whatever the index's engines raise into one sentence.

The three engines, two of them native, have exceptions of their own, and on broken files they may also hang.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import structlog

from integrations.memory.embedders import Embedder, Purpose, Vectors
from integrations.memory.errors import EmbedderUnavailable, IndexDamaged, IndexUnavailable
from store.domain.errors import SergasError

log = structlog.get_logger(__name__)

READING, WRITING = 60.0, 600.0  # seconds after which an engine counts as stuck
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class EngineHealth:
    """An engine's health: `failed` from its first failure on, `stuck` if a call did not return."""

    failed: bool = False
    stuck: bool = False


class Guarded(Protocol):
    @property
    def engine(self) -> EngineHealth: ...


S = TypeVar("S", bound=Guarded)
Method = Callable[Concatenate[S, P], Coroutine[Any, Any, R]]


def guarded(seconds: float) -> Callable[[Method[S, P, R]], Method[S, P, R]]:
    """Decorate an engine's method: it raises IndexDamaged for any failure or if it takes longer than this, and
    IndexUnavailable if the disk is full."""

    def guard(method: Method[S, P, R]) -> Method[S, P, R]:
        @wraps(method)
        async def called(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            try:
                async with asyncio.timeout(seconds):
                    return await method(self, *args, **kwargs)
            except BaseException as exc:
                if not _is_foreign(exc):
                    raise
                if _is_full(exc):
                    raise IndexUnavailable(
                        "The memory index cannot be written: its disk is full or read-only."
                    ) from exc
                self.engine.failed = True
                self.engine.stuck = self.engine.stuck or isinstance(exc, TimeoutError)
                log.warning("memory.index.damaged", what=method.__name__, error=type(exc).__name__)
                raise IndexDamaged("The memory index failed on its own files and is being checked.") from exc

        return called

    return guard


def engine_failed(exc: BaseException) -> bool:
    """Whether an exception comes from an engine, guarded or not."""
    return isinstance(exc, IndexDamaged) or _is_foreign(exc)


def _is_foreign(exc: BaseException) -> bool:
    """A Rust panic arrives as its own kind of BaseException."""
    ours = (SergasError, asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)
    return not isinstance(exc, ours)


async def embedded(embedder: Embedder, texts: Sequence[str], purpose: Purpose) -> Vectors:
    """Embed texts. Raises: EmbedderUnavailable for every failure of the embedder, which doesn't harm the index."""
    try:
        return await asyncio.to_thread(embedder.embed, texts, purpose=purpose)
    except SergasError:
        raise
    except Exception as exc:
        log.warning("memory.embedder_failed", error=type(exc).__name__)
        raise EmbedderUnavailable("The embedder failed on a text.") from exc


def _is_full(exc: BaseException) -> bool:
    return (isinstance(exc, OSError) and exc.errno in _FULL) or "No space left on device" in str(exc)
