"""The outbox over the wire: whatever is lost, late, refused or killed on the way, a message stands in Slack once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.delivery.claims import EVENT_TYPE, OutboxPolicy
from bot.delivery.outbox import Outbox, take_turns
from bot.delivery.web_api.client import SlackClient
from integrations.sandbox.slack import SlackSandbox, SlackUser
from store.database import Database
from store.domain.running.messages import Message, MessageState, Saying
from tests.flows.stage import ANNAS, BOBS, MORNING, TEAM, StillClock

POLICY = OutboxPolicy()
HELLO = Saying(key="answer:event:Ev1:1", user_id=ANNAS, text="It moved.")
USERS = (
    SlackUser(id=ANNAS, name="Anna Berg", email="anna@example.com"),
    SlackUser(id=BOBS, name="Bob Chan", email="bob@example.com"),
)


@dataclass
class Office:
    """A workspace, a database, and processes of the bot that share them."""

    slack: SlackSandbox
    database: Database
    clock: StillClock
    client: SlackClient

    def process(self) -> Outbox:
        """One of many; it dies by never being called again."""
        return Outbox(self.database, self.client, self.clock, POLICY)

    def said(self, user_id: str = ANNAS) -> list[str]:
        return [str(message["text"]) for message in self.slack.dm(user_id)]

    def asked(self, method: str = "chat.postMessage") -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.slack.calls if name == method]

    async def row(self, saying: Saying = HELLO) -> Message:
        async with self.database.reading() as tx:
            message = await tx.messages.by_key(saying.key)
        assert message is not None
        return message

    async def later(self, by: timedelta = POLICY.patience) -> None:
        """Another process looks after what is left over."""
        self.clock.advance(by)
        await self.process().catch_up()


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    clock = StillClock(MORNING)
    slack = await SlackSandbox(users=USERS, clock=clock.now).start()
    database = Database(database_url, clock=clock.now)
    client = SlackClient(token=slack.bot_token, base_url=slack.api_url)
    client.proxy = None
    async with database.transaction() as tx:
        for user_id in (ANNAS, BOBS, "U0GONE"):
            await tx.links.link(TEAM, user_id, f"crm-{user_id}", MORNING)
            await tx.links.confirm(TEAM, user_id, MORNING)
    yield Office(slack, database, clock, client)
    await database.close()
    await slack.stop()


@pytest.mark.parametrize("refuses", [False, True])
async def test_someone_who_has_not_confirmed_who_they_are_gets_nothing_from_the_crm(
    office: Office, refuses: bool
) -> None:
    async with office.database.transaction() as tx:
        await tx.links.link(TEAM, "U0EVE", "crm-eve", MORNING)
        if refuses:
            await tx.links.confirm(TEAM, "U0EVE", MORNING)
            await tx.links.refuse(TEAM, "U0EVE", MORNING)
    news = Saying(key="news", user_id="U0EVE", text="Acme moved.")
    await office.process().say(news)
    await office.later()

    row = await office.row(news)
    assert (row.state, row.body) == (MessageState.FAILED, None)
    assert office.asked() == []


async def test_what_waits_for_slack_is_not_sent_to_someone_who_says_meanwhile_that_it_is_not_them(
    office: Office,
) -> None:
    office.slack.faults.error("chat.postMessage", "internal_error")
    await office.process().say(HELLO)
    async with office.database.transaction() as tx:
        await tx.links.refuse(TEAM, ANNAS, MORNING)
    await office.later()

    assert office.said() == []


async def test_what_is_said_again_under_its_key_is_said_once(office: Office) -> None:
    for _ in range(3):
        await office.process().say(HELLO)

    assert office.said() == ["It moved."]


async def test_an_answer_in_a_thread_keeps_its_blocks_and_its_place(office: Office) -> None:
    root = await office.slack.message(ANNAS, "why?")
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "*It moved.*"}}
    channel = office.slack.channel(ANNAS)
    office.slack.faults.server_error("chat.postMessage")
    await office.process().say(
        Saying(key="a", user_id=ANNAS, text="It moved.", blocks=[block], channel=channel, thread_ts=root["ts"])
    )
    await office.later()
    answer = office.slack.dm(ANNAS)[-1]

    assert answer["thread_ts"] == root["ts"]
    assert answer["blocks"][0]["text"]["text"] == "*It moved.*"


async def test_what_was_said_is_not_kept_once_it_stands(office: Office) -> None:
    office.slack.faults.error("chat.postMessage", "invalid_auth")
    await office.process().say(HELLO)
    waiting = await office.row()
    assert "It moved." in str(waiting.body)
    assert "It moved." not in repr(waiting)
    await office.later(timedelta())

    assert (await office.row()).body is None


async def test_a_lost_answer_leaves_one_message(office: Office) -> None:
    office.slack.faults.drop_answer("chat.postMessage")
    await office.process().say(HELLO)
    assert (await office.row()).state is MessageState.SENDING
    await office.later()

    assert office.said() == ["It moved."]
    assert (await office.row()).ts == office.slack.dm(ANNAS)[0]["ts"]


async def test_a_message_that_never_arrived_is_posted_only_after_its_time_is_over(office: Office) -> None:
    office.slack.faults.server_error("chat.postMessage", status=502)
    await office.process().say(HELLO)
    await office.later(POLICY.patience - timedelta(seconds=1))
    assert office.said() == []
    await office.later(timedelta(seconds=1))

    assert office.said() == ["It moved."]


async def test_a_request_that_arrives_within_its_time_is_found_and_not_made_again(office: Office) -> None:
    """Its sender is gone, and Slack carries it out only half a minute later."""
    office.slack.faults.server_error("chat.postMessage", status=504)
    await office.process().say(HELLO)
    office.clock.advance(timedelta(seconds=35))
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": HELLO.key}}
    await office.client.chat_postMessage(channel=office.slack.channel(ANNAS), text=HELLO.text, metadata=metadata)
    await office.later()

    assert office.said() == ["It moved."]


@pytest.mark.parametrize("killed", ["after it was kept", "before the request", "before the answer was recorded"])
async def test_a_process_that_dies_on_the_way_leaves_one_message(office: Office, killed: str) -> None:
    office.slack.faults.error("chat.postMessage", "invalid_auth")
    await office.process().say(HELLO)
    if killed != "after it was kept":
        async with office.database.transaction() as tx:
            assert await tx.messages.claim(await office.row(), patience=POLICY.patience)
    if killed == "before the answer was recorded":
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": HELLO.key}}
        await office.client.chat_postMessage(channel=office.slack.channel(ANNAS), text=HELLO.text, metadata=metadata)
    await office.later()

    assert office.said() == ["It moved."]
    assert (await office.row()).state is MessageState.POSTED


async def test_a_process_that_is_held_up_before_its_request_makes_none(office: Office) -> None:
    held_up = Outbox(office.database, office.client, office.clock, OutboxPolicy(timeout=timedelta(0)))
    await held_up.say(HELLO)
    assert office.asked() == []
    await office.later()

    assert office.said() == ["It moved."]


async def test_of_many_processes_at_once_one_posts(office: Office) -> None:
    office.slack.faults.error("chat.postMessage", "invalid_auth")
    await office.process().say(HELLO)
    await asyncio.gather(*(office.process().catch_up() for _ in range(5)), office.process().say(HELLO))

    assert office.said() == ["It moved."]


async def test_of_many_processes_that_look_for_a_lost_message_one_posts_it(office: Office) -> None:
    office.slack.faults.server_error("chat.postMessage")
    await office.process().say(HELLO)
    office.clock.advance(POLICY.patience)
    await asyncio.gather(*(office.process().catch_up() for _ in range(5)))

    assert office.said() == ["It moved."]


async def test_a_message_that_slack_throttles_is_posted_once_when_slack_allows_it(office: Office) -> None:
    office.slack.faults.rate_limit("chat.postMessage", retry_after=0, times=2)
    await office.process().say(HELLO)

    assert office.said() == ["It moved."]


async def test_a_message_that_slack_throttles_for_long_is_nobodys_and_posted_later(office: Office) -> None:
    office.slack.faults.rate_limit("chat.postMessage", retry_after=0, times=4)
    await office.process().say(HELLO)
    assert (await office.row()).state is MessageState.PENDING
    await office.later(timedelta())

    assert office.said() == ["It moved."]


async def test_what_slack_refuses_for_good_is_tried_once_and_stops_nobody(office: Office) -> None:
    office.slack.faults.error("chat.postMessage", "invalid_auth", times=2)
    other = Saying(key="other", user_id=BOBS, text="Hello, Bob.")
    for saying in (HELLO, other):
        await office.process().say(saying)
    office.slack.faults.error("chat.postMessage", "msg_too_long")
    for _ in range(3):
        await office.later()

    # They are posted side by side, so either may be the one that is refused.
    [refused] = [row for row in (await office.row(), await office.row(other)) if row.state is MessageState.FAILED]
    assert refused.body is None
    assert sorted([*office.said(), *office.said(BOBS)]) == [HELLO.text if refused.person_id == BOBS else "Hello, Bob."]
    assert len(office.asked()) == 1


async def test_somebody_who_left_gets_nothing_and_is_asked_for_once(office: Office) -> None:
    await office.process().say(Saying(key="gone", user_id="U0GONE", text="Hello?"))
    for _ in range(3):
        await office.later()

    assert len(office.asked("conversations.open")) == 1
    assert office.asked() == []


async def test_an_answer_that_is_days_late_is_given_up_and_forgotten(office: Office) -> None:
    office.slack.faults.error("chat.postMessage", "account_inactive")
    await office.process().say(HELLO)
    await office.later(POLICY.keep + timedelta(seconds=1))

    assert office.said() == []
    assert (await office.row()).body is None


async def test_a_message_is_found_behind_hundreds_of_others(office: Office) -> None:
    office.slack.faults.drop_answer("chat.postMessage")
    await office.process().say(HELLO)
    for number in range(450):
        office.clock.advance(timedelta(milliseconds=10))
        await office.slack.message(ANNAS, f"note {number}")
    await office.later()

    assert office.said().count("It moved.") == 1
    assert len(office.asked("conversations.history")) == 3


async def test_answers_are_forgotten_after_a_week(office: Office) -> None:
    await office.process().say(HELLO)
    assert await office.process().purge() == 0
    office.clock.advance(POLICY.remember + timedelta(seconds=1))

    assert await office.process().purge() == 1


def test_every_message_is_posted_by_the_outbox() -> None:
    source = Path(bot.__file__).parent
    posting = [str(path.relative_to(source)) for path in source.rglob("*.py") if "chat_postMessage" in path.read_text()]

    assert posting == ["delivery/poster.py"]


async def test_one_who_has_to_wait_holds_up_no_other() -> None:
    waiting, others = asyncio.Event(), []

    async def slow() -> bool:
        await waiting.wait()
        return True

    async def quick() -> bool:
        others.append(1)
        if len(others) == 9:
            waiting.set()
        return True

    await take_turns([slow, *[quick] * 9])

    assert len(others) == 9


async def test_one_that_fails_holds_up_no_other() -> None:
    others = []

    async def broken() -> bool:
        raise ValueError("a card that cannot be rendered")

    async def quick() -> bool:
        others.append(1)
        return True

    await take_turns([broken, quick, broken, quick])

    assert len(others) == 2


async def test_where_slack_is_out_of_reach_only_a_few_find_out() -> None:
    tried = []

    async def away() -> bool:
        tried.append(1)
        return False

    await take_turns([away] * 50, at_once=1)

    assert len(tried) == 3


@pytest.mark.parametrize(
    "code", ["rate_limited", "message_limit_exceeded", "team_added_to_org", "an_error_of_next_year"]
)
async def test_a_refusal_that_passes_is_tried_again_until_it_has(office: Office, code: str) -> None:
    office.slack.faults.error("chat.postMessage", code)
    await office.process().say(HELLO)
    await office.later()

    assert office.said() == ["It moved."]


async def test_what_slack_refuses_for_good_is_not_tried_again(office: Office) -> None:
    office.slack.faults.error("chat.postMessage", "user_disabled")
    await office.process().say(HELLO)
    await office.later()

    assert office.said() == []
    assert (await office.row()).state is MessageState.FAILED


async def test_an_answer_to_a_question_that_was_taken_back_stands_nowhere(office: Office) -> None:
    asked = await office.slack.message(ANNAS, "why?")
    office.slack.take_back(ANNAS, asked["ts"])
    under = replace(HELLO, channel=office.slack.workspace.conversations.of(ANNAS).id, thread_ts=asked["ts"])
    await office.process().say(under)
    await office.later()

    assert office.said() == []
    assert len(office.asked()) == 1
    assert (await office.row()).state is MessageState.FAILED
