"""The outbox: each message once, moved by compare-and-set, found by where it stands."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from store.database import Database
from store.domain.messages import Message, MessageState
from tests.store.makers import ANNA, NOW

TOP = Message(id="m1", dedupe_key="b1:main", person_id=ANNA.id, brief_id="b1", part="main", created_at=NOW)
REPLY = Message(
    id="m2", dedupe_key="b1:card", person_id=ANNA.id, brief_id="b1", part="card", created_at=NOW, thread_of="m1"
)


async def added(database: Database, *messages: Message) -> list[bool]:
    async with database.transaction() as tx:
        return [await tx.messages.add(message) for message in messages]


async def test_a_message_is_taken_once_by_its_key(database: Database) -> None:
    assert await added(database, TOP, replace(TOP, id="m9"), REPLY) == [True, False, True]
    async with database.reading() as tx:
        assert await tx.messages.by_key("b1:main") == TOP
        assert await tx.messages.get("m2") == REPLY
        assert await tx.messages.get("m9") is None
        assert await tx.messages.of_brief("b1") == [TOP, REPLY]


async def test_of_many_senders_one_gets_the_message(database: Database) -> None:
    await added(database, TOP)

    async def claim() -> Message | None:
        async with database.transaction() as tx:
            return await tx.messages.mark("m1", frm=[MessageState.PENDING], to=MessageState.SENDING)

    claims = await asyncio.gather(*(claim() for _ in range(10)))
    assert [each for each in claims if each] == [replace(TOP, state=MessageState.SENDING)]


async def test_a_posted_message_is_found_by_its_place_and_keeps_it(database: Database) -> None:
    await added(database, TOP)
    async with database.transaction() as tx:
        posted = await tx.messages.mark(
            "m1", frm=[MessageState.PENDING], to=MessageState.POSTED, channel="D1", ts="1.2"
        )
        assert posted == replace(TOP, state=MessageState.POSTED, channel="D1", ts="1.2")
        assert await tx.messages.at("D1", "1.2") == posted
        assert await tx.messages.at("D2", "1.2") is None
        failed = await tx.messages.mark("m1", frm=[MessageState.POSTED], to=MessageState.FAILED)
        assert failed is not None
        assert failed.ts == "1.2"


async def test_unposted_are_those_waiting_or_interrupted(database: Database) -> None:
    await added(database, *(replace(TOP, id=state, dedupe_key=state, state=state) for state in MessageState))
    async with database.reading() as tx:
        assert [message.id for message in await tx.messages.unposted()] == ["pending", "sending"]
