"""Ask the bot some 450 questions as people type them, and grade the answers: `python -m tests.conversation --json`.

Once with the sandbox's Claude and once by rules alone. A right answer is about the right account, has the facts of the stored
records and names nothing that the person may not see.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from bot.telemetry import configure_logging
from tests.conversation.grade import Graded, graded
from tests.conversation.held import HELD
from tests.conversation.questions import QUESTIONS, Question
from tests.conversation.room import room
from tests.conversation.typed import TYPED, UNSEEN

SETS: Mapping[str, tuple[Question, ...]] = {
    "all": (*QUESTIONS, *TYPED, *UNSEEN, *HELD), "first": QUESTIONS, "typed": TYPED, "unseen": UNSEEN, "held": HELD,
}  # fmt: skip


async def run(*, model: bool, seed: int, questions: tuple[Question, ...]) -> list[Graded]:
    with tempfile.TemporaryDirectory() as home:
        async with room(Path(home), model=model, seed=seed) as made:
            return await graded(made, questions)


def figures(found: list[Graded]) -> dict[str, int]:
    counted = Counter(each.grade for each in found)
    return {"asked": len(found), **{grade: counted[grade] for grade in ("well", "partly", "badly")}}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.conversation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=11, help="another seed is another company (default 11)")
    parser.add_argument("--questions", choices=tuple(SETS), default="all", help="a part of the questions")
    parser.add_argument("--only", choices=("rules", "model"), help="one of the two runs")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON line; without it, the answers that are not right"
    )
    given = parser.parse_args()
    configure_logging(level="CRITICAL")
    runs = {
        name: asyncio.run(run(model=name == "model", seed=given.seed, questions=SETS[given.questions]))
        for name in ("rules", "model")
        if given.only in (None, name)
    }
    if given.json:
        print(json.dumps({name: figures(found) for name, found in runs.items()}))
        return 0
    for name, found in runs.items():
        for each in found:
            if each.grade != "well":
                print(f"{each.grade}: {' // '.join(each.asked)}\n  {each.why}\n  {each.answer[:300]!r}")
        print(name, figures(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
