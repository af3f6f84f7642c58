"""The Thread Companion, wired: the model of the settings, and tools in the name of whoever writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from mcp import Client

from agents.flows.converse import Companion, Converse
from agents.flows.obey_wish import ObeyWish
from agents.flows.thread_reply import ThreadReply
from agents.ports import Clock
from agents.toolbox import ToolSession
from bot.memory_link import MemoryLink
from bot.models import ModelDesk
from integrations.mcp_servers.crm import WriteOutcome, build_crm_server
from integrations.mcp_servers.scope import CrmReader
from store.database import Database
from store.domain.errors import Refused
from store.domain.proposals import Tool


class TalkRooms:
    """Satisfies `agents.flows.converse.Rooms`. A memory that is known to be down is left out."""

    def __init__(self, reader: CrmReader, memory: MemoryLink | None) -> None:
        self._reader = reader
        self._memory = memory

    @asynccontextmanager
    async def open(self, owners: frozenset[str], *, memory_of: str) -> AsyncIterator[Mapping[str, ToolSession]]:
        server = build_crm_server(reader=self._reader, execute=_never, scope=owners)
        async with Client(server, cache=None) as crm:
            sessions: dict[str, ToolSession] = {"crm": crm}
            if self._memory is not None and await self._memory.answers():
                sessions["memory"] = self._memory.of_owner(memory_of)
            yield sessions


def build_converse(
    database: Database,
    clock: Clock,
    rules: ThreadReply,
    obey: ObeyWish,
    *,
    models: ModelDesk | None,
    reader: CrmReader,
    memory: MemoryLink | None,
) -> Converse:
    """By the rules alone where no model writes."""
    companion = None
    if models is not None:
        companion = Companion(model=models.claude, name=models.names.strong, rooms=TalkRooms(reader, memory))
    return Converse(database, clock, rules, obey, companion)


async def _never(proposal_id: str, tool: Tool) -> WriteOutcome:
    """No conversation writes, whatever a model calls: the toolbox knows no tool that does, and this is behind those there are."""
    raise Refused("Text writes nothing.")
