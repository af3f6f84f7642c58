"""kill -9 at every point, on one kind of database or the other; `make crash ROUNDS=50` does it on both and for longer."""

from __future__ import annotations

import pytest

from tests.crash.catalogue import POINTS
from tests.crash.judge import Verdict, judge
from tests.crash.kinds import shared_out
from tests.crash.rounds import play
from tests.crash.scenes import Scenes
from tests.crash.world import world

pytestmark = pytest.mark.slow
NAMED = {point.name: point for point in POINTS}


def test_no_two_points_have_one_name_and_there_are_at_least_twenty() -> None:
    assert len(POINTS) == len(NAMED) >= 20


@pytest.mark.parametrize(("name", "scenes"), shared_out(NAMED), indirect=["scenes"])
async def test_nothing_is_lost_doubled_or_stuck_after_a_kill(name: str, scenes: Scenes) -> None:
    outcome = await play(NAMED[name], scenes, number=1 if scenes.server else 2)

    assert outcome.reached
    assert outcome.kills >= 1
    assert outcome.verdict.sound, outcome.verdict


@pytest.mark.parametrize("lag", [0.0, 5.0, 60.0])
async def test_a_lost_answer_makes_one_record_however_far_zohos_indexes_lag_behind(
    sqlite_scenes: Scenes, lag: float
) -> None:
    outcome = await play(NAMED["write.server.committed"], sqlite_scenes, number=0, lag=lag)
    assert outcome.verdict.sound, outcome.verdict


async def test_the_judge_sees_what_a_kill_leaves_behind_as_long_as_nobody_comes_back(sqlite_scenes: Scenes) -> None:
    unsent = await _left_behind("write.server.lost", sqlite_scenes)
    assert any("came to sending" in fault for fault in unsent.lost)
    assert any("is still sending" in fault for fault in unsent.stuck)

    untold = await _left_behind("write.outcome.committed", sqlite_scenes)
    assert any("no card says “: <" in fault for fault in untold.stuck)


async def _left_behind(name: str, scenes: Scenes) -> Verdict:
    point = NAMED[name]
    async with world(scenes, point.scene, seed=name) as made:
        await point.act(made, lambda: made.arm(point.place))
        await made.died()
        return await judge(made, scenes)


async def test_without_the_settle_time_a_lagging_index_makes_two_records_and_the_judge_sees_them(
    sqlite_scenes: Scenes,
) -> None:
    """The settle time is the guarantee: with none, a write that is not in the index yet looks as if it never arrived."""
    outcome = await play(NAMED["write.server.committed"], sqlite_scenes, number=0, lag=60.0, zoho_settle_seconds=0)
    assert any("was written 2 times" in fault for fault in outcome.verdict.duplicate)
