"""Many presses at one moment."""

from __future__ import annotations

import pytest

from tests.gate.races import run_races
from tests.repetition import times

RACES = times(3, 60)


@pytest.mark.slow
@pytest.mark.long
async def test_of_fifty_presses_at_once_one_counts_and_one_write_is_made(database_url: str) -> None:
    result = await run_races(database_url, races=RACES, presses=50)
    assert result["wrong"] == 0
    assert result["writes"] + result["rejected"] == RACES
