"""The sums at the end of a run: kept as they come, and no good news where anything went wrong or nothing happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.judge import Verdict
from tests.crash.rounds import Outcome
from tests.crash.tally import Cell, faults_in, keep, read, sound

FINE = Outcome(reached=True, kills=1, verdict=Verdict())


def cell(*outcomes: Outcome) -> Cell:
    made = Cell(name="write.claim.committed", database="sqlite", rounds=len(outcomes), seed=0)
    for number, outcome in enumerate(outcomes):
        made.add(number, outcome)
    return made


def test_what_was_kept_is_read_again_as_it_was(tmp_path: Path) -> None:
    cells = [cell(FINE), cell(FINE, Outcome(reached=True, kills=2, verdict=Verdict(lost=["a press"])))]
    for each in cells:
        keep(tmp_path / "results.jsonl", each)

    assert read(tmp_path / "results.jsonl") == cells
    assert read(tmp_path / "never.jsonl") == []


@pytest.mark.parametrize("kind", ["lost", "duplicate", "stuck"])
def test_one_fault_of_any_kind_is_counted_and_spoils_the_run(kind: str) -> None:
    spoilt = cell(FINE, Outcome(reached=True, kills=1, verdict=Verdict(**{kind: ["something"]})))

    assert faults_in([cell(FINE), spoilt]) == {"lost": 0, "duplicate": 0, "stuck": 0} | {kind: 1}
    assert not sound([cell(FINE), spoilt])
    assert "round 1: something" in spoilt.line
    assert sound([cell(FINE)])


def test_a_round_that_never_came_to_its_point_spoils_the_run() -> None:
    missed = cell(Outcome(reached=False, kills=0, verdict=Verdict()))
    assert not sound([missed])
    assert "NEVER REACHED" in missed.line
