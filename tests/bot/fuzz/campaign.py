"""A whole run: first requests that nobody signed, then absurd ones that our secret signs, each checked against the database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from random import Random
from urllib.parse import urlsplit

from store.domain.gate.proposals import Proposal
from tests.bot.fuzz.forgeries import Given, forgery
from tests.bot.fuzz.genuine import Genuine, captured
from tests.bot.fuzz.ledger import Ledger, is_vouched_for
from tests.bot.fuzz.signed import absurdity, press_in, renewed
from tests.bot.fuzz.wire import CLOSED, UNFINISHED, Hung, Line, Request
from tests.flows.stage import Stage, value_of

LINES = 8
UNSIGNED_SHARE = 0.7
BATCH = 250  # unsigned requests between two looks at the database
ROUND = 40  # signed ones, of which some decide
REFUSED = {400, 401, 404, 405, 408, 413, 415, CLOSED, UNFINISHED}  # what one without our signature may get
WORDS = {CLOSED: "closed", UNFINISHED: "unfinished"}


@dataclass(slots=True)
class Figures:
    """`state_changes` counts rows that unsigned requests changed, `unvouched` decisions behind which no press of somebody
    stands who may decide. `faults` are the requests to look at, by the number that makes them again."""

    payloads: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    five_xx: int = 0
    unsigned: int = 0
    unsigned_accepted: int = 0
    state_changes: int = 0
    decisions: int = 0
    unvouched: int = 0
    hung: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.five_xx or self.unsigned_accepted or self.state_changes or self.unvouched or self.hung)

    def told(self) -> dict[str, object]:
        """For the closing line."""
        told = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "faults"}
        return told | {"by_status": dict(sorted(self.by_status.items())), "clean": self.clean}

    def count(self, number: int, request: Request, status: int) -> None:
        self.payloads += 1
        self.by_status[WORDS.get(status, str(status))] += 1
        self.unsigned += not request.signed
        accepted = not request.signed and status not in REFUSED
        self.unsigned_accepted += accepted
        self.five_xx += status >= 500
        if accepted or status >= 500:
            self.faults.append(f"{number} ({request.label}): {status}")


class Campaign:
    """`stage` runs behind signed HTTP, on the morning after the first night. `forgers_secret` is what forgers sign with."""

    def __init__(self, stage: Stage, *, seed: int, forgers_secret: str = "another-signing-secret") -> None:
        self.figures = Figures()
        self._stage, self._seed = stage, seed
        self._secret = stage.slack.signing_secret
        self._ledger = Ledger(stage)
        self._forgers_secret = forgers_secret
        self._genuine: list[Genuine] = []
        self._bodies: list[tuple[bytes, str]] = []

    async def run(self, payloads: int) -> Figures:
        self._genuine = await captured(self._stage)
        self._bodies = [each.encoded() for each in self._genuine]
        unsigned = int(payloads * UNSIGNED_SHARE)
        try:
            async with _lines(str(self._stage.slack.request_url)) as lines:
                for numbers in _cut(range(unsigned), BATCH):
                    await self._send_unsigned(lines, numbers)
                likes = {value_of(each): each for each in await self._ledger.pending()}
                now = {value: value for value in likes}
                for numbers in _cut(range(unsigned, payloads), ROUND):
                    await self._send_signed(lines, numbers, likes, now)
        finally:
            await self._ledger.close()
        return self.figures

    async def _send_unsigned(self, lines: list[Line], numbers: range) -> None:
        before = await self._ledger.rows()
        await self._send(lines, {number: self._forgery(number) for number in numbers})
        changed = before ^ await self._ledger.rows()
        self.figures.state_changes += len(changed)
        if changed:
            self.figures.faults.append(f"{numbers}: {len(changed)} rows")

    async def _send_signed(
        self, lines: list[Line], numbers: range, likes: dict[str, Proposal], now: dict[str, str]
    ) -> None:
        """`likes` are the proposals that stood in the captured payloads, by `id:version`; `now` those that stand for them, which
        are renewed as soon as they are decided."""
        requests = {number: self._absurdity(number, now) for number in numbers}
        await self._send(lines, requests)
        presses = {press for press in map(press_in, requests.values()) if press}
        for decided in await self._ledger.decided(set(now.values())):
            self.figures.decisions += 1
            if not is_vouched_for(decided, presses):
                self.figures.unvouched += 1
                self.figures.faults.append(f"{numbers}: {decided}")
            old = next(old for old, value in now.items() if value == decided.proposal)
            now[old] = await self._ledger.more(likes[old])

    def _forgery(self, number: int) -> Request:
        rng = Random(f"{self._seed}:{number}")
        given = Given(*rng.choice(self._bodies), self._secret, self._forgers_secret)
        return forgery(rng, given)

    def _absurdity(self, number: int, now: dict[str, str]) -> Request:
        rng = Random(f"{self._seed}:{number}")
        chosen = renewed(rng, rng.choice(self._genuine), proposals=now)
        return absurdity(rng, chosen, self._genuine, secret=self._secret)

    async def _send(self, lines: list[Line], requests: dict[int, Request]) -> None:
        waiting = iter(requests.items())
        await asyncio.gather(*(self._send_over(line, waiting) for line in lines))

    async def _send_over(self, line: Line, waiting: Iterator[tuple[int, Request]]) -> None:
        for number, request in waiting:
            try:
                self.figures.count(number, request, await line.ask(request))
            except Hung:
                self.figures.hung += 1
                self.figures.faults.append(f"{number} ({request.label}): no answer")


def _cut(numbers: range, size: int) -> Iterator[range]:
    for first in range(numbers.start, numbers.stop, size):
        yield range(first, min(first + size, numbers.stop))


@asynccontextmanager
async def _lines(url: str) -> AsyncIterator[list[Line]]:
    address = urlsplit(url)
    lines = [Line(str(address.hostname), address.port or 80) for _ in range(LINES)]
    yield lines
    for line in lines:
        await line.close()
