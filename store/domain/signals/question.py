"""The question to an administrator whether a signal that says nothing in this CRM should be switched off for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.domain.signals.kinds import SignalKind


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
