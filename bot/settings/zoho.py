"""How the bot signs in to Zoho CRM, what it reads there, and how fast."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from bot.settings.address import PageAddress, ServiceAddress
from bot.settings.section import Section, check_names, split
from integrations.loopback import keeps_secrets
from integrations.zoho.administrators import Administrators
from integrations.zoho.reading.field_map import FieldMap, field_names
from store.domain.access.addresses import email_key

_API_NAME = re.compile(r"[A-Za-z]\w{0,99}")
_ID = re.compile(r"[0-9]{1,30}")


class ZohoSettings(Section):
    prefix = "SERGAS_ZOHO_"

    region: Literal["com", "eu", "in", "com.cn", "com.au", "jp", "sa", "ca"] = Field(
        "com", description="Zoho data centre."
    )
    client_id: str = Field("", description="OAuth client id.")
    client_secret: SecretStr = Field(SecretStr(""), description="OAuth client secret.")
    refresh_token: SecretStr = Field(SecretStr(""), description="OAuth refresh token; not needed if a store keeps it.")
    refresh_token_store: str = Field(
        "env",
        description="Where `sergas zoho login` puts the refresh token and the bot finds it: env (the variable above), "
        "file:PATH, aws:SECRET_ID, azure:VAULT_URL/NAME or vault:MOUNT/PATH#KEY.",
    )
    accounts_url: ServiceAddress = Field(
        "", description="Sign-in address; empty means the region's. The sandbox sets it."
    )
    ui_url: PageAddress = Field(
        "", description="Address of Zoho's web pages, for links to records; empty means the region's."
    )
    mcp_url: SecretStr = Field(
        SecretStr(""),
        description="Address of a Zoho MCP server through which to read the CRM; empty means Zoho's REST API.",
    )
    sync_minutes: int = Field(
        60,
        ge=1,
        validation_alias="SERGAS_SYNC_MINUTES",
        description="Minutes between two regular reads of what changed in the CRM.",
    )
    notify_url: str = Field(
        "",
        description="Public https address of this bot, ending in /zoho/changes, to which Zoho reports changes; empty means "
        "that only the regular reads find them.",
    )
    gather_seconds: float = Field(
        20.0, ge=0, description="Seconds to wait for further changes after Zoho reports the first, before reading them."
    )
    fields: str = Field(
        "",
        description="Your organisation's names for fields the bot reads, separated by commas, such as "
        "`deal.amount=Contract_Value`; `sergas doctor` checks them.",
    )
    leave_out: str = Field(
        "", description="Fields the bot must not read, separated by commas, such as `account.annual_revenue`."
    )
    administrators: str = Field(
        "",
        validation_alias="SERGAS_ADMINISTRATORS",
        description="Ids or e-mail addresses of the Zoho users who are administrators for the bot, separated by commas; empty "
        "means no one.",
    )
    admin_profile_ids: str = Field(
        "",
        validation_alias="SERGAS_ADMIN_PROFILE_IDS",
        description="Ids of the Zoho profiles whose users are administrators for the bot, separated by commas; a profile's name "
        "gives no rights.",
    )
    requests_per_minute: int = Field(
        120,
        ge=0,
        description="The bot's own limit on Zoho calls a minute, for all processes that share a PostgreSQL; 0 means none.",
    )
    concurrency: int = Field(
        5, ge=1, le=25, description="Zoho calls in flight at once, for all processes that share a PostgreSQL."
    )
    daily_credits: int = Field(
        0,
        ge=0,
        description="API credits that Zoho gives in 24 hours, shared by all processes; 0 means the number isn't known.",
    )
    credit_reserve: float = Field(
        0.05,
        ge=0,
        description="Part of them kept for approved writes: a share if below 1, otherwise a number of credits.",
    )
    timeout_seconds: float = Field(30.0, gt=0, description="Seconds to wait for a Zoho call.")
    settle_seconds: float = Field(
        90.0,
        ge=0,
        description="Seconds to wait for a write to show up in Zoho when no answer says whether it was done.",
    )

    @field_validator("notify_url")
    @classmethod
    def _reachable(cls, value: str) -> str:
        fits = re.fullmatch(r"[^\s?#@]+/zoho/changes", value) is not None and keeps_secrets(value)  # a token goes there
        if value and not fits:
            raise ValueError("give an address that begins with https:// and ends in /zoho/changes")
        return value

    @field_validator("fields")
    @classmethod
    def _renamed(cls, value: str) -> str:
        for entry in split(value):
            ours, _, theirs = entry.partition("=")
            check_names(ours, field_names())
            if not _API_NAME.fullmatch(theirs.strip()):
                raise ValueError(f"{ours.strip()} needs Zoho's name of the field, as in {ours.strip()}=Field_Name")
        return value

    @field_validator("leave_out")
    @classmethod
    def _left_out(cls, value: str) -> str:
        return check_names(value, field_names())

    @field_validator("administrators")
    @classmethod
    def _users(cls, value: str) -> str:
        for name in split(value):
            if not (_ID.fullmatch(name) or ("@" in name and email_key(name))):
                raise ValueError("give ids or e-mail addresses of Zoho users, not their names")
        return value

    @field_validator("admin_profile_ids")
    @classmethod
    def _profiles(cls, value: str) -> str:
        if not all(_ID.fullmatch(each) for each in split(value)):
            raise ValueError("give ids of Zoho profiles, which are numbers, not their names")
        return value

    @property
    def named_administrators(self) -> Administrators:
        """The users who are administrators for the bot."""
        return Administrators(
            users=frozenset(split(self.administrators)), profiles=frozenset(split(self.admin_profile_ids))
        )

    @property
    def field_map(self) -> FieldMap:
        """The CRM fields to read, and their names at Zoho."""
        pairs = (entry.partition("=") for entry in split(self.fields))
        return FieldMap(
            renamed={ours.strip(): theirs.strip() for ours, _, theirs in pairs},
            left_out=frozenset(split(self.leave_out)),
        )
