"""When briefs go out, to whom, and how they look."""

from __future__ import annotations

import datetime

from pydantic import Field, field_validator

from bot.settings.section import Section
from store.domain.attention.policy import MOST_ASKS, AttentionPolicy


class BriefSettings(Section):
    prefix = "SERGAS_BRIEF_"

    time: datetime.time = Field(
        datetime.time(8, 0),
        description="Local time at which owners get their brief on their working days, such as 08:00.",
    )
    everyone: bool = Field(False, description="Also brief CRM users who own no account and no deal.")
    at_once: int = Field(
        2,
        ge=1,
        validation_alias="SERGAS_BRIEFS_AT_ONCE",
        description="How many briefs one process prepares at once.",
    )
    at_once_everywhere: int = Field(
        8,
        ge=1,
        validation_alias="SERGAS_BRIEFS_AT_ONCE_EVERYWHERE",
        description="How many briefs all processes together prepare at once.",
    )
    asks: int = Field(
        5,
        ge=1,
        le=MOST_ASKS,
        description="How many decisions a brief asks for, at most. Everything else is counted and listed.",
    )
    pilot_days: int = Field(
        730,
        ge=31,
        validation_alias="SERGAS_PILOT_DAYS",
        description="How many days to keep the signs that people looked at their brief and the answers to the survey, for the "
        "figures of the pilot.",
    )
    currency: str = Field(
        "",
        max_length=4,
        validation_alias="SERGAS_CURRENCY",
        description="Sign shown for the organisation's currency; by default that of the currency that the CRM names.",
    )

    @field_validator("time")
    @classmethod
    def _local(cls, value: datetime.time) -> datetime.time:
        if value.tzinfo is not None:
            raise ValueError("give a local time without an offset, such as 08:00")
        return value

    @property
    def attention(self) -> AttentionPolicy:
        return AttentionPolicy(asks=self.asks)
