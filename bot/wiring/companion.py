"""The Thread Companion, wired: the configured model, and tools limited to the records that the person may see."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from agents.author.subagents.thread_companion import COMPANION
from agents.flows.conversation.answer_by_rules import ThreadReply
from agents.flows.conversation.carry_out import CarryOut
from agents.flows.conversation.converse import Companion, Converse
from agents.flows.conversation.desk import Desk
from agents.flows.conversation.other_languages import Interpreter
from agents.flows.people.switch_features import switched_on
from agents.model.toolbox import ToolSession
from agents.ports import Clock, SwitchedOn
from bot.wiring.author import InProcess
from bot.wiring.features import SwitchedConverse
from bot.wiring.memory_link import MemoryLink
from bot.wiring.models import ModelDesk
from integrations.mcp_servers.crm import build_crm_server
from integrations.mcp_servers.desk import build_desk_server
from integrations.mcp_servers.scope import CrmReader
from store.database import Database
from store.domain.access.rules import Reach
from store.domain.errors import BadInput, Refused
from store.domain.gate.proposals import Proposal
from store.domain.running.features import Feature

log = structlog.get_logger()


class TalkRooms:
    """Satisfies `agents.flows.conversation.converse.Rooms`. A memory that is switched off or known to be down is left out."""

    def __init__(self, reader: CrmReader, memory: MemoryLink | None, has_notes: SwitchedOn) -> None:
        self._reader = reader
        self._memory = memory
        self._has_notes = has_notes

    async def open(self, owners: frozenset[str], *, memory_of: str, desk: Desk) -> Mapping[str, ToolSession]:
        server = build_crm_server(reader=self._reader, execute=_never, reach=Reach(owners=owners))
        sessions: dict[str, ToolSession] = {"crm": InProcess(server), "desk": InProcess(build_desk_server(desk))}
        if self._memory is not None and await self._has_notes() and await self._memory.answers():
            sessions["memory"] = self._memory.of(memory_of)
        return sessions


def build_converse(
    database: Database,
    clock: Clock,
    rules: ThreadReply,
    obey: CarryOut,
    *,
    models: ModelDesk | None,
    reader: CrmReader,
    memory: MemoryLink | None,
) -> Converse | SwitchedConverse:
    """Answer by rules alone if no model is in use."""
    by_rules = Converse(database, clock, rules, obey, None)
    if models is None or not _has_prompt():
        return by_rules
    rooms = TalkRooms(reader, memory, switched_on(database, Feature.MEMORY))
    companion = Companion(
        model=models.claude,
        name=models.names.strong,
        rooms=rooms,
        interpreter=Interpreter(model=models.claude, name=models.names.small),
    )
    return SwitchedConverse(
        by_model=Converse(database, clock, rules, obey, companion),
        by_rules=by_rules,
        is_on=switched_on(database, Feature.MODEL_ANSWERS),
    )


def _has_prompt() -> bool:
    try:
        COMPANION.system()
    except BadInput as problem:
        log.error("conversation.prompt_unusable", problem=str(problem))
        return False
    return True


async def _never(proposal_id: str, kind: str) -> Proposal:
    """No conversation can write, whatever a model calls. The toolbox has no tool for it; this is a second barrier."""
    raise Refused("Text writes nothing.")
