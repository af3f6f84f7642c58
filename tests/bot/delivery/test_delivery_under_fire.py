"""Messages in Slack when answers are lost, processes die, and several deliver at once: one of each, showing what is true."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from agents.flows.gate.offer import ask
from bot.delivery.claims import OutboxPolicy
from bot.delivery.updates import Ended, Updates
from bot.delivery.web_api.client import SlackClient
from bot.settings import load_settings
from bot.views.blocks import section
from bot.wiring.resources import open_services
from bot.wiring.root import Bot, build_bot
from store.domain.errors import SlackUnavailable
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, ANNA, FIRST_NIGHT, MIA
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, BOBS, MIAS, MORNING, Stage, stage

PATIENCE = OutboxPolicy().patience


@pytest.fixture
async def made(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Before the first brief, on both kinds of database."""
    async with stage(database_url, tmp_path, opening=Opening.FIRST) as made:
        yield made


@pytest.fixture
async def told(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Everybody has their brief."""
    async with stage(sqlite_url, tmp_path, opening=Opening.FIRST) as made:
        await made.morning()
        yield made


@asynccontextmanager
async def another(made: Stage) -> AsyncIterator[Bot]:
    """A second process over the same database. It does nothing by itself."""
    async with open_services(load_settings(made.settings, env_file=None), made.clock) as services:
        yield build_bot(services)


def each_once(made: Stage, user_id: str) -> bool:
    """Whether the person has messages, and none of them twice."""
    said = Counter(str(message["blocks"]) for message in made.slack.dm(user_id))
    return bool(said) and set(said.values()) == {1}


def updates(made: Stage) -> list[str]:
    return [str(arguments["ts"]) for method, arguments in made.slack.calls if method == "chat.update"]


async def decided(made: Stage) -> Proposal:
    """The approval is kept, and the process dies before it shows that anywhere."""
    proposal = await made.proposal(ACME)
    await made.approved_elsewhere(proposal)
    return proposal


async def asked(made: Stage) -> str:
    """A question to the manager that was kept, and the process dies before it posts it; the id of its brief."""
    database, proposal = made.bot.services.database, await made.proposal(ACME)
    async with database.transaction() as tx:
        owner, reader = await tx.people.get(ANNA), await tx.people.get(MIA)
        assert owner
        assert reader
        brief = await ask(
            tx,
            [proposal],
            kind="offer",
            owner=owner,
            reader=reader,
            now=made.clock.now(),
            currency="$",
            reason="second",
        )
    return brief.id


async def test_every_answer_of_a_morning_is_lost_and_each_message_stands_once(made: Stage) -> None:
    made.slack.faults.drop_answer("chat.postMessage", times=40)
    for minute in range(12):
        await made.morning(MORNING + timedelta(minutes=minute))

    assert each_once(made, ANNAS)
    assert each_once(made, BOBS)
    assert len(made.briefs(ANNAS)) == 1


async def test_no_request_of_a_morning_arrives_at_first_and_each_message_stands_once(made: Stage) -> None:
    made.slack.faults.server_error("chat.postMessage", times=9)
    for minute in range(12):
        await made.morning(MORNING + timedelta(minutes=minute))

    assert each_once(made, ANNAS)
    assert each_once(made, BOBS)


async def test_a_morning_that_died_on_the_way_is_finished_by_catching_up(made: Stage) -> None:
    made.slack.faults.drop_answer("chat.postMessage", times=3)
    await made.morning()
    for _ in range(6):
        await made.sweep(after=PATIENCE)

    assert each_once(made, ANNAS)
    async with made.bot.services.database.reading() as tx:
        assert await tx.briefs.posted_on({ANNA: MORNING.date()}) == {ANNA}


async def test_two_processes_deliver_one_brief_once(made: Stage) -> None:
    made.slack.faults.server_error("chat.postMessage", times=2)
    await made.morning()
    made.clock.advance(PATIENCE)
    async with another(made) as other:
        for _ in range(3):
            await asyncio.gather(made.bot.delivery.catch_up(), other.delivery.catch_up())
            made.clock.advance(PATIENCE)

    assert each_once(made, ANNAS)
    assert each_once(made, BOBS)


async def test_while_a_message_may_still_arrive_its_brief_is_not_called_posted(made: Stage) -> None:
    made.slack.faults.server_error("chat.postMessage", times=2)
    await made.morning()
    brief_id = (await made.proposal(ACME)).brief_id
    assert brief_id
    with pytest.raises(SlackUnavailable, match="I look for it in a minute"):
        await made.bot.delivery.brief(brief_id)

    assert made.slack.dm(ANNAS) == []


@pytest.mark.parametrize("fault", ["drop_answer", "server_error"])
async def test_a_review_whose_answer_is_lost_is_posted_once(told: Stage, fault: str) -> None:
    before = len(told.briefs(ANNAS))
    strike = getattr(told.slack.faults, fault)
    strike("chat.postMessage")
    await told.slack.command(ANNAS, "/review-account", "Acme Robotics")
    assert await told.answered(ANNAS, "I look for it in a minute")
    for _ in range(3):
        await told.sweep(after=PATIENCE)

    assert len(told.briefs(ANNAS)) == before + 1
    assert "Review: Acme Robotics" in told.shown(ANNAS)


@pytest.mark.parametrize("fault", ["drop_answer", "server_error"])
async def test_a_question_that_was_kept_is_posted_once_although_its_process_died(told: Stage, fault: str) -> None:
    await asked(told)
    getattr(told.slack.faults, fault)("chat.postMessage")
    for _ in range(4):
        await told.sweep(after=PATIENCE)

    assert len(told.briefs(MIAS)) == 1
    assert "Acme Robotics" in told.shown(MIAS)


async def test_a_question_is_left_to_whoever_wrote_it_for_a_moment(told: Stage) -> None:
    await asked(told)
    await told.sweep()
    assert told.briefs(MIAS) == []
    await told.sweep(after=PATIENCE)

    assert len(told.briefs(MIAS)) == 1


async def test_a_question_to_somebody_who_is_not_in_slack_is_given_up(sqlite_url: str, tmp_path: Path) -> None:
    from tests.flows.stage import PEOPLE

    async with stage(sqlite_url, tmp_path, people=[user for user in PEOPLE if user.id != MIAS]) as made:
        await made.look(FIRST_NIGHT)
        await made.morning()
        await asked(made)
        for _ in range(4):
            await made.sweep(after=PATIENCE)

        assert len([1 for method, _ in made.slack.calls if method == "users.lookupByEmail"]) == 1


async def test_a_decision_shows_although_its_process_died_before_it_showed_it(made: Stage) -> None:
    await made.morning()
    proposal = await decided(made)
    await made.restart()
    await made.sweep()

    assert await made.state(proposal.id) is State.DONE
    assert "task created, due" in made.shown(ANNAS)


async def test_the_outcome_shows_although_the_process_died_between_the_write_and_the_card(made: Stage) -> None:
    await made.morning()
    proposal = await decided(made)
    await made.sweep()
    async with made.elsewhere() as database, database.transaction() as tx:
        undone = await tx.proposals.move(proposal.id, frm=[State.DONE], to=State.UNDONE)
    assert undone is not None
    assert "undone" not in made.shown(ANNAS).lower()
    await made.restart()
    await made.sweep()

    assert "undone" in made.shown(ANNAS).lower()


async def test_a_decision_shows_in_every_message_in_which_it_was_asked_for(told: Stage) -> None:
    await told.bot.delivery.brief(await asked(told))
    await decided(told)
    await told.sweep()

    assert "task created, due" in told.shown(ANNAS)
    assert "task created, due" in told.shown(MIAS)


async def test_an_update_in_the_middle_of_which_the_process_died_is_made_again(told: Stage) -> None:
    proposal = await decided(told)
    async with told.bot.services.database.transaction() as tx:
        [message] = [each for each in await tx.messages.of_brief(str(proposal.brief_id)) if each.part == "brief"]
        await tx.messages.begin_update([message.id], mark="~0123456789abcdef", patience=PATIENCE)
    await told.sweep()
    first = len(updates(told))
    await told.sweep(after=PATIENCE)  # by now the dead process' own update has arrived, or never will

    assert "task created, due" in told.shown(ANNAS)
    assert len(updates(told)) > first


async def test_a_late_update_with_old_contents_is_noticed_by_who_made_it(told: Stage) -> None:
    """One process is about to show what was true; another shows what is; then the first one's request arrives."""
    services = told.bot.services
    brief_id = str((await told.proposal(ACME)).brief_id)
    async with services.database.reading() as tx:
        standing = await tx.messages.of_brief(brief_id)
    await decided(told)
    old = [replace(part, text="Old", blocks=[section("Old")]) for part in await rendered(told, brief_id)]
    held = _Held(token=told.slack.bot_token, base_url=told.slack.api_url)
    held.proxy = None
    late = asyncio.create_task(Updates(services.database, held, OutboxPolicy()).bring(standing, old))
    await held.asked.wait()
    await told.sweep()
    await told.bot.cards.settled()
    assert "task created, due" in told.shown(ANNAS)
    held.may_go.set()

    assert await late is Ended.OVERTAKEN
    assert "Old" in told.shown(ANNAS)
    await told.sweep(after=PATIENCE)
    assert "task created, due" in told.shown(ANNAS)


async def test_a_message_its_reader_deleted_is_not_updated_for_ever(told: Stage) -> None:
    told.slack.faults.error("chat.update", "message_not_found", times=99)
    await decided(told)
    await told.sweep()
    tried = len(updates(told))
    struck = 99 - len(told.slack.faults._calls["chat.update"])
    for _ in range(3):
        await told.sweep(after=PATIENCE)

    assert 99 - len(told.slack.faults._calls["chat.update"]) == struck
    assert len(updates(told)) == tried


async def test_the_reader_of_one_message_left_and_the_others_are_shown(told: Stage) -> None:
    await told.bot.delivery.brief(await asked(told))
    async with told.bot.services.database.transaction() as tx:
        await tx.people.replace([person for person in await tx.people.all() if person.id != MIA])
    await decided(told)
    await told.sweep()

    assert "task created, due" in told.shown(ANNAS)
    async with told.bot.services.database.reading() as tx:
        assert await tx.proposals.unshown() == []
        assert await tx.messages.stale(patience=timedelta()) == []


async def test_a_slow_slack_for_one_reader_holds_up_no_other(told: Stage) -> None:
    services = told.bot.services
    await told.bot.delivery.brief(await asked(told))
    slow = _Held(token=told.slack.bot_token, base_url=told.slack.api_url, holds=told.slack.channel(MIAS))
    slow.proxy = None
    proposal = await decided(told)
    bot = build_bot(type(services)(**{name: getattr(services, name) for name in services.__slots__} | {"slack": slow}))
    showing = asyncio.create_task(bot.delivery.show(proposal.owner_id, [proposal.id]))
    await slow.asked.wait()
    await told.slack.until(lambda: "writing to Zoho" in told.shown(ANNAS))
    assert "writing to Zoho" not in told.shown(MIAS)
    slow.may_go.set()
    await showing

    assert "writing to Zoho" in told.shown(MIAS)


async def rendered(made: Stage, brief_id: str) -> Any:
    """The parts of a brief as they look now."""
    from bot.delivery.rendering import Rendering

    services = made.bot.services
    rendering = Rendering(services.database, services.clock, services.links)
    return (await rendering(brief_id)).parts


class _Held(SlackClient):
    """A client whose updates (of one channel, where given) wait before they leave."""

    def __init__(self, *, holds: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.asked, self.may_go = asyncio.Event(), asyncio.Event()
        self._holds = holds

    async def chat_update(self, *, channel: str, **arguments: Any) -> AsyncSlackResponse:
        if self._holds in (None, channel):
            self.asked.set()
            await self.may_go.wait()
        return await super().chat_update(channel=channel, **arguments)
