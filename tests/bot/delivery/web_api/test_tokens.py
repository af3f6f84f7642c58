"""Token rotation before a Slack that is strict about it: refresh tokens that work once, tokens that end, answers that are lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import create_engine, text

from bot.delivery.slack_errors import Fate, fate_of
from bot.delivery.web_api.client import SlackClient
from bot.delivery.web_api.tokens import AHEAD, NoToken, RotatingToken
from integrations.sandbox.slack import SlackSandbox, SlackUser
from store.database import Database
from tests.flows.stage import ANNAS, MORNING, StillClock, stage

ANNA = SlackUser(id=ANNAS, name="Anna Berg", email="anna@example.com")
HALF_A_DAY = timedelta(hours=12)


@dataclass
class Office:
    """An app with token rotation, a database, and processes that share them."""

    slack: SlackSandbox
    database: Database
    clock: StillClock
    first: str

    def token(self, *, refresh_token: str = "") -> RotatingToken:
        """A process of its own."""
        client = AsyncWebClient(base_url=self.slack.api_url, retry_handlers=[])
        client.proxy = None
        known = self.slack.rotation
        return RotatingToken(
            self.database,
            client,
            self.clock,
            client_id=known.client_id,
            client_secret=known.client_secret,
            refresh_token=refresh_token or self.first,
        )

    def client(self) -> SlackClient:
        client = SlackClient(base_url=self.slack.api_url, rotating=self.token())
        client.proxy = None
        return client


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    clock = StillClock(MORNING)
    slack = await SlackSandbox(users=[ANNA], clock=clock.now, rotates=True).start()
    database = Database(database_url, clock=clock.now)
    yield Office(slack, database, clock, slack.rotation.refresh_token)
    await database.close()
    await slack.stop()


async def test_a_token_is_renewed_before_its_end_and_by_one_process_for_all(office: Office) -> None:
    one, other = office.token(), office.token()
    first = await asyncio.gather(*(each.current() for each in (one, other, one, other)))
    assert set(first) == {office.slack.rotation.tokens[-1]}
    assert office.slack.rotation.exchanges == 1

    office.clock.advance(HALF_A_DAY - AHEAD + timedelta(minutes=1))
    later = await asyncio.gather(*(each.current() for each in (one, other)))

    assert office.slack.rotation.exchanges == 2
    assert office.slack.rotation.tokens[-1] in later, "the other may use its own while it lasts"
    assert await office.token().current() == office.slack.rotation.tokens[-1], "who starts finds it in the database"
    assert office.slack.rotation.exchanges == 2


async def test_the_database_alone_gives_neither_token(office: Office, database_url: str) -> None:
    access = await office.token().current()
    engine = create_engine(database_url.replace("+aiosqlite", ""))
    with engine.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM crm_sign_in")).all())
    engine.dispose()

    assert len(stored) > 100
    assert access not in stored
    assert office.slack.rotation.refresh_token not in stored
    assert access not in repr(office.token())


async def test_a_call_with_a_token_that_was_revoked_is_made_again_with_the_next(office: Office) -> None:
    client = office.client()
    assert (await client.users_info(user=ANNAS))["ok"]
    office.slack.rotation.revoke(office.slack.rotation.tokens[-1])

    assert (await client.users_info(user=ANNAS))["ok"]
    assert office.slack.rotation.exchanges == 2


async def test_after_a_lost_answer_the_token_in_force_lasts_and_then_nothing_is_called(office: Office) -> None:
    client = office.client()
    await client.users_info(user=ANNAS)
    office.clock.advance(HALF_A_DAY - timedelta(hours=2))
    office.slack.faults.drop_answer("oauth.v2.access")

    assert (await client.users_info(user=ANNAS))["ok"], "the refresh token is used up; this one is good for two hours"
    assert (await client.users_info(user=ANNAS))["ok"]
    office.clock.advance(timedelta(hours=2, minutes=11))
    with pytest.raises(SlackApiError) as refused:
        await client.users_info(user=ANNAS)

    assert fate_of(refused.value) is Fate.NOT_DONE, "what was to be said goes out once somebody has helped"
    renewed = office.token(refresh_token=office.slack.rotation.refresh_token)
    assert await renewed.current() == office.slack.rotation.tokens[-1], "as with a new first token in the settings"


async def test_a_used_token_is_asked_about_once_and_not_with_every_call(office: Office) -> None:
    token = office.token(refresh_token="xoxe-1-used")
    for _ in range(5):
        with pytest.raises(NoToken):
            await token.current()

    asked = [method for method, _ in office.slack.calls if method == "oauth.v2.access"]
    assert len(asked) == 1


async def test_the_whole_bot_lives_through_a_day_of_rotating_tokens(database_url: str, tmp_path: Path) -> None:
    async with stage(database_url, tmp_path, rotates=True) as made:
        await made.look(MORNING - timedelta(days=1))
        await made.look(MORNING)
        await made.morning()
        assert made.briefs(ANNAS)
        made.clock.advance(timedelta(hours=20))
        await made.slack.message(ANNAS, "help")
        await made.slack.until(
            lambda: any(each.get("thread_ts") for each in made.slack.dm(ANNAS) if each.get("bot_id"))
        )

    assert made.slack.rotation.exchanges == 3, "two nights before, in the morning, and twenty hours later"
