"""Which mail server, and how to reach it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from integrations.loopback import LOOPBACK
from store.domain.errors import BadInput


class Tls(StrEnum):
    """`starttls` begins in clear and goes no further without encryption; `implicit` is encrypted from the first byte."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"


USUAL_PORTS = {Tls.STARTTLS: 587, Tls.IMPLICIT: 465, Tls.NONE: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """`sender` is the address that mails come from; without a `user`, no one signs in. Raises: BadInput for a server without TLS
    on another machine."""

    host: str
    sender: str
    port: int = 0
    tls: Tls = Tls.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_seconds: float = 30.0

    def __post_init__(self) -> None:
        if self.tls is Tls.NONE and self.host not in LOOPBACK:
            raise BadInput("Without TLS, the mail server must be on this machine.")

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]

    @property
    def place(self) -> str:
        """`mail.example.com:587`."""
        return f"{self.host}:{self.port or USUAL_PORTS[self.tls]}"
