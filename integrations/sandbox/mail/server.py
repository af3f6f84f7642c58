"""The sandbox mail server: SMTP by aiosmtpd, in the bot's own event loop. Every e-mail stays here; it sends nothing on."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from integrations.sandbox.mail.caught import Caught
from integrations.sandbox.mail.faults import Fault, Faults
from store.domain.errors import BadInput

MOST_BYTES = 2**20
KEPT = 200  # of a long demonstration, the latest


class MailSandbox:
    """With a `tls_context`, `tls` says if it is offered by STARTTLS and then needed, or spoken from the first byte. With a `user`,
    only who signs in may send. `clock` returns the present, aware; `caught` is called with each e-mail."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        user: str = "",
        password: str = "",
        tls: Literal["starttls", "implicit"] = "starttls",
        tls_context: ssl.SSLContext | None = None,
        caught: Callable[[Caught], None] = lambda _: None,
    ) -> None:
        self.faults = Faults()
        self.connections = 0
        self._clock = clock
        self._on_caught = caught
        self._user, self._password = user, password
        self._tls, self._context = tls, tls_context
        self._caught: list[Caught] = []
        self._count = 0
        self._open: set[SMTP] = set()
        self._server: asyncio.Server | None = None
        self.host, self.port = "127.0.0.1", 0

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> MailSandbox:
        """Listen; port 0 takes a free one. Raises: BadInput if the port is taken."""
        implicit = self._context if self._tls == "implicit" else None
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._protocol, host, port, ssl=implicit)
        except OSError as exc:
            raise BadInput(f"Port {port} of {host} is not available; choose another port.") from exc
        self.host, self.port = host, self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for each in self._open:
                if each.transport is not None:
                    _abort(each)
            await self._server.wait_closed()

    @property
    def needs_sign_in(self) -> bool:
        return bool(self._user)

    @property
    def mails(self) -> Sequence[Caught]:
        """All e-mails caught, in order."""
        return tuple(self._caught)

    def to(self, address: str) -> list[Caught]:
        """Return the e-mails caught for this address, in order."""
        return [each for each in self._caught if address in each.recipients]

    def _protocol(self) -> SMTP:
        self.connections += 1
        made = SMTP(
            _Hooks(self),
            hostname="sandbox.example",
            ident="Sandbox mail server",
            data_size_limit=MOST_BYTES,
            tls_context=self._context if self._tls == "starttls" else None,
            require_starttls=self._tls == "starttls",
            auth_require_tls=self._context is not None and self._tls == "starttls",
            authenticator=self._signed_in if self._user else None,
            loop=asyncio.get_running_loop(),
        )
        self._open = {each for each in self._open if each.transport is not None} | {made}
        return made

    def _signed_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        if fault := self.faults.of("auth"):
            return AuthResult(success=False, handled=False, message=fault.answer or None)
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (
            self._user.encode(),
            self._password.encode(),
        )
        return AuthResult(success=right, handled=False)

    def keep(self, envelope: Envelope) -> None:
        self._count += 1
        raw = envelope.original_content or b""
        caught = Caught(
            id=self._count,
            at=self._clock(),
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            raw=raw,
        )
        self._caught = [*self._caught, caught][-KEPT:]
        self._on_caught(caught)


class _Hooks:
    """Called by aiosmtpd at each step of a delivery."""

    def __init__(self, sandbox: MailSandbox) -> None:
        self._sandbox = sandbox

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._sandbox.needs_sign_in and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if fault := self._sandbox.faults.of("mail"):
            return await _struck(server, fault)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if fault := self._sandbox.faults.of("rcpt", address):
            return await _struck(server, fault)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self._sandbox.faults.of("text")
        if fault is None or fault.is_kept:
            self._sandbox.keep(envelope)
        return await _struck(server, fault) if fault else "250 2.0.0 Taken"


async def _struck(server: SMTP, fault: Fault) -> str:
    if fault.answer:
        return fault.answer
    _abort(server)
    await asyncio.Event().wait()  # aiosmtpd cancels this when it hears that the connection is gone
    return ""


def _abort(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()
