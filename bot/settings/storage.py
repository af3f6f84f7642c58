"""Where the bot keeps its data."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from bot.settings.connections import FEWEST_OF_MEMORY
from bot.settings.section import SecretAddress, Section

DATABASE_FILE = "sergas.db"
ANCHOR_FILE = "audit-anchors.jsonl"
PINS_FILE = "zoho-mcp-pins.json"


class StorageSettings(Section):
    home: Path = Field(Path(".sergas"), description="Folder for the embedded database and other local files.")
    database_url: SecretAddress = Field(
        SecretAddress(""),
        description="SQLAlchemy URL of the database, for PostgreSQL postgresql+psycopg://…; empty means SQLite in the home "
        "folder.",
    )
    database_connections: int = Field(
        18,
        ge=FEWEST_OF_MEMORY,
        le=1_000,
        description="Most connections to PostgreSQL that a process opens, along with the memory it starts; at least 12, and 4 "
        "for a memory of its own.",
    )

    seal_keys: SecretStr = Field(
        SecretStr(""),
        description="Keys that seal names and texts in the database, separated by commas, the newest first: 32 bytes in base64 "
        "each, or file:PATH with one a line; off in the first place seals nothing new; empty means no sealing.",
    )

    @property
    def database(self) -> str:
        """The URL of the database in use, with its password: never log it."""
        return self.database_url.get_secret_value() or f"sqlite+aiosqlite:///{self.home / DATABASE_FILE}"

    @property
    def is_on_server(self) -> bool:
        """Whether the tables are in PostgreSQL."""
        return self.database_url.get_secret_value().startswith("postgres")
