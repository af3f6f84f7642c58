"""The mail server through which people who ask for it get their brief as an e-mail as well."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from bot.settings.section import Section, require
from integrations.loopback import LOOPBACK
from integrations.mail.server import MailServer, Tls
from store.domain.access.addresses import is_mailable


class MailSettings(Section):
    prefix = "SERGAS_MAIL_"

    host: str = Field(
        "",
        description="Mail server for copies of the brief to people who ask for them; empty means that no e-mail is sent.",
    )
    port: int = Field(0, ge=0, le=65535, description="Its port; 0 means 465 for implicit TLS, and 587 otherwise.")
    tls: Literal["starttls", "implicit", "none"] = Field(
        "starttls",
        description="How the connection is encrypted: starttls, implicit, or none if the server is on this machine.",
    )
    user: str = Field("", description="User name to sign in with; empty means that the bot does not sign in.")
    password: SecretStr = Field(SecretStr(""), description="Its password.")
    sender: str = Field("", validation_alias="SERGAS_MAIL_FROM", description="Address that the e-mails come from.")
    timeout_seconds: float = Field(30.0, gt=0, description="Seconds to wait for an answer of the mail server.")

    @field_validator("host")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value.isprintable() or any(char in " /@" for char in value):
            raise ValueError("give a host name, such as mail.example.com")
        return value

    @field_validator("tls")
    @classmethod
    def _encrypted(cls, value: str, info: ValidationInfo) -> str:
        if value == "none" and info.data.get("host") not in LOOPBACK:
            raise ValueError("without TLS, the mail server must be on this machine")
        return value

    @field_validator("sender")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not is_mailable(value):
            raise ValueError("give a plain e-mail address, such as sergas@example.com")
        return value

    @property
    def is_on(self) -> bool:
        return bool(self.host)

    @property
    def server(self) -> MailServer:
        """Raises: SettingError if something is missing."""
        require(self, "host", "sender", *(["password"] if self.user else []))
        return MailServer(
            host=self.host,
            port=self.port,
            tls=Tls(self.tls),
            user=self.user,
            password=self.password.get_secret_value(),
            sender=self.sender,
            timeout_seconds=self.timeout_seconds,
        )
