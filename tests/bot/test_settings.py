"""Settings: read once, told in one sentence where malformed, and never showing a secret."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import load_settings, require
from bot.settings.catalogue import catalogue
from bot.settings.effective import effective
from bot.settings.environment import Source, read_environment
from bot.settings.section import MASK, without_passwords
from store.domain.errors import BadInput, SettingError
from store.domain.memory.passage import MemoryKind
from tests.house import settings_readers


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without an .env file."""
    monkeypatch.chdir(tmp_path)


def test_without_any_variable_the_defaults_work_on_one_machine() -> None:
    settings = load_settings()
    assert settings.storage.database == "sqlite+aiosqlite:///.sergas/sergas.db"
    assert settings.brief.time == time(8, 0)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        (
            "SERGAS_BRIEF_TIME",
            "quarter past eight",
            "must be a time of day, such as 08:00; it is “quarter past eight”.",
        ),
        ("SERGAS_BRIEF_ASKS", "five", "must be a whole number from 1 to 20, such as 5; it is “five”."),
        ("SERGAS_CURRENCY", "roubles", "must be text of at most 4 characters; it is “roubles”."),
        ("SERGAS_MODEL_SMALL", "", "must be text, such as claude-haiku-5-5; it is empty."),
        ("SERGAS_BRIEF_EVERYONE", "maybe", "must be true or false; it is “maybe”."),
        ("SERGAS_SYNC_MINUTES", "0", "must be a whole number of at least 1, such as 60; it is “0”."),
        ("SERGAS_SYNC_MINUTES", "", "must be a whole number of at least 1, such as 60; it is empty."),
        ("SERGAS_SLACK_TIMEOUT_SECONDS", "0", "must be a number above 0, such as 30; it is “0”."),
        ("SERGAS_SLACK_TIMEOUT_SECONDS", "nan", "must be a number above 0, such as 30; it is “nan”."),
        ("SERGAS_LOG_LEVEL", "chatty", "must be DEBUG, INFO, WARNING or ERROR; it is “chatty”."),
        (
            "SERGAS_ZOHO_REGION",
            "moon",
            "must be com, eu, in, com.cn, com.au, jp, sa or ca; it is “moon”.",
        ),
        ("SERGAS_HTTP_PORT", "70000", "must be a whole number from 0 to 65535, such as 3000; it is “70000”."),
        ("SERGAS_SIGNALS__SILENT_DAYS", "many", "must be a whole number of at least 0, such as 30; it is “many”."),
        ("SERGAS_SIGNALS__SILENT_DAYS", "-1", "must be a whole number of at least 0, such as 30; it is “-1”."),
        ("SERGAS_SIGNALS__DROP_SHARE", "a tenth", "must be a number of at least 0, such as 0.1; it is “a tenth”."),
        ("SERGAS_WORKING_DAYS", "", "is wrong: give at least one day, such as Mon."),
        (
            "SERGAS_QUIET_HOURS",
            "08:00-08:00",
            "is wrong: leave at least two hours a day that are not quiet; otherwise decisions expire without a reminder.",
        ),
        (
            "SERGAS_HOLIDAYS",
            "XX",
            "is wrong: no public holidays of “XX” are known; give a code such as DE or DE-BY, or none.",
        ),
        (
            "SERGAS_HOLIDAYS",
            "GB-BY",
            "is wrong: “BY” is no region of GB with holidays of its own; known are ENG, NIR, SCT, WLS.",
        ),
        ("SERGAS_BRIEFS_AT_ONCE", "0", "must be a whole number of at least 1, such as 2; it is “0”."),
    ],
)
def test_a_malformed_value_is_told_with_what_the_setting_takes(
    name: str, value: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError) as caught:
        load_settings()

    assert caught.value.name == name
    assert str(caught.value) == f"The setting {name} {problem}"


