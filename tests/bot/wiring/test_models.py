"""Which model writes, as the settings say; what is missing is one sentence at the start."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import SimulatedClock
from bot.settings import load_settings
from bot.wiring.models import open_model_desk, policy_of, uses_claude
from store.database import Database
from store.domain.errors import SettingError
from store.domain.running.model_calls import Amount

KEY = "sk-ant-api03-very-secret"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without an .env file."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("author", "key", "claude"),
    [
        ("auto", "", False),
        ("auto", KEY, True),
        ("claude", KEY, True),
        ("playbook", KEY, False),
        ("playbook", "", False),
    ],
)
def test_who_writes_follows_from_the_author_and_the_key(author: str, key: str, claude: bool) -> None:
    assert uses_claude(load_settings({"author": author, "anthropic_api_key": key}).claude) is claude


def test_the_key_has_its_usual_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    settings = load_settings()
    assert settings.claude.api_key.get_secret_value() == KEY
    assert KEY not in repr(settings) + str(settings.model_dump())


def test_the_key_under_our_own_prefix_is_a_misspelt_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERGAS_ANTHROPIC_API_KEY", KEY)
    with pytest.raises(SettingError, match="SERGAS_ANTHROPIC_API_KEY is not known") as raised:
        load_settings()
    assert KEY not in str(raised.value)


def test_claude_without_a_key_is_refused() -> None:
    with pytest.raises(SettingError, match=r"^The setting ANTHROPIC_API_KEY is missing"):
        uses_claude(load_settings({"author": "claude"}).claude)


@pytest.mark.parametrize("url", ["http://claude.example.com", "claude.example.com", "ftp://127.0.0.1"])
def test_the_key_goes_to_no_address_where_it_could_be_read_on_the_way(url: str) -> None:
    with pytest.raises(SettingError, match="SERGAS_ANTHROPIC_URL is wrong: give an address that begins with https"):
        load_settings({"anthropic_url": url})


def test_a_price_that_is_none_is_refused_by_its_setting() -> None:
    with pytest.raises(SettingError, match="SERGAS_MODEL_PRICES is wrong: claude-x needs its prices"):
        load_settings({"model_prices": "claude-x=cheap"})


def test_a_model_without_a_price_is_refused_with_both_settings() -> None:
    settings = load_settings({"model_strong": "claude-x"})
    with pytest.raises(SettingError, match="SERGAS_MODEL_PRICES has no price for claude-x, which SERGAS_MODEL_STRONG"):
        _ = settings.claude.price_list


def test_the_defaults_hold_a_budget_and_a_price_for_both_models() -> None:
    settings = load_settings()
    assert {settings.claude.small, settings.claude.strong} <= settings.claude.price_list.keys()
    assert settings.claude.ceilings.account == Amount(tokens=300_000, usd=0.5)


def test_off_is_no_effort() -> None:
    assert policy_of(load_settings({"model_effort": "off"}).claude).effort == ""
    assert policy_of(load_settings().claude).effort == "low"


async def test_a_desk_is_opened_where_claude_writes(sqlite_database: Database) -> None:
    clock = SimulatedClock(datetime(2026, 3, 24, tzinfo=UTC))
    async with open_model_desk(load_settings().claude, sqlite_database, clock) as none:
        assert none is None
    given = {"anthropic_api_key": KEY, "model_batches": True}
    async with open_model_desk(load_settings(given).claude, sqlite_database, clock) as desk:
        assert desk is not None
        assert desk.batches is not None
        assert KEY not in repr(desk)
