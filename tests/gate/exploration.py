"""Letting the state machine loose on fresh databases."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.gate.machine import GateMachine
from tests.gate.templates import Templates

# A mistake shows within a story or two. Which rules an example draws from is chosen for each anew, so that many short ones
# come to the right story sooner than few long ones.
BROKEN_EXAMPLES, BROKEN_STEPS = 500, 12


def explore(
    templates: Templates, *, examples: int, steps: int = 30, random: bool = False, begin: int | None = None
) -> None:
    """Try so many examples of so many steps, the same each time unless `random`; `begin` is another number to draw from.
    Raises: AssertionError where the gate did not hold."""
    machine = type("Machine", (GateMachine,), {"templates": templates})
    if begin is not None:
        machine = seed(begin)(machine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            database=None,
            derandomize=not random,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            report_multiple_bugs=False,
        ),
    )
