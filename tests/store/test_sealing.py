"""Texts are sealed with keys that are not in the database: what it holds says nothing without them, and nothing is lost."""

from __future__ import annotations

import json
import operator
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import String, create_engine, select, text
from sqlmodel.sql.sqltypes import AutoString

from agents.flows.records.seal_rows import SealRows
from store.database import Database
from store.domain.crm.accounts import Entity, Kind
from store.domain.errors import Refused, SealBroken, SettingError
from store.domain.memory.passage import MemoryKind, Passage
from store.repositories.sealed_rows import COLUMNS
from store.sealing import SealKey, Seals
from store.tables.core import BriefRow, PersonRow, Row, SnapshotRow, table_of
from store.tables.sealed import Sealed
from tests.flows.records.test_remember import At
from tests.store.makers import ANNA, NOW, account, brief, deal, note, proposal

OLD, NEW = SealKey(b"o" * 32), SealKey(b"n" * 32)
SECRET = "Kestrel & Söhne"

# Text columns whose values are ids, digests, dates, names of states or our own words.
IN_CLEAR = {
    "absence": {"person_id", "delegate_id", "set_by"},
    "answer_choice": {"owner_id", "topic", "choice"},
    "asked": {"id", "person_id", "by"},
    "attention": {"owner_id", "brief_id", "tally"},
    "audit": {"actor", "action", "subject", "detail", "request_id", "previous", "hash"},
    "brief": {"id", "owner_id", "state"},
    "bucket": {"person", "errand"},
    "change": {"id", "kind", "record_kind", "record_id", "account_id", "owner_id", "field"},
    "crm_call": {"id", "key"},
    "crm_pace": {"key"},
    "crm_sign_in": {"key", "sealed", "leased_by", "asked", "refusal"},
    "crm_usage": {"key"},
    "departed": {"account_id", "contact_id"},
    "feature": {"feature", "switched_by"},
    "inbox": {"key", "person", "errand"},
    "link": {"team_id", "user_id", "person_id", "channel"},
    "mail_copy": {"brief_id", "person_id", "state", "trouble", "code"},
    "memory_due": {"kind", "record_id"},
    "memory_forgotten": {"kind", "id", "account_id", "by"},
    "memory_passage": {"id", "account_id", "kind", "record_id", "deal_id", "contact_id"},
    "message": {"id", "dedupe_key", "person_id", "brief_id", "part", "thread_of", "state", "channel", "ts", "fingerprint"},
    "model_answer": {"call_id", "question", "account_id", "trace"},
    "model_call": {
        *("id", "trace", "owner_id", "account_id", "agent", "asked_by", "model", "question", "prompt", "state", "problem", "batch"),
    },
    "norms": {"body"},  # counts and days by stage, and the stages that deals went through, by id
    "opening": {"person_id", "brief_id", "sign"},
    "outcome": {"proposal_id", "account_id", "movement", "record_id", "verdict", "evidence", "told_in"},
    "person": {"id", "manager_id"},
    "personal_setting": {"person_id", "body", "before"},  # times, weekdays, codes and numbers
    "proposal": {
        *("id", "lineage", "brief_id", "owner_id", "account_id", "key", "digest", "state", "endorsed_by", "undoes", "undo_id"),
        *("offered_to", "passed_by", "decided_by", "crm_id"),
    },
    "quarantine": {"kind", "record_id", "field", "account_id", "name", "why"},
    "reference": {"name", "body"},  # the pipelines, the currency, the rules for fields
    "refusal": {"person", "asked", "why", "subjects"},
    "signal_question": {"kind", "figures", "answer", "answered_by"},
    "slack_call": {"id", "key"},
    "slack_pace": {"key"},
    "snapshot": {"kind", "id", "owner_id", "account_id", "deal_id", "stage"},
    "survey": {"person_id", "worth", "missed", "declined"},  # choices from lists
    "sync_run": {"id", "counts", "error"},
    "tool_call": {"id", "call_id", "trace", "owner_id", "account_id", "agent", "tool"},
    "watermark": {"stream", "after"},
}  # fmt: skip


@pytest.fixture
async def sealed(database_url: str) -> AsyncIterator[Database]:
    async for each in opened(database_url, Seals(OLD)):
        yield each


async def opened(url: str, seals: Seals) -> AsyncIterator[Database]:
    database = Database(url, seals=seals)
    await database.migrate()
    yield database
    await database.close()


