"""The mail server, as `sergas doctor` checks it: reached, encrypted, signed in to, and willing to send from our address."""

from __future__ import annotations

from bot.settings.mail import MailSettings
from bot.wiring.mail import mail_client


async def check_mail(mail: MailSettings) -> str:
    """Return a line about the server. Raises: SergasError with the way to mend it."""
    if not mail.is_on:
        return "off: no copies of briefs by e-mail (SERGAS_MAIL_HOST)"
    client = mail_client(mail)
    async with client.session() as session:
        await session.check_sender()
    how = {"starttls": "STARTTLS", "implicit": "TLS", "none": "without TLS"}[mail.tls]
    signed = f", signed in as {mail.user}" if mail.user else ", not signed in"
    return f"{client.server.place}, {how}{signed}; sends from {mail.sender}"
