"""How the bot reaches Slack, and Slack the bot."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from bot.settings.address import ServiceAddress
from bot.settings.section import Section


class SlackSettings(Section):
    prefix = "SERGAS_SLACK_"

    bot_token: SecretStr = Field(SecretStr(""), description="Bot token, xoxb-…")
    client_id: str = Field("", description="Client id of the app, for token rotation.")
    client_secret: SecretStr = Field(SecretStr(""), description="Client secret of the app, for token rotation.")
    refresh_token: SecretStr = Field(
        SecretStr(""),
        description="First refresh token, xoxe-1-…: token rotation, in place of the bot token. The bot keeps the ones that follow.",
    )
    app_token: SecretStr = Field(SecretStr(""), description="App-level token for Socket Mode, xapp-…")
    signing_secret: SecretStr = Field(SecretStr(""), description="Signing secret, needed for signed HTTP.")
    mode: Literal["socket", "http"] = Field(
        "socket", description="How Slack reaches the bot: socket for Socket Mode, http for signed HTTP."
    )
    api_url: ServiceAddress = Field("https://slack.com/api/", description="Base address of Slack's Web API.")
    timeout_seconds: float = Field(30.0, gt=0, description="Seconds to wait for a Slack call.")
    settle_seconds: float = Field(
        10.0,
        ge=0,
        description="Seconds to wait for a message to show up in Slack when no answer says whether it was sent.",
    )
    rate_percent: int = Field(
        100,
        ge=0,
        le=1_000,
        description="Percent of Slack's published rates that the bot uses; 0 counts nothing and waits only when Slack says so.",
    )

    @property
    def credentials(self) -> tuple[str, ...]:
        """The settings that signing in to Slack needs."""
        return ("client_id", "client_secret", "refresh_token") if self.rotates else ("bot_token",)

    @property
    def rotates(self) -> bool:
        return bool(self.refresh_token.get_secret_value())
