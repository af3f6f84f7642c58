"""Pages are walked to the very end: whatever the limits, whatever moves meanwhile, and never past a fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.sandbox.history import CrmEvent, CrmUser
from store.domain.crm.accounts import Entity, Kind, Stream
from store.domain.errors import CrmRefused, CrmUnavailable
from tests.integrations.zoho import company as known
from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.company import NORTHWIND, NOW, START, company


async def read(crm: Bench, kind: Kind) -> list[Entity]:
    return [
        entity
        for stream in Stream
        if stream.kind is kind
        async for page, _ in crm.client.changed(stream, since=None)
        for entity in page
    ]


def queries_sent(crm: Bench) -> list[str]:
    return [request.content.decode() for request in crm.sent("/coql")]


async def test_more_rows_than_a_query_gives_come_each_once_and_keyed_on_the_id() -> None:
    events = known.accounts(4_001)
    async with bench(company(events)) as crm:
        found = [account.id for account in await read(crm, Kind.ACCOUNT)]

        assert found == [event.id for event in events]
        asked = queries_sent(crm)
        assert len(asked) == 3
        assert f"id > '{events[1_999].id}'" in asked[1]
        assert all("offset" not in query for query in asked)


async def test_a_module_without_any_rows_is_read_in_one_call() -> None:
    async with bench(company([])) as crm:
        assert await read(crm, Kind.DEAL) == []
        assert len(queries_sent(crm)) == 1


async def test_only_what_changed_at_or_after_the_moment_is_read() -> None:
    events = known.accounts(10)
    async with bench(company(events)) as crm:
        since = START + timedelta(seconds=6)
        found = [account.id async for page, _ in crm.client.changed(Stream.ACCOUNTS, since=since) for account in page]
        assert found == [event.id for event in events[6:]]


async def test_activities_are_tasks_meetings_and_calls(crm: Bench) -> None:
    found = {activity.id for activity in await read(crm, Kind.ACTIVITY)}
    assert found == {
        known.OVERDUE,
        known.FINISHED,
        known.MEETING,
        known.UPCOMING,
        known.CALL,
        known.PLANNED_CALL,
        known.OTHERS,
    }


@pytest.mark.parametrize("stream", [Stream.ACCOUNTS, Stream.NOTES])
async def test_a_page_that_fails_raises_and_never_ends_the_list(stream: Stream) -> None:
    events: Iterable[CrmEvent] = (
        known.accounts(2_500) if stream is Stream.ACCOUNTS else [*known.accounts(1), *known.notes(500)]
    )
    async with bench(company(events)) as crm:
        pages = crm.client.changed(stream, since=None)
        assert await anext(pages)
        crm.sandbox.faults.answer("*", "/(coql|Notes)$", status=503, times=4)
        with pytest.raises(CrmUnavailable):
            await anext(pages)


async def test_an_answer_that_does_not_tell_whether_more_follows_is_an_error(crm: Bench) -> None:
    crm.sandbox.faults.answer("POST", "/coql$", status=200, body={"data": [{"id": "1"}]})
    with pytest.raises(CrmRefused, match="more records"):
        await read(crm, Kind.ACCOUNT)


async def test_pages_that_do_not_advance_are_an_error_and_not_an_endless_loop(crm: Bench) -> None:
    await read(crm, Kind.ACCOUNT)
    row = {"id": NORTHWIND, "Owner": {"id": "1"}, "Created_Time": NOW.isoformat(), "Modified_Time": NOW.isoformat()}
    crm.sandbox.faults.answer(
        "POST", "/coql$", status=200, body={"data": [row], "info": {"more_records": True}}, times=3
    )
    with pytest.raises(CrmRefused, match="do not advance"):
        await read(crm, Kind.ACCOUNT)


async def test_a_token_that_ends_in_the_middle_of_the_pages_loses_nothing() -> None:
    events = known.accounts(2_500)
    async with bench(company(events)) as crm:
        found = list[str]()
        async for page, _ in crm.client.changed(Stream.ACCOUNTS, since=None):
            found += [account.id for account in page]
            crm.clock.advance(timedelta(hours=2))
        assert found == [event.id for event in events]
        assert len(crm.sent("/oauth/v2/token")) == 2


async def test_a_page_that_is_throttled_is_asked_for_again() -> None:
    events = known.accounts(2_500)
    async with bench(company(events)) as crm:
        crm.sandbox.faults.throttle("POST", "/coql$", times=2)
        assert len(await read(crm, Kind.ACCOUNT)) == 2_500


async def test_notes_written_at_different_times_come_each_once() -> None:
    notes = known.notes(450, apart=timedelta(seconds=7))
    async with bench(company([*known.accounts(1), *notes])) as crm:
        found = [note.id for note in await read(crm, Kind.NOTE)]
        assert found == [event.id for event in notes]
        assert len(crm.sent("/Notes")) == 3


async def test_more_notes_of_one_second_than_a_page_holds_come_each_once() -> None:
    notes = [*known.notes(2_450), *known.notes(3, at=START + timedelta(days=1))][:2_450]
    async with bench(company([*known.accounts(1), *notes])) as crm:
        found = [note.id for note in await read(crm, Kind.NOTE)]
        assert sorted(found) == sorted(event.id for event in notes)


async def test_a_note_deleted_while_the_pages_are_read_hides_no_other() -> None:
    notes = known.notes(450, apart=timedelta(seconds=7))
    gone = CrmEvent(at=NOW, op="delete", module="Notes", id=notes[0].id, user_id=known.ANNA)
    async with bench(company([*known.accounts(1), *notes, gone])) as crm:
        found = set[str]()
        async for page, _ in crm.client.changed(Stream.NOTES, since=None):
            found |= {note.id for note in page}
            crm.sandbox.play(NOW + timedelta(seconds=1))
        assert found == {event.id for event in notes}


async def test_no_newer_notes_is_an_empty_list(crm: Bench) -> None:
    found = [note async for page, _ in crm.client.changed(Stream.NOTES, since=NOW) for note in page]
    assert found == []
    assert crm.sent("/Notes")[0].headers["If-Modified-Since"] == "2026-03-20T05:59:59+00:00"


async def test_deleted_records_are_listed_to_the_last_page() -> None:
    events = known.accounts(430)
    gone = [
        CrmEvent(
            at=START + timedelta(days=1, seconds=n), op="delete", module="Accounts", id=event.id, user_id=known.ANNA
        )
        for n, event in enumerate(events)
    ]
    async with bench(company([*events, *gone])) as crm:
        everything = await crm.client.deleted(Stream.ACCOUNTS, since=None)
        late = await crm.client.deleted(Stream.ACCOUNTS, since=START + timedelta(days=1, seconds=420))
        none = await crm.client.deleted(Stream.ACCOUNTS, since=NOW)

    assert set(everything.ids) == {event.id for event in events}
    assert set(late.ids) >= {event.id for event in events[421:]}
    assert len(late.ids) < 15
    assert none.ids == ()


async def test_a_list_of_deleted_records_that_ends_too_early_says_so() -> None:
    events = known.accounts(2_001)
    gone = [CrmEvent(at=NOW, op="delete", module="Accounts", id=event.id, user_id=known.ANNA) for event in events]
    async with bench(company([*events, *gone])) as crm:
        crm.sandbox.play(NOW + timedelta(seconds=1))
        listed = await crm.client.deleted(Stream.ACCOUNTS, since=NOW)

    assert not listed.complete
    assert len(set(listed.ids)) == 2_000


async def test_of_more_than_two_thousand_users_those_of_each_type_are_read() -> None:
    staff = [
        CrmUser(id=str(4150868000001000100 + n), first_name="U", last_name=str(n), email=f"u{n}@example.com",
                time_zone="UTC", active=n % 2 == 0)
        for n in range(2_100)
    ]  # fmt: skip
    async with bench(replace(company(), users=(*known.USERS, *staff))) as crm:
        assert len(await crm.client.people()) == 2_105
