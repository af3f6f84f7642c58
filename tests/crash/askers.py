"""What people do beside deciding one card: ask, call for a review, approve several at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import select

from store.domain.errors import BadInput
from store.tables.core import BriefRow, ProposalRow, table_of
from tests.crash.world import World
from tests.flows.company import ANNA
from tests.flows.stage import ANNAS

briefs, proposals = table_of(BriefRow), table_of(ProposalRow)
_MODAL_SECONDS = 5.0


@dataclass(slots=True)
class Asker:
    """Writes to the bot. Slack brings the message until it is acknowledged; nobody writes it twice."""

    world: World
    text: str = "Why not Elm Street Books?"
    ts: str = ""

    async def act(self) -> None:
        self.ts = str((await self.world.slack.message(ANNAS, self.text))["ts"])
        await self.world.slack.settled()

    async def insist(self) -> None:
        """They wait."""

    def lost(self) -> Iterator[str]:
        answers = [
            each for each in self.world.slack.dm(ANNAS) if each.get("thread_ts") == self.ts and each.get("bot_id")
        ]
        if len(answers) != 1:
            yield f"a question has {len(answers)} answers"


@dataclass(slots=True)
class Commander:
    """Calls for a review until Slack says that the command went through. `before` are the reviews that stood already."""

    world: World
    told: int = 0
    before: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.before = self._posted()

    async def act(self) -> None:
        self.told += (await self.world.slack.command(ANNAS, "/review-account", "Acme Robotics")).acknowledged

    async def insist(self) -> None:
        if not self.told:
            await self.act()

    def lost(self) -> Iterator[str]:
        posted = self._posted() - self.before
        if len(posted) < self.told:
            yield f"{self.told} commands were acknowledged and {len(posted)} reviews posted"

    def _posted(self) -> frozenset[str]:
        """The ids of the reviews that stand in Slack."""
        rows = self.world.rows(select(briefs))
        return frozenset(row["id"] for row in rows if row["local_date"] is None and row["state"] == "posted")


@dataclass(slots=True)
class Batcher:
    """Approves all low-risk ones at once. `listed` is what the modal showed when it was submitted."""

    world: World
    told: int = 0
    listed: set[str] = field(default_factory=set)

    async def act(self) -> None:
        slack = self.world.slack
        with suppress(BadInput, TimeoutError):
            if slack.modal(ANNAS) is None and not (await slack.click(ANNAS, "approve_batch")).acknowledged:
                return
            await slack.until(lambda: slack.modal(ANNAS) is not None, timeout=_MODAL_SECONDS)
            view = slack.modal(ANNAS) or {}
            items = str(view.get("private_metadata")).split(",")
            self.listed |= {item.partition(":")[0] for item in items}
            self.told += (await slack.submit(ANNAS, {})).ok

    async def insist(self) -> None:
        if not self.told:
            await self.act()

    def lost(self) -> Iterator[str]:
        states = {row["id"]: row["state"] for row in self.world.rows(select(proposals))}
        yield from (f"{each[:10]} of a batch came to {states[each]}" for each in self.listed if states[each] != "done")
        bodies = [json.loads(row["body"]) for row in self.world.rows(select(briefs)) if row["state"] == "posted"]
        if not any(body["kind"] == "batch" for body in bodies):
            yield "a batch has no report"


@dataclass(slots=True)
class Reader:
    """Does nothing, and is asked or reminded by the bot: exactly once for each of these owners, by a brief of this kind. A message
    about several owners' decisions has the reader as its owner."""

    world: World
    kind: str
    owners: tuple[str, ...] = (ANNA,)
    person_id: str = ANNA

    async def act(self) -> None:
        """They wait."""

    insist = act

    def lost(self) -> Iterator[str]:
        rows = [row for row in self.world.rows(select(briefs)) if row["body"] and row["state"] == "posted"]
        bodies = [json.loads(row["body"]) for row in rows]
        mine = [body for body in bodies if body["kind"] == self.kind and _reader(body) == self.person_id]
        about = sorted(str(body["owner_id"]) for body in mine)
        if about != sorted(self.owners):
            yield f"{self.person_id} got messages of kind {self.kind} about {about}"


def _reader(body: dict[str, object]) -> object:
    return body.get("reader_id") or body["owner_id"]
