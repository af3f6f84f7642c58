"""Write the copy of a brief as an e-mail, as of now: for a reader who still wants it and is confirmed, to the address that the CRM
and Slack's directory agree on."""

from __future__ import annotations

from dataclasses import dataclass

from agents.flows.people.mail_copies import asks_for_mail
from agents.ports import Clock
from bot.delivery.directory import Directory
from bot.delivery.rendering import Rendered, Rendering
from bot.delivery.slack_errors import SLACK_ERRORS, Fate, fate_of
from bot.delivery.web_api.client import SlackClient
from bot.views.mail.brief import mail_of
from bot.views.mail.links import GivenLinks
from bot.views.reader import RecordLinks
from integrations.loopback import keeps_secrets
from integrations.mail.letter import Letter
from store.database import Database
from store.domain.access.addresses import is_mailable
from store.domain.crm.accounts import Person
from store.domain.errors import NotFound, Refused, SlackUnavailable
from store.domain.running.features import Feature
from store.domain.running.mails import MailCopy
from store.domain.running.messages import MessageState


class Unwanted(Exception):
    """The reader no longer asks for copies, or may not have this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A letter, and its reader's Slack user."""

    letter: Letter
    user_id: str


class Letters:
    """`sender` is the address that they come from."""

    def __init__(
        self,
        database: Database,
        slack: SlackClient,
        clock: Clock,
        directory: Directory,
        links: RecordLinks,
        *,
        sender: str,
    ) -> None:
        self._database = database
        self._slack = slack
        self._clock = clock
        self._directory = directory
        self._links = links
        self._sender = sender

    async def __call__(self, copy: MailCopy) -> Ready:
        """Raises: Unwanted; SlackUnavailable."""
        person, user_id = await self._reader(copy)
        links = GivenLinks(self._links)
        render = Rendering(self._database, self._clock, links)
        try:
            rendered = await render(copy.brief_id)
        except (NotFound, Refused) as exc:
            raise Unwanted("no reader") from exc
        if rendered.person.id != person.id or not is_mailable(person.email):
            raise Unwanted("no address")
        place = await self._place(rendered)
        reader = render.reader(rendered.read)
        written = mail_of(rendered.parts[0], rendered.brief, reader, slack=place, links=links.given)
        letter = Letter(
            id=f"brief-{copy.brief_id}",
            sender=self._sender,
            recipient=person.email,
            at=self._clock.now(),
            subject=written.subject,
            text=written.text,
            html=written.html,
            settings_url=place,
        )
        return Ready(letter=letter, user_id=user_id)

    async def _reader(self, copy: MailCopy) -> tuple[Person, str]:
        """The reader and their Slack user, if they still want copies, and Slack shows the same person as the CRM."""
        async with self._database.reading() as tx:
            person, off = await tx.people.get(copy.person_id), await tx.features.off()
        if Feature.MAIL in off:
            raise Unwanted("switched off")
        if person is None or not person.active or not asks_for_mail(person):
            raise Unwanted("no longer asked for")
        try:
            user_id = await self._directory.user_of(person)  # which looks again, if it was long ago
        except (NotFound, Refused) as exc:
            raise Unwanted("not in Slack") from exc
        except SLACK_ERRORS as exc:
            raise SlackUnavailable("Slack can't be reached; the e-mail goes out later.") from exc
        async with self._database.reading() as tx:
            link = await tx.links.of_person(person.id)
        if link is None or not link.is_confirmed:
            raise Unwanted("not confirmed")
        return person, user_id

    async def _place(self, rendered: Rendered) -> str:
        """The address of the brief's message in Slack. Raises: Unwanted if it isn't there any more; SlackUnavailable."""
        message = next((each for each in rendered.standing if each.part == rendered.parts[0].name), None)
        if message is None or message.state is not MessageState.POSTED or not message.ts:
            raise Unwanted("not in Slack")
        try:
            answer = await self._slack.chat_getPermalink(channel=message.channel or "", message_ts=message.ts)
        except SLACK_ERRORS as exc:
            if fate_of(exc) is Fate.REFUSED:
                raise Unwanted("removed in Slack") from exc
            raise SlackUnavailable("Slack can't be reached; the e-mail goes out later.") from exc
        place = str(answer.get("permalink") or "")
        if not keeps_secrets(place):
            raise SlackUnavailable("Slack gave no address of the brief; the e-mail goes out later.")
        return place
