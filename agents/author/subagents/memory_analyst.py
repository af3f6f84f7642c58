"""The Memory Analyst: searches the memory of one account and sums it up. Its citations must be among the search results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from agents.author.facts import Known
from agents.author.subagents.schemas import TEXT, TEXTS, closed, listed, optional
from agents.author.subagents.subagent import Assignment, Subagent, objects_in, text_in, texts_in
from agents.author.subagents.tool_results import looked_up, objects, strings, told
from agents.model.question import Block, Used
from agents.model.toolbox import Agent, Toolbox
from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import Evidence, Source
from store.domain.grounding.citations import CitedFact, Common, held_to
from store.domain.memory.passage import OF_RECORDS, MemoryKind
from store.domain.text.wording import day_and_year

EVENTS, PROMISES, LENGTH = 3, 2, 200
INSIGHTS = "cognee_aggregate_insights"
ANALYST = Subagent(
    agent=Agent.MEMORY_ANALYST,
    schema=closed(
        events=listed(text=TEXT, cites=TEXTS),
        mood=optional(closed(text=TEXT, cites=TEXTS)),
        promises=listed(text=TEXT, cites=TEXTS),
    ),
    variables={"events": str(EVENTS), "promises": str(PROMISES), "length": str(LENGTH), "rounds": "2"},
    rounds=2,
    max_tokens=1_500,
    seconds=10.0,
)
Passages = Mapping[str, Mapping[str, Any]]


async def analyse(asking: Assignment, account_id: str, name: str, tools: Toolbox, common: Common) -> list[Known]:
    """The account's history, promises first. Each item cites notes and activities of this account.

    Raises: ModelUnavailable, BudgetSpent; ToolsChanged, ToolsUnavailable.
    """
    used, given = await looked_up(tools, _first(account_id))
    account = Block("account", {"id": account_id, "name": name})
    answer = await asking.ask(ANALYST, account, *given, tools=tools, looked_up=used)
    used += answer.used
    passages = _passages(used, account_id)
    counted = Common(today=common.today, texts=(*common.texts, *_figures(used)), days=common.days)
    mood = answer.value.get("mood")
    found = [_known(each, passages, common) for each in objects_in(answer.value, "promises")[:PROMISES]]
    found += [_known(mood, passages, counted)] if isinstance(mood, Mapping) else []
    found += [_known(each, passages, common) for each in objects_in(answer.value, "events")[:EVENTS]]
    return [each for each in found if each is not None]


def _first(account_id: str) -> dict[str, dict[str, Any]]:
    """The searches that every look back starts with."""
    return {
        "cognee_retrieve_history": {"account_id": account_id, "days": 180, "limit": 50},
        "cognee_search_memory": {"query": "promised, agreed, will send", "account_id": account_id, "limit": 10},
        INSIGHTS: {"account_id": account_id},
    }


def _known(said: Mapping[str, Any], passages: Passages, common: Common) -> Known | None:
    """The analyst's item, if the memory returned everything it cites and it says no more than that; else None."""
    text, cites = text_in(said, "text"), texts_in(said, "cites")
    facts = {key: _fact(key, each) for key, each in passages.items()}
    checked = held_to(text, cites, facts, common)
    evidence = tuple(found for each in cites if (found := _evidence(passages.get(each, {}))) is not None)
    if not checked.text or checked.struck or not evidence or len(text) > 2 * LENGTH:
        return None
    return Known(
        text=checked.text, evidence=evidence, days=frozenset(day for each in cites for day in facts[each].days)
    )


def _passages(used: Iterable[Used], account_id: str) -> Passages:
    return {
        str(each["id"]): each
        for _, value in told(used)
        for each in objects(value)
        if isinstance(each.get("id"), str)
        and each.get("account_id") == account_id
        and isinstance(each.get("text"), str)
    }


def _figures(used: Iterable[Used]) -> tuple[str, ...]:
    """The memory's counts, which no single passage states."""
    return tuple(" · ".join(strings(value)) for use, value in told(used) if use.tool == INSIGHTS)


def _fact(passage_id: str, passage: Mapping[str, Any]) -> CitedFact:
    day = _day(passage)
    parts = [str(passage.get(name) or "") for name in ("title", "text", "author")]
    return CitedFact(
        id=passage_id,
        text=" · ".join([*parts, day_and_year(day)] if day else parts),
        days=frozenset({day} if day else ()),
        free=True,
    )


def _evidence(passage: Mapping[str, Any]) -> Evidence | None:
    """The CRM record behind a passage; None if there is none."""
    kind, moment = str(passage.get("kind", "")), _moment(passage)
    if kind not in OF_RECORDS or moment is None:
        return None
    note = kind == MemoryKind.NOTE
    return Evidence(
        source=Source.NOTE if note else Source.FIELD,
        kind=Kind.NOTE if note else Kind.ACTIVITY,
        record_id=str(passage.get("record_id", "")),
        record_name=str(passage.get("title") or kind.capitalize())[:100],
        field="text" if note else "subject",
        label=kind.capitalize(),
        value=str(passage.get("text", ""))[:300],
        at=moment,
    )


def _moment(passage: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(str(passage.get("at", "")))
    except ValueError:
        return None


def _day(passage: Mapping[str, Any]) -> date | None:
    moment = _moment(passage)
    return moment.date() if moment else None
