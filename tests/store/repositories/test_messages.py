"""The outbox: each message once, moved by compare-and-set, found by where it stands."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from store.database import Database
from store.domain.running.messages import Message, MessageState
from store.repositories.messages import new_mark
from tests.store.makers import ANNA, NOW

TOP = Message(id="m1", dedupe_key="b1:main", person_id=ANNA.id, brief_id="b1", part="main", created_at=NOW)
REPLY = Message(
    id="m2", dedupe_key="b1:card", person_id=ANNA.id, brief_id="b1", part="card", created_at=NOW, thread_of="m1"
)
ANSWER = Message(id="m3", dedupe_key="answer:1", person_id="U1", part="answer", created_at=NOW, body="{}")
AT_ONCE, LATER = timedelta(0), timedelta(hours=1)


async def added(database: Database, *messages: Message) -> list[bool]:
    async with database.transaction() as tx:
        return [await tx.messages.add(message) for message in messages]


async def claimed(database: Database, message: Message, *, patience: timedelta = LATER) -> Message | None:
    async with database.transaction() as tx:
        return await tx.messages.claim(message, patience=patience)


async def standing(database: Database, message_id: str = "m1") -> Message:
    async with database.reading() as tx:
        found = await tx.messages.get(message_id)
    assert found is not None
    return found


async def test_a_message_is_taken_once_by_its_key(database: Database) -> None:
    assert await added(database, TOP, replace(TOP, id="m9"), REPLY) == [True, False, True]
    async with database.reading() as tx:
        assert await tx.messages.by_key("b1:main") == TOP
        assert await tx.messages.get("m2") == REPLY
        assert await tx.messages.get("m9") is None
        assert await tx.messages.of_brief("b1") == [TOP, REPLY]


async def test_of_many_senders_one_gets_the_message(database: Database) -> None:
    await added(database, TOP)
    claims = [each for each in await asyncio.gather(*(claimed(database, TOP) for _ in range(10))) if each]

    assert len(claims) == 1
    assert claims[0].state is MessageState.SENDING
    assert claims[0].sending_at is not None


async def test_a_message_that_is_being_sent_belongs_to_its_sender_until_their_time_is_over(database: Database) -> None:
    await added(database, TOP)
    first = await claimed(database, TOP)
    assert first is not None
    assert await claimed(database, first, patience=LATER) is None
    again = await asyncio.gather(*(claimed(database, first, patience=AT_ONCE) for _ in range(5)))

    assert len([each for each in again if each]) == 1


async def test_only_who_holds_a_message_gives_it_back(database: Database) -> None:
    await added(database, TOP)
    first = await claimed(database, TOP)
    assert first is not None
    second = await claimed(database, first, patience=AT_ONCE)
    assert second is not None
    async with database.transaction() as tx:
        assert await tx.messages.release(first) is None
        released = await tx.messages.release(second)

    assert released == TOP


async def test_a_posted_message_is_found_by_its_place_and_no_longer_says_what_it_said(database: Database) -> None:
    await added(database, ANSWER)
    await claimed(database, ANSWER)
    async with database.transaction() as tx:
        await tx.messages.posted("m3", channel="D1", ts="1.2")
    async with database.reading() as tx:
        posted = await tx.messages.at("D1", "1.2")
        assert posted == replace(ANSWER, state=MessageState.POSTED, channel="D1", ts="1.2", body=None)
        assert await tx.messages.at("D2", "1.2") is None


async def test_what_failed_is_neither_claimed_nor_posted_any_more(database: Database) -> None:
    await added(database, ANSWER)
    async with database.transaction() as tx:
        await tx.messages.failed(["m3"])
        await tx.messages.posted("m3", channel="D1", ts="1.2")
    failed = await standing(database, "m3")

    assert failed == replace(ANSWER, state=MessageState.FAILED, body=None)
    assert await claimed(database, failed) is None


async def test_left_over_are_the_answers_that_nobody_is_at(database: Database) -> None:
    sent = [replace(ANSWER, id=state, dedupe_key=state, state=state) for state in MessageState]
    await added(database, TOP, *sent, replace(ANSWER, id="m4", dedupe_key="answer:2"))
    fresh = await claimed(database, await standing(database, "m4"))
    assert fresh is not None
    async with database.reading() as tx:
        assert [each.id for each in await tx.messages.left_over(patience=LATER)] == ["pending", "sending"]
        assert len(await tx.messages.left_over(patience=AT_ONCE)) == 3


async def test_a_message_shows_what_was_rendered_last_and_by_one_alone(database: Database) -> None:
    await added(database, replace(TOP, state=MessageState.POSTED, channel="D1", ts="1.2"))
    mark = new_mark()
    async with database.transaction() as tx:
        assert await tx.messages.begin_update(["m1"], mark=mark, patience=LATER) == set()
        assert await tx.messages.stale(patience=LATER) == []
        assert await tx.messages.end_update({"m1": "f1"}, mark=mark)
        assert await tx.messages.stale(patience=AT_ONCE) == []
    shown = await standing(database)

    assert (shown.fingerprint, shown.sending_at) == ("f1", None)


async def test_of_two_who_render_a_message_at_once_neither_knows_what_it_shows(database: Database) -> None:
    await added(database, replace(TOP, state=MessageState.POSTED, channel="D1", ts="1.2"))
    first, second = new_mark(), new_mark()
    async with database.transaction() as tx:
        await tx.messages.begin_update(["m1"], mark=first, patience=LATER)
        assert await tx.messages.begin_update(["m1"], mark=second, patience=LATER) == {"m1"}
        assert not await tx.messages.end_update({"m1": "f1"}, mark=first)
        assert await tx.messages.stale(patience=LATER) == []
        assert await tx.messages.stale(patience=AT_ONCE) == ["b1"]


async def test_what_slack_did_not_take_is_stale_at_once_until_it_is_let_be(database: Database) -> None:
    await added(database, replace(TOP, state=MessageState.POSTED, channel="D1", ts="1.2"))
    mark = new_mark()
    async with database.transaction() as tx:
        await tx.messages.begin_update(["m1"], mark=mark, patience=LATER)
        assert await tx.messages.end_update({"m1": None}, mark=mark)
        assert await tx.messages.stale(patience=LATER) == ["b1"]
        assert await tx.messages.begin_update(["m1"], mark=mark, patience=LATER) == set()
        await tx.messages.let_be("b1")
        assert await tx.messages.stale(patience=AT_ONCE) == []


async def test_answers_are_forgotten_once_they_were_posted_and_briefs_are_not(database: Database) -> None:
    posted = replace(ANSWER, state=MessageState.POSTED)
    waiting = replace(ANSWER, id="m4", dedupe_key="answer:2")
    await added(database, TOP, posted, waiting)
    async with database.transaction() as tx:
        assert await tx.messages.purge(NOW) == 0
        assert await tx.messages.purge(NOW + LATER) == 1
        assert await tx.messages.get("m3") is None
        assert await tx.messages.get("m4") is not None
        assert await tx.messages.get("m1") is not None
