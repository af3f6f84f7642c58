"""The graph in Cognee's Ladybug: passages and what they are about (accounts, deals, contacts), by ids alone.

The ids are hashes with a namespace that is random for each generation of the index. Ladybug keeps the bytes of deleted nodes
until its file is written anew; of ours nothing can be read.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integrations.memory.cognee_settings import BUFFER_POOL_BYTES, MAX_GRAPH_BYTES
from integrations.memory.guarding import READING, WRITING, Engine, guarded
from store.domain.memory import Passage

PASSAGE, ACCOUNT, DEAL, CONTACT = "Passage", "Account", "Deal", "Contact"
ABOUT = (DEAL, CONTACT)  # what makes two passages neighbours
BATCH = 256
MOST = 2_000  # rows of one question

_FORGET_EDGES = "MATCH (p:Node)-[r:EDGE]->(:Node) WHERE p.id IN $ids DELETE r"
_NEIGHBOURS = """
MATCH (p:Node)-[:EDGE]->(about:Node)<-[:EDGE]-(other:Node)
WHERE p.id IN $ids AND about.type IN $types AND other.id <> p.id
RETURN DISTINCT p.id, about.type, other.id LIMIT $most
"""
_KNOWN = "MATCH (p:Node) WHERE p.id IN $ids RETURN p.id"
_LONELY = "MATCH (n:Node) WHERE n.id IN $ids AND NOT EXISTS { MATCH (n)<-[:EDGE]-(:Node) } RETURN n.id"
_ABOUTS = "MATCH (p:Node)-[:EDGE]->(about:Node) WHERE p.id IN $ids RETURN DISTINCT about.id"


@dataclass
class _Node:
    """What Ladybug's adapter reads of a node (by `vars`)."""

    id: str
    name: str
    type: str


class LadybugGraph:
    """Opening blocks; the file belongs to one process."""

    def __init__(self, file: Path, namespace: uuid.UUID) -> None:
        from cognee.infrastructure.databases.graph.ladybug.adapter import LadybugAdapter

        self._adapter: Any = LadybugAdapter(
            str(file), kuzu_buffer_pool_size=BUFFER_POOL_BYTES, kuzu_max_db_size=MAX_GRAPH_BYTES
        )
        self.engine = Engine()
        self._namespace = namespace

    @guarded(READING)
    async def counts(self) -> tuple[int, int]:
        nodes, edges = await self._adapter.get_graph_counts()
        return int(nodes), int(edges)

    @guarded(WRITING)
    async def put(self, passages: Sequence[Passage]) -> None:
        """What a passage was about before and is no longer is gone, too."""
        for start in range(0, len(passages), BATCH):
            batch = passages[start : start + BATCH]
            nodes: dict[str, _Node] = {}
            edges: list[tuple[str, str, str, dict[str, str]]] = []
            for passage in batch:
                own = self.key(PASSAGE, passage.id)
                nodes[own] = _Node(own, "", PASSAGE)
                for kind, value in _about(passage):
                    key = self.key(kind, value)
                    nodes[key] = _Node(key, "", kind)
                    edges.append((own, key, kind.lower(), {}))
            await self._forget_edges([self.key(PASSAGE, one.id) for one in batch])
            await self._adapter.add_nodes(list(nodes.values()))
            await self._adapter.add_edges(edges)

    @guarded(WRITING)
    async def remove_account(self, account_id: str, keys: Collection[str]) -> None:
        """The account with these passages of it."""
        await self.remove(keys)
        await self._adapter.delete_nodes([self.key(ACCOUNT, account_id)])

    @guarded(WRITING)
    async def remove(self, keys: Collection[str]) -> None:
        """These passages, and what only they were about."""
        keys = sorted(keys)
        for start in range(0, len(keys), BATCH):
            chunk = keys[start : start + BATCH]
            about = [row[0] for row in await self._adapter.query(_ABOUTS, {"ids": chunk})]
            await self._adapter.delete_nodes(chunk)
            lonely = [row[0] for row in await self._adapter.query(_LONELY, {"ids": about})] if about else []
            if lonely:
                await self._adapter.delete_nodes(lonely)

    @guarded(READING)
    async def neighbours(self, keys: Collection[str]) -> list[tuple[str, str, str]]:
        """(passage, deal or contact, another passage about the same one), by keys."""
        asked = {"ids": sorted(keys), "types": list(ABOUT), "most": MOST}
        return [(str(one), str(kind), str(other)) for one, kind, other in await self._adapter.query(_NEIGHBOURS, asked)]

    async def close(self) -> None:
        await self._adapter.close()

    def key(self, kind: str, value: str) -> str:
        return str(uuid.uuid5(self._namespace, f"{kind}\0{value}"))

    async def _forget_edges(self, keys: Sequence[str]) -> None:
        known = [row[0] for row in await self._adapter.query(_KNOWN, {"ids": list(keys)})]
        if known:
            await self._adapter.query(_FORGET_EDGES, {"ids": known})


def _about(passage: Passage) -> list[tuple[str, str]]:
    about = [(ACCOUNT, passage.account_id)]
    if passage.deal_id:
        about.append((DEAL, passage.deal_id))
    if passage.contact_id:
        about.append((CONTACT, passage.contact_id))
    return about
