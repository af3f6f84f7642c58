"""Whatever happens in whatever order, the gate holds; and where it is broken on purpose, the machine says so."""

from __future__ import annotations

import os

import pytest

from tests.gate.bugs import BUGS, SOONER
from tests.gate.exploration import BROKEN_EXAMPLES, BROKEN_STEPS, explore
from tests.gate.templates import Templates
from tests.repetition import LONG, times

EXAMPLES = int(os.environ.get("GATE_EXAMPLES", "0")) or times(5, 100)


@pytest.mark.slow
@pytest.mark.long
def test_nothing_gets_past_the_gate(templates: Templates) -> None:
    explore(templates, examples=EXAMPLES, random=LONG or "GATE_EXAMPLES" in os.environ)


@pytest.mark.slow
@pytest.mark.parametrize("bug", BUGS)
def test_the_machine_notices(file_templates: Templates, bug: str) -> None:
    with BUGS[bug](), pytest.raises(AssertionError):
        explore(file_templates, examples=BROKEN_EXAMPLES, steps=BROKEN_STEPS, begin=SOONER.get(bug))


def test_what_is_found_sooner_is_among_the_bugs() -> None:
    assert SOONER.keys() <= BUGS.keys()
