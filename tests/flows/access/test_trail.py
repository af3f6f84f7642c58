"""What the flows put into the trail: every refusal, from where it came, and never a word of the CRM."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note, noting_refusal, plain
from bot.jobs.job import ProcessRole
from bot.running import jobs_of, running
from bot.settings import load_settings
from bot.wiring.resources import open_services
from bot.wiring.root import build_bot
from integrations.anchors import open_anchors
from store.database import Database
from store.domain.errors import AlreadyDecided, Refused, StoreUnavailable
from store.domain.gate.audit import AuditEntry
from store.domain.gate.proposals import State
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, FIRST_NIGHT, company
from tests.flows.stage import ANNAS, BOBS, NIGHT, TEAM, Stage, stage
from tests.store.makers import MIA
from tests.store.repositories.vandal import write

CANARY = "Tangerine-Zebra-7741"
WHO = Caller(team_id=TEAM, user_id="U0MIA", request_id="r1", place="D1/1711.2")


async def newest(database: Database) -> AuditEntry:
    async with database.reading() as tx:
        return (await tx.audit.entries(newest_first=True, limit=1))[0]


async def test_a_note_tells_who_what_when_and_from_where(database: Database) -> None:
    async with database.transaction() as tx:
        before = await tx.proposals.now()
        await note(tx, WHO, "proposal.approved", "p1", actor=MIA, version=3)
    entry = await newest(database)
    assert (entry.actor, entry.action, entry.subject, entry.request_id) == (MIA.id, "proposal.approved", "p1", "r1")
    assert entry.detail == {"version": 3, "slack_team": TEAM, "slack_user": "U0MIA", "slack_place": "D1/1711.2"}
    assert entry.at >= before


async def test_our_own_work_is_noted_as_ours(database: Database) -> None:
    at = datetime(2026, 3, 24, tzinfo=UTC)
    async with database.transaction() as tx:
        await note(tx, "b1", "brief.prepared", "b1", at=at, proposals=["p1", "p2"])
    entry = await newest(database)
    assert (entry.actor, entry.request_id, entry.at) == ("sergas", "b1", at)
    assert entry.detail == {"proposals": ["p1", "p2"]}


async def test_a_refusal_is_noted_though_its_transaction_leaves_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.people.replace([MIA])
        await tx.links.link(TEAM, "U0MIA", MIA.id, datetime(2026, 3, 24, tzinfo=UTC))

    async def approving() -> None:
        async with noting_refusal(database, WHO, "proposal.approve", "p1", version=2), database.transaction() as tx:
            await note(tx, WHO, "proposal.approved", "p1")
            raise AlreadyDecided(f"{CANARY} decided it", state=State.DONE)

    with pytest.raises(AlreadyDecided):
        await approving()
    entry = await newest(database)
    assert (entry.seq, entry.actor, entry.action, entry.subject) == (1, MIA.id, "request.refused", "p1")
    assert {key: entry.detail[key] for key in ("asked", "why", "state", "version")} == {
        "asked": "proposal.approve",
        "why": "AlreadyDecided",
        "state": "done",
        "version": 2,
    }
    assert CANARY not in json.dumps(entry.detail)


async def test_somebody_unknown_is_noted_by_what_slack_calls_them(sqlite_database: Database) -> None:
    with pytest.raises(Refused):
        async with noting_refusal(sqlite_database, WHO, "proposal.approve", "p1"):
            raise Refused("no")
    entry = await newest(sqlite_database)
    assert entry.actor == f"slack:{TEAM}/U0MIA"
    assert entry.detail["state"] is None


async def test_what_was_not_refused_is_not_noted_as_if_it_were(sqlite_database: Database) -> None:
    async with noting_refusal(sqlite_database, WHO, "proposal.approve", "p1"):
        pass
    with pytest.raises(StoreUnavailable):
        async with noting_refusal(sqlite_database, WHO, "proposal.approve", "p1"):
            raise StoreUnavailable("busy")
    async with sqlite_database.reading() as tx:
        assert (await tx.audit.head()).seq == 0


@pytest.mark.parametrize(
    ("value", "noted"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (0.5, 0.5),
        (State.DONE, "done"),
        ("a1b2:3/C0:D-9+Z_x.y", "a1b2:3/C0:D-9+Z_x.y"),
        (datetime(2026, 3, 24, 7, 30, tzinfo=UTC), "2026-03-24T07:30:00+00:00"),
        (date(2026, 3, 24), "2026-03-24"),
        (("p1", "p2"), ["p1", "p2"]),
        ({"x": 1, "an account": "no word"}, {"x": 1, "‹10 characters›": "‹7 characters›"}),
        ({"p1"}, ["p1"]),
        ("Call Anna about the renewal", "‹27 characters›"),
        ("anna@example.com", "‹16 characters›"),
        ("Größe", "‹5 characters›"),
        ("x" * 129, "‹129 characters›"),
        ("a\n", "‹2 characters›"),
        ("xoxb-12-34", "‹10 characters›"),
        ("xapp-1-A", "‹8 characters›"),
        ("sk-ant-api03", "‹12 characters›"),
        ("1000." + "a" * 32 + "." + "b" * 32, "‹70 characters›"),
        (b"bytes", "‹bytes›"),
        (object(), "‹object›"),
    ],
)
def test_only_single_words_and_numbers_get_into_the_trail(value: object, noted: object) -> None:
    assert plain(value) == noted


@pytest.fixture
async def marked(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A morning in a company where every name, title and text holds the canary."""
    of = company()
    events = tuple(replace(event, fields=_marked(event.fields)) for event in of.events)
    async with stage(sqlite_url, tmp_path, of=replace(of, events=events)) as made:
        await made.look(FIRST_NIGHT)
        await made.look(NIGHT)
        await made.morning()
        yield made