def test_no_malformed_value_is_told_in_words_of_a_programmer(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = [name for name, variable in catalogue().items() if variable.takes and not variable.takes.startswith("text")]
    for name in typed:
        with monkeypatch.context() as only:
            only.setenv(name, "?")
            with pytest.raises(SettingError, match=f"The setting {name} must be .*; it is “\\?”"):
                load_settings()
    assert len(typed) > 40


def test_a_token_in_the_wrong_variable_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERGAS_HTTP_PORT", "xoxb-1234567890-canary")
    with pytest.raises(SettingError) as caught:
        load_settings()
    assert str(caught.value) == "The setting SERGAS_HTTP_PORT must be a whole number from 0 to 65535, such as 3000."


def test_an_unknown_signal_is_repeated_with_the_nearest_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERGAS_SIGNALS__ENABLED", "no_activity,deal_staled")
    with pytest.raises(
        SettingError, match="“deal_staled” is not known; did you mean deal_stalled\\? Known are amount_d"
    ):
        load_settings()
    monkeypatch.setenv("SERGAS_SIGNALS__ENABLED", "horoscope")
    with pytest.raises(SettingError, match="“horoscope” is not known; give some of amount_dropped, "):
        load_settings()


def test_no_setting_is_suggested_for_a_name_that_is_like_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERGAS_XYZ", "canary")
    with pytest.raises(SettingError) as caught:
        load_settings()
    assert str(caught.value) == "The setting SERGAS_XYZ is not known; docs/settings.md lists all settings."


def test_an_env_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SERGAS_SYNC_MINUTES=5\nSERGAS_BRIEF_ASKS=3\n")
    monkeypatch.setenv("SERGAS_BRIEF_ASKS", "4")
    settings = load_settings()

    assert (settings.zoho.sync_minutes, settings.brief.asks) == (5, 4)


def test_thresholds_of_the_signals_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERGAS_SIGNALS__SILENT_DAYS", "45")
    assert load_settings().signals.silent_days == 45


def test_secrets_show_neither_in_repr_nor_in_a_dump(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERGAS_SLACK_BOT_TOKEN", "xoxb-canary")
    settings = load_settings()

    assert settings.slack.bot_token.get_secret_value() == "xoxb-canary"
    assert "canary" not in repr(settings) + str(settings.model_dump()) + settings.model_dump_json()


def test_a_missing_secret_is_named_with_what_to_do() -> None:
    with pytest.raises(SettingError, match=r"SERGAS_ZOHO_CLIENT_SECRET is missing\..*sergas demo"):
        require(load_settings({"zoho_client_id": "x"}).zoho, "client_id", "client_secret")


def test_settings_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValidationError):
        load_settings().zoho.sync_minutes = 3  # type: ignore[misc]  # forbidden on purpose


def test_only_the_wiring_of_everything_and_the_commands_take_all_settings() -> None:
    wiring = {"bot/wiring/root.py", "bot/wiring/resources.py"}
    assert [path for path in settings_readers() if path not in wiring and not path.startswith("bot/commands/")] == []


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, variable in catalogue().items() if not variable.meaning] == []


