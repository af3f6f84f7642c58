"""The competent character: it derives what it answers from the data it is given, and from nothing else."""

from __future__ import annotations

from random import Random

from integrations.sandbox.claude.answers import Said
from integrations.sandbox.claude.prompt import Prompt


class Competent:
    def say(self, prompt: Prompt, dice: Random) -> Said:
        return Said(text=f"I have read {len(prompt.read):,} characters.")
