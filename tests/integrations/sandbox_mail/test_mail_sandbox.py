"""The sandbox mail server, driven by Python's own client."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from integrations.sandbox.mail import MailSandbox
from store.domain.errors import BadInput


@pytest.fixture
async def sandbox() -> AsyncIterator[MailSandbox]:
    made = await MailSandbox(clock=lambda: datetime(2026, 3, 24, tzinfo=UTC), user="sergas", password="secret").start()
    yield made
    await made.stop()


def mail(to: str = "anna@example.com") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "sergas@example.com", to, "Grüße"
    made.set_content("Hallo")
    return made


async def by_smtplib(
    sandbox: MailSandbox, act: Callable[[smtplib.SMTP], object], *, password: str = "secret"
) -> object:
    def run() -> object:
        with smtplib.SMTP(sandbox.host, sandbox.port, timeout=5) as client:
            client.login("sergas", password)
            return act(client)

    return await asyncio.to_thread(run)


async def test_it_catches_what_smtplib_sends(sandbox: MailSandbox) -> None:
    await by_smtplib(sandbox, lambda client: client.send_message(mail()))

    (caught,) = sandbox.to("anna@example.com")
    assert (caught.subject, caught.text.strip(), caught.html) == ("Grüße", "Hallo", "")
    assert sandbox.to("eve@example.com") == []


async def test_it_refuses_a_client_that_does_not_sign_in(sandbox: MailSandbox) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError):
        await by_smtplib(sandbox, lambda client: client.send_message(mail()), password="wrong")
    assert sandbox.mails == ()


async def test_each_fault_strikes_as_often_as_it_was_ordered(sandbox: MailSandbox) -> None:
    sandbox.faults.refuse("rcpt", "550 5.1.1 No such user", recipient="bob@example.com")
    sandbox.faults.refuse("text", "451 4.3.0 Later")
    with pytest.raises(smtplib.SMTPDataError, match=r"4\.3\.0 Later"):
        await by_smtplib(sandbox, lambda client: client.send_message(mail()))
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        await by_smtplib(sandbox, lambda client: client.send_message(mail("bob@example.com")))
    await by_smtplib(sandbox, lambda client: client.send_message(mail("bob@example.com")))

    assert [each.recipients for each in sandbox.mails] == [("bob@example.com",)]


async def test_a_lost_answer_leaves_the_mail_there_and_a_hang_up_does_not(sandbox: MailSandbox) -> None:
    sandbox.faults.drop_answer()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        await by_smtplib(sandbox, lambda client: client.send_message(mail()))
    sandbox.faults.hang_up("text")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        await by_smtplib(sandbox, lambda client: client.send_message(mail()))

    assert len(sandbox.mails) == 1


async def test_a_taken_port_is_said_in_one_sentence(sandbox: MailSandbox) -> None:
    with pytest.raises(BadInput, match="choose another port"):
        await MailSandbox(clock=lambda: datetime.now(UTC)).start(port=sandbox.port)
