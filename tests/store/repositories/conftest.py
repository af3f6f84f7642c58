"""Repositories that read or search texts of people run with sealing off and on; outside the store nothing may differ."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from store.database import Database
from store.sealing import SealKey, Seals
from store.tables.sealed import NO_SEALS

SEALS = Seals(SealKey(b"the newest key, thirty-two bytes"), [SealKey(b"an older key, also of 32 bytes..")])
WITH_TEXTS = frozenset(
    {
        *(
            "attention",
            "book",
            "briefs",
            "changes",
            "full_text",
            "links_and_inbox",
            "memory",
            "messages",
            "model_calls",
        ),
        *("norms", "people", "quarantine", "snapshots"),
    }
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    module = metafunc.module.__name__.rpartition(".test_")[2]
    if module in WITH_TEXTS and "database" in metafunc.fixturenames:
        metafunc.parametrize("seals", [NO_SEALS, SEALS], ids=["plain", "sealed"], indirect=True)


@pytest.fixture
def seals(request: pytest.FixtureRequest) -> Seals:
    given: Seals = getattr(request, "param", NO_SEALS)
    return given


@pytest.fixture
async def database(database_url: str, seals: Seals) -> AsyncIterator[Database]:
    opened = Database(database_url, seals=seals)
    yield opened
    await opened.close()
