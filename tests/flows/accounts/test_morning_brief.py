"""The morning: one brief to each owner at their local time, once, whatever happens in between."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store.domain.gate.proposals import State
from tests.flows.company import ANNA, BOREALIS, FIRST_NIGHT
from tests.flows.stage import ANNAS, BOBS, CORAS, MIAS, MORNING, NIGHT, PEOPLE, Stage, stage


async def test_each_owner_whose_time_has_come_gets_one_brief(either_night: Stage) -> None:
    assert await either_night.morning() == 2

    assert [len(either_night.briefs(who)) for who in (ANNAS, BOBS, CORAS, MIAS)] == [1, 1, 0, 0]
    said = either_night.shown(ANNAS)
    assert "Acme Robotics" in said
    assert "slipped" in said
    assert "Granite" not in said
    assert "Granite Works" in either_night.shown(BOBS)


async def test_a_second_tick_sends_nothing(either_night: Stage) -> None:
    await either_night.morning()
    before = either_night.slack.dm(ANNAS)
    await either_night.morning(MORNING + timedelta(minutes=1))

    assert either_night.slack.dm(ANNAS) == before


async def test_each_zone_gets_its_brief_at_its_own_eight_o_clock(night: Stage) -> None:
    due = [await night.morning(datetime(2026, 3, 24, *at, tzinfo=UTC)) for at in ((6, 59), (7, 0), (11, 59), (12, 0))]

    assert due == [1, 2, 2, 3]  # Tokyo since yesterday evening, Berlin from 7:00, New York (summer time) from 12:00


async def test_nobody_gets_a_brief_on_a_day_off(night: Stage) -> None:
    saturday = datetime(2026, 3, 28, 12, 30, tzinfo=UTC)
    assert await night.morning(saturday) == 0
    assert night.briefs(ANNAS) == []


async def test_the_brief_follows_the_clocks_when_they_change(night: Stage) -> None:
    """Berlin went over to summer time on Sunday 29 March 2026."""
    due = [await night.morning(datetime(2026, 3, 30, *at, tzinfo=UTC)) for at in ((5, 59), (6, 0))]

    assert due == [1, 2]
    assert len(night.briefs(ANNAS)) == 1


async def test_a_restart_catches_up_and_repeats_nothing(either_night: Stage) -> None:
    await either_night.bot.jobs.mornings([ANNA])
    await either_night.restart()
    await either_night.morning()

    assert [len(either_night.briefs(who)) for who in (ANNAS, BOBS)] == [1, 1]


async def test_a_lost_answer_of_slack_does_not_post_twice(either_night: Stage) -> None:
    either_night.slack.faults.drop_answer("chat.postMessage")
    either_night.clock.moment = MORNING
    assert await either_night.bot.jobs.mornings([ANNA]) == []
    await either_night.restart()
    await either_night.morning()

    assert len(either_night.briefs(ANNAS)) == 1
    assert len(either_night.slack.dm(ANNAS)) == len({str(each["blocks"]) for each in either_night.slack.dm(ANNAS)})


async def test_a_kill_between_posting_and_recording_does_not_post_twice(night: Stage) -> None:
    await night.morning()
    posted = [message["ts"] for message in night.slack.dm(ANNAS)]
    await night.stop()
    with sqlite3.connect(night.database_file) as connection:  # as a process leaves it that dies with the answer in hand
        connection.execute("update message set state = 'sending', ts = null where person_id = ?", (ANNA,))
        connection.execute("update brief set state = 'claimed' where owner_id = ?", (ANNA,))
    await night.start()
    await night.morning(MORNING + timedelta(minutes=1))

    assert [message["ts"] for message in night.slack.dm(ANNAS)] == posted


async def test_a_post_that_slack_never_did_is_made_good_at_the_next_tick(night: Stage) -> None:
    night.slack.faults.server_error("chat.postMessage")
    night.clock.moment = MORNING
    assert await night.bot.jobs.mornings([ANNA]) == []
    await night.morning(MORNING + timedelta(minutes=1))

    assert len(night.briefs(ANNAS)) == 1


async def test_an_owner_whom_slack_does_not_know_does_not_stop_the_others(sqlite_url: str, tmp_path: Path) -> None:
    without_anna = [user for user in PEOPLE if user.id != ANNAS]
    async with stage(sqlite_url, tmp_path, people=without_anna) as made:
        await made.look(FIRST_NIGHT)
        assert await made.morning(MORNING) == 1 + 1
        assert len(made.briefs(BOBS)) == 1


async def test_with_zoho_down_the_brief_goes_out_and_says_so(night: Stage) -> None:
    thursday = MORNING + timedelta(days=2)
    night.zoho.faults.answer("*", "/crm/", status=503, times=1_000)
    assert not await night.look(thursday)
    await night.morning(thursday)

    assert "could not be read recently: this brief uses data from" in night.shown(ANNAS)
    assert "Acme Robotics" in night.shown(ANNAS)


async def test_before_the_first_read_nobody_is_known_and_nobody_is_written_to(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path) as made:
        made.zoho.faults.answer("*", "/crm/", status=401, times=1_000)
        assert not await made.look(NIGHT)
        assert await made.morning() == 0
        assert made.briefs(ANNAS) == []


async def test_what_was_told_on_one_morning_is_no_news_on_the_next(night: Stage) -> None:
    await night.morning()
    assert await night.look(NIGHT + timedelta(days=1))
    await night.morning(MORNING + timedelta(days=1))

    first, second = night.briefs(ANNAS)
    assert "News: 1 won" in str(first)
    assert str(first["blocks"]).count("Cedar Health") == 2  # in the group's title, and with its record in the group
    assert "Cedar Health" not in str(second["blocks"])


async def test_a_decision_about_to_expire_is_asked_anew_so_that_the_brief_holds_for_the_day(night: Stage) -> None:
    await night.morning()
    asked = await night.proposal(BOREALIS)
    friday = asked.expires_at - timedelta(seconds=1)
    assert await night.look(friday - timedelta(hours=3))
    await night.morning(friday)

    night.clock.advance(timedelta(hours=10))
    await night.bot.jobs.writes.expire()
    await night.bot.delivery.catch_up()
    today = str(night.briefs(ANNAS)[-1]["blocks"])
    assert "Borealis" in today
    assert f"{(await night.proposal(BOREALIS)).id}:1:" in today  # as the value of Decide
    assert "expired" not in today
    assert await night.state(asked.id) is State.SUPERSEDED
