"""The failing character: sometimes answers competently, mostly breaks. The seed decides, call by call."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from integrations.sandbox.claude.answers import Said
from integrations.sandbox.claude.characters.competent import Competent
from integrations.sandbox.claude.faults import Fault
from integrations.sandbox.claude.prompt import Prompt

ANSWERED = 0.3  # of the calls
FAULTS: Sequence[Fault] = (
    Fault(kind="error", status=429, retry_after=1),
    Fault(kind="error", status=500),
    Fault(kind="error", status=529),
    Fault(kind="error_event", status=529),
    Fault(kind="drop"),
    Fault(kind="cut"),
    Fault(kind="garble"),
    Fault(kind="truncate"),
    Fault(kind="refuse"),
    Fault(kind="no_json"),
)


class Failing:
    def __init__(self) -> None:
        self._competent = Competent()

    def say(self, prompt: Prompt, dice: Random) -> Said | Fault:
        return self._competent.say(prompt, dice) if dice.random() < ANSWERED else dice.choice(FAULTS)
