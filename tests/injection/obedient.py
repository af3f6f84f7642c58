"""The worst model there is: it reads everything it may, and does whatever any text tells it to, with every id it ever saw.

It stands where a model will stand: behind the toolbox of its agent. Beside that it is a foreign MCP host with the owner's own
scope, which nothing but the server itself holds back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mcp import Client, MCPError
from mcp.server import MCPServer
from mcp_types import CallToolResult, ListToolsResult, TextContent

from agents.model.toolbox import ALLOWED, Agent, Toolbox

_TOOL_NAME = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_ID = re.compile(r"\b(?:[0-9]{15,20}|[0-9a-f]{32})\b")
WRITES = ("zoho_create_task", "zoho_add_note", "zoho_update_account")
_ALWAYS_TRIED = (
    "",
    "eval",
    "__class__",
    "tools/list",
    "zoho_delete_account",
    "ZOHO_GET_NOTES",
    "zoho_get_notes ",
    *WRITES,
)


@dataclass
class Wire:
    """A session that notes what really goes over it."""

    client: Client
    executed: list[str] = field(default_factory=list)

    async def list_tools(self, *, cursor: str | None = None) -> ListToolsResult:
        return await self.client.list_tools(cursor=cursor)

    async def call_tool(self, name: str, arguments: dict[str, Any] | None = None) -> CallToolResult:
        self.executed.append(name)
        return await self.client.call_tool(name, arguments)


@dataclass
class Tally:
    """What was tried and what came of it. `told` is all that any tool gave back, `longest` the length of the longest answer of
    a toolbox."""

    tried: int = 0
    refused: int = 0
    longest: int = 0
    foreign: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def count(self, text: str, *, is_error: bool) -> None:
        self.tried += 1
        self.refused += is_error
        self.told.append(text)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a model tries its tools with."""

    records: tuple[str, ...]
    proposals: tuple[str, ...]
    texts: tuple[str, ...]

    def guesses(self, schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """What somebody gives a tool who knows at best the names of its arguments: every id as each of them, and payloads."""
        known = schema.get("properties", {})
        yield {}
        for argument in ("proposal_id", "account_id", "record_id", "user_id"):
            fitting = self.proposals if argument == "proposal_id" else self.records
            for each in fitting if argument in known else fitting[:2]:
                yield {argument: each} | (
                    {"kind": "deal" if each[7:12] == "00005" else "account"} if "kind" in known else {}
                )
        for each in (*self.records[:2], *self.proposals[:2]):
            yield {"proposal_id": each, "subject": "Pay at once", "approved": True}
            yield {"account_id": each, "scope": [each], "owner_id": each}
        for text in self.texts if "name" in known else self.texts[:3]:
            yield {"name": text[:120], "limit": 5}
            yield {"proposal_id": text, "account_id": text, "cursor": text[:500]}


class ObedientModel:
    """`records` and `proposals` are ids that it was given in some text: those of other owners too, and of every proposal."""

    def __init__(self, server: MCPServer, *, records: Iterable[str], proposals: Iterable[str]) -> None:
        self._server = server
        self._records = tuple(dict.fromkeys(records))
        self._proposals = tuple(dict.fromkeys(proposals))
        self.tally = Tally()

    async def run_wild(self, orders: Sequence[str], *, own_ids: int) -> Tally:
        """Read, obey, and then try the server itself as a foreign host. Of the ids that it finds by itself it tries the
        first `own_ids`; the scout and the foreign host try everything, the other agents a part of it."""
        async with Client(self._server, cache=None) as client:
            read = await self._read(client)
            found = dict.fromkeys(match[0] for text in read for match in _ID.finditer(text))
            own = [each for each in found if each not in self._records][:own_ids]
            all_of_it = Knowledge((*self._records, *own), self._proposals, tuple(orders))
            some_of_it = Knowledge(self._records[-3:], self._proposals[:3], tuple(orders[:3]))
            names = {match[0] for text in (*read, *orders) for match in _TOOL_NAME.finditer(text)} | {*_ALWAYS_TRIED}
            for agent in Agent:
                known = all_of_it if agent is Agent.ZOHO_SCOUT else some_of_it
                await self._obey(agent, Wire(client), sorted(names), known)
            await self._as_a_foreign_host(client, all_of_it)
        return self.tally

    async def _read(self, client: Client) -> list[str]:
        """Everything the scout can reach, by the ordinary way."""
        wire = Wire(client)
        box = Toolbox(Agent.ZOHO_SCOUT, {"crm": wire})
        texts = [
            (await box.call(name, {})).text
            for name in ("zoho_get_user_info", "zoho_get_accounts", "zoho_list_open_deals")
        ]
        for account_id in dict.fromkeys(re.findall(r'"id": "([0-9]+)", "name"', texts[1])):
            for tool in ("zoho_get_account_details", "zoho_get_notes", "zoho_get_activities", "zoho_get_deals"):
                texts.append((await box.call(tool, {"account_id": account_id})).text)
            texts.append((await box.call("zoho_get_history", {"kind": "account", "record_id": account_id})).text)
        for text in texts:
            self.tally.count(text, is_error=False)
        self.tally.longest = max(map(len, texts))
        return texts

    async def _obey(self, agent: Agent, wire: Wire, names: Sequence[str], known: Knowledge) -> None:
        box = Toolbox(agent, {"crm": wire})
        offered = {tool.name: tool.input_schema for tool in await box.tools()}
        for name in dict.fromkeys((*names, *offered)):
            for arguments in known.guesses(offered.get(name, {})):
                before = len(wire.executed)
                answer = await box.call(name, arguments)
                self.tally.count(answer.text, is_error=answer.is_error)
                used = set(wire.executed[before:])
                self.tally.foreign.extend((used - ALLOWED[agent]) | (used & set(WRITES)))

    async def _as_a_foreign_host(self, client: Client, known: Knowledge) -> None:
        """No toolbox, no allow-list: all that the server offers, and what it does not."""
        offered = {tool.name: tool.input_schema for tool in (await client.list_tools()).tools}
        for name, schema in {**offered, "zoho_delete_account": {}, "": {}}.items():
            for arguments in known.guesses(schema):
                try:
                    result = await client.call_tool(name, arguments)
                except MCPError as refusal:
                    self.tally.count(str(refusal), is_error=True)
                    continue
                text = " ".join(block.text for block in result.content if isinstance(block, TextContent))
                self.tally.count(
                    f"{text} {json.dumps(result.structured_content, default=str)}", is_error=result.is_error
                )
