"""The durable engine that carries out the bot's work."""

from __future__ import annotations

from pydantic import Field

from bot.settings.section import SecretAddress, Section


class EngineSettings(Section):
    prefix = "SERGAS_ENGINE_"

    url: SecretAddress = Field(
        SecretAddress(""),
        description="Database in which the engine keeps its records; empty means beside the bot's own.",
    )
    executor_id: str = Field(
        "",
        validation_alias="SERGAS_EXECUTOR_ID",
        description="Name of this process; empty means `local`, or on PostgreSQL the host's name and the role.",
    )
    keep_days: int = Field(30, ge=1, description="How many days the engine keeps its records of finished work.")
