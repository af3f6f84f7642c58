"""The question to an administrator whether a signal that says nothing in this CRM should be switched off for everyone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Norms
from store.domain.signals.use import figures_of, is_unused


class Answer(StrEnum):
    OFF = "off"
    KEEP = "keep"  # silent until the company uses what the signal relies on


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalQuestion:
    """`figures` are those of the question, in words. `answer` is None until an administrator answers, and can be changed."""

    kind: SignalKind
    figures: str
    asked_at: datetime
    answer: Answer | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None

    @property
    def is_off(self) -> bool:
        return self.answer is Answer.OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A signal that says nothing in this CRM, or that an administrator was asked about. `figures` are today's, or those of the
    question if nothing was measured since. With `speaks`, the company now has the entries that it relies on."""

    kind: SignalKind
    figures: str
    question: SignalQuestion | None = None
    speaks: bool = False

    @property
    def state(self) -> str:
        """`off`, `speaks`, `keep`, `asked` (no answer yet) or `not asked`."""
        if self.question is not None and self.question.is_off:
            return str(Answer.OFF)
        if self.speaks:
            return "speaks"
        if self.question is None:
            return "not asked"
        return str(self.question.answer or "asked")


def silences(
    norms: Norms, questions: Sequence[SignalQuestion], *, enabled: Collection[SignalKind], unused_share: float
) -> list[Silence]:
    """Return the signals that say nothing by the last measurement and those that were asked about, in the order of the kinds.
    A setting that leaves a signal out ends the matter."""
    asked = {each.kind: each for each in questions}
    found = []
    for kind in SignalKind:
        use, question = norms.uses.get(kind), asked.get(kind)
        unused = use is not None and is_unused(use, unused_share)
        if kind in enabled and (unused or question is not None):
            figures = figures_of(kind, use) if use is not None and unused else question.figures if question else ""
            found.append(Silence(kind=kind, figures=figures, question=question, speaks=use is not None and not unused))
    return found
