"""Where the memory runs, how it finds passages, and how long it keeps them."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from bot.settings.address import SERVICE, check_service
from bot.settings.section import OFF, Section, check_names, split
from integrations.loopback import keeps_secrets
from store.domain.memory.passage import MemoryKind


class MemorySettings(Section):
    prefix = "SERGAS_MEMORY_"

    url: str = Field(
        "",
        description="Address of a memory served over HTTP, such as https://memory.example.com/mcp; empty means the bot "
        "starts its own; off means no memory.",
    )
    token: SecretStr = Field(
        SecretStr(""),
        description="Token of a memory served over HTTP, at least 32 characters, the same for the bot and the memory.",
    )
    embedder: str = Field(
        "hashing",
        description="What turns text into vectors: hashing (nothing to download), minilm:FOLDER, or "
        "openai:URL#MODEL:DIMENSIONS for any server that offers OpenAI's embeddings API.",
    )
    embedder_key: SecretStr = Field(SecretStr(""), description="Key of the embedding server, if it needs one.")
    follow_seconds: float = Field(5.0, gt=0, description="Seconds between two checks of the memory for new records.")
    tenant: str = Field(
        "default",
        validation_alias="SERGAS_TENANT",
        description="Name of the organisation the memory belongs to; each has its own index.",
    )
    days: str = Field(
        "",
        description="How many days the memory keeps each kind of record, such as note=730,call=365; it keeps other kinds for "
        "as long as the CRM does.",
    )

    @field_validator("url")
    @classmethod
    def _keeps_the_token(cls, value: str) -> str:
        return value if value == OFF else check_service(value)

    @field_validator("embedder_key")
    @classmethod
    def _keeps_its_key(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        kind, _, address = str(info.data.get("embedder", "")).partition(":")
        if value.get_secret_value() and kind == "openai" and not keeps_secrets(address.partition("#")[0]):
            raise ValueError(f"it may not be sent to the embedder: in SERGAS_MEMORY_EMBEDDER, {SERVICE}")
        return value

    @field_validator("days")
    @classmethod
    def _days_by_kind(cls, value: str) -> str:
        for entry in split(value):
            kind, _, days = entry.partition("=")
            check_names(kind, set(MemoryKind))
            if not days.strip().isdecimal() or int(days) < 1:
                raise ValueError(f"{kind.strip()} needs a number of days, as in {kind.strip()}=365")
        return value

    @property
    def retention(self) -> dict[MemoryKind, timedelta]:
        """How long each kind of record is kept; kinds that are missing have no limit."""
        parts = [entry.partition("=") for entry in split(self.days)]
        return {MemoryKind(kind.strip()): timedelta(days=int(days)) for kind, _, days in parts}
