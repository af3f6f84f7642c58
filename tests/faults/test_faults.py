"""Each network fault on each write, once on each database; `make faults` does the same for longer."""

from __future__ import annotations

import pytest

from tests.crash.scenes import Scenes
from tests.faults.runs import WRITES, suffer
from tests.faults.troubles import TROUBLES

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("fault", TROUBLES)
async def test_a_write_that_meets_a_network_fault_is_made_once_and_its_card_says_so(
    fault: str, write: str, scenes: Scenes
) -> None:
    outcome = await suffer(fault, write, scenes, number=0)

    assert outcome.reached
    assert outcome.verdict.sound, outcome.verdict