@pytest.mark.parametrize(
    ("misspelt", "nearest"),
    [
        ("SERGAS_ZOHO_CLIENTID", "SERGAS_ZOHO_CLIENT_ID"),
        ("SERGAS_SIGNALS_SILENT_DAYS", "SERGAS_SIGNALS__SILENT_DAYS"),
        ("SERGAS_ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY"),
        ("SERGAS_CLIENT_SECRET", "SERGAS_ZOHO_CLIENT_SECRET"),
        ("sergas_sync_minute", "SERGAS_SYNC_MINUTES"),
    ],
)
def test_a_misspelt_variable_is_refused_with_the_nearest_known_one(
    misspelt: str, nearest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(misspelt, "canary")
    with pytest.raises(SettingError) as caught:
        load_settings()

    assert str(caught.value) == f"The setting {misspelt} is not known; did you mean {nearest}?"


def test_a_variable_of_an_earlier_release_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("sergas_max_cards", "canary")
    (tmp_path / ".env").write_text("SERGAS_MAX_CARDS=5\nSERGAS_CURRENCY=€\n")

    assert load_settings(env_file=tmp_path / ".env").brief.currency == "€"
    assert set(read_environment(tmp_path / ".env")) == {"SERGAS_CURRENCY"}


def test_a_misspelt_variable_in_the_env_file_is_refused_by_its_place(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SERGAS_HOMES=here\nSOMETHING_ELSE=3\n")
    with pytest.raises(SettingError) as caught:
        load_settings()

    assert str(caught.value) == "The setting SERGAS_HOMES in .env is not known; did you mean SERGAS_HOME?"
    assert load_settings(env_file=None).storage.home == Path(".sergas")


def test_several_misspelt_variables_are_named_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERGAS_HOMES", "here")
    monkeypatch.setenv("SERGAS_CURRENCIES", "€")
    with pytest.raises(SettingError) as caught:
        load_settings()

    assert str(caught.value) == (
        "The setting SERGAS_CURRENCIES is not known (did you mean SERGAS_CURRENCY?), "
        "nor is SERGAS_HOMES (did you mean SERGAS_HOME?)."
    )


def test_an_env_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SERGAS_CURRENCY=\xff\n")
    with pytest.raises(BadInput, match=r"^\.env cannot be read: it is not UTF-8\.$"):
        load_settings()


def test_each_value_in_force_is_told_with_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SERGAS_SYNC_MINUTES=5\nSERGAS_BRIEF_ASKS=3\n")
    monkeypatch.setenv("SERGAS_BRIEF_ASKS", "4")
    monkeypatch.setenv("SERGAS_SIGNALS__SILENT_DAYS", "30")
    rows = {row.variable.name: row for row in effective(load_settings(), read_environment())}

    assert list(rows) == list(catalogue())
    told = {name: (row.value, row.default, row.source, row.is_changed) for name, row in rows.items()}
    assert told["SERGAS_SYNC_MINUTES"] == ("5", "60", Source.FILE, True)
    assert told["SERGAS_BRIEF_ASKS"] == ("4", "5", Source.ENVIRONMENT, True)
    assert told["SERGAS_SIGNALS__SILENT_DAYS"] == ("30", "30", Source.ENVIRONMENT, False)
    assert told["SERGAS_SIGNALS__ENABLED"] == ("all", "all", Source.DEFAULT, False)


def test_no_secret_is_shown_among_the_values_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [name for name, variable in catalogue().items() if variable.is_secret]
    for name in secrets:
        monkeypatch.setenv(name, "canary")
    rows = {row.variable.name: row for row in effective(load_settings(), read_environment())}

    assert {rows[name].value for name in secrets} == {MASK}
    assert len(secrets) >= 10
    assert "canary" not in str([row.value for row in rows.values()])


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql+psycopg://sergas:canary@db/sergas", f"postgresql+psycopg://sergas:{MASK}@db/sergas"),
        ("postgresql://sergas:ca/n@canary@db:5432/sergas", f"postgresql://sergas:{MASK}@db:5432/sergas"),
        ("postgresql://:canary@db/sergas", f"postgresql://:{MASK}@db/sergas"),
        ("postgresql://sergas@db/sergas?password=canary&x=1", f"postgresql://sergas@db/sergas?password={MASK}&x=1"),
        ("postgresql:sergas:canary@db/sergas", MASK),
        ("https://canary@models.example.com/v1", f"https://{MASK}@models.example.com/v1"),
        ("openai:https://me:canary@models.example.com/v1#m:8", f"openai:https://me:{MASK}@models.example.com/v1#m:8"),
        ("s3://bucket/prefix?api_key=canary", f"s3://bucket/prefix?api_key={MASK}"),
        ("http://127.0.0.1:3000/x", "http://127.0.0.1:3000/x"),
        ("note=730,call=365", "note=730,call=365"),
    ],
)
def test_a_password_in_an_address_is_masked_and_the_rest_is_shown(address: str, told: str) -> None:
    assert without_passwords(address) == told


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
    assert load_settings({"zoho_notify_url": address}).zoho.notify_url == address


