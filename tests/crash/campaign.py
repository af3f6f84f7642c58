"""Many trials on both databases: shared among processes, kept as they end, and summed up in one closing line.

What is done stands in the results file, one line of JSON a trial and database; started again with `--resume`, the rest is done.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.telemetry import configure_logging
from tests.crash.rounds import Outcome
from tests.crash.scenes import Scenes
from tests.crash.tally import Cell, keep, read, sound
from tests.postgres import postgres_server

DATABASES = ("sqlite", "postgres")
Trial = Callable[[Scenes, int, int], Awaitable[Outcome]]  # the scenes, the number of the round, the seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """`name` is the word before the closing line, `module` what `python -m` starts, `figures` what the line says of the cells;
    `proves` tells for each trial what its success shows."""

    name: str
    module: str
    doc: str
    trials: Mapping[str, Trial]
    proves: Mapping[str, str]
    figures: Callable[[Sequence[Cell]], Mapping[str, int]]

    def main(self) -> int:
        """Returns 0 where nothing was lost, doubled or stuck and every trial came to pass."""
        given = self._arguments()
        configure_logging(level="CRITICAL")
        if given.share:
            asyncio.run(self._share(given))
            return 0
        given.results.parent.mkdir(parents=True, exist_ok=True)
        if not given.resume:
            given.results.unlink(missing_ok=True)
        with ExitStack() as stack:
            server = stack.enter_context(postgres_server()) if "postgres" in given.databases else ""
            self._start_shares(given, server)
        wanted = set(self._wanted(given))
        cells = [cell for cell in read(given.results) if cell.key in wanted]
        self._summarise(cells, given)
        print(f"{self.name}: " + " ".join(f"{key}={value}" for key, value in self.figures(cells).items()))
        return 0 if sound(cells) and len(cells) == len(wanted) else 1

    def _arguments(self) -> argparse.Namespace:
        parser = argparse.ArgumentParser(prog=f"python -m {self.module}", description=self.doc)
        add = parser.add_argument
        add("--rounds", type=int, default=2, help="rounds of each on each database (default 2)")
        add("--jobs", type=int, default=1, help="how many processes share the work (default 1)")
        add("--databases", nargs="+", default=DATABASES, choices=DATABASES)
        add("--only", nargs="+", default=[""], help="only those whose name begins with one of these")
        add("--seed", type=int, default=0, help="other people, cards and moments (default 0)")
        results = Path(f".sergas/{self.name}/results.jsonl")
        add("--results", type=Path, default=results, help=f"where outcomes are kept (default {results})")
        add("--resume", action="store_true", help="go on where an earlier run stopped")
        add("--share", default="", help=argparse.SUPPRESS)  # n/of: what one of several processes does
        add("--server", default="", help=argparse.SUPPRESS)
        given = parser.parse_args()
        if not any(name.startswith(tuple(given.only)) for name in self.trials):
            parser.error(f"nothing is called {' or '.join(given.only)}…")
        return given

    def _wanted(self, given: argparse.Namespace) -> Iterator[tuple[str, str, int, int]]:
        """In the order in which they are done, so that a run that is stopped has whole trials."""
        for name in self.trials:
            for database in given.databases:
                if name.startswith(tuple(given.only)):
                    yield name, database, given.rounds, given.seed

    def _start_shares(self, given: argparse.Namespace, server: str) -> None:
        with ThreadPoolExecutor(given.jobs) as pool:
            list(pool.map(lambda number: self._start_share(given, server, number), range(given.jobs)))

    def _start_share(self, given: argparse.Namespace, server: str, number: int) -> None:
        options = {
            "--rounds": given.rounds, "--seed": given.seed, "--results": given.results,
            "--share": f"{number}/{given.jobs}", "--server": server,
        }  # fmt: skip
        words = [str(word) for option in options.items() for word in option]
        command = [sys.executable, "-m", self.module, *words, "--databases", *given.databases, "--only", *given.only]
        subprocess.run(command, check=True)

    async def _share(self, given: argparse.Namespace) -> None:
        """Every n-th of what is still to do, each trial on one kind of database after the other."""
        number, of = map(int, given.share.split("/"))
        done = {cell.key for cell in read(given.results)}
        todo = [key for key in list(self._wanted(given))[number::of] if key not in done]
        with tempfile.TemporaryDirectory(prefix="sergas-") as folder:
            scenes: dict[str, Scenes] = {}
            for name, database, *_ in todo:
                if database not in scenes:
                    server = given.server if database == "postgres" else None
                    scenes[database] = Scenes(Path(folder) / database, server)
                    await scenes[database].make()
                cell = await self._cell(name, database, scenes[database], given)
                keep(given.results, cell)
                print(cell.line, flush=True)
            for each in scenes.values():
                each.drop()

    async def _cell(self, name: str, database: str, scenes: Scenes, given: argparse.Namespace) -> Cell:
        began = time.monotonic()
        cell = Cell(name=name, database=database, rounds=given.rounds, seed=given.seed)
        for number in range(given.rounds):
            cell.add(number, await self.trials[name](scenes, number, given.seed))
        cell.seconds = round(time.monotonic() - began, 1)
        return cell

    def _summarise(self, cells: Sequence[Cell], given: argparse.Namespace) -> None:
        """The figures, and every cell with what its success proves, as one JSON object beside the results."""
        every = [asdict(cell) | {"proves": self.proves[cell.name]} for cell in cells]
        summary = {**self.figures(cells), "rounds": given.rounds, "seed": given.seed, "cells": every}
        given.results.with_name("summary.json").write_text(json.dumps(summary, indent=1) + "\n")
