"""The competent character: derives its answers from the data it gets, and from nothing else.

Each agent's part is in its own file. `visitor` answers anyone else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from integrations.sandbox.claude.answers import Said
from integrations.sandbox.claude.characters.analyst import remember
from integrations.sandbox.claude.characters.author import recommend
from integrations.sandbox.claude.characters.companion import converse
from integrations.sandbox.claude.characters.reviewer import review
from integrations.sandbox.claude.characters.scout import scout
from integrations.sandbox.claude.characters.translator import translate
from integrations.sandbox.claude.characters.visitor import welcome
from integrations.sandbox.claude.prompt import ANALYST, AUTHOR, COMPANION, REVIEWER, SCOUT, TRANSLATOR, Prompt

_PARTS: Mapping[str, Callable[[Prompt, Random], Said]] = {
    SCOUT: scout,
    ANALYST: remember,
    AUTHOR: recommend,
    REVIEWER: review,
    COMPANION: converse,
    TRANSLATOR: translate,
}


class Competent:
    def say(self, prompt: Prompt, dice: Random) -> Said:
        return _PARTS.get(prompt.agent, welcome)(prompt, dice)
