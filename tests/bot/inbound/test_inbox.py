"""What Slack sent and was acknowledged, or only kept: handled, once, whenever a process dies."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.inbound.envelope import inbox_key
from bot.inbound.inbox import Inbox, InboxPolicy
from bot.views.confirm_link import CONFIRM_LINK
from store.database import Database
from store.domain.gate.proposals import State
from tests.flows.company import ACME
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, APPROVE, TEAM, Stage, stage

AFTER = InboxPolicy().after + timedelta(seconds=1)
QUESTION = "why is Acme Robotics in my brief?"


@pytest.fixture
async def made(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Everybody has their brief, on both kinds of database."""
    async with stage(database_url, tmp_path, opening=Opening.FIRST) as made:
        yield await _briefed(made)


@pytest.fixture
async def told(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(sqlite_url, tmp_path, opening=Opening.FIRST) as made:
        yield await _briefed(made)


async def _briefed(made: Stage) -> Stage:
    await made.morning()
    await made.slack.settled()
    return made


async def kept(made: Stage, act: Callable[[], Awaitable[object]]) -> str:
    """What a person does reaches a process that keeps it and dies there; another one starts. Returns its key."""
    await made.stop()
    await act()
    await made.slack.settled()
    payload = made.slack.deliveries[-1][0].payload
    await made.start()
    key = inbox_key(payload)
    assert key is not None
    assert await made.bot.inbox.keep(key, json.dumps(payload))
    return key


async def replayed(made: Stage, *, after: timedelta = AFTER) -> int:
    """How often something was taken again: by us, or by the bot's own round where that came first."""
    before = await _attempts(made)
    made.clock.advance(after)
    await made.bot.inbox.replay()
    return await _attempts(made) - before


async def _attempts(made: Stage) -> int:
    return sum(row["attempts"] for row in await rows(made))


@asynccontextmanager
async def sql(made: Stage) -> AsyncIterator[AsyncConnection]:
    """The database past the bot, as an operator sees it."""
    engine = create_async_engine(str(made.settings["database_url"]))
    async with engine.begin() as connection:
        yield connection
    await engine.dispose()


async def rows(made: Stage) -> list[dict[str, Any]]:
    async with sql(made) as connection:
        found = await connection.execute(text("select key, body, attempts, done_at from inbox"))
        return [dict(row) for row in found.mappings()]


async def undone(made: Stage, key: str, payload: Any) -> None:
    """As a process leaves a request that dies before its very last act."""
    async with sql(made) as connection:
        statement = text("update inbox set done_at = null, attempts = 1, body = :body where key = :key")
        await connection.execute(statement, {"body": json.dumps(payload), "key": key})


async def until_done(made: Stage, key: str) -> None:
    """Wait for the listener's last act, which nothing in Slack tells of."""
    async with asyncio.timeout(30):
        while not any(row["key"] == key and row["done_at"] for row in await rows(made)):
            pass


def answers(made: Stage) -> list[str]:
    return [
        str(message["text"]) for message in made.slack.dm(ANNAS) if "out in the CRM data from" in str(message["text"])
    ]


async def test_a_question_that_was_acknowledged_before_its_process_died_is_answered_once(made: Stage) -> None:
    key = await kept(made, lambda: made.slack.message(ANNAS, QUESTION))
    assert await replayed(made) == 1
    await until_done(made, key)
    assert await replayed(made) == 0

    assert len(answers(made)) == 1


async def test_a_question_whose_process_died_after_answering_is_not_answered_again(made: Stage) -> None:
    await made.slack.message(ANNAS, QUESTION)
    await made.slack.until(lambda: len(answers(made)) == 1)
    payload = next(p.payload for p, _ in made.slack.deliveries if QUESTION in str(p.payload.get("event")))
    key = str(inbox_key(payload))
    await until_done(made, key)
    await undone(made, key, payload)
    assert await replayed(made) == 1
    await until_done(made, key)

    assert len(answers(made)) == 1


async def test_a_press_that_was_kept_and_not_decided_is_decided_once(made: Stage) -> None:
    proposal = await made.proposal(ACME)
    key = await kept(made, lambda: made.press(ANNAS, APPROVE, proposal))
    assert await made.state(proposal.id) is State.PENDING
    assert await replayed(made) == 1
    await made.until(ANNAS, "task created, due")
    await until_done(made, key)

    assert len(made.zoho.ledger) == 1
    assert [entry.action for entry in await made.trail(proposal.id)].count("proposal.approved") == 1


async def test_a_press_whose_decision_was_kept_before_the_process_died_changes_nothing_more(told: Stage) -> None:
    proposal = await told.proposal(ACME)
    key = await kept(told, lambda: told.press(ANNAS, APPROVE, proposal))
    payload = told.slack.deliveries[-1][0].payload
    assert await replayed(told) == 1
    await told.until(ANNAS, "task created, due")
    await until_done(told, key)
    await undone(told, key, payload)
    await replayed(told)
    await until_done(told, key)

    assert len(told.zoho.ledger) == 1
    assert [entry.action for entry in await told.trail(proposal.id)].count("proposal.approved") == 1


async def test_a_press_before_which_somebody_else_decided_is_told_so(told: Stage) -> None:
    proposal = await told.proposal(ACME)
    key = await kept(told, lambda: told.press(ANNAS, APPROVE, proposal))
    await told.approved(proposal, says="task created, due")
    assert await replayed(told) == 1
    await until_done(told, key)

    assert len(told.zoho.ledger) == 1
    assert "Anna Berg approved this" in await told.whisper(ANNAS)


async def test_two_processes_take_a_request_again_once(made: Stage) -> None:
    key = await kept(made, lambda: made.slack.message(ANNAS, QUESTION))
    services = made.bot.services
    other = Inbox(services.database, services.clock)
    seen: list[str] = []

    async def dispatch(request: Any) -> Any:
        seen.append(str(request.body["event"]["text"]))

    other.connect(dispatch)
    made.clock.advance(AFTER)
    await asyncio.gather(*(each.replay() for each in (made.bot.inbox, other, made.bot.inbox, other)))
    if not seen:
        await until_done(made, key)

    # The bot's own round may have come first, so that none of these four took it.
    assert [row["attempts"] for row in await rows(made) if row["key"] == key] == [2]
    assert len(seen) + len(answers(made)) == 1


async def test_a_request_is_left_to_whoever_took_it_for_a_minute(told: Stage) -> None:
    await kept(told, lambda: told.slack.message(ANNAS, QUESTION))

    assert await replayed(told, after=timedelta(seconds=59)) == 0
    assert await replayed(told, after=timedelta(seconds=2)) == 1


async def test_a_modal_that_cannot_open_any_more_is_explained(told: Stage) -> None:
    proposal = await told.proposal(ACME)
    key = await kept(told, lambda: told.press(ANNAS, "reject_proposal", proposal))
    assert await replayed(told) == 1
    await until_done(told, key)

    assert told.slack.modal(ANNAS) is None
    assert "press again" in await told.whisper(ANNAS)
    assert await told.state(proposal.id) is State.PENDING


async def test_a_first_command_that_comes_too_late_for_a_modal_is_answered_with_the_question_in_a_message(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with stage(sqlite_url, tmp_path, confirmed=False, opening=Opening.FIRST) as made:
        key = await kept(made, lambda: made.slack.command(ANNAS, "/review-account", "Acme Robotics"))
        await replayed(made)
        await until_done(made, key)

        await made.until(ANNAS, "Is this you?")
        await made.slack.click(ANNAS, CONFIRM_LINK)
        await made.handled()
        async with made.bot.services.database.reading() as tx:
            assert await tx.links.is_confirmed(TEAM, ANNAS)


async def test_a_review_that_was_asked_for_once_is_made_once(made: Stage) -> None:
    before = len(made.briefs(ANNAS))
    key = await kept(made, lambda: made.slack.command(ANNAS, "/review-account", "Acme Robotics"))
    payload = made.slack.deliveries[-1][0].payload
    assert await replayed(made) == 1
    await until_done(made, key)
    await undone(made, key, payload)
    assert await replayed(made) == 1
    await until_done(made, key)

    assert len(made.briefs(ANNAS)) == before + 1


async def test_a_request_that_kills_every_process_is_given_up_and_forgotten(told: Stage) -> None:
    key = await kept(told, lambda: told.slack.message(ANNAS, QUESTION))
    taken: list[object] = []

    async def dies(request: object) -> Any:
        taken.append(request)

    told.bot.inbox.connect(dies)
    for _ in range(8):
        await replayed(told)
    [row] = [row for row in await rows(told) if row["key"] == key]

    assert len(taken) == InboxPolicy().attempts - 1
    assert (row["body"], row["attempts"]) == (None, InboxPolicy().attempts)
    assert row["done_at"] is not None


async def test_what_was_handled_is_forgotten_and_its_key_is_known(made: Stage) -> None:
    made.slack.faults.duplicate()
    proposal = await made.proposal(ACME)
    await made.approved(proposal, says="task created, due")
    await made.slack.message(ANNAS, QUESTION)
    await made.slack.until(lambda: len(answers(made)) == 1)
    for row in await rows(made):
        await until_done(made, row["key"])

    assert len([row for row in await rows(made) if row["key"].startswith("press:")]) == 1
    assert {row["body"] for row in await rows(made)} == {None}
    assert len(made.zoho.ledger) == 1


async def test_keys_are_forgotten_after_a_week_and_what_waits_is_not(told: Stage) -> None:
    await told.slack.message(ANNAS, QUESTION)
    await told.slack.until(lambda: len(answers(told)) == 1)
    await until_done(told, (await rows(told))[0]["key"])
    key = await kept(told, lambda: told.slack.message(ANNAS, QUESTION))
    assert await told.bot.inbox.purge() == 0
    told.clock.advance(InboxPolicy().remember + timedelta(seconds=1))
    assert await told.bot.inbox.purge() == 1

    assert [row["key"] for row in await rows(told)] == [key]


async def test_over_signed_http_a_press_is_kept_until_it_was_handled(sqlite_url: str, tmp_path: Path) -> None:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with stage(sqlite_url, tmp_path, slack_mode="http", http_port=port, opening=Opening.FIRST) as made:
        await _briefed(made)
        proposal = await made.proposal(ACME)
        key = await kept(made, lambda: made.press(ANNAS, APPROVE, proposal))
        await replayed(made)
        await made.until(ANNAS, "task created, due")
        await until_done(made, key)

        assert len(made.zoho.ledger) == 1


async def test_a_request_without_a_body_asks_for_nothing(database: Database) -> None:
    from bot.clock import SystemClock

    inbox = Inbox(database, SystemClock(), InboxPolicy(after=timedelta(0)))
    assert await inbox.keep("event:own", None)
    assert not await inbox.keep("event:own", None)

    async def dispatch(request: object) -> Any:
        raise AssertionError("nothing is to be handled")

    inbox.connect(dispatch)
    assert await inbox.replay() == 0
