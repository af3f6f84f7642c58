"""Where an index of a test is kept: in a folder, or in a database of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from integrations.memory.cognee_index import CogneeIndex, open_index
from integrations.memory.embedders import Embedder
from integrations.memory.embedders.hashing import HashingEmbedder

EMBEDDER = HashingEmbedder(64)


@dataclass(frozen=True, slots=True)
class Place:
    """`database_url` is empty where it is embedded."""

    path: Path
    database_url: str = ""
    tenant: str = "default"

    def named(self, name: str) -> Place:
        """Another one beside it: another folder or, in the same database, another tenant."""
        return replace(self, tenant=name) if self.database_url else replace(self, path=self.path / name)

    async def open(self, embedder: Embedder = EMBEDDER, *, anew: bool = False) -> CogneeIndex:
        return await open_index(self.path, embedder, database_url=self.database_url, tenant=self.tenant, anew=anew)
