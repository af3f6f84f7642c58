"""`sergas status`, `sergas doctor` and `sergas zoho login`, as an operator runs them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.commands.doctor import Line, examine, look_at_scopes, run_doctor
from bot.commands.status import run_status
from bot.commands.zoho import run_login
from bot.settings import load_settings
from bot.telemetry import configure_logging
from bot.wiring.crm import with_refresh_token
from bot.wiring.overview import log_metrics, look
from integrations.zoho.sign_in.scopes import SCOPES
from store.domain.crm.accounts import Stream
from store.domain.errors import BadInput, CrmAuth
from store.domain.running.features import Feature
from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Norms, Use
from store.domain.signals.question import Answer, SignalQuestion
from tests.flows.company import FIRST_NIGHT, SLIPPING, happens
from tests.flows.stage import Stage, stage


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with stage(sqlite_url, tmp_path) as made:
        await made.look(FIRST_NIGHT)
        monkeypatch.chdir(tmp_path)
        for name, value in made.settings.items():
            if not name.startswith("_"):
                monkeypatch.setenv(f"SERGAS_{name.upper()}", str(value))
        yield made


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


def by_name(lines: list[Line]) -> dict[str, Line]:
    return {line.what: line for line in lines}


async def test_doctor_finds_nothing_wrong_with_the_sandboxes(made: Stage) -> None:
    lines = await examine()

    assert [line for line in lines if not line.ok and line.what != "Zoho scopes"] == []
    assert {"Database", "Audit anchor", "Slack", "Clock", "Zoho sign-in", "Zoho Accounts", "Zoho Notes"} <= set(
        by_name(lines)
    )


async def test_doctor_names_each_cause_once(
    made: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERGAS_ZOHO_CLIENT_ID", "")
    lines = by_name(await examine())
    assert (lines["Clock"].ok, lines["Zoho sign-in"].ok) == (None, False)
    assert "SERGAS_ZOHO_CLIENT_ID is missing" in lines["Zoho sign-in"].says
    assert await run_doctor(as_json=False) == 1
    assert "– Clock: not checked, since Zoho is not set up" in capsys.readouterr().out

    monkeypatch.setenv("SERGAS_ZOHO_CLIENT_ID", "x")
    monkeypatch.setenv("SERGAS_ZOHO_ACCOUNTS_URL", "http://127.0.0.1:9")
    lines = by_name(await examine())
    assert (lines["Clock"].ok, lines["Zoho sign-in"].ok) == (False, None)


async def test_doctor_names_the_administrators_that_zoho_does_not_know(
    made: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERGAS_ADMINISTRATORS", "ada@example.com, gone@example.com")
    monkeypatch.setenv("SERGAS_ADMIN_PROFILE_IDS", "77")
    line = by_name(await examine())["Administrators"]
    assert (line.ok, line.says.partition(";")[0]) == (False, "no active user of Zoho is or has gone@example.com, 77")

    monkeypatch.setenv("SERGAS_ADMINISTRATORS", "")
    monkeypatch.setenv("SERGAS_ADMIN_PROFILE_IDS", "")
    line = by_name(await examine())["Administrators"]
    assert (line.ok, line.says.partition(";")[0]) == (True, "none")


@pytest.mark.parametrize(
    ("variable", "value"), [("SERGAS_ADMINISTRATORS", "Ada Admin"), ("SERGAS_ADMIN_PROFILE_IDS", "Administrator")]
)
async def test_a_name_makes_no_administrator(
    made: Stage, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    (line,) = await examine()
    assert not line.ok
    assert variable in line.says
    assert "not their names" in line.says


async def test_doctor_names_the_field_that_zoho_does_not_show(made: Stage) -> None:
    made.zoho.redefine("Deals", "Next_Step", hidden=True)

    line = by_name(await examine())["Zoho Deals"]

    assert not line.ok
    assert "Next_Step" in line.says


def test_doctor_says_which_scope_the_currency_needs() -> None:
    line = look_at_scopes(SCOPES, sign="")

    assert line.ok
    assert line.says == (
        "amounts have no currency sign without ZohoCRM.org.READ; run `sergas zoho login`, or set SERGAS_CURRENCY"
    )
    assert look_at_scopes(SCOPES, sign="€").says == "complete"
    assert look_at_scopes([*SCOPES, "ZohoCRM.org.READ"], sign="").says == "complete"
    assert not look_at_scopes(["ZohoCRM.modules.ALL"], sign="").ok


async def test_doctor_says_what_to_do_about_a_wrong_token_and_a_slack_that_refuses(
    made: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERGAS_ZOHO_REFRESH_TOKEN", "1000.wrong")
    monkeypatch.setenv("SERGAS_SLACK_BOT_TOKEN", "xoxb-wrong")

    lines = by_name(await examine())

    assert "SERGAS_ZOHO_REFRESH_TOKEN" in lines["Zoho sign-in"].says
    assert not lines["Slack"].ok
    assert lines["Database"].ok


async def test_doctor_says_what_to_do_about_a_wrong_app_level_token(
    made: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERGAS_SLACK_APP_TOKEN", "xapp-wrong")

    line = by_name(await examine())["Slack"]

    assert not line.ok
    assert "invalid_auth" in line.says
    assert "SERGAS_SLACK_APP_TOKEN" in line.says


async def test_missing_settings_are_lines_of_the_doctor_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SERGAS_ZOHO_ACCOUNTS_URL", "http://127.0.0.1:9")

    lines = by_name(await examine())

    assert "SERGAS_SLACK_BOT_TOKEN" in lines["Slack"].says
    assert "SERGAS_ZOHO_CLIENT_ID" in lines["Zoho sign-in"].says
    assert "not checked" in lines["Clock"].says

    monkeypatch.setenv("SERGAS_SYNC_MINUTES", "soon")
    assert [line.what for line in await examine()] == ["Settings"]
    assert await run_doctor(as_json=True) == 2


async def test_login_keeps_the_token_in_a_file_and_the_bot_finds_it_there(
    made: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERGAS_ZOHO_REFRESH_TOKEN_STORE", f"file:{tmp_path}/token")
    monkeypatch.setenv("SERGAS_ZOHO_REFRESH_TOKEN", "")
    known, code = made.zoho.credentials, made.zoho.generate_code(",".join(SCOPES))

    assert await run_login(browser=False, code=code, port=0) == 0

    assert known.refresh_token not in capsys.readouterr().out
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    found = await with_refresh_token(load_settings().zoho)
    assert found.refresh_token.get_secret_value() == known.refresh_token


async def test_login_with_too_wide_a_code_keeps_nothing(
    made: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERGAS_ZOHO_REFRESH_TOKEN_STORE", f"file:{tmp_path}/token")
    with pytest.raises(CrmAuth, match=r"lacks|more scopes than"):
        await run_login(browser=False, code=made.zoho.credentials.code, port=0)
    assert not (tmp_path / "token").exists()


async def test_login_without_a_store_prints_the_line_to_set(
    made: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known, code = made.zoho.credentials, made.zoho.generate_code(",".join(SCOPES))

    await run_login(browser=False, code=None, port=0, ask=lambda _: f" {code}\n")

    assert f"SERGAS_ZOHO_REFRESH_TOKEN={known.refresh_token}\n" in capsys.readouterr().out


async def test_an_empty_line_is_no_code(made: Stage) -> None:
    with pytest.raises(BadInput, match="Generate Code"):
        await run_login(browser=False, code=None, port=0, ask=lambda _: "\n")
    assert made.zoho.tokens_issued == 1  # the bot's own


async def test_scopes_for_notifications_are_asked_for_where_zoho_is_to_tell_what_changed(
    made: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERGAS_ZOHO_NOTIFY_URL", "https://bot.example.com/zoho/changes")

    def pasted(_: str) -> str:
        scope = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("ZohoCRM."))
        assert "ZohoCRM.notifications.CREATE" in scope
        return made.zoho.generate_code(scope)

    assert await run_login(browser=False, code=None, port=0, ask=pasted) == 0


async def test_the_sandboxs_consent_page_sends_no_one_to_an_unknown_client(made: Stage) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{made.zoho.url}/oauth/v2/auth?agreed&response_type=code&client_id=x")
    assert answer.status_code == 400


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
    assert await made.bot.syncs()
