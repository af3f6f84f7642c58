"""The detectors against the truth: on every morning of a world exactly the labelled signals are found."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from integrations.sandbox.world import build_world
from store.domain.signals.kinds import SignalKind
from tests.integrations.world.replay import Found, mornings

WORLDS: dict[str, dict[str, Any]] = {
    "the default world": {"end": date(2026, 11, 20), "days": 120},
    "a short world that ends on a Monday": {"seed": 11, "owners": 7, "days": 45, "end": date(2026, 3, 30)},
    "a world looked at for longer than its stories": {
        "seed": 5,
        "owners": 3,
        "days": 150,
        "end": date(2026, 7, 3),
    },
    "a world with noise": {"seed": 4, "owners": 7, "days": 60, "end": date(2026, 9, 11), "noise": True},
    "a world of drawn storylines": {
        "seed": 3,
        "owners": 2,
        "accounts_per_owner": 80,
        "days": 90,
        "end": date(2027, 1, 6),
    },
}


@pytest.mark.parametrize("arguments", WORLDS.values(), ids=WORLDS.keys())
def test_every_morning_the_signals_found_are_those_of_the_labels(arguments: dict[str, Any]) -> None:
    world = build_world(**arguments)
    kinds: set[SignalKind] = set()

    for day, found in mornings(world.company, first=arguments["end"] - timedelta(days=arguments["days"])):
        true: set[Found] = {
            (label.kind, label.account_id, label.record_id) for label in world.labels if label.holds_on(day)
        }
        assert (day, found - true, true - found) == (day, set(), set())
        kinds |= {kind for kind, _, _ in found}

    assert kinds == set(SignalKind) - {SignalKind.DEAL_REOPENED}
