"""The durable engine over a fresh database of each kind, with work that can be watched."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from bot.jobs.engine import DurableEngine
from bot.jobs.job import ProcessRole
from bot.jobs.policy import EnginePolicy
from bot.jobs.work import Ending, Steps, Work, reporting
from store.domain.errors import CrmUnavailable

RELEASE = "9.9.9"


@dataclass
class Door:
    """Where a step waits: `entered` when it is there, until `opened`."""

    entered: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Watched:
    """Work of two steps, `first` and `second`: how often each was done, for whom and in which order. Whoever is `broken`
    gets nothing done."""

    done: Counter[str] = field(default_factory=Counter)
    order: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    _doors: dict[str, Door] = field(default_factory=dict)
    _did: defaultdict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    def hold(self, step: str) -> Door:
        """Let this step wait before it does anything; `step` is such as `first anna`."""
        self._doors[step] = Door()
        return self._doors[step]

    async def until(self, step: str) -> None:
        """Wait until it is done."""
        await self._did[step].wait()

    async def run(self, steps: Steps, name: str) -> str:
        await steps.step(self.first, name)
        await steps.step(self.second, name)
        return f"made {name}"

    async def first(self, name: str) -> str:
        return await self._do("first", name)

    async def second(self, name: str) -> str:
        return await self._do("second", name)

    async def _do(self, step: str, name: str) -> str:
        with reporting("work.failed", name=name):
            if door := self._doors.get(f"{step} {name}"):
                door.entered.set()
                await door.opened.wait()
            if name in self.broken:
                raise CrmUnavailable(f"The secret of {name} cannot be read.")
            self.done[f"{step} {name}"] += 1
            self.order.append(name)
            self._did[f"{step} {name}"].set()
            return name


@dataclass
class Rig:
    """`running` is one life of the process: the same records, another engine."""

    policy: EnginePolicy
    watched: Watched = field(default_factory=Watched)
    endless: bool = False
    everywhere: int | None = None

    @asynccontextmanager
    async def running(self, **changed: object) -> AsyncIterator[DurableEngine]:
        engine = DurableEngine(replace(self.policy, **changed))  # type: ignore[arg-type]  # given as plain keywords
        work = Work(
            name="works", run=self.watched.run, at_once=4, everywhere=self.everywhere, endless=self.endless, tries=3
        )
        engine.carry(work)
        async with asyncio.timeout(30), engine.running(ProcessRole.ALL):
            yield engine


async def finished(start: Ending | None) -> object:
    assert start is not None
    return await start()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Rig:
    """Fresh records on both kinds of database."""
    url = _file(tmp_path) if request.param == "sqlite" else make_url(request.getfixturevalue("postgres_url"))
    return Rig(_policy(url, tmp_path))


@pytest.fixture
def sqlite_rig(tmp_path: Path) -> Rig:
    return Rig(_policy(_file(tmp_path), tmp_path))


def _file(folder: Path) -> URL:
    return URL.create("sqlite", database=str(folder / "engine.db"))


def _policy(url: URL, folder: Path) -> EnginePolicy:
    return EnginePolicy(
        url=url, lock_file=folder / "engine.lock", executor_id="test", version=RELEASE, pause=timedelta(0)
    )
