"""The client against the sandbox mail server: letters that are taken, wait, are refused, or may have been lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integrations.mail.client import MailClient
from integrations.mail.letter import Letter
from integrations.mail.server import MailServer, Tls
from integrations.sandbox.mail import MailSandbox
from store.domain.errors import BadInput, MailOutcomeUnknown, MailPostponed, MailRefused
from store.domain.running.mails import Trouble
from tests.integrations.mail.certificates import make_certificate

NOW = datetime(2026, 3, 24, 7, 30, tzinfo=UTC)
LETTER = Letter(
    id="brief-1",
    sender="sergas@example.com",
    recipient="anna@example.com",
    at=NOW,
    subject="Your brief",
    text="Good morning\n.\nA line with a dot alone above",
    html="<p>Good morning</p>",
    settings_url="https://acme.slack.com/archives/D0/p1",
)


def now() -> datetime:
    return NOW


async def go_ahead() -> bool:
    return True


async def stop() -> bool:
    return False


@pytest.fixture
async def sandbox() -> AsyncIterator[MailSandbox]:
    made = await MailSandbox(clock=now, user="sergas", password="secret").start()
    yield made
    await made.stop()


def client_of(sandbox: MailSandbox, **changed: object) -> MailClient:
    server = MailServer(
        host=sandbox.host,
        port=sandbox.port,
        tls=Tls.NONE,
        user="sergas",
        password="secret",
        sender="sergas@example.com",
        timeout_seconds=5,
    )
    return MailClient(replace(server, **changed))  # type: ignore[arg-type]  # by the names of its fields


async def send(client: MailClient, letter: Letter = LETTER) -> bool:
    async with client.session() as session:
        return await session.send(letter, go_ahead)


async def problem(client: MailClient) -> MailPostponed:
    with pytest.raises(MailPostponed) as caught:
        await send(client)
    return caught.value


async def test_a_letter_arrives_as_it_was_written(sandbox: MailSandbox) -> None:
    assert await send(client_of(sandbox))

    (mail,) = sandbox.mails
    assert (mail.sender, mail.recipients) == ("sergas@example.com", ("anna@example.com",))
    assert mail.text.replace("\r\n", "\n").strip() == LETTER.text
    assert mail.html.strip() == LETTER.html


async def test_several_letters_go_over_one_connection_and_a_refused_one_holds_up_none(sandbox: MailSandbox) -> None:
    sandbox.faults.refuse("rcpt", "550 5.1.1 No such user", recipient="anna@example.com")
    async with client_of(sandbox).session() as session:
        with pytest.raises(MailRefused) as caught:
            await session.send(LETTER, go_ahead)
        await session.after_refusal()
        assert await session.send(replace(LETTER, recipient="bob@example.com"), go_ahead)

    assert (caught.value.trouble, caught.value.code) == (Trouble.ADDRESS, "550 5.1.1")
    assert [mail.recipients for mail in sandbox.mails] == [("bob@example.com",)]
    assert sandbox.connections == 1


async def test_nothing_is_sent_if_another_process_has_the_letter_by_then(sandbox: MailSandbox) -> None:
    async with client_of(sandbox).session() as session:
        assert not await session.send(LETTER, stop)
        assert await session.send(replace(LETTER, recipient="bob@example.com"), go_ahead)

    assert [mail.recipients for mail in sandbox.mails] == [("bob@example.com",)]


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("451 4.7.1 Greylisted", Trouble.BUSY),
        ("452 4.2.2 Mailbox full", Trouble.BUSY),
        ("550 5.7.1 Relay access denied", Trouble.SENDER),
        ("554 Transaction failed", Trouble.SENDER),
    ],
)
async def test_a_letter_waits_alone_if_its_recipient_is_not_at_fault(
    sandbox: MailSandbox, answer: str, trouble: Trouble
) -> None:
    sandbox.faults.refuse("rcpt", answer)
    waits = await problem(client_of(sandbox))

    assert (waits.trouble, waits.of_all) == (trouble, False)


@pytest.mark.parametrize("answer", ["550 5.1.1 No such user", "550 User unknown", "553 5.1.3 Bad address"])
async def test_an_address_that_does_not_exist_is_refused_permanently(sandbox: MailSandbox, answer: str) -> None:
    sandbox.faults.refuse("rcpt", answer)
    with pytest.raises(MailRefused) as caught:
        await send(client_of(sandbox))

    assert caught.value.trouble == Trouble.ADDRESS
    assert "No such user" not in f"{caught.value} {caught.value.code}"


async def test_a_text_is_refused_permanently_or_postponed(sandbox: MailSandbox) -> None:
    sandbox.faults.refuse("text", "554 5.6.0 Looks like spam")
    with pytest.raises(MailRefused) as caught:
        await send(client_of(sandbox))
    assert (caught.value.trouble, caught.value.code) == (Trouble.CONTENT, "554 5.6.0")

    sandbox.faults.refuse("text", "452 4.3.1 No space")
    assert (await problem(client_of(sandbox))).trouble == Trouble.BUSY
    assert sandbox.mails == ()


async def test_a_connection_that_ends_before_the_text_is_tried_again_and_after_it_never(sandbox: MailSandbox) -> None:
    sandbox.faults.hang_up("rcpt")
    assert (await problem(client_of(sandbox))).trouble == Trouble.UNREACHABLE

    sandbox.faults.drop_answer()
    with pytest.raises(MailOutcomeUnknown):
        await send(client_of(sandbox))
    assert len(sandbox.mails) == 1


async def test_a_server_that_refuses_us_says_why(sandbox: MailSandbox) -> None:
    wrong = await problem(client_of(sandbox, password="other"))
    assert (wrong.trouble, wrong.of_all) == (Trouble.SIGN_IN, True)
    assert "SERGAS_MAIL_PASSWORD" in str(wrong)
    assert "other" not in str(wrong)

    sandbox.faults.refuse("mail", "550 5.7.1 Sender not allowed")
    sender = await problem(client_of(sandbox))
    assert (sender.trouble, sender.of_all) == (Trouble.SENDER, True)
    assert "SERGAS_MAIL_FROM" in str(sender)

    await sandbox.stop()
    gone = await problem(client_of(sandbox))
    assert (gone.trouble, gone.of_all) == (Trouble.UNREACHABLE, True)


async def test_nothing_is_said_in_clear_to_a_server_that_offers_no_encryption(sandbox: MailSandbox) -> None:
    for tls in (Tls.STARTTLS, Tls.IMPLICIT):
        refused = await problem(client_of(sandbox, tls=tls))
        assert refused.trouble == Trouble.NO_TLS, str(refused)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_an_encrypted_server_is_trusted_only_with_a_certificate_that_is(tmp_path: Path, tls: str) -> None:
    server, trusting = make_certificate(tmp_path)
    sandbox = await MailSandbox(clock=now, user="sergas", password="secret", tls=tls, tls_context=server).start()  # type: ignore[arg-type]  # one of the two
    try:
        known = client_of(sandbox, tls=Tls(tls))
        untrusted = await problem(known)
        assert untrusted.trouble == Trouble.NO_TLS
        assert "certificate" in str(untrusted)

        assert await send(MailClient(known.server, tls_context=trusting))
        assert len(sandbox.mails) == 1
    finally:
        await sandbox.stop()


def test_a_server_without_encryption_is_on_this_machine() -> None:
    with pytest.raises(BadInput, match="must be on this machine"):
        MailServer(host="mail.example.com", sender="sergas@example.com", tls=Tls.NONE)
