"""Tools that give back what a case says, behind the toolbox's own list and marks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.model.toolbox import ALLOWED, UNKNOWN, UNREACHABLE, Agent, ModelTool, ToolAnswer, Toolbox, as_data

_TEXT: Mapping[str, Any] = {"type": "string"}
_NAMES = ("account_id", "record_id", "kind", "name", "query", "since", "until", "stage")
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {**dict.fromkeys(_NAMES, _TEXT), "limit": {"type": "integer"}, "days": {"type": "integer"}},
    "additionalProperties": False,
}
_ABOUT: Mapping[str, str] = {
    "zoho_get_account_details": "One account with its open deals, contacts, activities and notes.",
    "zoho_get_notes": "The notes on an account, the newest first.",
    "zoho_get_history": "What changed in a record (kind, record_id), the newest first.",
    "zoho_search_accounts": "The user's accounts by a part of the name.",
    "zoho_list_open_deals": "The user's open deals, the oldest stage first.",
    "cognee_retrieve_history": "What is remembered of an account, the newest first.",
    "cognee_search_memory": "What is remembered and fits a query, of an account and between two moments.",
    "cognee_aggregate_insights": "Moods and promises of an account, counted.",
}


class CannedTools(Toolbox):
    """`used` are the names that were asked for, on the list or not."""

    def __init__(self, agent: Agent, answers: Mapping[str, Any]) -> None:
        super().__init__(agent, {})
        self._list = ALLOWED[agent]
        self._answers = answers
        self.used: list[str] = []

    async def tools(self) -> tuple[ModelTool, ...]:
        return tuple(ModelTool(name, _ABOUT.get(name, name), _SCHEMA) for name in sorted(self._answers))

    async def call(self, name: str, arguments: object) -> ToolAnswer:
        self.used.append(name)
        if name not in self._list or name not in self._answers:
            return ToolAnswer(UNKNOWN, is_error=True)
        if self._answers[name] is None:
            return ToolAnswer(UNREACHABLE, is_error=True)
        return ToolAnswer(as_data(name, self._answers[name]))
