"""Send e-mails over SMTP (RFC 5321): one connection for several, each handed over once.

The next step depends on the kind of error, so every error of the library becomes one of three: the server will not take it now,
will never take it, or may have taken it.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from integrations.mail.letter import Letter
from integrations.mail.server import MailServer, Tls
from store.domain.errors import MailOutcomeUnknown, MailPostponed, MailRefused
from store.domain.running.mails import Trouble

# Returns whether the text may be sent now.
BeforeText = Callable[[], Awaitable[bool]]

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_ADDRESS = re.compile(r"5\.(?:1|2)\.\d+")  # RFC 3463: something about the address, or its mailbox
_BAD_ADDRESS = frozenset({550, 551, 553})  # RFC 5321, of a server without the codes of RFC 3463
_ANSWER_SECONDS = 300.0  # a server may look through a text for minutes before it says that it took it


class MailSession:
    """An open connection, signed in."""

    def __init__(self, smtp: SMTP, server: MailServer) -> None:
        self._smtp = smtp
        self._server = server

    async def send(self, letter: Letter, before_text: BeforeText) -> bool:
        """Hand over one letter; False if `before_text`, which is asked before the server gets any of it, said no.

        Raises: MailPostponed, MailRefused, MailOutcomeUnknown.
        """
        text = bytes(letter)
        with _at_the_door(self._server):
            await self._smtp.mail(letter.sender)
            await self._smtp.rcpt(letter.recipient)
        if not await before_text():
            await self._start_over()
            return False
        try:
            await self._smtp.data(text, timeout=max(_ANSWER_SECONDS, self._server.timeout_seconds))
        except SMTPDataError as exc:
            raise _of_the_text(exc) from exc
        except (SMTPException, OSError) as exc:
            raise MailOutcomeUnknown(
                "The connection to the mail server ended while a copy was sent, so it is not sent again.",
                trouble=Trouble.CUT_OFF,
            ) from exc
        return True

    async def check_sender(self) -> None:
        """Whether the server lets us send. Raises: MailPostponed."""
        with _at_the_door(self._server):
            await self._smtp.mail(self._server.sender)
        await self._start_over()

    async def after_refusal(self) -> None:
        """Get ready for the next letter. Raises: MailPostponed if the connection is gone."""
        await self._start_over()

    async def _start_over(self) -> None:
        with _at_the_door(self._server):
            await self._smtp.rset()


class MailClient:
    """`tls_context` replaces the machine's own trust in certificates."""

    def __init__(self, server: MailServer, *, tls_context: ssl.SSLContext | None = None) -> None:
        self.server = server
        self._tls_context = tls_context

    @asynccontextmanager
    async def session(self) -> AsyncIterator[MailSession]:
        """Connect, encrypt and sign in. Raises: MailPostponed, for all letters."""
        server = self.server
        smtp = SMTP(
            hostname=server.host,
            port=server.port or None,
            username=server.user or None,
            password=server.password or None,
            local_hostname=server.domain,
            timeout=server.timeout_seconds,
            use_tls=server.tls is Tls.IMPLICIT,
            start_tls=server.tls is Tls.STARTTLS,
            tls_context=self._tls_context,
        )
        with _on_the_way(server):
            await smtp.connect()
        try:
            yield MailSession(smtp, server)
        finally:
            with suppress(SMTPException, OSError):
                await smtp.quit(timeout=1.0)
            smtp.close()


@contextmanager
def _on_the_way(server: MailServer) -> Iterator[None]:
    """Errors before the first letter. Raises: MailPostponed."""
    try:
        yield
    except SMTPAuthenticationError as exc:
        said = f"The mail server {server.place} does not accept SERGAS_MAIL_USER and SERGAS_MAIL_PASSWORD ({code_of(exc)})."
        raise _waits(said, Trouble.SIGN_IN, exc) from exc
    except (SMTPException, OSError) as exc:
        if (problem := _tls_problem(exc, server)) is not None:
            raise _waits(problem, Trouble.NO_TLS, exc) from exc
        if isinstance(exc, SMTPResponseException):
            raise _waits(f"The mail server {server.place} turns us away ({code_of(exc)}).", Trouble.BUSY, exc) from exc
        if isinstance(exc, SMTPConnectError | OSError):
            said = f"The mail server {server.place} cannot be reached; check SERGAS_MAIL_HOST and SERGAS_MAIL_PORT."
            raise _waits(said, Trouble.UNREACHABLE, exc) from exc
        said = f"The mail server {server.place} offers no way to sign in that is known here."
        raise _waits(said, Trouble.SIGN_IN, exc) from exc


