"""Every setting, read once from the environment (and a `.env` file) and frozen.

Names are `SERGAS_` + the field in capitals; thresholds of signals are `SERGAS_SIGNALS__SILENT_DAYS` and so on.
Secrets never show in repr or logs.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import fields
from datetime import time
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from store.domain.errors import SettingError
from store.domain.signals.look import SignalPolicy

DATABASE_FILE = "sergas.db"

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class Settings(BaseSettings):
    """What an operator can set. Every field has a default that works on one machine, except the secrets of real services."""

    model_config = SettingsConfigDict(
        env_prefix="SERGAS_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    home: Path = Field(Path(".sergas"), description="Folder for the embedded database and other local state.")
    database_url: str = Field(
        "", description="SQLAlchemy URL; empty means SQLite in the home folder. PostgreSQL: postgresql+psycopg://…"
    )
    log_level: LogLevel = Field("INFO", description="DEBUG may show CRM text; the others never do.")
    log_format: Literal["json", "console"] = Field(
        "json", description="One JSON object a line, or coloured lines for people."
    )

    slack_bot_token: SecretStr = Field(SecretStr(""), description="Bot token, xoxb-…")
    slack_app_token: SecretStr = Field(SecretStr(""), description="App-level token for Socket Mode, xapp-…")
    slack_signing_secret: SecretStr = Field(SecretStr(""), description="Signing secret, needed for signed HTTP.")
    slack_mode: Literal["socket", "http"] = Field("socket", description="How Slack reaches the bot.")
    slack_api_url: str = Field("https://slack.com/api/", description="Slack Web API base address.")
    http_host: str = Field("127.0.0.1", description="Address on which signed HTTP is served.")
    http_port: int = Field(3000, ge=0, le=65535, description="Port on which signed HTTP is served; 0 takes a free one.")

    zoho_region: Literal["com", "eu", "in", "com.cn", "com.au", "jp", "sa", "ca"] = Field(
        "com", description="Zoho data centre."
    )
    zoho_accounts_url: str = Field(
        "", description="Sign-in address; empty means that of the region. The sandbox sets it."
    )
    zoho_ui_url: str = Field(
        "", description="Address of Zoho's own pages, for links to records; empty means that of the region."
    )
    zoho_client_id: str = Field("", description="OAuth client id.")
    zoho_client_secret: SecretStr = Field(SecretStr(""), description="OAuth client secret.")
    zoho_refresh_token: SecretStr = Field(SecretStr(""), description="OAuth refresh token.")
    zoho_requests_per_minute: int = Field(120, ge=0, description="Ceiling we set ourselves; 0 means none.")
    zoho_concurrency: int = Field(5, ge=1, le=25, description="Calls in flight at once.")
    zoho_timeout_seconds: float = Field(30.0, gt=0, description="How long one Zoho call may take.")
    zoho_settle_seconds: float = Field(
        90.0, ge=0, description="How long a write of unknown fate may take to show up in Zoho."
    )

    brief_time: time = Field(
        time(8, 0), description="Local time at which owners get their brief on their working days."
    )
    brief_everyone: bool = Field(False, description="Also brief CRM users who own no account and no deal.")
    sync_minutes: int = Field(60, ge=1, description="Minutes between two reads of what changed in the CRM.")
    proposal_hours: int = Field(72, ge=1, description="Hours until a proposal that nobody decided expires.")
    max_cards: int = Field(
        7, ge=1, le=8, description="Accounts in the brief's first message; the rest stands in its thread."
    )
    currency: str = Field("$", max_length=4, description="Currency sign shown before amounts.")
    signals: SignalPolicy = Field(default_factory=SignalPolicy, description="Thresholds of the signals.")

    @field_validator("signals", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """`SERGAS_SIGNALS__ENABLED` lists kinds, separated by commas."""
        if isinstance(value, Mapping) and isinstance(listed := value.get("enabled"), str):
            return {**value, "enabled": [kind.strip() for kind in listed.split(",") if kind.strip()]}
        return value

    @field_validator("brief_time")
    @classmethod
    def _local(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("give a local time without an offset, such as 08:00")
        return value

    @field_validator("signals")
    @classmethod
    def _not_negative(cls, policy: SignalPolicy) -> SignalPolicy:
        for threshold in fields(policy):
            value = getattr(policy, threshold.name)
            if isinstance(value, int | float) and value < 0:
                raise ValueError(f"{threshold.name} must not be negative")
        return policy

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite+aiosqlite:///{self.home / DATABASE_FILE}"


def load_settings(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the environment once.

    Raises: SettingError naming the first variable that is unknown or malformed, without its value.
    """
    _refuse_unknown(os.environ)
    try:
        return Settings(**(overrides or {}))
    except ValidationError as exc:
        first = exc.errors()[0]
        name = "SERGAS_" + "__".join(part for part in first["loc"] if isinstance(part, str)).upper()
        why = first["msg"].removeprefix("Value error, ")
        raise SettingError(name, f"is wrong: {why[0].lower()}{why[1:]}.") from exc


def setting_names() -> list[str]:
    """The variables there are, thresholds of the signals among them."""
    own = [f"SERGAS_{name.upper()}" for name in Settings.model_fields if name != "signals"]
    return [*own, *(f"SERGAS_SIGNALS__{threshold.name.upper()}" for threshold in fields(SignalPolicy))]


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """A misspelt variable would leave its default in force without a word."""
    known = setting_names()
    for name in sorted(environment):
        if name.upper().startswith("SERGAS_") and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.8)
            hint = f"did you mean {close[0]}?" if close else "`sergas settings` lists those that are."
            raise SettingError(name, f"is not known; {hint}")


def require(settings: Settings, *names: str) -> None:
    """Raises: SettingError for the first of these fields that is empty."""
    for name in names:
        value = getattr(settings, name)
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not text:
            raise SettingError(
                f"SERGAS_{name.upper()}", "is missing. Set it, or try everything without accounts by `sergas demo`."
            )
