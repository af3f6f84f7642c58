"""Answers about signals, as the listener asks for them."""

from __future__ import annotations

from collections.abc import Collection

from agents.flows.access.identity import Caller
from agents.flows.people.question_signals import QuestionSignals
from agents.ports import Clock
from bot.views.blocks import Part
from bot.views.question_signals import question_message
from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import Answer


class QuestionAnswers:
    def __init__(self, questions: QuestionSignals, clock: Clock, unused_share: float) -> None:
        self._questions = questions
        self._clock = clock
        self._unused_share = unused_share

    async def answer(self, who: Caller, kind: SignalKind, answer: Answer, /) -> None:
        await self._questions.answer(who, kind, answer)

    async def message(self, kinds: Collection[SignalKind], /) -> Part:
        asked = await self._questions.asked(kinds)
        return question_message(asked, today=self._clock.now().date(), unused_share=self._unused_share)
