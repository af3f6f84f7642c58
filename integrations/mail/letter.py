"""One e-mail to one person, as the bytes that the mail server gets.

Its headers can't be broken out of: addresses are plain ones, and a line break in any other header raises.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from store.domain.access.addresses import is_mailable
from store.domain.errors import BadInput

NAME = "Sergas"
# Longer than any header of ours, since some readers take a folded address in one apart; RFC 5322 allows 998.
_POLICY = SMTP.clone(max_line_length=500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`id` is the unique part of its Message-ID. `settings_url` is where its reader turns such mails off. Raises: BadInput for an
    address that isn't plain, or a line break in a header."""

    id: str
    sender: str
    recipient: str
    at: datetime
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    settings_url: str

    def __post_init__(self) -> None:
        if not (is_mailable(self.sender) and is_mailable(self.recipient)):
            raise BadInput("This is no e-mail address that a brief can be sent to or from.")
        if not all(each.isprintable() for each in (self.id, self.subject, self.settings_url)):
            raise BadInput("A header of an e-mail is one line of visible text.")

    @property
    def message_id(self) -> str:
        return f"<{self.id}@{self.sender.rpartition('@')[2]}>"

    def __bytes__(self) -> bytes:
        made = EmailMessage(policy=_POLICY)
        made["From"] = Address(NAME, addr_spec=self.sender)
        made["To"] = Address(addr_spec=self.recipient)
        made["Subject"] = self.subject
        made["Date"] = format_datetime(self.at)
        made["Message-ID"] = self.message_id
        made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no one's absence answers it
        made["X-Auto-Response-Suppress"] = "All"
        made["List-Unsubscribe"] = f"<{self.settings_url}>"
        made["Content-Language"] = "en"
        made.set_content(self.text, cte="quoted-printable")
        made.add_alternative(self.html, subtype="html", cte="quoted-printable")
        return made.as_bytes()