def _tls_problem(exc: BaseException, server: MailServer) -> str | None:
    """Return the problem with the encryption; None if it is something else."""
    causes = [exc, exc.__cause__, exc.__context__]
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes):
        return f"The certificate of the mail server {server.place} is not trusted, so nothing is sent to it."
    if any(isinstance(each, ssl.SSLError) for each in causes):
        return f"The mail server {server.place} speaks no TLS there; check SERGAS_MAIL_PORT and SERGAS_MAIL_TLS."
    if "STARTTLS" in str(exc).upper():
        return f"The mail server {server.place} offers no STARTTLS, so nothing is sent to it."
    return None


@contextmanager
def _at_the_door(server: MailServer) -> Iterator[None]:
    """Errors before any text. Raises: MailPostponed; MailRefused if it is about the recipient's address."""
    try:
        yield
    except SMTPRecipientRefused as exc:
        if not _is_final(exc):
            raise MailPostponed("The mail server asks to wait.", trouble=Trouble.BUSY, code=code_of(exc)) from exc
        if _is_about_address(exc):
            raise MailRefused(
                "The mail server refuses the address.", trouble=Trouble.ADDRESS, code=code_of(exc)
            ) from exc
        raise _unsent(server, exc, of_all=False) from exc  # others may pass
    except SMTPSenderRefused as exc:
        if not _is_final(exc):
            raise _waits("The mail server asks to wait.", Trouble.BUSY, exc) from exc
        raise _unsent(server, exc, of_all=True) from exc
    except SMTPResponseException as exc:
        raise _waits("The mail server asks to wait.", Trouble.BUSY, exc) from exc
    except (SMTPException, OSError) as exc:
        raise _waits(f"The connection to the mail server {server.place} ended.", Trouble.UNREACHABLE, exc) from exc


def _unsent(server: MailServer, exc: SMTPResponseException, *, of_all: bool) -> MailPostponed:
    """Our sender, or our right to send, is at fault: someone has to correct it."""
    said = f"The mail server {server.place} does not let SERGAS_MAIL_FROM send ({code_of(exc)})."
    return MailPostponed(said, trouble=Trouble.SENDER, code=code_of(exc), of_all=of_all)


def _of_the_text(exc: SMTPDataError) -> MailPostponed | MailRefused:
    if _is_final(exc):
        return MailRefused("The mail server refuses the e-mail.", trouble=Trouble.CONTENT, code=code_of(exc))
    return MailPostponed("The mail server asks to wait.", trouble=Trouble.BUSY, code=code_of(exc))


def _waits(said: str, trouble: Trouble, exc: BaseException) -> MailPostponed:
    return MailPostponed(said, trouble=trouble, code=code_of(exc), of_all=True)


def _is_final(exc: SMTPResponseException) -> bool:
    return exc.code >= 500


def _is_about_address(exc: SMTPResponseException) -> bool:
    enhanced = _ENHANCED.search(exc.message)
    return bool(_ADDRESS.fullmatch(enhanced[0])) if enhanced else exc.code in _BAD_ADDRESS


def code_of(exc: BaseException) -> str:
    """The server's answer without its words, which may name a person: `550 5.1.1`; "" if there was none."""
    if not isinstance(exc, SMTPResponseException) or exc.code < 0:
        return ""
    enhanced = _ENHANCED.search(exc.message)
    return f"{exc.code} {enhanced[0]}" if enhanced else str(exc.code)
