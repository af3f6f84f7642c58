"""Briefs by e-mail on the stage: a mail server, the wish to have them, and a round that sends them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from integrations.sandbox.mail import MailSandbox
from tests.flows.stage import MORNING, Stage


@asynccontextmanager
async def post_office() -> AsyncIterator[tuple[MailSandbox, dict[str, Any]]]:
    """A mail server, and the settings that lead to it."""
    mails = await MailSandbox(clock=lambda: MORNING).start()
    settings = {"mail_host": mails.host, "mail_port": mails.port, "mail_tls": "none", "mail_from": "sergas@example.com"}
    try:
        yield mails, settings
    finally:
        await mails.stop()


async def wish(made: Stage, person_id: str, *, by_mail: bool) -> None:
    """They want copies from now on, or no more."""
    async with made.bot.services.database.transaction() as tx:
        person = await tx.people.get(person_id)
        assert person is not None
        own = replace(person.settings, by_mail=by_mail)
        await tx.settings.keep(person_id, own, before=person.settings, at=made.clock.now())


async def send(made: Stage, *, after: timedelta = timedelta()) -> int:
    """Send the copies that are due so much later; returns how many went out."""
    made.clock.advance(after)
    assert made.bot.jobs.mails is not None
    return await made.bot.jobs.mails()
