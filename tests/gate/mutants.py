"""`python -m tests.gate.mutants`: what `mutmut run` came to, one line a module and a closing JSON line.

A mutant is one small change of the code: another comparison, a constant, an argument left out. Those that were not tried do
not count. One that no test and no type notices has survived.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

SURVIVED, NO_TESTS, BY_TYPES = 0, (5, 33), 37


def main() -> int:
    """0 where anything was tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.gate.mutants", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("mutants"), help="where mutmut keeps its results")
    folder = parser.parse_args().folder
    total: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.py.meta")):
        counts = counted(json.loads(path.read_text())["exit_code_by_key"].values())
        if counts["tried"]:
            print(f"{score(counts):6.1f} % of {counts['tried']:4}  {path.relative_to(folder).with_suffix('')}")
        total += counts
    if not total["tried"]:
        print(f"Nothing was tried: `make mutants` fills {folder} first.", file=sys.stderr)
        return 1
    kinds = ("tried", "by_types", "by_tests", "survived")
    print(json.dumps({"mutants": {kind: total[kind] for kind in kinds}, "score": round(score(total), 1)}))
    return 0


def counted(exit_codes: Iterable[int | None]) -> Counter[str]:
    """How many were tried, and what noticed them."""
    counts: Counter[str] = Counter()
    for code in exit_codes:
        if code is None:
            continue
        counts["tried"] += 1
        if code == BY_TYPES:
            counts["by_types"] += 1
        elif code == SURVIVED or code in NO_TESTS:
            counts["survived"] += 1
        else:  # a test failed, or went on for ever
            counts["by_tests"] += 1
    return counts


def score(counts: Counter[str]) -> float:
    """The share that was noticed, in per cent."""
    return 100 * (1 - counts["survived"] / counts["tried"])


if __name__ == "__main__":
    sys.exit(main())
