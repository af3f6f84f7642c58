"""A circuit breaker: after repeated failures it stops asking a service that is down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from store.domain.errors import ModelUnavailable


@dataclass(frozen=True, slots=True)
class CircuitState:
    """`seconds` until the next attempt; `because` is the last failure."""

    is_open: bool
    seconds: float = 0.0
    because: str = ""


class ApiDown(ModelUnavailable):
    """A request failed. `problem` is a word for the ledger, `attempts` how many were made. `lost`: it may have been answered and
    charged. `counts`: the fault is the service's, not this request's."""

    def __init__(
        self, message: str, *, problem: str, attempts: int = 1, lost: bool = False, counts: bool = True
    ) -> None:
        super().__init__(message)
        self.problem = problem
        self.attempts = attempts
        self.lost = lost
        self.counts = counts


class Circuit:
    """Opens for `seconds` after `failures` in a row; then one attempt goes through, and its outcome decides.

    `ticks` counts seconds, by default the machine's, since a simulated clock may stand still.
    """

    def __init__(
        self, *, failures: int = 5, pause_seconds: float = 60.0, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._failures = failures
        self._pause = pause_seconds
        self._ticks = ticks
        self._in_a_row = 0
        self._open_until: float | None = None
        self._trying = False
        self._because = ""

    @property
    def state(self) -> CircuitState:
        if self._open_until is None:
            return CircuitState(is_open=False)
        return CircuitState(True, max(0.0, self._open_until - self._ticks()), self._because)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """One attempt. It fails if the block raises an ApiDown that counts; any other error says nothing about the service.

        Raises: ModelUnavailable at once while the circuit is open.
        """
        probe = self._admit()
        try:
            yield
        except ApiDown as exc:
            if exc.counts:
                self._failed(str(exc), probe=probe)
            raise
        else:
            self._in_a_row, self._open_until = 0, None
        finally:
            if probe:
                self._trying = False

    def _admit(self) -> bool:
        """Whether this attempt is the one that decides."""
        if self._open_until is None:
            return False
        if self._trying or self._ticks() < self._open_until:
            raise ModelUnavailable(f"Claude failed several times and gets a pause: {self._because}")
        self._trying = True
        return True

    def _failed(self, because: str, *, probe: bool) -> None:
        self._in_a_row += 1
        self._because = because
        if probe or self._in_a_row >= self._failures:
            self._open_until = self._ticks() + self._pause
