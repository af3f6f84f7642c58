"""Answers the Home's buttons about learning with the flow."""

from __future__ import annotations

from agents.flows.accounts.learn_from_answers import LearnFromAnswers
from bot.inbound.asker import Asker
from store.domain.attention.answers import Choice


class LearningAnswers:
    """Satisfies `bot.listeners.learn_from_answers.Learning`."""

    def __init__(self, learn: LearnFromAnswers) -> None:
        self._learn = learn

    async def choose(self, who: Asker, topic: str, choice: Choice) -> None:
        await self._learn.choose(await who.caller(), topic, choice)
