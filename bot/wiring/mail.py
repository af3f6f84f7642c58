"""E-mail, wired: the client for the mail server, if there is one, and its problems in sentences for operators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store.domain.running.mails import MailState, Trouble
from store.domain.text.wording import plural

if TYPE_CHECKING:
    from bot.delivery.directory import Directory
    from bot.delivery.mails import MailCopies
    from bot.delivery.outbox import Outbox
    from bot.settings.mail import MailSettings
    from bot.wiring.resources import Services
    from integrations.mail.client import MailClient
    from store.database import Tx

SHOWN = timedelta(days=1)  # how long the status lists a copy that was not sent

_TROUBLES: Mapping[Trouble, str] = {
    Trouble.UNREACHABLE: "the mail server can't be reached",
    Trouble.NO_TLS: "the mail server offers no encryption that is trusted",
    Trouble.SIGN_IN: "the mail server refuses to sign us in",
    Trouble.SENDER: "the mail server doesn't let SERGAS_MAIL_FROM send",
    Trouble.BUSY: "the mail server asks to wait",
    Trouble.SLACK: "Slack can't be reached",
}


def mail_client(mail: MailSettings) -> MailClient:
    """Raises: SettingError if something is missing."""
    from integrations.mail.client import MailClient

    return MailClient(mail.server)


def mail_copies(services: Services, outbox: Outbox, directory: Directory) -> MailCopies | None:
    """None if there is no mail server. Raises: SettingError if something is missing."""
    if not services.settings.mail.is_on:
        return None
    # These take a tenth of a second, which only those who send e-mails should pay.
    from bot.delivery.letters import Letters
    from bot.delivery.mails import MailCopies

    client, database, clock = mail_client(services.settings.mail), services.database, services.clock
    letters = Letters(database, services.slack, clock, directory, services.links, sender=client.server.sender)
    return MailCopies(database, clock, outbox, letters, client)


async def mail_problems(tx: Tx, now: datetime) -> tuple[str, ...]:
    """A sentence for each thing that keeps copies of briefs from their readers."""
    waiting = await tx.mails.waiting()
    ended = await tx.mails.ended((MailState.REFUSED, MailState.UNCERTAIN, MailState.LATE), since=now - SHOWN)
    by_state = {state: [each for each in ended if each.state is state] for state in {each.state for each in ended}}
    codes = sorted({each.code for each in by_state.get(MailState.REFUSED, ()) if each.code})
    return tuple(_sentences(dict(waiting), {state: len(found) for state, found in by_state.items()}, codes))


def _sentences(waiting: Mapping[Trouble, int], ended: Mapping[MailState, int], codes: list[str]) -> Iterator[str]:
    for trouble, count in sorted(waiting.items()):
        wait = "waits" if count == 1 else "wait"
        yield f"{_copies(count)} {wait}: {_TROUBLES.get(trouble, trouble)}; run `sergas doctor`."
    if count := ended.get(MailState.REFUSED, 0):
        said = f" ({', '.join(codes)})" if codes else ""
        yield f"The mail server refused {_copies(count)} for good{said}; their readers were told."
    if count := ended.get(MailState.UNCERTAIN, 0):
        yield f"{_copies(count)} may be missing: the connection ended before the mail server's answer."
    if count := ended.get(MailState.LATE, 0):
        yield f"{_copies(count)} could not be sent in time; the briefs are in Slack."


def _copies(count: int) -> str:
    return plural(count, "brief by e-mail", "briefs by e-mail")