async def filled(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.people.replace([replace(ANNA, name="Anna Kestrel")])
        records: list[Entity] = [
            replace(account("a1"), name=SECRET, description="told in confidence"),
            deal("d1", "a1"),
            note("n1"),
        ]
        await tx.snapshots.upsert(records, seen_at=NOW)
        await tx.inbox.first_time("k1", NOW, body=json.dumps({"text": SECRET}))
        await tx.proposals.add(replace(proposal(), account_name=SECRET))
        await tx.memory.upsert([remembered()])
        await tx.audit.append(
            at=NOW, actor="u1", action="proposal.approved", subject="p1", detail={"version": 1}, request_id="r1"
        )


def remembered() -> Passage:
    return Passage(
        id="note:n1:0", account_id="a1", kind=MemoryKind.NOTE, record_id="n1", author="u1", title="Renewal",
        text=f"{SECRET} promised a revised calculation", at=NOW,
    )  # fmt: skip


def stored(url: str) -> str:
    """Everything in every table, as a thief reads it."""
    engine = create_engine(url.replace("+aiosqlite", ""))
    with engine.connect() as connection:
        rows = [str(connection.execute(text(f'SELECT * FROM "{name}"')).all()) for name in Row.metadata.tables]
    engine.dispose()
    return "".join(rows)


def run_sql(url: str, statement: str) -> None:
    engine = create_engine(url.replace("+aiosqlite", ""))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


async def rotated(url: str, seals: Seals) -> int:
    database = Database(url, seals=seals)
    await database.migrate()
    report = await SealRows(database, At(), batch=1)(by="operator")
    await database.close()
    return report.rows


async def assert_readable(database: Database) -> None:
    async with database.reading() as tx:
        found = await tx.snapshots.find_accounts("kestrel")
        assert [(each.name, each.description) for each in found] == [(SECRET, "told in confidence")]
        assert [each.name for each in await tx.people.all()] == ["Anna Kestrel"]
        assert await tx.people.by_email(ANNA.email) == replace(ANNA, name="Anna Kestrel")
        assert [hit.passage_id for hit in await tx.full_text.search(["a1"], "revised calculations")] == ["note:n1:0"]
        assert (await tx.memory.by_ids(["note:n1:0"]))["note:n1:0"] == remembered()
        assert [each.body for each in await tx.inbox.left_over(taken_before=NOW + timedelta(days=1))] == [
            json.dumps({"text": SECRET})
        ]
        assert (await tx.audit.verify()).ok


async def test_a_stolen_database_holds_no_name_and_no_text(sealed: Database, database_url: str) -> None:
    await filled(sealed)
    held = stored(database_url)
    for said in ("Kestrel", "confidence", "calculation", ANNA.email, "Call Acme", "Note n1"):
        assert said.casefold() not in held.casefold()
    assert "Renewal" not in held
    await assert_readable(sealed)


async def test_plain_rows_from_before_stay_readable_beside_sealed_ones(database: Database, database_url: str) -> None:
    await filled(database)
    assert "told in confidence" in stored(database_url)
    async for sealing in opened(database_url, Seals(NEW)):
        async with sealing.transaction() as tx:
            await tx.snapshots.upsert([replace(account("a2"), name="Kestrel Two", owner_id=ANNA.id)], seen_at=NOW)
        async with sealing.reading() as tx:
            assert [each.id for each in await tx.snapshots.find_accounts("kestrel")] == ["a1", "a2"]


@pytest.mark.parametrize("seals", [Seals(NEW, [OLD]), Seals(None, [OLD])], ids=["with another key", "into plain text"])
async def test_everything_is_sealed_anew_and_the_older_key_can_go(
    sealed: Database, database_url: str, seals: Seals
) -> None:
    await filled(sealed)
    await sealed.close()
    assert await rotated(database_url, seals) > 5
    assert OLD.id not in stored(database_url).replace(f'"former": ["{OLD.id}"]', "").replace(
        f'"former":["{OLD.id}"]', ""
    )
    assert ("Kestrel" in stored(database_url)) is (not seals.current_id)
    async for without in opened(database_url, Seals(NEW) if seals.current_id else Seals()):
        await assert_readable(without)
    assert await rotated(database_url, seals) == 0  # there is nothing left to do


async def test_an_interrupted_change_of_key_goes_on_where_it_stopped(sealed: Database, database_url: str) -> None:
    await filled(sealed)
    await sealed.close()
    seen: list[str] = []

    def tell(table: str, done: int, of: int) -> None:
        seen.append(table)
        if table == "person":
            raise KeyboardInterrupt

    async for database in opened(database_url, Seals(NEW, [OLD])):
        with pytest.raises(KeyboardInterrupt):
            await SealRows(database, At(), batch=1)(by="operator", tell=tell)
        await assert_readable(database)
    in_all = await _in_all(database_url)
    assert 0 < await rotated(database_url, Seals(NEW, [OLD])) <= in_all - len(seen)


async def _in_all(url: str) -> int:
    engine = create_engine(url.replace("+aiosqlite", ""))
    with engine.connect() as connection:
        counts = [connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in COLUMNS]
    engine.dispose()
    return sum(counts)


async def test_a_process_that_still_seals_with_the_older_key_keeps_that_key_needed(
    sealed: Database, database_url: str
) -> None:
    await filled(sealed)

    async for database in opened(database_url, Seals(NEW, [OLD])):
        run = SealRows(database, At(), batch=1)
        assert (await run(by="operator")).rows
        async with sealed.transaction() as tx:  # another process, not restarted yet
            await tx.people.replace([replace(ANNA, name="Late")])
        async with database.reading() as tx:
            assert await tx.sealed.outdated() == 3
        assert (await run(by="operator")).rows == 1


@pytest.mark.parametrize("seals", [Seals(), Seals(NEW), Seals(None, [NEW])], ids=["none", "another", "off"])
async def test_without_the_key_the_bot_stops_at_the_start_in_one_sentence_and_changes_nothing(
    sealed: Database, database_url: str, seals: Seals
) -> None:
    await filled(sealed)
    await sealed.close()
    before = stored(database_url)
    database = Database(database_url, seals=seals)
    for opening in (database.migrate, database.check):
        with pytest.raises(SettingError, match=f"SERGAS_SEAL_KEYS lacks the key {OLD.id}, with which"):
            await opening()
    await database.close()
    assert stored(database_url) == before


async def test_a_value_put_into_another_column_or_changed_is_refused(sealed: Database, database_url: str) -> None:
    await filled(sealed)
    run_sql(database_url, "UPDATE person SET name = (SELECT account_name FROM proposal)")
    async with sealed.reading() as tx:
        with pytest.raises(SealBroken, match=r"person\.name does not open: it was changed outside the bot"):
            await tx.people.names()
    run_sql(database_url, "UPDATE snapshot SET body = replace(body, '2026', '2025') WHERE id = 'd1'")
    async with sealed.reading() as tx:
        with pytest.raises(SealBroken, match=r"snapshot\.body"):
            await tx.snapshots.entity(Kind.DEAL, "d1")


@pytest.mark.parametrize(
    "said", ['{"sealed":"00000000.AAAA"}', '{"plain":"x"}', '{"sealed":"', '{"plain":"', "\ud800", ""]
)
@pytest.mark.parametrize("seals", [Seals(), Seals(OLD)], ids=["plain", "sealed"])
def test_a_text_that_looks_sealed_is_a_text_like_any_other(said: str, seals: Seals) -> None:
    assert seals.open(seals.seal(said, "note.text"), "note.text") == said


def test_the_same_text_is_never_sealed_the_same_way_twice() -> None:
    assert len({Seals(OLD).seal("yes", "proposal.reason") for _ in range(100)}) == 100


def test_a_sealed_column_cannot_be_compared_in_sql() -> None:
    people = table_of(PersonRow)
    for compare in (operator.eq, operator.lt, lambda column, value: column.contains(value)):
        with pytest.raises(TypeError, match="SQL can't compare it"):
            compare(people.c.name, "Anna")
    assert select(people).where(people.c.name.is_(None)) is not None


def test_every_text_column_is_sealed_or_known_to_hold_no_words_of_people() -> None:
    found: dict[str, set[str]] = {}
    for name, table in Row.metadata.tables.items():
        found[name] = {
            column.name
            for column in table.columns
            if isinstance(column.type, String | AutoString) and not isinstance(column.type, Sealed)
        }
    assert found == IN_CLEAR


async def test_dates_and_ids_stay_in_clear_and_only_they(sealed: Database, database_url: str) -> None:
    async with sealed.transaction() as tx:
        await tx.snapshots.upsert([deal("d1", "a1", next_step="Ring Jo")], seen_at=NOW)
        await tx.briefs.save_review(replace(brief(), kind="review"))
    engine = create_engine(database_url.replace("+aiosqlite", ""))
    with engine.connect() as connection:
        kept = {
            name: json.loads(connection.execute(text(f"SELECT body FROM {name}")).scalar_one())
            for name in (SnapshotRow.__tablename__, BriefRow.__tablename__)
        }
    engine.dispose()
    assert set(kept["snapshot"]) == {"sealed", "currency", "pipeline_name", "created_at", "closing_date", "next_step"}
    assert kept["snapshot"]["next_step"] == "-"
    assert set(kept["brief"]) == {"sealed", "kind", "proposals"}


async def test_rotating_is_refused_while_other_keys_are_still_written(sealed: Database, database_url: str) -> None:
    """A row of a table that was done already, stored under the older key before the end."""
    await filled(sealed)
    late: list[str] = []

    def tell(table: str, done: int, of: int) -> None:
        if table == "snapshot" and not late:
            late.append(table)
            run_sql(database_url, f"UPDATE inbox SET body = '{Seals(OLD).seal('late', 'inbox.body')}'")

    async for database in opened(database_url, Seals(NEW, [OLD])):
        with pytest.raises(Refused, match="Meanwhile another process stored 1 texts"):
            await SealRows(database, At())(by="operator", tell=tell)
        async with database.reading() as tx:
            assert await tx.sealed.keys_in_use() == {OLD.id, NEW.id}
