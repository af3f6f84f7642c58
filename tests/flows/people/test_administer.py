"""The administrators' Home on the stage: what needs them, and the features that they switch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.views.switch_features import FEATURES, SHOW_FEATURES, SWITCH_FEATURE_ON
from integrations.sandbox.zoho.faults import Fault
from store.domain.errors import Refused
from store.domain.running.features import Feature
from tests.flows.authored import authored_stage
from tests.flows.company import ADA as ADMIN
from tests.flows.company import BOB, NAMES
from tests.flows.gate.test_operate_writes import ADAS, home, made, refused  # noqa: F401 - a fixture, used by its name
from tests.flows.gate.test_remind_and_offer import REMINDS, THURSDAY
from tests.flows.people.test_question_signals import ADA, UNUSED, measured, off
from tests.flows.stage import ANNAS, BOBS, MIAS, MORNING, PEOPLE, Stage, by, stage

HARD = "What could make Borealis Foods hesitate about the cold chain?"  # too hard for rules


@pytest.fixture
async def without_bob(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Slack doesn't know Bob, whose brief is due."""
    async with without(BOBS, sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def without_mia(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Slack doesn't know Mia, who manages Anna and Bob."""
    async with without(MIAS, sqlite_url, tmp_path) as opened:
        yield opened


@asynccontextmanager
async def without(user_id: str, url: str, home: Path) -> AsyncIterator[Stage]:
    people = [each for each in PEOPLE if each.id != user_id]
    async with stage(url, home, people=(*people, ADA)) as opened:
        assert await opened.look(MORNING - timedelta(hours=1))
        await opened.morning()
        yield opened


async def until(made: Stage, text: str) -> str:  # noqa: F811 - pytest hands fixtures over by name
    """The administrator's Home, once it says this."""
    await made.slack.until(lambda: text in str(made.slack.home_view(ADAS)))
    return str(made.slack.home_view(ADAS))


async def untick(made: Stage, *features: Feature) -> None:  # noqa: F811 - pytest hands fixtures over by name
    """Open the features and switch these off."""
    await made.slack.click_in_view(ADAS, SHOW_FEATURES)
    await made.slack.until(lambda: made.slack.modal(ADAS) is not None)
    modal: Any = made.slack.modal(ADAS)
    ticked = [each["value"] for each in modal["blocks"][0]["element"]["initial_options"]]
    left = [each for each in ticked if each not in features]
    submitted = await made.slack.submit(ADAS, {FEATURES: {FEATURES: left}})
    assert submitted.ok


async def switches(made: Stage, feature: Feature) -> list[tuple[Any, ...]]:  # noqa: F811 - pytest hands fixtures over by name
    trail = await made.trail(feature)
    return [(each.action, each.detail.get("before"), each.detail.get("after")) for each in trail]


async def test_a_quiet_morning_is_one_line_and_only_for_administrators(made: Stage) -> None:  # noqa: F811 - pytest hands fixtures over by name
    shown = await home(made)
    assert "All well: CRM read 3 hours ago" in shown or "Otherwise" in shown
    assert "2 of 2 briefs delivered" in shown
    assert "For administrators" not in await home(made, ANNAS)


async def test_past_midnight_the_brief_of_the_day_before_counts_until_the_next_is_due(made: Stage) -> None:  # noqa: F811 - pytest hands fixtures over by name
    made.clock.moment = MORNING.replace(hour=16, minute=0)  # one o'clock at night in Tokyo, where Bob is
    shown = await home(made)
    assert "2 of 3 briefs delivered" in shown  # Cora's came due in the meantime
    assert "Bob Chan" not in shown


async def test_someone_without_a_slack_user_is_named_and_no_account_is(without_bob: Stage) -> None:
    shown = await home(without_bob)
    assert "Not in Slack with their CRM e-mail address: Bob Chan" in shown
    assert "1 of 2 briefs delivered" in shown
    assert [each for each in NAMES.values() if each in shown] == []


async def test_that_the_home_showed_an_administrator_other_people_is_audited_once_a_day(without_bob: Stage) -> None:
    stage = without_bob

    async def opened() -> list[list[str]]:
        entries = await stage.trail(ADMIN)
        return [each.detail["people"] for each in entries if each.action == "administration.opened"]

    assert await opened() == []
    for _ in range(2):
        await home(stage)
        await stage.handled()
        assert await opened() == [[BOB]]
    stage.clock.advance(timedelta(days=1))
    await home(stage)
    async with asyncio.timeout(30):  # what is audited follows what was shown
        while len(await opened()) < 2:
            await stage.handled()


async def test_a_home_without_anything_about_others_leaves_no_entry(made: Stage) -> None:  # noqa: F811 - pytest hands fixtures over by name
    await home(made)
    assert "administration.opened" not in [each.action for each in await made.trail(ADMIN)]


async def test_a_manager_whose_morning_message_finds_no_slack_user_is_named(without_mia: Stage) -> None:
    await without_mia.bot.jobs.teams()
    assert "Not in Slack with their CRM e-mail address: Mia Lind" in await home(without_mia)


async def test_a_slack_user_who_left_is_named_once_slack_was_asked_again(made: Stage) -> None:  # noqa: F811 - pytest hands fixtures over by name
    made.slack.deactivate(BOBS)
    await made.morning(MORNING + timedelta(days=1, hours=1))
    assert "No longer in Slack with their CRM e-mail address: Bob Chan" in await home(made)


async def test_a_read_that_is_overdue_or_failed_says_since_when_and_why(made: Stage) -> None:  # noqa: F811 - pytest hands fixtures over by name
    made.zoho.faults.add("GET", "/users", Fault(kind="answer", status=500), times=99)
    made.clock.advance(timedelta(hours=5))
    assert not await made.bot.jobs.syncs()
    assert "The CRM was last read 8 hours ago: " in await home(made)


async def test_looking_at_a_stuck_write_is_audited_since_it_shows_the_account(made: Stage) -> None:  # noqa: F811 - pytest hands fixtures over by name
    proposal = await refused(made)
    shown = await home(made)
    assert f"id `{proposal.id[:8]}`" in shown
    assert proposal.account_name not in shown
    story = await made.bot.gate.operate.show(by(ADAS), proposal.id)
    assert story.proposal.account_name == proposal.account_name
    assert (await made.trail(proposal.id))[-1].action == "write.shown"


async def test_the_question_about_a_signal_is_answered_in_the_home_and_taken_back_there(made: Stage) -> None:  # noqa: F811 - pytest hands fixtures over by name
    await measured(made, UNUSED)
    assert "None of 90 accounts with open deals" in await home(made)
    await made.slack.click_in_view(ADAS, "switch_signal_off", block_id="signal:no_activity")
    await until(made, "Off for everyone: the signal")
    assert await off(made) == {"no_activity"}
    await made.slack.click_in_view(ADAS, "keep_signal_silent", block_id="signal:no_activity")
    await made.slack.until(lambda: "Off for everyone" not in str(made.slack.home_view(ADAS)))
    assert await off(made) == frozenset()


async def test_reminders_stop_at_once_and_go_on_at_a_press_and_both_are_audited(made: Stage) -> None:  # noqa: F811 - pytest hands fixtures over by name
    await home(made)
    await untick(made, Feature.REMINDERS)
    await until(made, "Off for everyone: Reminders before a decision expires (Ada Admin, Tue 24 Mar 07:30)")
    made.clock.moment = THURSDAY
    await made.bot.gate.remind()
    assert REMINDS not in made.shown(ANNAS)

    await made.slack.click_in_view(ADAS, SWITCH_FEATURE_ON)
    await made.slack.until(lambda: "Off for everyone" not in str(made.slack.home_view(ADAS)))
    await made.bot.gate.remind()
    await made.until(ANNAS, REMINDS)
    assert await switches(made, Feature.REMINDERS) == [
        ("feature.switched", "on", "off"),
        ("feature.switched", "off", "on"),
    ]
    assert await switches(made, Feature.OFFERS) == []


async def test_only_administrators_switch_features_and_a_refusal_is_recorded(made: Stage) -> None:  # noqa: F811 - pytest hands fixtures over by name
    with pytest.raises(Refused, match="Only a CRM administrator"):
        await made.bot.people.features.switch(by(ANNAS), {Feature.REMINDERS: False})
    with pytest.raises(Refused):
        await made.bot.people.features.listed(by(ANNAS))
    with pytest.raises(Refused):
        await made.bot.people.administer(by(ANNAS))
    assert await switches(made, Feature.REMINDERS) == [("request.refused", None, None)]


async def test_a_feature_that_a_setting_rules_out_is_not_offered_and_cannot_be_switched_on(made: Stage) -> None:  # noqa: F811 - pytest hands fixtures over by name
    await home(made)
    await made.slack.click_in_view(ADAS, SHOW_FEATURES)
    await made.slack.until(lambda: made.slack.modal(ADAS) is not None)
    modal = str(made.slack.modal(ADAS))
    assert "Off by the setting SERGAS_MEMORY_URL" in modal
    assert "Off by the setting ANTHROPIC_API_KEY" in modal
    assert "Off by the setting SERGAS_MAIL_HOST: Copies of the brief by e-mail." in modal
    with pytest.raises(Refused, match="off by the setting SERGAS_MEMORY_URL"):
        await made.bot.people.features.switch(by(ADAS), {Feature.REMINDERS: False, Feature.MEMORY: True})
    async with made.bot.services.database.reading() as tx:
        assert await tx.features.off() == frozenset()


async def test_claudes_words_and_answers_are_switched_without_a_restart(sqlite_url: str, tmp_path: Path) -> None:
    async with authored_stage(sqlite_url, tmp_path, people=(*PEOPLE, ADA)) as (made, claude):  # noqa: F811 - a stage of its own
        await made.bot.people.features.switch(by(ADAS), {Feature.MODEL_BRIEFS: False, Feature.MODEL_ANSWERS: False})
        await made.morning()
        known = len(made.slack.dm(ANNAS))
        await made.slack.message(ANNAS, HARD)
        await made.slack.until(lambda: len(made.slack.dm(ANNAS)) == known + 2)  # the question and its answer
        assert claude.arrived == 0

        await made.bot.people.features.switch(by(ADAS), {Feature.MODEL_ANSWERS: True})
        await made.slack.message(ANNAS, HARD)
        await made.slack.until(lambda: claude.arrived > 0)
