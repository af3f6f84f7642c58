"""The Scout and the Analyst: their findings are looked up again in the records and passages they name, or dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from agents.author.facts import Known
from agents.author.subagents.memory_analyst import analyse
from agents.author.subagents.subagent import Assignment
from agents.author.subagents.zoho_scout import FACTS, scout
from agents.model.question import Answer, Listener, Question, Scope, Used
from agents.model.toolbox import Agent, Toolbox, as_data
from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import Source
from store.domain.grounding.citations import Common
from tests.domain.makers import NOW, contact, deal, facts, note

COMMON = Common(today=NOW.date(), texts=("Acme GmbH", "Anna Berg"))
ACCOUNT = facts(
    deal(stage="Negotiation", amount=48_000.0, closing_date=date(2026, 12, 18), next_step="Send the offer"),
    contacts=(contact(title="CFO"),),
    notes=(note(NOW, text="They want the terms of last year, for 30 seats."),),
)
HISTORY = {
    "items": [
        {"at": "2026-11-12T08:00:00Z", "field": "stage", "label": "Stage", "before": "Proposal", "after": "Negotiation"}
    ]
}
PASSAGES = {
    "items": [
        {"id": "note:n1#0", "account_id": "a1", "kind": "note", "record_id": "n1", "title": "Talk",
         "text": "We will send the list by Friday. 30 seats.", "at": "2026-11-03T09:00:00Z", "author": "Anna Berg"},
        {"id": "meeting:m1#0", "account_id": "a1", "kind": "meeting", "record_id": "m1", "title": "Kick-off",
         "text": "Meeting “Kick-off” took place.", "at": "2026-10-12T09:00:00Z", "author": "Anna Berg"},
        {"id": "outcome:p1#0", "account_id": "a1", "kind": "outcome", "record_id": "p1", "title": "Call them",
         "text": "It improved.", "at": "2026-10-20T09:00:00Z", "author": ""},
        {"id": "note:x9#0", "account_id": "a9", "kind": "note", "record_id": "x9", "title": "Talk",
         "text": "Globex will cancel.", "at": "2026-11-03T09:00:00Z", "author": "Bob"},
    ]
}  # fmt: skip
INSIGHT = {
    "account": {
        "trend": "The mood of the notes is worse than before: 4 good and 1 bad words before, 1 good and 6 bad lately."
    }
}


@dataclass
class Told:
    """A model that says one thing, having been given something by its tools."""

    value: Mapping[str, Any]
    used: Sequence[Used] = ()

    async def ask(
        self, question: Question, *, scope: Scope, listener: Listener | None = None, fresh: bool = False
    ) -> Answer:
        assert question.tools is not None
        return Answer(value=self.value, used=tuple(self.used))


def use(tool: str, value: Any, **arguments: Any) -> Used:
    return Used(tool=tool, arguments=arguments, text=as_data(tool, value), is_error=False)


def asking(value: Mapping[str, Any], *used: Used) -> Assignment:
    return Assignment(
        model=Told(value, used), name="small", scope=Scope(trace="b1", owner_id="u-anna", account_id="a1")
    )


async def scouted(text: str, record_id: str = "d1", field: str = "stage") -> list[Known]:
    said = {"facts": [{"text": text, "record_id": record_id, "field": field}]}
    history = use("zoho_get_history", HISTORY, kind="deal", record_id="d1")
    return await scout(asking(said, history), ACCOUNT, Toolbox(Agent.ZOHO_SCOUT, {}), COMMON)


async def remembered(text: str, *cites: str, part: str = "promises") -> list[Known]:
    said: dict[str, Any] = {"events": [], "promises": [], "mood": None} | {part: [{"text": text, "cites": list(cites)}]}
    tools = Toolbox(Agent.MEMORY_ANALYST, {})
    return await analyse(asking(said, use("cognee_retrieve_history", PASSAGES)), "a1", "Acme GmbH", tools, COMMON)


@pytest.mark.parametrize(
    ("text", "record_id", "field"),
    [
        ("Renewal stands at Negotiation.", "d1", "stage"),
        ("Renewal is worth 48,000.", "d1", "amount"),
        ("Renewal is to close on 18 December 2026.", "d1", "closing_date"),
        ("Stage went from Proposal to Negotiation on 2026-11-12.", "d1", "stage"),
        ("Eva Sommer is the CFO.", "c1", "title"),
        ("They want the terms of last year, for 30 seats.", "n1", "text"),
    ],
)
async def test_what_stands_in_the_record_is_brought_with_its_evidence(text: str, record_id: str, field: str) -> None:
    (found,) = await scouted(text, record_id, field)

    assert found.text == text
    assert [(each.record_id, each.field) for each in found.evidence] == [(record_id, field)]
    assert (found.evidence[0].source is Source.NOTE) == (record_id == "n1")


@pytest.mark.parametrize(
    ("text", "record_id", "field"),
    [
        ("Renewal is worth 50,000.", "d1", "amount"),
        ("Renewal is to close on 19 December.", "d1", "closing_date"),
        ("Stage went from Negotiation to Proposal on 2026-11-12.", "d1", "stage"),
        ("Renewal is not at Negotiation.", "d1", "stage"),
        ("Stage went from Qualification to Negotiation.", "d1", "stage"),
        ("Halvorsen Shipping is the buyer.", "d1", "stage"),
        ("Renewal stands at Negotiation.", "d9", "stage"),
        ("Renewal stands at Negotiation.", "d1", "forecast"),
        ("Renewal stands at Negotiation.", "d1", "modified_at"),
        ("They want it for 30 seats.", "d1", "stage"),
        ("", "d1", "stage"),
        ("Negotiation. " * 60, "d1", "stage"),
    ],
)
async def test_what_the_record_does_not_say_is_dropped(text: str, record_id: str, field: str) -> None:
    assert await scouted(text, record_id, field) == []


async def test_a_scout_brings_a_few_facts_however_many_it_names() -> None:
    said = {"facts": [{"text": "Renewal stands at Negotiation.", "record_id": "d1", "field": "stage"}] * 50}

    assert len(await scout(asking(said), ACCOUNT, Toolbox(Agent.ZOHO_SCOUT, {}), COMMON)) == FACTS


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("We will send the list by Friday.", ["note:n1#0"]),
        ("3 Nov: We will send the list by Friday.", ["note:n1#0"]),
        ("Talk: We will send the list by Friday. 30 seats.", ["note:n1#0"]),
        ("Meeting “Kick-off” took place.", ["meeting:m1#0"]),
        ("It improved.", ["outcome:p1#0", "meeting:m1#0"]),
    ],
)
async def test_what_the_passages_say_is_remembered_with_the_records_they_come_from(text: str, cites: list[str]) -> None:
    (found,) = await remembered(text, *cites)

    assert found.text == text
    records = {each.split(":")[1].split("#")[0] for each in cites} - {"p1"}
    assert {each.record_id for each in found.evidence} == records
    assert {each.kind for each in found.evidence} <= {Kind.NOTE, Kind.ACTIVITY}


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("We will send the list by Monday.", ["note:n1#0"]),
        ("They want 40 seats.", ["note:n1#0"]),
        ("We will not send the list by Friday.", ["note:n1#0"]),
        ("12 Oct: We will send the list by Friday.", ["note:n1#0", "meeting:m1#0"]),  # the day of another passage
        (
            "It improved after the kick-off.",
            ["outcome:p1#0", "meeting:m1#0"],
        ),  # no passage says that one followed the other
        ("They want 30 seats.", ["meeting:m1#0"]),
        ("We will send the list by Friday.", ["note:n2#0"]),
        ("We will send the list by Friday.", ["note:n1#0", "note:n2#0"]),
        ("Somebody will cancel.", ["note:x9#0"]),  # of another account
        ("It improved.", ["outcome:p1#0"]),  # from no record of the CRM
        ("Something was promised.", []),
    ],
)
async def test_what_no_passage_says_is_dropped(text: str, cites: list[str]) -> None:
    assert await remembered(text, *cites) == []


async def test_a_mood_may_tell_the_figures_that_the_memory_counted() -> None:
    mood = {"text": INSIGHT["account"]["trend"], "cites": ["note:n1#0"]}
    used = [use("cognee_retrieve_history", PASSAGES), use("cognee_aggregate_insights", INSIGHT)]
    tools = Toolbox(Agent.MEMORY_ANALYST, {})

    for text, kept in (
        (mood["text"], 1),
        ("The mood is better than before.", 0),
        ("The mood is worse: 7 bad words.", 0),
    ):
        said = {"events": [], "promises": [], "mood": mood | {"text": text}}
        assert len(await analyse(asking(said, *used), "a1", "Acme GmbH", tools, COMMON)) == kept


async def test_what_a_tool_refused_to_say_founds_nothing() -> None:
    said = {"events": [], "mood": None, "promises": [{"text": "We will send the list.", "cites": ["note:n1#0"]}]}
    refused = Used(
        tool="cognee_search_memory", arguments={}, text=as_data("cognee_search_memory", PASSAGES), is_error=True
    )

    assert await analyse(asking(said, refused), "a1", "Acme GmbH", Toolbox(Agent.MEMORY_ANALYST, {}), COMMON) == []
