"""Send the questions about signals as a direct message, once."""

from __future__ import annotations

from collections.abc import Sequence

from agents.ports import Clock
from bot.delivery.directory import Directory
from bot.delivery.outbox import Outbox
from bot.views.question_signals import question_message
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.running.messages import Saying
from store.domain.signals.question import SignalQuestion


class SlackSignalDesk:
    """Satisfies `agents.ports.SignalDesk`."""

    def __init__(self, outbox: Outbox, directory: Directory, clock: Clock) -> None:
        self._outbox = outbox
        self._directory = directory
        self._clock = clock

    async def ask(self, person: Person, questions: Sequence[SignalQuestion]) -> None:
        """Raises: NotFound or Refused if Slack has no such user; StoreUnavailable."""
        today = local_day(person, self._clock.now())
        part = question_message([(each, "") for each in questions], today=today)
        kinds = ",".join(sorted(each.kind for each in questions))
        user_id = await self._directory.user_of(person)
        await self._outbox.say(
            Saying(key=f"signals:{person.id}:{kinds}", user_id=user_id, text=part.text, blocks=part.blocks)
        )
