"""`python -m tests.gate`: break the gate in every way of `bugs.py` and tell the step at which the state machine noticed."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import traceback
from pathlib import Path
from time import perf_counter

from bot.telemetry import configure_logging
from tests.gate.bugs import BUGS
from tests.gate.exploration import BROKEN_EXAMPLES, BROKEN_STEPS, explore
from tests.gate.templates import sqlite_templates
from tests.scratch import keep_scratch_in_memory


def main() -> int:
    """0 where every bug was noticed; prints one line a bug and a closing JSON line."""
    parser = argparse.ArgumentParser(prog="python -m tests.gate", description=__doc__)
    parser.add_argument(
        "--examples", type=int, default=BROKEN_EXAMPLES, help="Examples to try before a bug counts as missed."
    )
    parser.add_argument("--only", default="", help="Only bugs whose name holds this.")
    parser.add_argument("--skip", type=int, default=0, help="Leave out so many of them.")
    options = parser.parse_args()
    configure_logging(level="CRITICAL")
    keep_scratch_in_memory()
    noticed, names = 0, [name for name in BUGS if options.only in name][options.skip :]
    with tempfile.TemporaryDirectory() as folder:
        templates = sqlite_templates(Path(folder))
        for name in names:
            began = perf_counter()
            with BUGS[name]():
                problem = _problem_of(lambda: explore(templates, examples=options.examples, steps=BROKEN_STEPS))
            noticed += problem is not None
            print(f"{perf_counter() - began:6.1f} s  {name}: {problem or 'NOT NOTICED'}", flush=True)
    print(json.dumps({"bugs": len(names), "noticed": noticed}))
    return 0 if noticed == len(names) else 1


def _problem_of(exploring: object) -> str | None:
    """Where and why it failed; None where it did not."""
    try:
        exploring()  # type: ignore[operator]  # the value has the right type here
    except AssertionError as problem:
        steps = [
            frame.name
            for frame in traceback.extract_tb(problem.__traceback__)
            if Path(frame.filename).name in ("machine.py", "steps.py")
        ]
        return f"{steps[0] if steps else '?'}: {str(problem).splitlines()[0]}"
    return None


if __name__ == "__main__":
    sys.exit(main())