def _marked(fields: Mapping[str, Any]) -> dict[str, Any]:
    texts = {"Account_Name", "Deal_Name", "Subject", "Last_Name", "Next_Step", "Title"}
    return {
        name: f"{value} {CANARY}" if name in texts and isinstance(value, str) else value
        for name, value in fields.items()
    }


async def test_every_press_stands_in_the_trail_and_no_text_of_the_crm_does(marked: Stage) -> None:
    first, second = await marked.proposal(ACME), await marked.proposal(BOREALIS)
    await marked.approve(first, by=BOBS)
    await marked.until(BOBS, "belongs to Anna Berg")
    await marked.approved(first, says="task created, due")
    caller = Caller(team_id=TEAM, user_id=ANNAS, request_id="r")
    with pytest.raises(AlreadyDecided):
        await marked.bot.gate.decide.approve(caller, first.id, first.version)
    await marked.bot.gate.decide.reject(caller, second.id, second.version, f"Because {CANARY} said so")
    await marked.slack.settled()

    async with marked.bot.services.database.reading() as tx:
        entries = await tx.audit.entries()
        report = await tx.audit.verify()
    about = [entry for entry in entries if entry.subject == first.id]
    told = [
        (entry.actor, entry.action, entry.detail.get("why")) for entry in about if entry.action != "proposal.offered"
    ]
    assert told == [
        (BOB, "request.refused", "Refused"),
        (ANNA, "proposal.approved", None),
        ("sergas", "write.attempted", None),
        ("sergas", "write.done", None),
        (ANNA, "request.refused", "AlreadyDecided"),
    ]
    [approved] = [entry for entry in about if entry.action == "proposal.approved"]
    assert (approved.detail["version"], approved.detail["digest"]) == (first.version, first.digest)
    assert approved.detail["slack_user"] == ANNAS
    assert approved.detail["slack_place"].startswith(f"{marked.slack.channel(ANNAS)}/")
    assert report.ok
    assert CANARY in marked.shown(ANNAS)
    assert CANARY not in str(entries), "neither CRM text nor what somebody typed"
    for entry in entries:
        assert plain(entry.detail) == entry.detail, entry.action


async def test_the_clock_notes_the_head_and_does_so_once_more_as_it_ends(marked: Stage, tmp_path: Path) -> None:
    database = marked.bot.services.database
    assert [job.role for job in jobs_of(marked.bot) if job.name == "audit.anchor"] == [ProcessRole.CLOCK]
    async with open_services(load_settings(marked.settings, env_file=None), marked.clock) as services:
        bot = build_bot(services)
        async with running(bot, role=ProcessRole.CLOCK):
            await write(database, 1)
        async with database.reading() as tx:
            head = await tx.audit.head()
        noted = await open_anchors(str(tmp_path / "audit-anchors.jsonl")).latest()
    assert noted is not None
    assert noted.seq in (head.seq, head.seq - 1), "the entry about the place itself may come after"
