"""Whatever stands in the data, every character says something that fits, for every agent."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic import AsyncAnthropic

from integrations.sandbox.claude import ClaudeSandbox
from tests.injection.corpus import sample
from tests.integrations.sandbox_claude.desk import SCHEMAS, work
from tests.integrations.sandbox_claude.material import CARD_ID, DOSSIER

TEXTS = sample(60)


def _data(agent: str, text: str) -> dict[str, Any]:
    """The blocks of an agent with this in every field."""
    if agent == "Recommendation Author":
        facts = [{"id": "f1", "text": text, "on": text, "date": text}]
        candidate = {**DOSSIER["candidates"][0], "title": text, "why": text, "text": text, "rests_on": ["f1", text]}
        history = [{"id": "h1", "text": text, "date": text}]
        return {"dossier": {"account": {"name": text}, "facts": facts, "history": history, "candidates": [candidate]}}
    if agent == "Compliance Reviewer":
        fields = dict.fromkeys(("title", "rationale", "subject", "text", "email"), text)
        return {"recommendations": {"recommendations": [{"id": "r1", **fields}], "earlier": text}}
    if agent == "Thread Companion":
        card = {"id": CARD_ID, "title": text, "account": {"id": text, "name": text}, "rationale": text}
        return {"thread": {"today": text, "turns": [text], "cards": [card]}, "message": text}
    return {"account": {"id": text, "name": text, "today": text}}


def _tools(text: str) -> dict[str, Any]:
    row = {"id": text, "text": text, "title": text, "kind": text, "at": text, "name": text, "stage": text}
    return {
        "zoho_get_account_details": {"account": row, "open_deals": [row], "notes": [row], "activities": [row]},
        "zoho_search_accounts": {"items": [row]},
        "cognee_search_memory": {"items": [row]},
        "cognee_retrieve_history": text,
        "cognee_aggregate_insights": {"account": {"moods": [row], "trend": text, "commitments": [row]}},
    }


@pytest.mark.parametrize("character", ["competent", "obedient", "sloppy"])
@pytest.mark.parametrize("agent", SCHEMAS)
async def test_every_character_answers_whatever_it_reads(
    client: AsyncAnthropic, sandbox: ClaudeSandbox, agent: str, character: str
) -> None:
    sandbox.character = character
    offered = agent in ("Zoho Scout", "Memory Analyst", "Thread Companion")
    for text in TEXTS:
        done = await work(client, agent, _data(agent, text), tools=_tools(text) if offered else {})
        assert done.value is not None


async def test_data_that_is_no_object_at_all_is_survived(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    odd: list[Any] = [None, [], "text", 7, {"facts": 3, "candidates": [1, None], "recommendations": {"a": 1}}]
    for character in ("competent", "obedient", "sloppy"):
        sandbox.character = character
        for agent in SCHEMAS:
            for value in odd:
                names = ("dossier", "recommendations", "account", "thread", "message")
                assert (await work(client, agent, dict.fromkeys(names, value))).value is not None
