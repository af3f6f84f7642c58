"""How long proposals stay open, and which need a second approver."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field, field_validator

from bot.settings.section import Section, check_names, split
from store.domain.gate.proposals import EDITABLE_ACCOUNT_FIELDS, Tool
from store.domain.gate.stakes import StakesPolicy


class GateSettings(Section):
    proposal_hours: int = Field(72, ge=1, description="Hours until a proposal without a decision expires.")
    remind_hours: float = Field(
        24.0, gt=0, description="Hours before expiry at which the owner is reminded of open proposals."
    )
    offer_hours: float = Field(
        8.0, gt=0, description="Hours before expiry at which open proposals are offered to the owner's manager."
    )
    second_approver_tools: str = Field(
        "",
        description="Writes that need a second approver, separated by commas: zoho_create_task, zoho_add_note, "
        "zoho_update_account.",
    )
    second_approver_fields: str = Field(
        "",
        description="Account fields whose change needs a second approver, separated by commas: rating, account_type, "
        "description.",
    )
    second_approver_amount: float = Field(
        0.0,
        ge=0,
        description="Open amount of an account from which every write on it needs a second approver; 0 means never.",
    )

    @field_validator("second_approver_tools")
    @classmethod
    def _known_tools(cls, value: str) -> str:
        return check_names(value, {str(tool) for tool in Tool if tool is not Tool.REMOVE_RECORD})

    @field_validator("second_approver_fields")
    @classmethod
    def _known_fields(cls, value: str) -> str:
        return check_names(value, EDITABLE_ACCOUNT_FIELDS)

    @property
    def lifetime(self) -> timedelta:
        """How long a proposal stays open."""
        return timedelta(hours=self.proposal_hours)

    @property
    def stakes(self) -> StakesPolicy:
        """Which writes need a second approver."""
        return StakesPolicy(
            tools=frozenset(Tool(name) for name in split(self.second_approver_tools)),
            fields=frozenset(split(self.second_approver_fields)),
            amount=self.second_approver_amount,
        )
