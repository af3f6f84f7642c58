"""How long proposals stay open, and which need a second approver."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field, field_validator

from bot.settings.section import Section, check_names, split
from store.domain.gate.registry import kind_named, names_of_proposable
from store.domain.gate.stakes import StakesPolicy
from store.domain.gate.writes.update_account import EDITABLE_ACCOUNT_FIELDS


class GateSettings(Section):
    proposal_hours: int = Field(
        72,
        ge=1,
        description="Hours until a proposal without a decision expires, of the owner's working days: 24 are one working day.",
    )
    remind_hours: float = Field(
        24.0, gt=0, description="Hours of working days before expiry at which the owner is reminded of open proposals."
    )
    offer_hours: float = Field(
        8.0,
        gt=0,
        description="Hours of working days before expiry at which open proposals are offered to the owner's manager.",
    )
    second_approver_tools: str = Field(
        "",
        description="Kinds of write that need a second approver, separated by commas, such as create_task,update_account.",
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
        return check_names(value, names_of_proposable())

    @field_validator("second_approver_fields")
    @classmethod
    def _known_fields(cls, value: str) -> str:
        return check_names(value, EDITABLE_ACCOUNT_FIELDS)

    @property
    def lifetime(self) -> timedelta:
        """How long a proposal stays open, in working time."""
        return timedelta(hours=self.proposal_hours)

    @property
    def stakes(self) -> StakesPolicy:
        """Which writes need a second approver."""
        return StakesPolicy(
            kinds=frozenset(kind_named(name).kind for name in split(self.second_approver_tools)),
            fields=frozenset(split(self.second_approver_fields)),
            amount=self.second_approver_amount,
        )
