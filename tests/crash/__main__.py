"""Kill the bot at every point, many times, on both databases: `python -m tests.crash --rounds 50 --jobs 2`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.crash.campaign import Campaign, Trial
from tests.crash.catalogue import POINTS
from tests.crash.points import Point
from tests.crash.rounds import Outcome, play
from tests.crash.scenes import Scenes
from tests.crash.tally import Cell, faults_in


def campaign() -> Campaign:
    return Campaign(
        name="crash",
        module="tests.crash",
        doc=__doc__ or "",
        trials={point.name: _trial(point) for point in POINTS},
        proves={point.name: point.proves for point in POINTS},
        figures=_figures,
    )


def _trial(point: Point) -> Trial:
    async def trial(scenes: Scenes, number: int, seed: int) -> Outcome:
        return await play(point, scenes, number=number, seed=seed)

    return trial


def _figures(cells: Sequence[Cell]) -> dict[str, int]:
    points, kills = len({cell.name for cell in cells}), sum(cell.kills for cell in cells)
    return {"points": points, "kills": kills, **faults_in(cells)}


if __name__ == "__main__":
    sys.exit(campaign().main())
