"""What the rounds came to: one line of JSON a trial and database, kept as they end, and the sum of them all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.crash.rounds import Outcome


@dataclass(slots=True, kw_only=True)
class Cell:
    """The rounds of one trial on one kind of database. `missed` are rounds in which what was meant to happen did not."""

    name: str
    database: str
    rounds: int
    seed: int
    kills: int = 0
    missed: int = 0
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    def add(self, number: int, outcome: Outcome) -> None:
        """Each fault is kept with the number of its round, by which it can be played again."""
        self.kills += outcome.kills
        self.missed += not outcome.reached
        for name in ("lost", "duplicate", "stuck"):
            faults: list[str] = getattr(self, name)
            faults += [f"round {number}: {fault}" for fault in getattr(outcome.verdict, name)]

    @property
    def key(self) -> tuple[str, str, int, int]:
        return self.name, self.database, self.rounds, self.seed

    @property
    def line(self) -> str:
        """For people who watch."""
        counts = f"kills={self.kills} lost={len(self.lost)} duplicate={len(self.duplicate)} stuck={len(self.stuck)}"
        missed = f" NEVER REACHED in {self.missed}" if self.missed else ""
        faults = "".join(f"\n    {fault}" for fault in [*self.lost, *self.duplicate, *self.stuck])
        return f"{self.name:32} {self.database:9} rounds={self.rounds} {counts} ({self.seconds:.0f} s){missed}{faults}"


def read(path: Path) -> list[Cell]:
    """The cells that were kept before."""
    return [Cell(**json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []


def keep(path: Path, cell: Cell) -> None:
    with path.open("a") as file:
        file.write(json.dumps(asdict(cell)) + "\n")


def faults_in(cells: Iterable[Cell]) -> dict[str, int]:
    every = list(cells)
    return {
        "lost": sum(len(cell.lost) for cell in every),
        "duplicate": sum(len(cell.duplicate) for cell in every),
        "stuck": sum(len(cell.stuck) for cell in every),
    }


def sound(cells: Iterable[Cell]) -> bool:
    return not any(cell.lost or cell.duplicate or cell.stuck or cell.missed for cell in cells)
