"""Ask a Slack user whether they are the CRM user with their e-mail address, show there what they answered, and tell an
administrator if they are not. Until they answer, this question is all that they get."""

from __future__ import annotations

from agents.ports import Clock
from bot.delivery.directory import Directory
from bot.delivery.outbox import Outbox
from bot.delivery.slack_errors import SLACK_ERRORS
from bot.delivery.updates import Updates
from bot.delivery.web_api.client import SlackClient
from bot.views.confirm_link import question_part, refused_part
from store.database import Database
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.errors import SlackUnavailable
from store.domain.gate.links import Link
from store.domain.running.messages import WHO, Saying


class LinkQuestions:
    """Satisfies `agents.ports.LinkDesk`."""

    def __init__(self, database: Database, client: SlackClient, clock: Clock, outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox
        self._updates = Updates(database, client, outbox.policy)
        self._directory = Directory(database, client, clock)

    async def ask(self, person: Person) -> None:
        """Ask in a direct message, at most once a day. Raises: NotFound or Refused if they can't be asked; SlackUnavailable."""
        try:
            await self._directory.user_of(person)
        except SLACK_ERRORS as exc:
            raise SlackUnavailable("Slack can't be reached; the message goes out later.") from exc
        async with self._database.reading() as tx:
            link = await tx.links.of_person(person.id)
        if link is None or link.is_confirmed:
            return
        part = question_part(person, link)
        key = f"{_asked_of(link)}{local_day(person, self._clock.now()).isoformat()}"
        await self._outbox.say(
            Saying(key=key, user_id=link.user_id, text=part.text, blocks=part.blocks, to_anyone=True)
        )

    async def show(self, person: Person) -> None:
        """Show in the questions that they are answered."""
        async with self._database.reading() as tx:
            link = await tx.links.of_person(person.id)
            asked = await tx.messages.standing(_asked_of(link)) if link is not None else []
        if link is not None:
            for message in asked:
                await self._updates.bring([message], [question_part(person, link)])

    async def tell(self, administrator: Person, person: Person, link: Link) -> None:
        """Say once that this person's Slack user is someone else. Raises: NotFound, Refused; StoreUnavailable."""
        part = refused_part(person)
        user_id = await self._directory.user_of(administrator)
        await self._outbox.say(Saying(key=link.refusal_key, user_id=user_id, text=part.text, blocks=part.blocks))


def _asked_of(link: Link) -> str:
    return f"{WHO}{link.user_id}:{link.person_id}:"
