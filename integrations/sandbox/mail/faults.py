"""Failures of real mail servers, on demand. Each fault strikes `times` times and is then used up."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal

Step = Literal["auth", "mail", "rcpt", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An answer instead of the real one, or the end of the connection; `recipient` None strikes at everyone's."""

    answer: str = ""
    is_kept: bool = False
    recipient: str | None = None


class Faults:
    """`step` is the moment at which it strikes: at signing in, at the sender, at the recipient, or once the text is there."""

    def __init__(self) -> None:
        self._waiting: defaultdict[Step, deque[Fault]] = defaultdict(deque)

    def refuse(self, step: Step, answer: str, *, recipient: str | None = None, times: int = 1) -> None:
        """Answer this, such as `550 5.1.1 No such user`, and do nothing."""
        self._waiting[step].extend([Fault(answer=answer, recipient=recipient)] * times)

    def hang_up(self, step: Step, *, times: int = 1) -> None:
        """Close the connection instead of an answer, and keep nothing."""
        self._waiting[step].extend([Fault()] * times)

    def drop_answer(self, *, times: int = 1) -> None:
        """Keep the text, then close the connection instead of saying so."""
        self._waiting["text"].extend([Fault(is_kept=True)] * times)

    def clear(self) -> None:
        """From now on everything works again."""
        self._waiting.clear()

    def of(self, step: Step, recipient: str | None = None) -> Fault | None:
        """Return the fault that strikes here, if any, and use it up."""
        waiting = self._waiting[step]
        found = next((each for each in waiting if each.recipient in (None, recipient)), None)
        if found is not None:
            waiting.remove(found)
        return found
