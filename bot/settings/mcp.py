"""The bot's own MCP servers on HTTP."""

from __future__ import annotations

import re

from pydantic import Field, SecretStr, field_validator

from bot.settings.section import Section, split

_HOST_NAME = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")


class McpSettings(Section):
    prefix = "SERGAS_MCP_"

    token: SecretStr = Field(
        SecretStr(""), description="Token that callers of `sergas mcp crm --http` give, at least 32 characters."
    )
    allowed_hosts: str = Field(
        "",
        description="Host names, besides this machine's own, by which callers reach our MCP servers, separated by commas and "
        "exactly as sent in `Host`, such as crm.example.com or crm.example.com:8443.",
    )

    @field_validator("allowed_hosts")
    @classmethod
    def _exact_names(cls, value: str) -> str:
        for name in split(value):
            if not _HOST_NAME.fullmatch(name):
                raise ValueError(
                    "give exact names such as crm.example.com:8443, without a scheme, a path or a wildcard"
                )
        return value

    @property
    def names(self) -> tuple[str, ...]:
        """The host names, besides this machine's own, by which our MCP servers are reached."""
        return tuple(split(self.allowed_hosts))
