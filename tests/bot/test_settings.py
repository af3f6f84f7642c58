"""Settings: read once, told in one sentence where malformed, and never showing a secret."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, load_settings, require
from store.domain.errors import SettingError
from store.domain.memory.passage import MemoryKind


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without an .env file."""
    monkeypatch.chdir(tmp_path)


def test_without_any_variable_the_defaults_work_on_one_machine() -> None:
    settings = load_settings()
    assert settings.database == "sqlite+aiosqlite:///.sergas/sergas.db"
    assert settings.brief_time == time(8, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERGAS_BRIEF_TIME", "quarter past eight"),
        ("SERGAS_SYNC_MINUTES", "0"),
        ("SERGAS_LOG_LEVEL", "chatty"),
        ("SERGAS_ZOHO_REGION", "moon"),
        ("SERGAS_HTTP_PORT", "70000"),
        ("SERGAS_SIGNALS__SILENT_DAYS", "many"),
    ],
)
def test_a_malformed_value_is_told_by_its_variable_and_not_shown(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError) as caught:
        load_settings()

    assert caught.value.name == name
    assert str(caught.value).startswith(f"The setting {name} is wrong: ")
    assert "\n" not in str(caught.value)


def test_an_env_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SERGAS_SYNC_MINUTES=5\nSERGAS_MAX_CARDS=3\n")
    monkeypatch.setenv("SERGAS_MAX_CARDS", "4")
    settings = load_settings()

    assert (settings.sync_minutes, settings.max_cards) == (5, 4)


def test_thresholds_of_the_signals_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERGAS_SIGNALS__SILENT_DAYS", "45")
    assert load_settings().signals.silent_days == 45


def test_secrets_show_neither_in_repr_nor_in_a_dump(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERGAS_SLACK_BOT_TOKEN", "xoxb-canary")
    settings = load_settings()

    assert settings.slack_bot_token.get_secret_value() == "xoxb-canary"
    assert "canary" not in repr(settings) + str(settings.model_dump()) + settings.model_dump_json()


def test_a_missing_secret_is_named_with_what_to_do() -> None:
    with pytest.raises(SettingError, match=r"SERGAS_ZOHO_CLIENT_SECRET is missing\..*sergas demo"):
        require(load_settings({"zoho_client_id": "x"}), "zoho_client_id", "zoho_client_secret")


def test_settings_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValidationError):
        load_settings().sync_minutes = 3  # type: ignore[misc]


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    "address",
    [
        "http://bot.example.com/zoho/changes",
        "https://bot.example.com/changes",
        "https:///zoho/changes",
        "https://bot.example.com/zoho/changes?token=1",
        "https://user:word@bot.example.com/zoho/changes",
        "http://[::1/zoho/changes",
    ],
)
def test_zoho_is_told_no_address_where_its_token_could_be_read_on_the_way(address: str) -> None:
    with pytest.raises(SettingError, match="begins with https://"):
        load_settings({"zoho_notify_url": address})


@pytest.mark.parametrize("address", ["https://bot.example.com:8443/zoho/changes", "http://127.0.0.1:3000/zoho/changes"])
def test_zoho_may_be_told_an_address_over_https_or_on_this_machine(address: str) -> None:
    assert load_settings({"zoho_notify_url": address}).zoho_notify_url == address


def test_how_long_each_kind_is_remembered_is_given_in_days() -> None:
    kept = load_settings({"_env_file": None, "memory_days": "note=730, call=90"}).retention
    assert kept == {MemoryKind.NOTE: timedelta(days=730), MemoryKind.CALL: timedelta(days=90)}
    assert load_settings({"_env_file": None}).retention == {}


@pytest.mark.parametrize("given", ["note", "note=soon", "note=0", "diary=3"])
def test_a_kind_or_a_number_of_days_that_does_not_exist_stops_the_start(given: str) -> None:
    with pytest.raises(SettingError, match="SERGAS_MEMORY_DAYS"):
        load_settings({"_env_file": None, "memory_days": given})
