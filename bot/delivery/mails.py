"""Copies of briefs by e-mail, for those who asked for them: noted when a brief is in Slack, and sent once each by a job.

A copy is rendered when it is sent, from the same rows as the message in Slack, and only for a reader who has confirmed who they
are, to the address that the CRM and Slack's directory agree on. What the mail server won't take now is tried again; what it will
never take, its reader is told once. `store.domain.running.mails` says what happens when an answer is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from agents.flows.access.trail import OURSELVES, note
from agents.flows.people.mail_copies import asks_for_mail, stop_copies
from agents.ports import Clock
from bot.delivery.directory import Directory
from bot.delivery.outbox import Outbox
from bot.delivery.rendering import Rendered, Rendering
from bot.delivery.slack_errors import SLACK_ERRORS, Fate, fate_of
from bot.delivery.web_api.client import SlackClient
from bot.views.mail.brief import Written, mail_of
from bot.views.mail.links import GivenLinks
from bot.views.mail.refused import refused_part
from bot.views.reader import Reader, RecordLinks
from integrations.loopback import keeps_secrets
from integrations.mail.client import MailClient, MailSession
from integrations.mail.letter import Letter
from store.database import Database
from store.domain.access.addresses import is_mailable
from store.domain.crm.accounts import Person
from store.domain.errors import (
    MailOutcomeUnknown,
    MailPostponed,
    MailRefused,
    NotFound,
    Refused,
    SlackUnavailable,
)
from store.domain.running.features import Feature
from store.domain.running.mails import MailCopy, MailState, Trouble
from store.domain.running.messages import MessageState, Saying

log = structlog.get_logger()

REMEMBER = timedelta(days=30)


class Unwanted(Exception):
    """The reader no longer asks for copies, or may not have this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A letter, and whom it is for."""

    person: Person
    user_id: str
    letter: Letter


class MailCopies:
    """One round of the job. Several processes may run it at once."""

    def __init__(
        self,
        database: Database,
        slack: SlackClient,
        clock: Clock,
        outbox: Outbox,
        directory: Directory,
        links: RecordLinks,
        client: MailClient,
    ) -> None:
        self._database = database
        self._slack = slack
        self._clock = clock
        self._outbox = outbox
        self._directory = directory
        self._links = links
        self._client = client

    async def __call__(self) -> int:
        """Send what is due, over one connection; return how many the mail server took."""
        now = self._clock.now()
        async with self._database.reading() as tx:
            due = await tx.mails.due(now)
        if not due:
            await self._tidy(now)
            return 0
        try:
            async with self._client.session() as session:
                return await self._send_all(due, session)
        except MailPostponed as exc:
            await self._put_off_all(due, exc)
            return 0

    async def _tidy(self, now: datetime) -> None:
        async with self._database.transaction() as tx:
            if lost := await tx.mails.give_up(now):
                log.error("mail.uncertain", copies=lost)
            await tx.mails.purge(now - REMEMBER)

    async def _send_all(self, due: Sequence[MailCopy], session: MailSession) -> int:
        sent = 0
        for copy in due:
            begun = await self._begin(copy)
            if begun is not None:
                sent += await self._send(begun, session)
        return sent

    async def _begin(self, copy: MailCopy) -> MailCopy | None:
        """The attempt; None if another process has it, or it is too late for one."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            if copy.is_late(now):
                if await tx.mails.end(copy, MailState.LATE, trouble=copy.trouble, code=copy.code):
                    log.error("mail.late", brief_id=copy.brief_id, trouble=copy.trouble)
                return None
            return await tx.mails.begin(copy, now)

    async def _send(self, begun: MailCopy, session: MailSession) -> bool:
        """Raises: MailPostponed if the mail server takes nothing at all."""
        try:
            ready = await self._ready(begun)
        except Unwanted as exc:
            await self._end(begun, MailState.DROPPED)
            log.info("mail.dropped", brief_id=begun.brief_id, why=str(exc))
            return False
        except SlackUnavailable as exc:
            await self._put_off(begun, MailPostponed(str(exc), trouble=Trouble.SLACK))
            return False
        try:
            taken = await session.send(ready.letter, partial(self._hand_over, begun))
        except MailPostponed as exc:
            await self._put_off(begun, exc)
            if exc.of_all:
                raise
            await session.after_refusal()
            return False
        except MailRefused as exc:
            await self._refused(begun, ready, exc)
            await session.after_refusal()
            return False
        except MailOutcomeUnknown as exc:
            await self._end(begun, MailState.UNCERTAIN, trouble=Trouble.CUT_OFF)
            log.error("mail.uncertain", brief_id=begun.brief_id, copies=1)
            raise MailPostponed(str(exc), trouble=Trouble.UNREACHABLE, of_all=True) from exc
        if taken:
            await self._end(begun, MailState.SENT)
            log.info("mail.sent", brief_id=begun.brief_id)
        return taken

    async def _ready(self, begun: MailCopy) -> _Ready:
        """The letter as of now. Raises: Unwanted; SlackUnavailable."""
        person, user_id = await self._reader(begun)
        links = GivenLinks(self._links)
        try:
            rendered = await Rendering(self._database, self._clock, links)(begun.brief_id)
        except (NotFound, Refused) as exc:
            raise Unwanted("no reader") from exc
        if rendered.person.id != person.id or not is_mailable(person.email):
            raise Unwanted("no address")
        place = await self._place(rendered)
        written = self._written(rendered, links, place)
        letter = Letter(
            id=f"brief-{begun.brief_id}",
            sender=self._client.server.sender,
            recipient=person.email,
            at=self._clock.now(),
            subject=written.subject,
            text=written.text,
            html=written.html,
            settings_url=place,
        )
        return _Ready(person=person, user_id=user_id, letter=letter)

    async def _reader(self, begun: MailCopy) -> tuple[Person, str]:
        """The reader and their Slack user, if they still want copies, and Slack shows the same person as the CRM."""
        async with self._database.reading() as tx:
            person, off = await tx.people.get(begun.person_id), await tx.features.off()
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

    def _written(self, rendered: Rendered, links: GivenLinks, place: str) -> Written:
        reader = Reader(
            links=links,
            names=rendered.read.names,
            tz=ZoneInfo(rendered.person.timezone),
            now=self._clock.now(),
            currency=rendered.brief.currency,
            me=rendered.person.id,
        )
        return mail_of(rendered.parts[0], rendered.brief, reader, slack=place, links=links.given)

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

    async def _hand_over(self, begun: MailCopy) -> bool:
        """Note, before the mail server gets any text, that it does, and in the audit trail that its reader gets to see it."""
        async with self._database.transaction() as tx:
            if not await tx.mails.hand_over(begun):
                return False
            await note(tx, OURSELVES, "brief.mailed", begun.brief_id, person_id=begun.person_id, attempt=begun.tries)
        return True

    async def _end(self, begun: MailCopy, state: MailState, *, trouble: Trouble | None = None, code: str = "") -> bool:
        async with self._database.transaction() as tx:
            return await tx.mails.end(begun, state, trouble=trouble, code=code)

    async def _refused(self, begun: MailCopy, ready: _Ready, exc: MailRefused) -> None:
        """Send no more copies, and say so once."""
        trouble = Trouble(exc.trouble)
        log.warning("mail.refused", brief_id=begun.brief_id, trouble=trouble, code=exc.code)
        async with self._database.transaction() as tx:
            if not await tx.mails.end(begun, MailState.REFUSED, trouble=trouble, code=exc.code):
                return
            await note(
                tx,
                OURSELVES,
                "mail.refused",
                begun.brief_id,
                person_id=begun.person_id,
                why=str(trouble),
                code=exc.code,
            )
            await stop_copies(tx, begun.person_id, self._clock.now())
        part = refused_part(ready.letter.recipient, is_address=trouble is Trouble.ADDRESS, code=exc.code)
        await self._outbox.say(
            Saying(key=f"mail_refused:{begun.brief_id}", user_id=ready.user_id, text=part.text, blocks=part.blocks)
        )

    async def _put_off(self, begun: MailCopy, exc: MailPostponed) -> None:
        log.warning("mail.postponed", brief_id=begun.brief_id, trouble=exc.trouble, code=exc.code)
        async with self._database.transaction() as tx:
            due_at = begun.next_due(self._clock.now())
            await tx.mails.put_off(begun, due_at, trouble=Trouble(exc.trouble), code=exc.code)

    async def _put_off_all(self, due: Sequence[MailCopy], exc: MailPostponed) -> None:
        """Those of the round that were not begun; each begun one has its own outcome."""
        for copy in due:
            begun = await self._begin(copy)
            if begun is not None:
                await self._put_off(begun, exc)
