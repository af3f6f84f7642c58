"""Eight network faults on each of the three writes, on both databases: `python -m tests.faults --rounds 50 --jobs 2`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.crash.campaign import Campaign, Trial
from tests.crash.rounds import Outcome
from tests.crash.scenes import Scenes
from tests.crash.tally import Cell, faults_in
from tests.faults.runs import WRITES, suffer
from tests.faults.troubles import TROUBLES

PROVED = "The write ends done, refused or visibly unknown, is never made twice, and its card says so."


def campaign() -> Campaign:
    names = {f"{fault}: {write}": (fault, write) for fault in TROUBLES for write in WRITES}
    return Campaign(
        name="faults",
        module="tests.faults",
        doc=__doc__ or "",
        trials={name: _trial(*both) for name, both in names.items()},
        proves=dict.fromkeys(names, PROVED),
        figures=_figures,
    )


def _trial(fault: str, write: str) -> Trial:
    async def trial(scenes: Scenes, number: int, seed: int) -> Outcome:
        return await suffer(fault, write, scenes, number=number, seed=seed)

    return trial


def _figures(cells: Sequence[Cell]) -> dict[str, int]:
    both = [cell.name.split(": ") for cell in cells]
    faults, writes = len({fault for fault, _ in both}), len({write for _, write in both})
    return {"faults": faults, "writes": writes, "runs": sum(cell.rounds for cell in cells), **faults_in(cells)}


if __name__ == "__main__":
    sys.exit(campaign().main())
