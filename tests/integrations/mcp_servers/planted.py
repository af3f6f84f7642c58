"""Canaries in every text that is kept of Anna's account Acme: words that stand nowhere else, each in a place of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from integrations.sandbox.history import CrmEvent
from store.domain.gate.proposals import State
from store.domain.memory.outcomes import Expectation, Movement, Outcome, OutcomeVerdict
from store.domain.memory.passage import MemoryKind, passage_id
from tests.flows.company import ACME, ANNA, LATELY, happens
from tests.flows.stage import NIGHT, Stage
from tests.integrations.mcp_servers.memory_host import Host
from tests.integrations.zoho.company import create
from tests.store import makers

MARK = "zqcanary"
SHARED = "harvest"  # stands beside every canary, and in a note of Bob's
DEAL, CONTACT, CALL, TASK, MEETING, NOTE = (f"41508680000088800{number}1" for number in range(6))
REJECTED, WRITTEN = "f" * 31 + "1", "f" * 31 + "2"
RECORDS = (ACME, DEAL, CONTACT, CALL, TASK, MEETING, NOTE, REJECTED, WRITTEN)
OF_BOB = "4150868000008889001"

# What a search must give to whoever may see it, by what is planted; the names of the account, its deal and its contact as well.
FOUND_BY_WORDS = (
    "subject-call", "subject-task", "subject-meeting", "note-title", "note-text", "stored-title", "stored-text",
    "advice-why", "write-subject", "reason", "because", "deal-name",
)  # fmt: skip


def word(place: str) -> str:
    return f"{MARK}{place.replace('-', '')}"


def said(place: str) -> str:
    return f"{word(place)} of the {SHARED}"


def events() -> Iterator[CrmEvent]:
    at, on = LATELY, ("Accounts", ACME)
    yield happens("Accounts", ACME, at, Account_Name=said("account-name"), Industry=said("industry"),
                  Description=said("description"), Rating=said("rating"))  # fmt: skip
    yield create("Contacts", CONTACT, at=at, First_Name=word("first"), Last_Name=word("last"), Title=said("title"),
                 Account_Name={"id": ACME}, Email=f"{MARK}@example.org")  # fmt: skip
    yield create("Deals", DEAL, at=at, Deal_Name=said("deal-name"), Account_Name={"id": ACME}, Stage="Qualification",
                 Next_Step=said("next-step"), Closing_Date="2026-05-29", Amount=7_000.0,
                 Contact_Name={"id": CONTACT})  # fmt: skip
    hangs: dict[str, Any] = {"on": on, "at": at, "Who_Id": {"id": CONTACT}}
    yield create("Calls", CALL, Subject=said("subject-call"), Call_Start_Time=at.isoformat(), **hangs)
    yield create("Tasks", TASK, Subject=said("subject-task"), Status="Not Started", Due_Date="2026-04-17", **hangs)
    yield create("Events", MEETING, Event_Title=said("subject-meeting"), Start_DateTime=at.isoformat(),
                 End_DateTime=(at + timedelta(hours=1)).isoformat(), **hangs)  # fmt: skip
    yield note(NOTE, ACME, title=said("note-title"), text=f"We will send the {said('note-text')} by Friday.")


def note(record_id: str, account_id: str, *, title: str, text: str) -> CrmEvent:
    fields: dict[str, Any] = {"Note_Title": title, "Note_Content": text, "$se_module": "Accounts"}
    return create("Notes", record_id, at=LATELY, Parent_Id={"id": account_id}, **fields)


async def proposals(made: Stage) -> None:
    """One that was rejected for a reason, and one that was written and of which something came."""
    at = NIGHT - timedelta(days=2)
    advice = replace(
        makers.recommendation("x", makers.task(said("write-subject"))),
        title=said("advice-title"),
        rationale=said("advice-why"),
    )
    given: dict[str, Any] = {"account_id": ACME, "account_name": said("account-name"), "created_at": at}
    decided: dict[str, Any] = {"decided_by": ANNA, "decided_at": at}
    done: dict[str, Any] = {"state": State.DONE, "done_at": at, **decided}
    made_up = [
        replace(makers.proposal(REJECTED, lineage=REJECTED, **given), recommendation=advice, write=advice.write),
        replace(
            makers.proposal(WRITTEN, lineage=WRITTEN, key="y", **given | done),
            recommendation=advice,
            write=advice.write,
        ),
    ]
    outcome = Outcome(
        proposal_id=WRITTEN, account_id=ACME, verdict=OutcomeVerdict.IMPROVED, score=1.0, because=f"{said('because')}.",
        evidence=(passage_id("note", NOTE),), measured_at=at,
    )  # fmt: skip
    expected = Expectation(
        proposal_id=WRITTEN, account_id=ACME, movement=Movement.REPLY, record_id=DEAL, since=at, until=NIGHT
    )
    async with made.bot.services.database.transaction() as tx:
        await tx.proposals.add(*(replace(each, owner_id=ANNA) for each in made_up))
        await tx.proposals.move(REJECTED, frm=[State.PENDING], to=State.REJECTED, reason=said("reason"), **decided)
        await tx.outcomes.expect([expected])
        await tx.outcomes.measured(outcome)


async def stored(host: Host) -> None:
    """What Anna adds herself."""
    title, text = said("stored-title"), said("stored-text")
    await host.answer("cognee_store_context", ANNA, account_id=ACME, title=title, text=text)


def searches(account_id: str) -> Iterator[dict[str, Any]]:
    """Every way to ask: for the canaries, for what stands beside them, by ids, kinds and times, and for everything."""
    for place in FOUND_BY_WORDS:
        yield {"query": word(place)}
    for query in (
        MARK,
        f"{MARK}*",
        SHARED,
        f"of the {SHARED}",
        "send by Friday",
        "OR 1=1 --",
        *RECORDS,
        passage_id("note", NOTE),
    ):
        yield {"query": query, "limit": 50}
    for kind in MemoryKind:
        yield {"query": f"{MARK} {SHARED} call note task", "kinds": [kind.value], "limit": 50}
    wide = " ".join((SHARED, *map(word, FOUND_BY_WORDS)))[:500]
    yield {"query": wide, "since": "2020-01-01T00:00:00Z", "until": "2030-01-01T00:00:00Z", "limit": 50}
    yield {"query": wide, "account_id": account_id, "limit": 50}


def calls(account_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every tool there is, about this account and about all that the caller may see."""
    for arguments in searches(account_id):
        yield "cognee_search_memory", arguments
    yield "cognee_retrieve_history", {"account_id": account_id, "days": 3650, "limit": 200}
    yield "cognee_aggregate_insights", {}
    for tool in ("cognee_aggregate_insights", "cognee_get_relationship_graph", "export_account", "forget_account"):
        yield tool, {"account_id": account_id}
    yield "cognee_deduplicate_records", {"limit": 50}
    yield "cognee_store_context", {"account_id": account_id, "title": "Lunch", "text": f"What of the {SHARED}?"}
    yield "memory_status", {}
