"""Send the questions about signals as a direct message, once, and show there what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.ports import Clock
from bot.delivery.directory import Directory
from bot.delivery.outbox import Outbox
from bot.delivery.updates import Updates
from bot.views.question_signals import question_message
from store.database import Database
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.running.messages import SIGNALS, Message, Saying
from store.domain.signals.question import SignalQuestion


class SlackSignalDesk:
    """Satisfies `agents.ports.SignalDesk`."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        updates: Updates,
        directory: Directory,
        clock: Clock,
        *,
        unused_share: float,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._updates = updates
        self._directory = directory
        self._clock = clock
        self._unused_share = unused_share

    async def ask(self, person: Person, questions: Sequence[SignalQuestion]) -> None:
        """Raises: NotFound or Refused if Slack has no such user; StoreUnavailable."""
        today = local_day(person, self._clock.now())
        part = question_message([(each, "") for each in questions], today=today, unused_share=self._unused_share)
        kinds = ",".join(sorted(each.kind for each in questions))
        user_id = await self._directory.user_of(person)
        await self._outbox.say(
            Saying(key=f"{SIGNALS}{person.id}:{kinds}", user_id=user_id, text=part.text, blocks=part.blocks)
        )

    async def refresh(self, questions: Sequence[tuple[SignalQuestion, str]]) -> None:
        """Update each message whose answers changed elsewhere, such as at the command line. Raises: StoreUnavailable."""
        if not questions:
            return
        async with self._database.reading() as tx:
            standing = await tx.messages.standing(SIGNALS)
        today = self._clock.now().date()
        for message in standing:
            its_own = [each for each in questions if each[0].kind in _kinds_of(message)]
            part = question_message(its_own, today=today, unused_share=self._unused_share)
            await self._updates.bring([message], [replace(part, name=message.part)])


def _kinds_of(message: Message) -> list[str]:
    return message.dedupe_key.rpartition(":")[2].split(",")
