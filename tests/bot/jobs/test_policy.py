"""Where the engine keeps its records, under which name, and which parts of the bot may run alone."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from socket import gethostname

import pytest

from bot.jobs.job import ProcessRole
from bot.jobs.policy import EnginePolicy, engine_policy
from bot.settings import load_settings
from store.domain.errors import BadInput, SettingError

SERVER = "postgresql+psycopg://sergas:open-sesame@db/sergas"


def policy_for(role: ProcessRole = ProcessRole.ALL, **given: object) -> EnginePolicy:
    settings = load_settings({"home": Path("/somewhere"), **given}, env_file=None)
    return engine_policy(settings.engine, settings.storage, role)


def test_beside_sqlite_the_records_are_in_a_file_of_their_own() -> None:
    policy = policy_for()

    assert policy.address == "sqlite:////somewhere/engine.db"
    assert policy.executor_id == "local"


def test_on_postgresql_they_are_on_the_same_server_and_the_worker_is_named_after_its_host() -> None:
    policy = policy_for(ProcessRole.WORKER, database_url=SERVER)

    assert policy.address == SERVER
    assert policy.executor_id == f"{gethostname()}-worker"


def test_a_setting_moves_and_names_them() -> None:
    policy = policy_for(
        ProcessRole.WORKER, database_url=SERVER, engine_url="postgres://e@other/engine", executor_id="w7"
    )

    assert policy.address == "postgresql+psycopg://e@other/engine"
    assert policy.executor_id == "w7"


def test_the_version_of_the_records_is_the_release() -> None:
    assert policy_for().version == version("sergas-super-account-manager")


@pytest.mark.parametrize("role", [ProcessRole.SLACK, ProcessRole.WORKER, ProcessRole.CLOCK])
def test_a_part_alone_needs_postgresql_for_everything(role: ProcessRole) -> None:
    for given in ({}, {"engine_url": SERVER}):
        with pytest.raises(BadInput, match="needs PostgreSQL"):
            policy_for(role, **given)


@pytest.mark.parametrize("address", ["mysql://sergas:open-sesame@db/x", "postgresql://sergas:open-sesame"])
def test_a_wrong_address_is_told_without_showing_it(address: str) -> None:
    with pytest.raises(SettingError) as caught:
        policy_for(engine_url=address)

    assert "SERGAS_ENGINE_URL" in str(caught.value)
    assert "open-sesame" not in str(caught.value)
    assert caught.value.__cause__ is None
