"""No text of anyone's gets into the headers of a letter, or makes another recipient."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from integrations.mail.letter import Letter
from store.domain.errors import BadInput
from tests.integrations.mail.test_client import LETTER

LONG = f"https://{'a' * 60}.slack.com/archives/D0123456789/p1711111111111111"


def test_the_headers_name_the_sender_and_the_way_to_stop_it() -> None:
    made = message_from_bytes(bytes(replace(LETTER, settings_url=LONG)), policy=policy.SMTP)

    assert made["Message-ID"] == "<brief-1@example.com>"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["List-Unsubscribe"] == f"<{LONG}>"
    assert (made["From"], made["To"]) == ("Sergas <sergas@example.com>", "anna@example.com")
    assert [part.get_content_type() for part in made.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_the_same_letter_keeps_its_id_and_its_lines_are_short() -> None:
    again = replace(LETTER, text="x" * 5_000, html="<p>" + "ü" * 5_000)

    assert again.message_id == LETTER.message_id
    assert max(map(len, bytes(again).split(b"\r\n"))) <= 500


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.com\r\nBcc: eve@example.com",
        "anna@example.com, eve@example.com",
        "anna@example.com eve@example.com",
        "Anna <anna@example.com>",
        "<anna@example.com>",
        '"anna eve"@example.com',
        "anna@example.com(eve)",
        "anna@[10.0.0.1]",
        "anna@localhost",
        "anna@exämple.com",
        "anna",
        "@example.com",
        "",
        f"{'a' * 65}@example.com",
        f"anna@{'a' * 250}.com",
    ],
)
def test_only_a_plain_address_gets_a_letter(address: str) -> None:
    with pytest.raises(BadInput):
        replace(LETTER, recipient=address)
    with pytest.raises(BadInput):
        replace(LETTER, sender=address)


@pytest.mark.parametrize("field", ["subject", "id", "settings_url"])
@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r", "\x00", "\u2028", "\x85", "\x0b"])
def test_no_header_can_be_broken_out_of(field: str, ends: str) -> None:
    with pytest.raises(BadInput):
        replace(LETTER, **{field: f"Your brief{ends}Bcc: eve@example.com"})  # type: ignore[arg-type]  # by name


def test_a_letter_in_a_log_shows_none_of_its_text() -> None:
    shown = repr(Letter(**{name: getattr(LETTER, name) for name in LETTER.__dataclass_fields__}))
    assert "Good morning" not in shown
