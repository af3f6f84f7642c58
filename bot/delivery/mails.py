"""Copies of briefs by e-mail, for those who asked for them: noted when a brief is in Slack, and sent once each by a job.

What the mail server won't take now is tried again; when it will never take a copy, its reader hears of it once.
`store.domain.running.mails` says what happens when an answer is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import structlog

from agents.flows.access.trail import OURSELVES, note
from agents.flows.people.mail_copies import stop_copies
from agents.ports import Clock
from bot.delivery.letters import Letters, Ready, Unwanted
from bot.delivery.outbox import Outbox
from bot.views.mail.refused import refused_part
from integrations.mail.client import MailClient, MailSession
from store.database import Database
from store.domain.errors import MailOutcomeUnknown, MailPostponed, MailRefused, SlackUnavailable
from store.domain.running.mails import MailCopy, MailState, Trouble
from store.domain.running.messages import Saying

log = structlog.get_logger()

REMEMBER = timedelta(days=30)


class MailCopies:
    """Several processes may send at once."""

    def __init__(self, database: Database, clock: Clock, outbox: Outbox, letters: Letters, client: MailClient) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox
        self._letters = letters
        self._client = client

    async def __call__(self) -> int:
        """Send what is due, over one connection; return how many the mail server took."""
        now, taken = self._clock.now(), 0
        async with self._database.reading() as tx:
            due, left = await tx.mails.due(now), await tx.mails.left(now)
        if left:
            await self._give_up()
        if not due:
            return 0
        try:
            async with self._client.session() as session:
                for copy in due:
                    begun = await self._begin(copy)
                    taken += begun is not None and await self._send(begun, session)
        except MailPostponed as exc:
            await self._put_off_all(due, exc)
        return taken

    async def purge(self) -> int:
        """Delete what ended long ago; return how many."""
        async with self._database.transaction() as tx:
            return await tx.mails.purge(self._clock.now() - REMEMBER)

    async def _give_up(self) -> None:
        """What a process was handing over when it died."""
        async with self._database.transaction() as tx:
            lost = await tx.mails.give_up(self._clock.now())
        log.error("mail.uncertain", copies=lost)

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
            ready = await self._letters(begun)
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

    async def _hand_over(self, begun: MailCopy) -> bool:
        """Note, before the mail server gets any text, that it does, and in the audit trail that its reader gets to see it."""
        async with self._database.transaction() as tx:
            if not await tx.mails.hand_over(begun):
                return False
            await note(tx, OURSELVES, "brief.mailed", begun.brief_id, person_id=begun.person_id, attempt=begun.tries)
        return True

    async def _end(self, begun: MailCopy, state: MailState, *, trouble: Trouble | None = None) -> None:
        async with self._database.transaction() as tx:
            await tx.mails.end(begun, state, trouble=trouble)

    async def _refused(self, begun: MailCopy, ready: Ready, exc: MailRefused) -> None:
        """Say so once, and send no more copies. A process that dies in between is refused again, and says nothing new."""
        trouble = Trouble(exc.trouble)
        log.warning("mail.refused", brief_id=begun.brief_id, trouble=trouble, code=exc.code)
        part = refused_part(ready.letter.recipient, is_address=trouble is Trouble.ADDRESS, code=exc.code)
        await self._outbox.say(
            Saying(key=f"mail_refused:{begun.brief_id}", user_id=ready.user_id, text=part.text, blocks=part.blocks)
        )
        code = exc.code.replace(" ", "/")  # as the audit trail takes it
        async with self._database.transaction() as tx:
            if await tx.mails.end(begun, MailState.REFUSED, trouble=trouble, code=exc.code):
                subject = begun.brief_id
                await note(
                    tx, OURSELVES, "mail.refused", subject, person_id=begun.person_id, why=str(trouble), code=code
                )
                await stop_copies(tx, begun.person_id, self._clock.now())

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
