"""An e-mail as the sandbox caught it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """`sender` and `recipients` are those of the envelope; `raw` is the text as it came."""

    id: int
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, _class=EmailMessage, policy=SMTP)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        """The plain text, "" without one."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML, "" without one."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        found = self.message.get_body(preferencelist=(kind,))
        return str(found.get_content()) if isinstance(found, EmailMessage) else ""
