"""`sergas settings`: each value in force, and where it comes from."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from bot.commands.run import run
from bot.commands.settings import run_settings
from bot.settings.catalogue import catalogue


def printed(
    capsys: pytest.CaptureFixture[str], *, changed: bool = False, describe: bool = False, as_json: bool = False
) -> str:
    assert run(partial(run_settings, changed=changed, describe=describe, as_json=as_json)) == 0
    return capsys.readouterr().out


def test_every_setting_is_a_line_under_its_area(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys).splitlines()

    assert [line.split()[0] for line in lines if line.split(" ")[0] in catalogue()] == list(catalogue())
    assert lines[0].split() == ["Variable", "Source", "Value"]
    slack = lines.index("Slack")
    assert lines[slack - 1] == ""
    assert lines[slack + 1].split() == ["SERGAS_SLACK_BOT_TOKEN", "default", "not", "set"]


def test_in_a_pipe_a_long_value_stays_on_its_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERGAS_CURRENCY", "€")
    monkeypatch.setenv("SERGAS_MEMORY_DAYS", ",".join(["note=730"] * 90))
    lines = printed(capsys).splitlines()

    assert any(line.endswith(",".join(["note=730"] * 90)) for line in lines)
    assert [line for line in lines if line != line.rstrip()] == []


def test_only_what_differs_from_its_default_is_shown_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("SERGAS_DATABASE_URL", "postgresql+psycopg://sergas:canary@db/sergas")
    monkeypatch.setenv("SERGAS_BRIEF_ASKS", "5")
    (home / ".env").write_text("SERGAS_SLACK_BOT_TOKEN=xoxb-canary\n")
    told = printed(capsys, changed=True)

    assert [line.split() for line in told.splitlines() if line.startswith("SERGAS_")] == [
        ["SERGAS_HOME", "environment", str(home)],
        ["SERGAS_DATABASE_URL", "environment", "postgresql+psycopg://sergas:********@db/sergas"],
        ["SERGAS_SLACK_BOT_TOKEN", ".env", "********"],
    ]


def test_nothing_that_differs_is_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SERGAS_HOME")
    monkeypatch.delenv("SERGAS_DATABASE_URL")
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)

    assert printed(capsys, changed=True) == "Every setting has its default.\n"


def test_the_meaning_of_each_setting_is_shown_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERGAS_CURRENCY", "€")
    told = printed(capsys, describe=True)

    assert [name for name, variable in catalogue().items() if variable.meaning not in told] == []
    assert "SERGAS_CURRENCY = €\n    from environment; default: not set\n    Sign shown" in told


def test_as_json_each_setting_is_an_object_without_its_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-canary")
    told = printed(capsys, as_json=True)
    rows = {row["variable"]: row for row in json.loads(told)}

    assert list(rows) == list(catalogue())
    assert rows["ANTHROPIC_API_KEY"] | {"meaning": ""} == {
        "variable": "ANTHROPIC_API_KEY",
        "area": "claude",
        "value": "********",
        "source": "environment",
        "default": "",
        "changed": True,
        "secret": True,
        "meaning": "",
    }
    assert "canary" not in told
