"""What the bot logs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.settings.section import Section

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class LogSettings(Section):
    prefix = "SERGAS_LOG_"

    level: LogLevel = Field("INFO", description="DEBUG, INFO, WARNING or ERROR. Only DEBUG may show CRM text.")
    format: Literal["json", "console"] = Field(
        "json", description="json writes one object a line, console coloured lines for people."
    )
    metrics_seconds: float = Field(
        300.0,
        ge=0,
        validation_alias="SERGAS_METRICS_SECONDS",
        description="Seconds between two `metrics` log events, which contain the numbers of `sergas status`; 0 means none.",
    )
