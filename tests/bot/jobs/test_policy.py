"""Where the engine keeps its records, under which name, and which parts of the bot may run alone."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from socket import gethostname

import pytest
from pydantic import SecretStr

from bot.jobs.policy import engine_policy
from bot.jobs.recurring import Role
from bot.settings import Settings
from store.domain.errors import BadInput, SettingError

SERVER = "postgresql+psycopg://sergas:open-sesame@db/sergas"


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, home=Path("/somewhere"), **given)  # type: ignore[arg-type]


def test_beside_sqlite_the_records_are_in_a_file_of_their_own() -> None:
    policy = engine_policy(settings(), Role.ALL)

    assert policy.address == "sqlite:////somewhere/engine.db"
    assert policy.executor_id == "local"


def test_on_postgresql_they_are_on_the_same_server_and_the_worker_is_named_after_its_host() -> None:
    policy = engine_policy(settings(database_url=SERVER), Role.WORKER)

    assert policy.address == SERVER
    assert policy.executor_id == f"{gethostname()}-worker"


def test_a_setting_moves_and_names_them() -> None:
    given = settings(database_url=SERVER, engine_url=SecretStr("postgres://e@other/engine"), executor_id="w7")
    policy = engine_policy(given, Role.WORKER)

    assert policy.address == "postgresql+psycopg://e@other/engine"
    assert policy.executor_id == "w7"


def test_the_version_of_the_records_is_the_release() -> None:
    assert engine_policy(settings(), Role.ALL).version == version("sergas-super-account-manager")


@pytest.mark.parametrize("role", [Role.SLACK, Role.WORKER, Role.CLOCK])
def test_a_part_alone_needs_postgresql_for_everything(role: Role) -> None:
    for given in (settings(), settings(engine_url=SecretStr(SERVER))):
        with pytest.raises(BadInput, match="needs PostgreSQL"):
            engine_policy(given, role)


def test_a_wrong_address_is_told_without_showing_it() -> None:
    with pytest.raises(SettingError) as caught:
        engine_policy(settings(engine_url=SecretStr("mysql://sergas:open-sesame@db/x")), Role.ALL)

    assert "SERGAS_ENGINE_URL" in str(caught.value)
    assert "open-sesame" not in str(caught.value)
    assert caught.value.__cause__ is None
