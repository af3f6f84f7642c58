"""Send the two questions about the brief as a direct message, once."""

from __future__ import annotations

from bot.delivery.directory import Directory
from bot.delivery.outbox import Outbox
from bot.views.survey import survey_message
from store.domain.crm.accounts import Person
from store.domain.pilot.survey import Survey
from store.domain.running.messages import Saying


class SlackSurveyDesk:
    """Satisfies `agents.ports.SurveyDesk`."""

    def __init__(self, outbox: Outbox, directory: Directory) -> None:
        self._outbox = outbox
        self._directory = directory

    async def ask(self, person: Person, survey: Survey) -> None:
        """Raises: NotFound or Refused if Slack has no such user; StoreUnavailable."""
        part = survey_message(survey)
        user_id = await self._directory.user_of(person)
        key = f"survey:{survey.person_id}:{survey.number}"
        await self._outbox.say(Saying(key=key, user_id=user_id, text=part.text, blocks=part.blocks))
