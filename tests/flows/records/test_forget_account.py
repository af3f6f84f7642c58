"""Forgetting: nothing of the account in any table or file, the fact that it happened in the trail, and no way back by the sync."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import MetaData, create_engine

from agents.flows.records.export_account import ExportAccount
from agents.flows.records.forget_account import ForgetAccount, ForgetReport
from agents.flows.records.sync_accounts import SyncAccounts
from agents.ports import Crm
from store.database import Database, Tx
from store.domain.attention.ledger import Entry, Ledger, Place, Reason
from store.domain.attention.worth import Worth
from store.domain.brief.brief import FellAway, Listed, NotRead, Waiting
from store.domain.brief.for_you import ForYou
from store.domain.brief.handover import Handed, Handover
from store.domain.brief.team import Member, Team, TeamRisk
from store.domain.crm.accounts import Entity, Kind, Note
from store.domain.crm.unread import Quarantined, Unread, Why
from store.domain.errors import NotFound, Refused
from store.domain.gate.proposals import State
from store.domain.memory.outcomes import Expectation, Movement
from store.domain.memory.passage import MemoryKind
from store.domain.running.messages import Message
from store.domain.running.model_calls import KeptAnswer, ModelCall, ToolCall
from store.domain.signals.kinds import Risk
from tests.flows.company import ACME
from tests.flows.records.test_remember import At, drop, keep, remembered
from tests.flows.stage import ANNAS, MORNING, Stage
from tests.store.makers import ANNA, NOW, account, activity, brief, contact, deal, note, proposal

DAY = timedelta(days=1)
WORDS = (
    *("name", "note", "call", "deal", "step", "stage", "person", "advice", "answer", "gone", "statement", "said"),
    *("listed", "noticed", "unread"),
)
CANARIES = [f"{word}canary" for word in WORDS]
(NAME, NOTE, CALL, DEAL, STEP, STAGE, PERSON, ADVICE, ANSWER, GONE, STATEMENT, SAID, LISTED, NOTICED, LAST) = CANARIES


HANDED = Handover(
    accounts=tuple(
        Handed(account_id=id, account_name=name, from_id=None, amount=1.0, statement=statement)
        for id, name, statement in (("a1", NAME, LISTED), ("a2", "Other", "It is quiet."))
    )
)
ODD = Quarantined(
    kind=Kind.DEAL,
    record_id="d1",
    account_id="a1",
    unread=Unread("next_step", "Next_Step", Why.NOT_TEXT),
    since=NOW,
    was_known=True,
    last=LAST,
)
UNREAD = NotRead(account_id="a1", account_name=NAME, field="amount", called=DEAL)
RISK = TeamRisk(
    account_id="a1", account_name=NAME, owner_id="o1", risk=Risk.HIGH, amount=1.0, open_money=None, statement=STATEMENT
)
TEAM = Team(
    members=(Member(person_id="o1", proposal_ids=("p1",)),), since=NOW.date(),
    risks=(RISK, replace(RISK, account_id="a2", account_name="Other", statement="Other")),
)  # fmt: skip
FOR_YOU = tuple(
    ForYou(account_id=account_id, account_name=name, proposal_id="p1", by="o1")
    for account_id, name in (("a1", NAME), ("a2", "Other"))
)
WAITING = tuple(
    Waiting(account_id=id, account_name=name, proposal_id=f"w-{id}") for id, name in (("a1", NAME), ("a2", "Other"))
)
FELL_AWAY = tuple(
    FellAway(account_id=id, account_name=name, proposal_id=f"f-{id}", why="deal won")
    for id, name in (("a1", NAME), ("a2", "Other"))
)
LEDGER = Ledger(owner_id=ANNA.id, brief_id="b1", local_date=NOW.date())


def named_in(account_id: str, name: str = "Other", statement: str = "It is quiet.") -> Listed:
    return Listed(
        account_id=account_id, account_name=name, risk=Risk.LOW, amount=0.0, statement=statement, reason=Reason.NO_ROOM
    )


def entry(account_id: str, name: str = "Other", statement: str = "It is quiet.") -> Entry:
    return Entry(
        account_id=account_id,
        account_name=name,
        place=Place.NAMED,
        reason=Reason.NO_ROOM,
        risk=Risk.LOW,
        amount=0.0,
        worth=Worth(risk=0.0, money=0.0, novelty=0.0, confidence=0.0),
        statement=statement,
        marks=(f"deal_stalled:{account_id}",),
        first_on=NOW.date(),
    )


class Silent:
    """A CRM of which every field is read."""

    def unread(self, kind: Kind) -> frozenset[str]:
        return frozenset()


def records() -> list[Entity]:
    return [
        account("a1", name=NAME),
        deal("d1", "a1", name=DEAL, next_step=STEP),
        replace(contact("k1", "a1"), name=PERSON),
        activity("c1", deal_id="d1", subject=CALL),
        replace(note("n1", "a1"), text=f"They said {NOTE}."),
        replace(note("n2", deal_id="d1"), text=f"They said {GONE}."),
    ]


async def filled(database: Database) -> None:
    """Account a1 in every table, and a2 beside it."""
    await keep(database, *records(), account("a2"), note("other", "a2"))
    await keep(database, deal("d1", "a1", name=DEAL, stage=STAGE, modified_at=NOW + DAY))
    await keep(database, replace(cast(Note, records()[-1]), text=f"Not {GONE} any more {GONE}.", modified_at=NOW + DAY))
    await remembered(database)
    await drop(database, Kind.NOTE, "n2")
    morning = brief("b1")
    (statement,) = morning.cards[0].statements
    card = replace(morning.cards[0], account_name=NAME, statements=(replace(statement, text=STATEMENT),))
    made = proposal("p1", lineage="p1", account_name=NAME, state=State.DONE, done_at=NOW, brief_id="b1")
    made = replace(made, recommendation=replace(made.recommendation, rationale=ADVICE))
    expected = Expectation(
        proposal_id="p1", account_id="a1", movement=Movement.REPLY, record_id="a1", since=NOW, until=NOW + DAY
    )
    async with database.transaction() as tx:
        await tx.briefs.begin(ANNA.id, morning.local_date, brief_id="b1", now=NOW)
        await tx.briefs.save(
            replace(
                morning,
                cards=(card,),
                listed=(named_in("a1", NAME, LISTED), named_in("a2")),
                handover=HANDED,
                team=TEAM,
                for_you=FOR_YOU,
                waiting=WAITING,
                fell_away=FELL_AWAY,
                unread=(UNREAD, replace(UNREAD, account_id="a2", account_name="Other", called="“Vans”")),
            )
        )
        await tx.attention.keep(replace(LEDGER, entries=(entry("a1", NAME, NOTICED), entry("a2"))))
        await tx.proposals.add(made)
        await tx.outcomes.expect([expected])
        await tx.quarantine.put([ODD, replace(ODD, kind=Kind.ACTIVITY, record_id="c1", account_id=None)], looked_at=NOW)
        body = json.dumps({"text": f"{ANSWER} about {NAME}"})
        await tx.messages.add(
            Message(id="m1", dedupe_key="k", person_id="U1", part="answer", created_at=NOW, body=body)
        )
        await tx.snapshots.keep_departed([replace(contact("k9", "a1"), name=PERSON)], at=NOW)
        await asked(tx)
    await remembered(database)


async def asked(tx: Tx) -> None:
    """A model said something of a1, once for it and once in a conversation about whatever."""
    named: dict[str, Any] = {"trace": "b1", "owner_id": ANNA.id, "agent": "recommendation_author", "at": NOW}
    call = ModelCall(**named, id="m1", account_id="a1", model="claude", question="q", prompt="p")
    used: dict[str, Any] = {
        "tool": "zoho_get_notes",
        "inputs": "i",
        "is_error": False,
        "characters": 9,
        "milliseconds": 1,
    }
    await tx.model_calls.add([call])
    await tx.model_calls.add_tools([ToolCall(**named, **used, id="t1", call_id="m1", account_id="a1")])
    for id, account_id, body in (("m1", "a1", {"text": SAID}), ("m2", "", {"text": f"{SAID} without a name"})):
        kept = KeptAnswer(
            call_id=id,
            question="q",
            account_id=account_id,
            trace="b1",
            with_tools=False,
            body=json.dumps(body),
            at=NOW,
        )
        await tx.model_calls.keep(kept)


async def forget(database: Database, account_id: str = "a1") -> ForgetReport:
    return await ForgetAccount(database, At())(account_id, by="operator")


async def test_nothing_of_a_forgotten_account_is_left_in_any_table(database: Database, database_url: str) -> None:
    await filled(database)
    before = json.dumps(await ExportAccount(database, At())("a1", by="operator"))
    assert [each for each in CANARIES if each not in before] == []
    report = await forget(database)
    assert report.scrubbed
    assert report.brief_ids == ("b1",)
    empty = [table for table, rows in report.rows.items() if not rows]
    assert empty == []
    after = await ExportAccount(database, At())("a1", by="operator")
    held = {name: value for name, value in after.items() if isinstance(value, list) and name != "audit" and value}
    assert held == {}
    assert after["forgotten_at"] is not None
    assert everything(database_url) & set(CANARIES) == set()


def everything(url: str) -> set[str]:
    """The canaries in any row of any table."""
    engine = create_engine(url.replace("+aiosqlite", ""))
    found = set()
    with engine.connect() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        for table in metadata.tables.values():
            rows = str([tuple(row) for row in connection.execute(table.select())])
            found |= {each for each in CANARIES if each in rows}
    engine.dispose()
    return found


async def test_what_briefs_said_of_other_accounts_stays(database: Database) -> None:
    await filled(database)
    await forget(database)
    async with database.reading() as tx:
        ledger, kept = await tx.attention.last(ANNA.id), await tx.briefs.get("b1")
    assert ledger is not None
    assert kept is not None
    assert [each.account_id for each in ledger.entries] == ["a2"]
    assert [each.account_id for each in kept.listed] == ["a2"]
    assert [each.account_id for each in kept.waiting] == ["a2"]
    assert [each.account_id for each in kept.fell_away] == ["a2"]
    assert [each.account_id for each in kept.unread] == ["a2"]
    assert [each.account_id for each in kept.for_you] == ["a2"]
    assert kept.handover is not None
    assert [each.account_id for each in kept.handover.accounts] == ["a2"]
    assert kept.team is not None
    assert [each.account_id for each in kept.team.risks] == ["a2"]


async def test_an_export_holds_what_briefs_noticed_of_the_account_alone(database: Database) -> None:
    await filled(database)
    held = await ExportAccount(database, At())("a1", by="operator")
    assert [each["account_id"] for row in held["attention"] for each in row["entries"]] == ["a1"]
    assert [each["account_id"] for each in held["brief"][0]["listed"]] == ["a1"]
    assert [each["account_id"] for each in held["brief"][0]["handover"]["accounts"]] == ["a1"]
    assert [each["account_id"] for each in held["brief"][0]["waiting"]] == ["a1"]
    assert [each["account_id"] for each in held["brief"][0]["fell_away"]] == ["a1"]
    assert [each["account_id"] for each in held["brief"][0]["team"]["risks"]] == ["a1"]
    assert held["brief"][0]["team"]["members"] == []


async def test_the_check_sees_what_is_there(database: Database, database_url: str) -> None:
    await filled(database)
    assert everything(database_url) == set(CANARIES)


async def test_no_byte_of_it_is_left_in_the_files(sqlite_database: Database, tmp_path: Path) -> None:
    await filled(sqlite_database)
    assert planted(tmp_path) >= set(CANARIES) - {GONE}
    await forget(sqlite_database)
    assert planted(tmp_path) == set()


def planted(folder: Path) -> set[str]:
    """The canaries in any file; an index may share the start of a word with the word before it."""
    content = content_of(folder)
    return {each for each in CANARIES if each[1:].encode() in content}


def content_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_other_accounts_and_the_trail_stay(database: Database) -> None:
    await filled(database)
    await forget(database)
    async with database.reading() as tx:
        assert [each.id for each in await tx.memory.everything_of("a2")] == ["note:other#0"]
        morning = await tx.briefs.get("b1")
        assert morning is not None
        assert (morning.cards, len(morning.news)) == ((), 1)
        (entry,) = await tx.audit.entries(subject="a1")
        assert (entry.action, entry.detail["by"]) == ("account.forgotten", "operator")
        marks = [each for each in await tx.memory.after(0, 100) if each.gone]
        assert {each.passage.text for each in marks} == {""}


async def test_the_sync_does_not_bring_it_back(database: Database) -> None:
    await filled(database)
    await forget(database)
    sync = SyncAccounts(database, cast(Crm, Silent()), At())
    late = activity("late", deal_id="d-new")
    for entity in (*records(), deal("d-new", "a1"), late, note("n9", deal_id="d1")):
        assert await sync.keep(entity.kind, [entity], seen_at=NOW) == 0
    assert await remembered(database) == []
    async with database.reading() as tx:
        assert await tx.snapshots.entity(Kind.ACCOUNT, "a1") is None
        assert await tx.snapshots.entity(Kind.ACTIVITY, "late") is None
        assert await tx.snapshots.entity(Kind.NOTE, "n9") is None


async def test_a_deal_that_left_a_forgotten_account_is_read_in_again(database: Database) -> None:
    await filled(database)
    await forget(database)
    sync = SyncAccounts(database, cast(Crm, Silent()), At())
    for entity in (deal("d1", "a2", modified_at=NOW + DAY), activity("c1", deal_id="d1")):
        await sync.keep(entity.kind, [entity], seen_at=NOW)
    assert MemoryKind.CALL in {each.kind for each in await remembered(database, "a2")}


async def test_what_comes_to_a_forgotten_account_goes(database: Database) -> None:
    await filled(database)
    await forget(database)
    await SyncAccounts(database, cast(Crm, Silent()), At()).keep(Kind.NOTE, [note("other", "a1")], seen_at=NOW)
    assert await remembered(database, "a2") == []


async def test_forgetting_can_be_lifted(database: Database) -> None:
    await filled(database)
    await forget(database)
    await ForgetAccount(database, At()).lift("a1", by="operator")
    await SyncAccounts(database, cast(Crm, Silent()), At()).keep(Kind.ACCOUNT, [records()[0]], seen_at=NOW)
    async with database.reading() as tx:
        assert await tx.snapshots.entity(Kind.ACCOUNT, "a1") is not None


async def test_an_account_is_not_forgotten_while_a_write_to_it_is_under_way(database: Database) -> None:
    await filled(database)
    async with database.transaction() as tx:
        await tx.proposals.add(proposal("p2", lineage="p2", state=State.READY))
    with pytest.raises(Refused, match="write to this account is in progress"):
        await forget(database)


async def test_nor_while_somebodys_request_about_it_is_being_handled(database: Database) -> None:
    await filled(database)
    async with database.transaction() as tx:
        await tx.inbox.first_time("press", NOW, body=json.dumps({"blocks": f"… {NAME} …"}))
    with pytest.raises(Refused, match="request about this account is in progress"):
        await forget(database)
    async with database.transaction() as tx:
        await tx.inbox.done("press", NOW)
    assert (await forget(database)).scrubbed


async def test_an_unknown_account_is_said_to_be_unknown(database: Database) -> None:
    with pytest.raises(NotFound):
        await forget(database, "nobody")
    with pytest.raises(NotFound):
        await ExportAccount(database, At())("nobody", by="operator")


async def test_in_the_whole_bot_a_forgotten_account_stays_away(morning: Stage, tmp_path: Path) -> None:
    database, clock = morning.bot.services.database, morning.clock
    await morning.slack.command(ANNAS, "/review-account", "acme robotics")
    await morning.until(ANNAS, "Review: Acme Robotics")
    await morning.handled()
    assert (await ForgetAccount(database, clock)(ACME, by="operator")).messages >= 1
    await morning.sweep()
    assert "Acme Robotics" not in morning.shown(ANNAS)
    assert "Review: your account" in morning.shown(ANNAS)
    async with database.reading() as tx:
        assert await tx.messages.stale(patience=timedelta()) == []
    assert await morning.look(MORNING + DAY)
    async with database.reading() as tx:
        assert await tx.snapshots.entity(Kind.ACCOUNT, ACME) is None
        assert [facts.id for facts in await tx.snapshots.book(ANNA.id) if facts.id == ACME] == []
    assert b"Acme Robotics" not in content_of(tmp_path)
