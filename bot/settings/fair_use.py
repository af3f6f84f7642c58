"""How much one person may ask of the bot, so that the others don't wait for it."""

from __future__ import annotations

from pydantic import Field

from bot.settings.section import Section
from store.domain.running.fair_use import Allowance, Allowances, Errand


class FairUseSettings(Section):
    prefix = "SERGAS_FAIR_"

    messages_per_minute: int = Field(
        60, ge=0, description="Messages that one person may send in a minute; 0 means no limit."
    )
    commands_per_minute: int = Field(
        10,
        ge=0,
        description="Slash commands, other than reviews, that one person may send in a minute; 0 means no limit.",
    )
    reviews_per_minute: int = Field(
        10, ge=0, description="Account reviews that one person may ask for in a minute; 0 means no limit."
    )
    at_once: int = Field(
        2,
        ge=0,
        description="How many answers, and how many reviews, one person may wait for at once; 0 means no limit.",
    )

    @property
    def allowances(self) -> Allowances:
        return {
            Errand.MESSAGE: Allowance(per_minute=self.messages_per_minute, at_once=self.at_once),
            Errand.COMMAND: Allowance(per_minute=self.commands_per_minute),
            Errand.REVIEW: Allowance(per_minute=self.reviews_per_minute, at_once=self.at_once),
        }
