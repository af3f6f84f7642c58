"""`sergas doctor` on the mail server: one sentence each, which names the setting at fault."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import pytest

from bot.commands.mail import check_mail
from bot.settings import load_settings
from integrations.sandbox.mail import MailSandbox
from store.domain.errors import SergasError, SettingError


@pytest.fixture
async def sandbox() -> AsyncIterator[MailSandbox]:
    made = await MailSandbox(clock=lambda: datetime(2026, 3, 24, tzinfo=UTC), user="sergas", password="right").start()
    yield made
    await made.stop()


async def found(sandbox: MailSandbox, **changed: object) -> str:
    settings: Mapping[str, object] = {
        "mail_host": sandbox.host,
        "mail_port": sandbox.port,
        "mail_tls": "none",
        "mail_user": "sergas",
        "mail_password": "right",
        "mail_from": "sergas@example.com",
    }
    return await check_mail(load_settings({**settings, **changed}, env_file=None).mail)


async def test_it_says_that_all_is_in_order_and_sends_nothing(sandbox: MailSandbox) -> None:
    assert await found(sandbox) == (
        f"127.0.0.1:{sandbox.port}, without TLS, signed in as sergas; sends from sergas@example.com"
    )
    assert sandbox.mails == ()


async def test_without_a_server_it_says_that_no_e_mail_is_sent(sandbox: MailSandbox) -> None:
    assert (await check_mail(load_settings(env_file=None).mail)).startswith("off: ")
    assert sandbox.connections == 0


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"mail_password": "wrong"}, "SERGAS_MAIL_PASSWORD"),
        ({"mail_user": ""}, "SERGAS_MAIL_FROM"),
        ({"mail_port": 1}, "SERGAS_MAIL_PORT"),
        ({"mail_from": ""}, "SERGAS_MAIL_FROM"),
        ({"mail_password": ""}, "SERGAS_MAIL_PASSWORD"),
        ({"mail_tls": "starttls"}, "STARTTLS"),
    ],
)
async def test_it_names_the_setting_at_fault(sandbox: MailSandbox, changed: dict[str, object], names: str) -> None:
    with pytest.raises(SergasError) as caught:
        await found(sandbox, **changed)

    assert names in str(caught.value)
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"mail_host": "mail.example.com", "mail_tls": "none"}, "SERGAS_MAIL_TLS"),
        ({"mail_host": "https://mail.example.com"}, "SERGAS_MAIL_HOST"),
        ({"mail_from": "Sergas <sergas@example.com>"}, "SERGAS_MAIL_FROM"),
        ({"mail_from": "a@example.com\nBcc: b@example.com"}, "SERGAS_MAIL_FROM"),
    ],
)
def test_a_setting_that_would_send_in_clear_or_from_nowhere_stops_the_start(
    changed: dict[str, object], variable: str
) -> None:
    with pytest.raises(SettingError) as caught:
        load_settings(changed, env_file=None)
    assert caught.value.name == variable
