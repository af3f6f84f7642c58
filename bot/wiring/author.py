"""How Claude writes the briefs under these settings: the agents' tools, their models, and the author's name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from mcp import Client
from mcp.server import MCPServer
from mcp_types import CallToolResult, ListToolsResult

from agents.author.depth import DepthPolicy
from agents.author.one_account import OneAccount, Tools
from agents.author.orchestrator import Orchestrator
from agents.author.subagents.compliance_reviewer import REVIEWER
from agents.author.subagents.memory_analyst import ANALYST
from agents.author.subagents.recommendation_author import AUTHOR
from agents.author.subagents.zoho_scout import SCOUT
from agents.model.toolbox import Agent, Toolbox, ToolSession
from agents.ports import Enrich, TellStep
from integrations.loopback import LOOPBACK
from integrations.mcp_servers.crm import build_crm_server
from integrations.mcp_servers.scope import CrmReader
from store.domain.access.rules import Reach
from store.domain.brief.brief import Brief
from store.domain.errors import BadInput, Refused
from store.domain.gate.proposals import Proposal

if TYPE_CHECKING:
    from agents.ports import Clock
    from bot.settings.claude import ClaudeSettings
    from bot.wiring.memory_link import MemoryLink
    from bot.wiring.models import ModelDesk
    from store.database import Database

log = structlog.get_logger()


def enriching(
    claude: ClaudeSettings,
    desk: ModelDesk | None,
    *,
    database: Database,
    crm: CrmReader,
    memory: MemoryLink | None,
    clock: Clock,
) -> Enrich | None:
    """The flow that lets Claude word briefs; None if the playbook writes. If a prompt can't be used, the playbook writes
    too, and each brief says why."""
    if desk is None:
        return None
    try:
        for subagent in (SCOUT, ANALYST, AUTHOR, REVIEWER):
            subagent.system()
    except BadInput as problem:
        log.error("author.prompt_unusable", problem=str(problem))
        return ByPlaybook(f"Claude's instructions cannot be used, so this is written by rules: {problem}")
    one = OneAccount(desk.claude, desk.names, tools_over(crm, memory), called=called(claude))
    return Orchestrator(database, one, clock, depth_policy(claude))


def depth_policy(claude: ClaudeSettings) -> DepthPolicy:
    """How much model work an account gets under these settings."""
    return DepthPolicy(full=claude.full_accounts, most=claude.accounts)


def called(claude: ClaudeSettings) -> str:
    """How the model is named in a brief."""
    return "the sandbox Claude" if urlsplit(claude.url).hostname in LOOPBACK else "Claude"


def tools_over(crm: CrmReader, memory: MemoryLink | None) -> Tools:
    """The agents' tools, each over servers that show one owner's records and write nothing."""

    def toolbox(agent: Agent, owner_id: str) -> Toolbox | None:
        servers: dict[str, ToolSession] = {}
        if agent in (Agent.ZOHO_SCOUT, Agent.THREAD_COMPANION):
            server = build_crm_server(reader=crm, execute=_refused, reach=Reach.of(owner_id))
            servers["crm"] = InProcess(server)
        if agent in (Agent.MEMORY_ANALYST, Agent.THREAD_COMPANION) and memory is not None:
            servers["memory"] = memory.of(owner_id)
        return Toolbox(agent, servers) if servers else None

    return toolbox


@dataclass(frozen=True, slots=True)
class InProcess:
    """A session with a server in this process, connected anew for each call."""

    server: MCPServer[Any]

    async def list_tools(self, *, cursor: str | None = None) -> ListToolsResult:
        async with Client(self.server, cache=None) as client:
            return await client.list_tools(cursor=cursor)

    async def call_tool(self, name: str, arguments: dict[str, Any] | None = None) -> CallToolResult:
        async with Client(self.server, cache=None) as client:
            return await client.call_tool(name, arguments)


@dataclass(frozen=True, slots=True)
class ByPlaybook:
    """Leaves every brief in the playbook's words, and the brief says why."""

    problem: str

    async def __call__(self, brief: Brief, *, progress: TellStep | None = None) -> Brief:
        return replace(brief, problems=(*brief.problems, self.problem)) if brief.cards else brief


async def _refused(proposal_id: str, kind: str) -> Proposal:
    raise Refused("Agents write nothing.")
