"""My settings on the stage: what a person sets changes their own mornings, reminders and cards, and no one else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.views.my_settings import COUNTRY, PAUSE, RESUME, SETTINGS, TO_DEFAULT, UNDO_SETTINGS
from store.domain.crm.personal_settings import NOTHING_SET, Pause, PersonalSettings
from store.domain.errors import Refused
from tests.flows.company import ANNA, BOB
from tests.flows.openings import Opening
from tests.flows.people.test_home import home_of
from tests.flows.stage import ANNAS, BOBS, EVES, MIAS, MORNING, Stage, by, stage


async def settings_of(stage: Stage, person_id: str = ANNA) -> PersonalSettings:
    async with stage.bot.services.database.reading() as tx:
        person = await tx.people.get(person_id)
    assert person is not None
    return person.settings


async def opened(stage: Stage, user_id: str = ANNAS, *, action: str = SETTINGS) -> dict[str, Any]:
    """The form, opened from the Home."""
    await home_of(stage, user_id, says="My settings")
    await stage.slack.click_in_view(user_id, action)
    await stage.slack.until(lambda: stage.slack.modal(user_id) is not None)
    modal: dict[str, Any] = stage.slack.modal(user_id) or {}
    return modal


async def test_saved_settings_show_in_the_home_and_the_brief_comes_at_that_time(either_night: Stage) -> None:
    night = either_night
    await opened(night)
    assert (
        await night.slack.submit(
            ANNAS,
            {
                "brief_time.0": {"brief_time": "09:15"},
                "asks.0": {"asks": "1"},
                "working_days.0": {"working_days": ["Mon", "Tue"]},
            },
        )
    ).ok
    home = await home_of(night, ANNAS, says="Your settings")
    assert "Your settings: brief at 09:15 · Mon, Tue · at most 1 to decide" in home
    assert "Next brief: Tue 24 Mar 09:15" in home
    assert await settings_of(night) == PersonalSettings(brief_time=time(9, 15), working_days=frozenset({0, 1}), asks=1)
    assert await settings_of(night, BOB) == NOTHING_SET

    await night.morning(datetime(2026, 3, 24, 8, 0, tzinfo=UTC))
    assert (len(night.briefs(ANNAS)), len(night.briefs(BOBS))) == (0, 1)
    await night.morning(datetime(2026, 3, 24, 8, 15, tzinfo=UTC))
    assert len(night.briefs(ANNAS)) == 1
    async with night.bot.services.database.reading() as tx:
        assert len(await tx.proposals.pending([ANNA])) == 1
    (entry,) = [each for each in await night.trail(ANNA) if each.action == "settings.changed"]
    assert (entry.actor, entry.detail["brief_time"]) == (ANNA, "09:15")


async def test_a_signal_left_out_is_gone_from_the_brief_and_its_open_advice_says_why(morning: Stage) -> None:
    async with morning.bot.services.database.reading() as tx:
        waiting = await tx.proposals.pending([ANNA])
    kind = next(each.recommendation.signals[0] for each in waiting if each.recommendation.signals)
    await morning.bot.people.my_settings.save(
        by(ANNAS), replace(await as_shown(morning), signals_off=frozenset({str(kind)})), whose=ANNA
    )
    await morning.look(MORNING + timedelta(hours=20))
    await morning.morning(MORNING + timedelta(days=1))
    async with morning.bot.services.database.reading() as tx:
        left = await tx.proposals.pending([ANNA])
    assert [each for each in left if each.recommendation.signals[:1] == (kind,)] == []
    assert f"“{kind.label}” is switched off" in morning.shown(ANNAS)


async def test_a_default_is_filled_in_and_kept_by_save_and_undo_brings_the_last_change_back(night: Stage) -> None:
    own = replace(await as_shown(night), brief_time=time(9), asks=2, country="DE", region="BY")
    await night.bot.people.my_settings.save(by(ANNAS), own, whose=ANNA)
    kept = PersonalSettings(brief_time=time(9), asks=2, country="DE", region="BY")
    assert await settings_of(night) == kept

    assert "Yours: brief time, public holidays, decisions a day." in str(await opened(night))
    await night.slack.click_in_view(ANNAS, TO_DEFAULT, value="brief_time")
    await night.slack.until(lambda: "Back to the default: brief at 08:00" in str(night.slack.modal(ANNAS)))
    assert await settings_of(night) == kept
    assert (await night.slack.submit(ANNAS, {})).ok
    assert await settings_of(night) == replace(kept, brief_time=None)

    await opened(night)
    await night.slack.click_in_view(ANNAS, UNDO_SETTINGS)
    await night.slack.until(lambda: "Undone: your settings" in str(night.slack.modal(ANNAS)))
    assert await settings_of(night) == kept
    assert [each.action for each in await night.trail(ANNA)][-3:] == [
        "settings.changed", "settings.changed", "settings.undone",
    ]  # fmt: skip


async def test_another_country_brings_its_own_regions_and_keeps_the_entered_values(night: Stage) -> None:
    assert "Default: Germany, by your time zone" in str(await opened(night))
    await night.slack.click_in_view(ANNAS, COUNTRY, value="DE", values={"asks.0": {"asks": "7"}})
    await night.slack.until(lambda: "Bayern" in str(night.slack.modal(ANNAS)))
    await night.slack.click_in_view(ANNAS, COUNTRY, value="US", values={"asks.0": {"asks": "7"}})
    await night.slack.until(lambda: "Texas" in str(night.slack.modal(ANNAS)))
    assert "Bayern" not in str(night.slack.modal(ANNAS))
    assert (await night.slack.submit(ANNAS, {"region-US.0": {"region": "TX"}})).ok
    assert await settings_of(night) == PersonalSettings(country="US", region="TX", asks=7)


async def test_a_pause_keeps_the_brief_away_until_its_day_or_until_it_is_resumed(night: Stage) -> None:
    await opened(night, action=PAUSE)
    refused = await night.slack.submit(ANNAS, {"until": {"until": "2026-03-24"}})
    assert (refused.ok, refused.errors) == (False, {"until": "Choose a day after today."})
    assert (await night.slack.submit(ANNAS, {"until": {"until": "2026-03-25"}})).ok
    assert "Your brief is paused. Next brief: Wed 25 Mar 08:00" in await home_of(night, ANNAS, says="Resume brief")
    await night.morning()
    assert (night.briefs(ANNAS), len(night.briefs(BOBS))) == ([], 1)
    await night.slack.click_in_view(ANNAS, RESUME)
    assert "Next brief: Wed 25 Mar" in await home_of(night, ANNAS, says="Pause brief")
    await night.morning()
    assert len(night.briefs(ANNAS)) == 1

    await opened(night, action=PAUSE)
    assert (await night.slack.submit(ANNAS, {})).ok
    assert await settings_of(night) == PersonalSettings(pause=Pause())
    assert "It comes again once you resume it." in await home_of(night, ANNAS, says="Resume brief")
    await night.look(MORNING + timedelta(days=7))
    await night.morning(MORNING + timedelta(days=7))
    assert len(night.briefs(ANNAS)) == 1


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [
        ({"country.0": {"settings_country": "UA"}}, {"country.0": "I know no public holidays of Ukraine in 2026"}),
        ({"quiet.0": {"quiet": "07:00"}}, {"quiet.0": "Quiet hours go over night"}),
        ({"quiet_until.0": {"quiet_until": ""}}, {"quiet_until.0": "Choose both times of the quiet hours"}),
        ({"working_days.0": {"working_days": []}}, {"working_days.0": "Choose at least one day, or pause your brief."}),
        ({"brief_time.0": {"brief_time": "25:00"}}, {"brief_time.0": "Please choose a time of the day"}),
    ],
)
async def test_bad_input_gets_a_sentence_beside_its_field_and_nothing_is_half_saved(
    night: Stage, entered: dict[str, Any], sentence: dict[str, str]
) -> None:
    await opened(night)
    refused = await night.slack.submit(ANNAS, {"asks.0": {"asks": "9"}, **entered})
    assert not refused.ok
    assert {name: said[: len(sentence[name])] for name, said in refused.errors.items()} == sentence
    assert await settings_of(night) == NOTHING_SET


async def test_the_administrators_defaults_hold_and_are_said_in_the_form_until_someone_sets_their_own(
    sqlite_url: str, tmp_path: Path
) -> None:
    usual: dict[str, Any] = {"working_days": "Wed,Thu", "quiet_hours": "20:00-07:00", "holidays": "DE-BY"}
    async with stage(sqlite_url, tmp_path, opening=Opening.NIGHT, **usual) as made:
        form = str(await opened(made))
        assert "Default: Wed, Thu, set by an administrator." in form
        assert "Default: 20:00–07:00, set by an administrator." in form
        assert "Default: Bayern, Germany, set by an administrator" in form
        assert "Default: 08:00." in form
        await made.morning()  # a Tuesday
        assert made.briefs(ANNAS) == []
        assert (
            await made.slack.submit(
                ANNAS, {"working_days.0": {"working_days": ["Tue"]}, "brief_time.0": {"brief_time": ""}}
            )
        ).ok
        assert await settings_of(made) == PersonalSettings(working_days=frozenset({1}))
        await made.morning()
        assert len(made.briefs(ANNAS)) == 1


async def test_a_time_that_the_clocks_skip_is_kept_and_said_in_the_form(night: Stage) -> None:
    own = replace(await as_shown(night), brief_time=time(2, 30), working_days=frozenset({6}))
    await night.bot.people.my_settings.save(by(ANNAS), own, whose=ANNA)
    assert "The clocks skip it on Sun 29 Mar: that day it comes at 03:30." in str(await opened(night))
    assert "Next brief: Sun 29 Mar 03:30" in await home_of(night, ANNAS)


async def test_no_one_changes_anyone_elses_settings(night: Stage) -> None:
    own = replace(await as_shown(night), asks=9)
    for way in (
        night.bot.people.my_settings.save(by(BOBS), own, whose=ANNA),
        night.bot.people.my_settings.undo(by(BOBS), whose=ANNA),
    ):
        with pytest.raises(Refused, match="someone else's settings"):
            await way
    with pytest.raises(Refused, match="can't find you"):
        await night.bot.people.my_settings.pause(by(EVES), until=None)
    assert [await settings_of(night, each) for each in (ANNA, BOB)] == [NOTHING_SET, NOTHING_SET]
    assert [each.action for each in await night.trail(ANNA)][-1] == "request.refused"


async def as_shown(stage: Stage, user_id: str = ANNAS) -> PersonalSettings:
    """What the form shows."""
    shown = (await stage.bot.people.my_settings(by(user_id))).in_force
    return PersonalSettings(
        brief_time=shown.brief_time,
        working_days=shown.working_days,
        quiet=shown.quiet,
        asks=shown.asks,
    )


async def test_a_manager_without_accounts_pauses_the_message_about_their_team(morning: Stage) -> None:
    await opened(morning, MIAS, action=PAUSE)
    assert (await morning.slack.submit(MIAS, {})).ok
    assert "Your brief is paused. It comes again once you resume it." in await home_of(
        morning, MIAS, says="Resume brief"
    )
    await morning.look(MORNING + timedelta(days=1))
    before = len(morning.briefs(MIAS))
    await morning.bot.jobs.teams()
    assert len(morning.briefs(MIAS)) == before
    await morning.slack.click_in_view(MIAS, RESUME)
    await home_of(morning, MIAS, says="Pause brief")
    await morning.bot.jobs.teams()
    assert len(morning.briefs(MIAS)) == before + 1
