"""Each network fault on each write, on one kind of database or the other; `make faults` does it on both and for longer."""

from __future__ import annotations

import pytest

from tests.crash.kinds import shared_out
from tests.crash.scenes import Scenes
from tests.faults.runs import WRITES, suffer
from tests.faults.troubles import TROUBLES

pytestmark = pytest.mark.slow
PAIRS = {f"{fault}-{write}": (fault, write) for fault in TROUBLES for write in WRITES}


@pytest.mark.parametrize(("both", "scenes"), shared_out(PAIRS), indirect=["scenes"])
async def test_a_write_that_meets_a_network_fault_is_made_once_and_its_card_says_so(both: str, scenes: Scenes) -> None:
    fault, write = PAIRS[both]
    outcome = await suffer(fault, write, scenes, number=0)

    assert outcome.reached
    assert outcome.verdict.sound, outcome.verdict