RECEIVE_SECRETS = (
    "slack_api_url",
    "zoho_accounts_url",
    "anthropic_url",
    "memory_url",
)


@pytest.mark.parametrize("name", RECEIVE_SECRETS)
@pytest.mark.parametrize(
    "address",
    [
        "http://service.example.com/",
        "http://10.0.0.1/",
        "http://127.0.0.1.example.com/",
        "https://user:word@service.example.com/",
        "https://service.example.com@evil.example/",
        "https://service.example.com/#part",
        "https://service.example.com\\@evil.example/",
        "https://service.example.com:port/",
        "https://",
        "https:// service.example.com/",
        "javascript:alert(1)",
        "service.example.com",
    ],
)
def test_a_credential_goes_only_where_no_one_reads_it_on_the_way(name: str, address: str) -> None:
    with pytest.raises(
        SettingError, match=rf"^The setting SERGAS_{name.upper()} is wrong: give an address .+\.$"
    ) as refused:
        load_settings({name: address})
    assert address == "https://" or address not in str(refused.value)


@pytest.mark.parametrize("name", RECEIVE_SECRETS)
@pytest.mark.parametrize(
    "address", ["https://service.example.com:8443/a", "http://127.0.0.1:8000/", "http://[::1]:8000/a?b=c"]
)
def test_a_service_over_https_or_on_this_machine_may_get_one(name: str, address: str) -> None:
    load_settings({name: address})


def test_the_key_of_an_embedder_goes_nowhere_in_the_clear() -> None:
    open_air = {"memory_embedder": "openai:http://embed.example.com/v1#model:8"}
    load_settings(open_air)
    with pytest.raises(SettingError, match="SERGAS_MEMORY_EMBEDDER_KEY is wrong: it may not be sent"):
        load_settings(open_air | {"memory_embedder_key": "secret"})


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://crm.example", "https://a@crm.example", "crm.example"]
)
def test_people_are_given_links_to_pages_alone(address: str) -> None:
    with pytest.raises(
        SettingError, match="SERGAS_ZOHO_UI_URL is wrong: give an address that begins with https:// or http://"
    ):
        load_settings({"zoho_ui_url": address})


def test_how_long_each_kind_is_remembered_is_given_in_days() -> None:
    kept = load_settings({"memory_days": "note=730, call=90"}).memory.retention
    assert kept == {MemoryKind.NOTE: timedelta(days=730), MemoryKind.CALL: timedelta(days=90)}
    assert load_settings().memory.retention == {}


@pytest.mark.parametrize("given", ["note", "note=soon", "note=0", "diary=3"])
def test_a_kind_or_a_number_of_days_that_does_not_exist_stops_the_start(given: str) -> None:
    with pytest.raises(SettingError, match="SERGAS_MEMORY_DAYS"):
        load_settings({"memory_days": given})


@pytest.mark.parametrize("variable", ["SERGAS_DATABASE_URL", "SERGAS_ENGINE_URL"])
def test_the_password_of_a_database_is_in_no_form_of_the_settings(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "postgresql+psycopg://sergas:hunter2@db.example.com/sergas?sslpassword=hunter3")
    settings = load_settings()
    forms = [repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump()), f"{settings}"]
    assert not any("hunter" in form for form in forms)
    assert "db.example.com" in repr(settings)  # an operator still sees which
    shown = {each.variable.name: each.value for each in effective(settings, {})}
    assert shown[variable] == f"postgresql+psycopg://sergas:{MASK}@db.example.com/sergas?sslpassword={MASK}"
