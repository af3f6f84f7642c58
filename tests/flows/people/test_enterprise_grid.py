"""A member of our workspace who comes from another workspace of the same organisation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.domain.gate.proposals import State
from tests.flows.company import ACME, FIRST_NIGHT
from tests.flows.stage import ANNAS, NIGHT, Stage, stage


@pytest.fixture
async def grid(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(database_url, tmp_path, confirmed=False) as made:
        made.slack.change_user(ANNAS, home="T0HOME")
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        yield made


async def test_they_get_their_brief_confirm_and_decide(grid: Stage) -> None:
    await grid.morning()
    await grid.slack.click(ANNAS, "confirm_link")
    await grid.until(ANNAS, "Acme Robotics")
    proposal = await grid.proposal(ACME)
    await grid.approved(proposal, says="task created, due")

    assert await grid.state(proposal.id) is State.DONE


async def test_they_are_answered_in_the_thread(grid: Stage) -> None:
    await grid.morning()
    await grid.slack.click(ANNAS, "confirm_link")
    await grid.until(ANNAS, "Acme Robotics")
    await grid.slack.message(ANNAS, "why not Fjord Lines?")

    await grid.until(ANNAS, "Fjord Lines: nothing stands out")


async def test_someone_of_another_organisation_stays_a_stranger(grid: Stage) -> None:
    grid.slack.change_user(ANNAS, home="T0HOME", guest=True)
    await grid.morning()

    assert grid.briefs(ANNAS) == []
