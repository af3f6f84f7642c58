"""`sergas status`, as an operator runs it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from bot.commands.status import run_status
from bot.telemetry import configure_logging
from bot.wiring.overview import log_metrics, look
from store.domain.crm.accounts import Stream
from store.domain.running.features import Feature
from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Norms, Use
from store.domain.signals.question import Answer, SignalQuestion
from tests.flows.company import SLIPPING, happens
from tests.flows.stage import Stage


async def status(capsys: pytest.CaptureFixture[str], *, live: bool = False) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = await run_status(as_json=True, live=live)
    return code, json.loads(capsys.readouterr().out)


async def test_status_shows_the_state_of_everything_and_calls_no_one(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await made.stop()  # what was counted is kept
    called, signed_in = made.zoho.calls, made.zoho.tokens_issued
    code, told = await status(capsys)

    assert (code, told["problems"]) == (0, [])
    assert told["sync"]["error"] is None
    assert told["sync"]["rows"]["accounts"] > 0
    assert set(told["watermarks"]) == {str(stream) for stream in Stream}
    assert told["token"]["valid_until"] is not None
    assert (made.zoho.calls, made.zoho.tokens_issued) == (called, signed_in)
    await made.start()


async def test_status_says_what_needs_a_person_and_ends_with_1(
    made: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERGAS_ZOHO_REFRESH_TOKEN", "1000.wrong")
    code, told = await status(capsys, live=True)

    assert code == 1
    assert any("sergas doctor" in problem for problem in told["problems"])
    assert "1000.wrong" not in json.dumps(told)


async def test_status_lists_the_signals_that_say_nothing_with_the_administrators_answers(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    now = made.clock.now()
    async with made.bot.services.database.transaction() as tx:
        for kind in (SignalKind.NO_NEXT_STEP, SignalKind.NO_ACTIVITY):
            await tx.questions.asked(SignalQuestion(kind=kind, figures="None of 90", asked_at=now))
        await tx.norms.keep(Norms(measured_at=now, uses={SignalKind.NO_ACTIVITY: Use(used=0, of=90)}), now)
        await tx.questions.answer(SignalKind.NO_NEXT_STEP, Answer.OFF, by="ada", at=now)
    assert (await status(capsys))[1]["signals"] == {"no_activity": "asked", "no_next_step": "off"}
    assert await run_status(as_json=False, live=False) == 0
    assert "no_activity asked, no_next_step off" in capsys.readouterr().out


async def test_status_lists_what_administrators_switched_off(made: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert (await status(capsys))[1]["features_off"] == []
    await made.switch(Feature.REMINDERS, on=False)
    assert (await status(capsys))[1]["features_off"] == ["reminders"]
    await run_status(as_json=False, live=False)
    assert "Reminders before a decision expires" in capsys.readouterr().out


async def test_status_lists_a_silent_signal_before_anyone_was_asked(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    async with made.bot.services.database.transaction() as tx:
        uses = {SignalKind.SINGLE_THREADED: Use(used=1, of=90), SignalKind.NO_NEXT_STEP: Use(used=80, of=90)}
        await tx.norms.keep(Norms(measured_at=made.clock.now(), uses=uses), made.clock.now())
    assert (await status(capsys))[1]["signals"] == {"single_threaded": "not asked"}


async def test_status_does_not_make_a_sync_without_changes_look_like_an_empty_crm(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await run_status(as_json=False, live=False)
    assert "read accounts" in " ".join(capsys.readouterr().out.split())
    async with made.bot.services.database.transaction() as tx:
        later = made.clock.now() + timedelta(minutes=5)
        await tx.sync.start_run("later", later)
        await tx.sync.finish_run("later", later, counts={"accounts": 0, "deals": 0})
    await run_status(as_json=False, live=False)
    shown = " ".join(capsys.readouterr().out.split())
    assert "no changes" in shown
    assert "accounts 0" not in shown


async def problems(made: Stage) -> tuple[str, ...]:
    """What needs a person, by the clock of the stage."""
    services, settings = made.bot.services, made.bot.services.settings
    seen = await look(
        settings.zoho,
        settings.engine,
        settings.signals,
        services.database,
        now=made.clock.now(),
        brief_time=settings.brief.time,
    )
    return seen.problems


async def test_those_whom_slack_does_not_reach_are_named(made: Stage) -> None:
    made.slack.faults.error("conversations.open", "user_disabled", times=1_000)
    await made.morning()

    (problem,) = await problems(made)
    assert problem.startswith("Slack doesn't reach Anna Berg, Bob Chan: ")


async def test_what_has_waited_long_for_slack_is_counted(made: Stage) -> None:
    made.slack.faults.error("chat.postMessage", "message_limit_exceeded", times=1_000)
    await made.morning()
    assert await problems(made) == ()

    made.clock.advance(timedelta(minutes=16))
    (problem,) = await problems(made)
    assert problem.startswith("2 messages have waited for Slack for more than 15 minutes: ")


async def test_a_brief_counts_as_todays_until_the_next_is_due_in_its_owners_time_zone(made: Stage) -> None:
    services, monday = made.bot.services, date(2026, 3, 23)
    async with services.database.transaction() as tx:
        sydney = replace((await tx.people.all())[0], timezone="Australia/Sydney")
        await tx.people.replace([sydney])
        brief_id, _ = await tx.briefs.begin(sydney.id, monday, brief_id="b1", now=made.clock.now())
        await tx.briefs.posted(brief_id, made.clock.now())

    async def counted(at: datetime) -> dict[str, int]:
        settings = services.settings
        seen = await look(
            settings.zoho, settings.engine, settings.signals, services.database, now=at, brief_time=settings.brief.time
        )
        return seen.briefs

    assert await counted(datetime(2026, 3, 22, 22, tzinfo=UTC)) == {"posted": 1}  # Monday, 9:00 in Sydney
    assert await counted(datetime(2026, 3, 23, 13, tzinfo=UTC)) == {"posted": 1}  # Tuesday, 0:00 in Sydney
    assert await counted(datetime(2026, 3, 23, 21, tzinfo=UTC)) == {}  # Tuesday, 8:00 in Sydney


async def test_status_on_a_screen_has_no_secret(made: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run_status(as_json=False, live=False) == 0

    shown = capsys.readouterr().out
    assert "Credits, 24 h" in shown
    assert made.zoho.credentials.refresh_token not in shown


async def test_the_numbers_are_logged_as_one_event_without_a_secret(made: Stage) -> None:
    services, logged = made.bot.services, StringIO()
    configure_logging(level="INFO", stream=logged)
    seen = await look(
        services.settings.zoho,
        services.settings.engine,
        services.settings.signals,
        services.database,
        now=made.clock.now(),
        brief_time=services.settings.brief.time,
    )
    log_metrics(seen)

    event = next(told for line in logged.getvalue().splitlines() if (told := json.loads(line))["event"] == "metrics")
    assert {"credits_used", "calls", "writes_unknown", "sign_ins"} <= set(event)
    assert made.zoho.credentials.refresh_token not in logged.getvalue()


async def test_status_names_each_field_that_cannot_be_read_until_it_can(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    made.zoho.distort("Deals", SLIPPING, Amount="1.2M", Closing_Date="31/02")
    await edit(made, Next_Step="Call")
    code, told = await status(capsys)
    assert code == 1
    assert [(each["kind"], each["record"], each["field"], each["why"]) for each in told["quarantine"]] == [
        ("deal", SLIPPING, "Amount", "is no number"),
        ("deal", SLIPPING, "Closing_Date", "is no date"),
    ]
    assert told["quarantined_records"] == 1
    assert told["reads"]["share"] == 1.0

    assert await run_status(as_json=False, live=False) == 1
    shown = capsys.readouterr().out
    assert f"? Deal {SLIPPING}: Amount is no number (since {made.clock.now():%Y-%m-%d})\n" in shown
    assert "Reads, 30 days" in shown
    assert "1.2M" not in shown + json.dumps(told)

    made.zoho.straighten("Deals", SLIPPING)
    await edit(made, Next_Step="Call again")
    code, told = await status(capsys)
    assert (code, told["quarantine"], told["problems"]) == (0, [], [])


async def edit(made: Stage, **fields: str) -> None:
    made.clock.advance(timedelta(minutes=1))
    made.zoho.happens(happens("Deals", SLIPPING, made.clock.now(), **fields))
    assert await made.bot.jobs.syncs()
