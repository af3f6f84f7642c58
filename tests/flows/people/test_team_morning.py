"""The manager's morning on the stage: Mia manages Anna and Bob; Cora reports to no one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from agents.flows.people.team_message import id_of
from agents.flows.people.team_morning import PATIENCE
from bot.views.confirm_link import CONFIRM_LINK
from bot.wiring.root import build_bot
from bot.wiring.team_morning import team_morning
from store.domain.crm.accounts import Role
from store.domain.running.features import Feature
from tests.flows.company import ACME, ANNA, BOB, CORA, MIA
from tests.flows.openings import Opening
from tests.flows.people.test_home import home_of
from tests.flows.stage import ANNAS, BOBS, CORAS, MIAS, MORNING, NIGHT, Stage, by, stage
from tests.flows.team import away, modal_of, opened_report, pending_of, team_messages, to_decide

GREETS, QUIET = "your team, Tue 24 Mar", "Nothing waits in your team, Mia."
WEDNESDAY = MORNING + timedelta(days=1)


async def test_the_one_message_counts_each_persons_open_decisions_and_names_the_risks(either_morning: Stage) -> None:
    stage = either_morning
    other = build_bot(stage.bot.services)
    await asyncio.gather(stage.bot.jobs.teams(), other.jobs.teams(), stage.bot.jobs.teams())
    await stage.bot.jobs.teams()
    [message] = team_messages(stage)
    waiting = {owner: len(await pending_of(stage, owner)) for owner in (ANNA, BOB)}
    assert f"*{sum(waiting.values())}* to decide" in str(message["blocks"])
    assert to_decide(message) == {"Anna Berg": waiting[ANNA], "Bob Chan": waiting[BOB]}
    assert f"Bob Chan: {waiting[BOB]} to decide" in message["text"]  # for a client that draws no table
    assert "*Borealis Foods*> · $8,000 open · Anna Berg: “Cold chain” slipped 32 days to 30 Jun." in str(message)
    assert "Harbour Glass" not in str(message) + str(stage.slack.dm(CORAS))  # Cora's

    [noted] = [each for each in await stage.trail(id_of(MIA, MORNING.date())) if each.action == "team.told"]
    assert (noted.detail["to"], set(noted.detail["owners"])) == (MIA, {ANNA, BOB})


async def test_after_a_restart_no_second_message_comes(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING, durable=True) as made:
        await made.bot.jobs.teams()
        await made.restart()
        assert await made.bot.jobs.teams() == []
        await made.bot.delivery.catch_up()
        assert len(team_messages(made)) == 1


async def test_a_message_written_before_the_process_died_is_posted_once(morning: Stage) -> None:
    flow = team_morning(morning.bot.services, morning.bot.delivery)
    assert await flow.prepare(MIA, MORNING.date()) == await flow.prepare(MIA, MORNING.date())
    morning.clock.advance(timedelta(minutes=2))
    for _ in range(2):
        await morning.bot.delivery.catch_up()
    assert await morning.bot.jobs.teams() == []
    assert len(team_messages(morning)) == 1


async def test_a_manager_with_accounts_gets_both_messages_and_nothing_twice(morning: Stage) -> None:
    async with morning.bot.services.database.transaction() as tx:
        people = {each.id: each for each in await tx.people.all()}
        people[BOB] = replace(people[BOB], manager_id=ANNA)
        people[ANNA] = replace(people[ANNA], role=Role.MANAGER)
        await tx.people.replace(list(people.values()))
    await morning.bot.jobs.teams()
    await morning.slack.until(lambda: len(morning.briefs(ANNAS)) == 2)
    own, team = morning.briefs(ANNAS)
    assert "Acme Robotics" in str(own)
    assert "Granite Works" not in str(own)
    assert to_decide(team) == {"Bob Chan": len(await pending_of(morning, BOB))}
    assert "Acme Robotics" not in str(team)
    assert "Borealis" not in str(team)


async def test_it_comes_at_the_managers_time_on_their_working_days_and_not_while_they_are_away(night: Stage) -> None:
    for moment in (NIGHT, MORNING - timedelta(minutes=31), datetime(2026, 3, 28, 9, 0, tzinfo=UTC)):
        night.clock.moment = moment
        assert await night.bot.jobs.teams.start() == []
    night.clock.moment = MORNING
    await away(night, MIA, delegate=CORA)
    assert await night.bot.jobs.teams.start() == []


async def test_it_waits_for_the_due_briefs_of_the_reports_but_not_long(night: Stage) -> None:
    night.clock.moment = MORNING
    assert await night.bot.jobs.teams() == []
    night.clock.moment = MORNING.replace(minute=0) + PATIENCE
    assert await night.bot.jobs.teams() == []  # nothing waits yet
    await night.morning(MORNING + timedelta(hours=1))
    assert len(await night.bot.jobs.teams()) == 1


async def test_its_counts_follow_the_decisions(morning: Stage) -> None:
    await morning.bot.jobs.teams()
    proposal = await morning.proposal(ACME)
    asked = len(await pending_of(morning, ANNA)) + len(await pending_of(morning, BOB))
    await morning.approved(proposal, says="task created, due")
    await morning.until(MIAS, f"*{asked - 1}* still to decide")
    assert len(team_messages(morning)) == 1


async def test_only_the_newest_message_follows(morning: Stage) -> None:
    await morning.bot.jobs.teams()
    await morning.morning(WEDNESDAY)
    await morning.bot.jobs.teams()
    tuesday, wednesday = team_messages(morning)
    proposal = await morning.proposal(ACME)
    await morning.approved(proposal, says="task created, due")
    await morning.until(MIAS, "still to decide")
    await morning.handled()
    after = team_messages(morning)
    assert after[0] == tuesday
    assert after[1]["ts"] == wednesday["ts"]
    assert "still to decide" in after[1]["text"]


async def test_on_the_next_morning_the_message_the_home_and_the_modal_count_the_decisions_asked_again(
    morning: Stage,
) -> None:
    await morning.bot.jobs.teams()
    friday = datetime(2026, 3, 27, 7, 0, tzinfo=UTC)
    await morning.look(friday - timedelta(hours=3))
    morning.clock.moment = friday
    flow = team_morning(morning.bot.services, morning.bot.delivery)
    early = await flow.prepare(MIA, friday.date())  # before the briefs that ask again
    assert early is not None
    await flow.post(early)
    before = {each.id for each in await pending_of(morning, ANNA)}
    await morning.morning(friday)
    await morning.handled()
    again = await pending_of(morning, ANNA)
    assert again
    assert before.isdisjoint(each.id for each in again)
    await _all_agree(morning)

    await morning.bot.gate.decide.reject(by(ANNAS), again[0].id, again[0].version, "Not useful")
    await morning.bot.delivery.show(ANNA, [again[0].id])
    assert len(await pending_of(morning, ANNA)) == len(again) - 1
    await _all_agree(morning)


async def test_a_brief_that_comes_after_the_message_counts_in_it(night: Stage) -> None:
    night.clock.moment = MORNING
    await night.bot.jobs.mornings([BOB])
    night.clock.moment = MORNING.replace(minute=0) + PATIENCE
    assert len(await night.bot.jobs.teams()) == 1
    assert to_decide(team_messages(night)[0])["Anna Berg"] == 0
    await night.bot.jobs.mornings([ANNA])
    assert to_decide(team_messages(night)[0])["Anna Berg"] > 0
    waiting = sum(to_decide(team_messages(night)[0]).values())
    assert f"*{waiting}* to decide" in team_messages(night)[0]["text"]


async def test_an_unconfirmed_manager_is_asked_first_and_then_gets_one_message(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, confirmed=False, opening=Opening.MORNING) as made:
        await made.bot.jobs.teams()
        made.clock.moment = WEDNESDAY
        await made.morning(WEDNESDAY)
        await made.bot.jobs.teams()
        await made.bot.delivery.catch_up()
        assert "Anna Berg" not in made.shown(MIAS)

        await made.slack.click(MIAS, CONFIRM_LINK)
        await made.until(MIAS, "your team, Wed 25 Mar")
        await made.handled()
        assert GREETS not in made.shown(MIAS)


async def test_a_day_on_which_nothing_waits_takes_one_line_or_none(morning: Stage) -> None:
    for owner_id in (ANNA, BOB):
        for each in await pending_of(morning, owner_id):
            caller = by(ANNAS if owner_id == ANNA else BOBS)
            await morning.bot.gate.decide.reject(caller, each.id, each.version, "Not useful")
    assert await morning.bot.jobs.teams() == []

    morning.clock.moment = WEDNESDAY
    assert len(await morning.bot.jobs.teams()) == 1
    [message] = team_messages(morning)
    assert [block["type"] for block in message["blocks"]] == ["section"]
    assert QUIET in message["text"]
    assert "rejected" in message["text"]
    morning.clock.moment = WEDNESDAY + timedelta(days=1)
    assert await morning.bot.jobs.teams() == []


async def test_no_message_comes_while_it_is_switched_off_and_the_days_comes_once_it_is_on_again(morning: Stage) -> None:
    await morning.switch(Feature.TEAM_MESSAGES, on=False)
    assert await morning.bot.jobs.teams() == []
    await morning.switch(Feature.TEAM_MESSAGES, on=True)
    await morning.bot.jobs.teams()
    assert len(team_messages(morning)) == 1


async def _all_agree(stage: Stage) -> None:
    """The newest message's table, headline and buttons, the Home and the modal."""
    waiting = {name: len(await pending_of(stage, person)) for person, name in ((ANNA, "Anna Berg"), (BOB, "Bob Chan"))}
    message = team_messages(stage)[-1]
    assert to_decide(message) == waiting
    assert f"*{sum(waiting.values())}* " in message["text"]
    await home_of(stage, MIAS, says="Your team")
    for name, count in waiting.items():
        assert f"{name} · {count}" in str(message["blocks"])
        said = f"{name}: {count} to decide" if count else name
        await stage.slack.until(partial(lambda said: said in str(stage.slack.home_view(MIAS)), said))
    await opened_report(stage, ANNA)
    await stage.slack.until(lambda: modal_of(stage).count("'decide:") == waiting["Anna Berg"])
