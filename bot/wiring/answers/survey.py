"""Answers to the survey, as the listener asks for them."""

from __future__ import annotations

from agents.flows.access.identity import Caller
from agents.flows.pilot.survey import AskSurvey
from bot.views.blocks import Part
from bot.views.survey import survey_message
from store.domain.pilot.survey import Decline, Question


class SurveyAnswers:
    """Satisfies `bot.listeners.survey.Surveys`."""

    def __init__(self, survey: AskSurvey) -> None:
        self._survey = survey

    async def answer(self, who: Caller, number: int, question: Question, answer: str, /) -> Part:
        kept = await self._survey.answer(who, number, question, answer)
        return survey_message(kept.survey, replaced=(question, kept.replaced) if kept.replaced else None)

    async def decline(self, who: Caller, number: int, declined: Decline | None, /) -> Part:
        return survey_message(await self._survey.decline(who, number, declined))
