"""A short run of the campaign on both databases, and proof that it would see a gate that lets somebody through."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.fuzz.campaign import Campaign
from tests.bot.fuzz.ledger import Decided, is_vouched_for
from tests.bot.fuzz.scene import morning
from tests.bot.fuzz.unforeseen import counting
from tests.flows.company import ANNA, BOB
from tests.flows.stage import ANNAS, BOBS, EVES

VALUE = f"{0:032x}:1"


async def test_no_request_fails_inside_gets_past_the_signature_or_decides_for_somebody_else(
    database_url: str, tmp_path: Path
) -> None:
    with counting() as unforeseen:
        async with morning(database_url, tmp_path) as stage:
            figures = await Campaign(stage, seed=3).run(300)
    assert figures.clean, figures.faults
    assert not unforeseen, unforeseen
    assert figures.payloads == 300
    assert figures.unsigned >= 200
    assert figures.decisions > 0, "some that are signed have to be genuine presses still"


async def test_a_campaign_with_the_right_secret_is_seen_to_get_through(sqlite_url: str, tmp_path: Path) -> None:
    with counting():
        async with morning(sqlite_url, tmp_path) as stage:
            campaign = Campaign(stage, seed=1, forgers_secret=stage.slack.signing_secret)
            figures = await campaign.run(100)
    assert figures.unsigned_accepted > 0
    assert figures.state_changes > 0
    assert not figures.clean


@pytest.mark.parametrize(
    ("by", "presses", "vouched"),
    [
        (ANNA, {(ANNAS, VALUE)}, True),
        (None, {(ANNAS, VALUE)}, True),
        (ANNA, {(EVES, VALUE), (BOBS, VALUE)}, False),
        (BOB, {(ANNAS, VALUE)}, False),
        (BOB, {(BOBS, VALUE)}, False),
        (ANNA, {(ANNAS, f"{1:032x}:1"), (ANNAS, f"{0:032x}:2")}, False),
        (ANNA, set(), False),
    ],
)
def test_a_decision_is_vouched_for_by_a_press_of_who_may_decide(
    by: str | None, presses: set[tuple[str, str]], vouched: bool
) -> None:
    assert is_vouched_for(Decided(VALUE, "ready", by), presses) is vouched
