"""The Zoho Scout: reads one account through the CRM tools and reports its fields. Its citations are looked up again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agents.author.facts import Known, name_of, records_of, standing
from agents.author.subagents.schemas import TEXT, closed, listed
from agents.author.subagents.subagent import Assignment, Subagent, objects_in, text_in
from agents.author.subagents.tool_results import looked_up, objects, strings, told
from agents.model.question import Block, Used
from agents.model.toolbox import Agent, Toolbox
from store.domain.crm.accounts import AccountFacts, Entity, Note
from store.domain.crm.basis import is_fact, label_of
from store.domain.crm.changes import text_of
from store.domain.crm.money import comparable
from store.domain.grounding.citations import CitedFact, Common, held_to

FACTS, LENGTH, DEALS = 4, 160, 3
SCOUT = Subagent(
    agent=Agent.ZOHO_SCOUT,
    schema=closed(facts=listed(text=TEXT, record_id=TEXT, field=TEXT)),
    variables={"facts": str(FACTS), "length": str(LENGTH), "rounds": "2"},
    rounds=2,
    max_tokens=1_500,
    seconds=10.0,
)


async def scout(asking: Assignment, facts: AccountFacts, tools: Toolbox, common: Common) -> list[Known]:
    """Facts from this account's records, each in the Scout's words.

    Raises: ModelUnavailable, BudgetSpent; ToolsChanged, ToolsUnavailable.
    """
    account = _account(facts)
    used, given = await looked_up(tools, _first(facts.id, account.value["deals"]))
    answer = await asking.ask(SCOUT, account, *given, tools=tools, looked_up=used)
    records = records_of(facts)
    sources = _sources(records.values(), (*used, *answer.used))
    found = [_known(each, records, sources, common) for each in objects_in(answer.value, "facts")[:FACTS]]
    return [each for each in found if each is not None]


def _account(facts: AccountFacts) -> Block:
    """The account and its largest deals by id, so that everything can be requested at once."""
    largest = sorted(facts.deals, key=lambda each: (-comparable(each), each.id))[:DEALS]
    deals = [{"id": each.id, "name": each.name, "stage": each.stage} for each in largest]
    return Block("account", {"id": facts.id, "name": facts.name, "deals": deals})


def _first(account_id: str, deals: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The look-ups that every reading starts with: the account, its notes, and the history of its largest deal."""
    wanted: dict[str, dict[str, Any]] = {
        "zoho_get_account_details": {"account_id": account_id},
        "zoho_get_notes": {"account_id": account_id, "limit": 10},
    }
    if deals:
        wanted["zoho_get_history"] = {"kind": "deal", "record_id": deals[0]["id"], "limit": 20}
    return wanted


def _known(
    said: Mapping[str, Any], records: Mapping[str, Entity], sources: Mapping[str, str], common: Common
) -> Known | None:
    """The fact, if its record belongs to the account, has that field, and supports the sentence; else None."""
    record_id, field, text = text_in(said, "record_id"), text_in(said, "field"), text_in(said, "text")
    entity = records.get(record_id)
    if entity is None or not text or len(text) > 2 * LENGTH or not is_fact(entity.kind, field):
        return None
    source = CitedFact(id=record_id, text=sources[record_id], free=isinstance(entity, Note))
    common = replace(common, subject=name_of(entity))
    checked = held_to(text, [record_id], {record_id: source}, common)
    if not checked.text or checked.struck:
        return None
    value = text_of(getattr(entity, field)) or ""
    label = "Note" if isinstance(entity, Note) else label_of(field)
    return Known(text=checked.text, evidence=(standing(entity, field, label, value, name=name_of(entity)),))


def _sources(records: Iterable[Entity], used: Iterable[Used]) -> dict[str, str]:
    """The lines that the Scout may repeat about each record: our stored fields, the tools' results, and its movements."""
    names = {entity.id: name_of(entity) for entity in records}
    lines = {entity.id: list(_own(entity)) for entity in records}
    for use, value in told(used):
        asked = str(use.arguments.get("record_id", ""))
        for each in objects(value):
            record_id = str(each["id"]) if isinstance(each.get("id"), str) else asked
            if record_id in lines:
                lines[record_id] += _moved(names[record_id], each) or _fields(each)
    return {key: "\n".join(each) for key, each in lines.items()}


def _own(entity: Entity) -> Iterator[str]:
    yield f"name: {name_of(entity)}"
    for field in entity.__dataclass_fields__:
        value = getattr(entity, field)
        if is_fact(entity.kind, field) and not field.endswith("_id") and value not in (None, ""):
            yield f"{field.replace('_', ' ')}: {' '.join((text_of(value) or '').split())}"


def _fields(told_of: Mapping[str, Any]) -> list[str]:
    plain = {key: one for key, one in told_of.items() if not isinstance(one, dict | list)}
    return [f"{key.replace('_', ' ')}: {' '.join(said.split())}" for key, one in plain.items() for said in strings(one)]


def _moved(name: str, entry: Mapping[str, Any]) -> list[str]:
    """A line of a record's history as a labelled movement; none if it is no movement."""
    label, before, after, at = (entry.get(each) for each in ("label", "before", "after", "at"))
    if not all(isinstance(each, str) and each for each in (label, before, after, at)):
        return []
    return [f"{label} of “{name}”: {before} → {after} on {str(at)[:10]}"]
