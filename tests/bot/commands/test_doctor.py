"""`sergas doctor`, as an operator runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.doctor import Line, examine, look_at_scopes, run_doctor
from bot.demo.settings_file import leave_settings
from integrations.zoho.sign_in.scopes import SCOPES
from tests.flows.stage import Stage


def by_name(lines: list[Line]) -> dict[str, Line]:
    return {line.what: line for line in lines}


async def test_doctor_finds_nothing_wrong_with_the_sandboxes(made: Stage) -> None:
    lines = await examine()

    assert [line for line in lines if not line.ok and line.what != "Zoho scopes"] == []
    assert {"Database", "Audit anchor", "Slack", "Clock", "Zoho sign-in", "Zoho Accounts", "Zoho Notes"} <= set(
        by_name(lines)
    )


async def test_in_the_folder_of_a_demo_doctor_checks_the_demos_stand_ins(
    made: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_demo = {name: value for name, value in made.settings.items() if not name.startswith("_")}
    for name in of_demo.keys() - {"home", "database_url"}:
        monkeypatch.delenv(f"SERGAS_{name.upper()}")
    assert not by_name(await examine())["Slack"].ok

    leave_settings(tmp_path, of_demo)
    first, *others = await examine()
    assert (first.what, first.ok) == ("Demo", True)
    assert [line for line in others if not line.ok and line.what != "Zoho scopes"] == []
    assert by_name(others)["Slack"].says.startswith("signed in to")


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
