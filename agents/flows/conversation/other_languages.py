"""Answer in the person's language: their question goes into English, and the checked answer back into it.

Everything in between happens in English, with the same rules and checks. A translation is shown only if it keeps every figure,
name and quotation (`store.domain.grounding.translation`); otherwise the English answer is, below one sentence in their language.
A translated wish changes no recommendation: only a person's own words count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from agents.author.subagents.translator import ENGLISH, question, translated
from agents.flows.conversation.growing_answer import LiveThread
from agents.flows.conversation.said import Said
from agents.model.question import Model, Scope
from store.domain.conversation.foreign_wishes import Wished, wished_in
from store.domain.conversation.languages import LANGUAGES, honest_sentence
from store.domain.errors import BadInput, BudgetSpent, ModelUnavailable
from store.domain.grounding.translation import keeps
from store.domain.running.messages import Earlier

log = structlog.get_logger()
_FAILED = (BudgetSpent, ModelUnavailable, BadInput)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """`name` is the model that translates."""

    model: Model
    name: str

    async def into_english(self, text: str, code: str, scope: Scope) -> str:
        """The question; "" if no model answers or it can't be translated."""
        return await self._asked(text, of=LANGUAGES[code].name, into=ENGLISH, scope=scope)

    async def back(self, said: Said, code: str, scope: Scope, *, honest: str) -> Said:
        """The answer in their language, or in English below the `honest` sentence."""
        names = [origin.name for source in said.sources for origin in source.origins]
        translation = await self._asked(said.text, of=ENGLISH, into=LANGUAGES[code].name, scope=scope)
        if translation and keeps(said.text, translation, [*names, *(each.name for each in said.choices)]):
            return replace(said, text=translation, figures=None, by_model=scope.trace)
        log.info("conversation.not_translated", language=code, said=bool(translation))
        return replace(said, text=f"{honest}\n{said.text}", figures=None)

    async def _asked(self, text: str, *, of: str, into: str, scope: Scope) -> str:
        try:
            answer = await self.model.ask(question(self.name, text, of=of, into=into), scope=scope)
        except _FAILED as failed:
            log.warning("conversation.translator_away", problem=type(failed).__name__)
            return ""
        return translated(answer.value)


@dataclass(frozen=True, slots=True)
class Unseen:
    """A thread whose reader watches the steps, but no text before it is translated."""

    thread: LiveThread

    async def earlier(self) -> Sequence[Earlier]:
        return await self.thread.earlier()

    async def status(self, text: str) -> None:
        await self.thread.status(text)

    async def step(self, title: str) -> None:
        await self.thread.step(title)

    async def so_far(self, text: str) -> None:
        """Not yet: it is English."""


def in_english_only(code: str, text: str, name: str) -> str:
    """One sentence in their language, with something to ask about the account of this name."""
    asked = Wished.DRAFT.format(name=name) if wished_in(code, text) is Wished.DRAFT else f"how is {name}?"
    return honest_sentence(code, text, example=asked if name else "what first?")
