"""What people do to a card, what Slack tells them of it, and what they do when it did not work."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import RowMapping, select

from integrations.sandbox.slack import forms
from store.domain.errors import BadInput
from store.tables.core import ProposalRow, table_of
from tests.crash.life import Killed
from tests.crash.world import World
from tests.flows.company import ANNA, BOB
from tests.flows.stage import ANNAS, BOBS, MIAS

Deed = Literal["approve", "reject", "adjust", "undo"]
# What the proposal comes to in the end where nothing else gets in the way.
COMES_TO: Mapping[Deed, str] = {"approve": "done", "reject": "rejected", "adjust": "superseded", "undo": "undone"}
SLACK_USERS: Mapping[str, str] = {ANNA: ANNAS, BOB: BOBS}
SUBJECT = "Call them, and mean it"
_MODAL_SECONDS = 5.0
proposals = table_of(ProposalRow)


@dataclass(frozen=True, slots=True)
class Card:
    """A proposal on a card: what a person sees of it."""

    id: str
    version: int
    owner_id: str
    write: Mapping[str, Any]

    @property
    def value(self) -> str:
        return f"{self.id}:{self.version}"

    @property
    def tool(self) -> str:
        return str(self.write["kind"])

    @property
    def reader(self) -> str:
        """The Slack user in whose messages it stands."""
        return SLACK_USERS[self.owner_id]


@dataclass(slots=True)
class Decider:
    """Does one thing to one card until Slack says that it worked. `told` are the times it did."""

    world: World
    deed: Deed
    card: Card
    user: str
    comes_to: str = ""
    told: int = 0
    tried: int = 0

    async def act(self) -> None:
        """Try once; whoever is not told that it worked knows that it may not have."""
        self.tried += 1
        with suppress(BadInput):  # the button, or the modal, is not there any more
            match self.deed:
                case "approve":
                    self.told += await self._press("approve_proposal")
                case "reject":
                    self.told += await self._by_modal("reject_proposal", {"reason": {"reason": "other"}})
                case "adjust":
                    self.told += await self._by_modal("adjust_proposal", {"subject": {"subject": SUBJECT}})
                case "undo":
                    self.told += await self._by_modal("undo_write", {})

    async def insist(self) -> None:
        """Try again where it did not seem to work and the card still asks."""
        if not self.told:
            await self.act()

    def lost(self) -> Iterator[str]:
        """What was not done of what they did until they were told that it worked."""
        rows = self.world.rows(select(proposals))
        row = next(each for each in rows if each["id"] == self.card.id)
        if row["state"] != (self.comes_to or COMES_TO[self.deed]) or not self._stands(rows, row):
            tries = f"acknowledged {self.told} of {self.tried} times"
            yield f"{self.deed} of {self.card.tool} {self.card.id[:10]} ({tries}) came to {row['state']}"

    def _stands(self, rows: list[RowMapping], row: RowMapping) -> bool:
        """Of an adjusted card, whether the newer version holds what was typed."""
        newer = [each for each in rows if each["lineage"] == row["lineage"] and each["version"] == row["version"] + 1]
        return self.deed != "adjust" or [json.loads(each["write"])["subject"] for each in newer] == [SUBJECT]

    async def _by_modal(self, action: str, values: dict[str, dict[str, Any]]) -> bool:
        """Submit the modal that the button opens; one that is open already is used."""
        slack = self.world.slack
        if not _may_submit(slack.modal(self.user)):
            if not await self._press(action):
                return False
            with suppress(TimeoutError):
                await slack.until(lambda: _may_submit(slack.modal(self.user)), timeout=_MODAL_SECONDS)
        if not _may_submit(slack.modal(self.user)):
            return False
        return (await slack.submit(self.user, values)).ok

    async def _press(self, action: str) -> bool:
        slack = self.world.slack
        for message in reversed(slack.dm(self.card.reader)):
            for block, element in forms.elements(message.get("blocks") or []):
                if (element["action_id"], element.get("value")) == (action, self.card.value):
                    receipt = await slack.click(
                        self.user, action, ts=message["ts"], block_id=block["block_id"], value=self.card.value,
                        channel=slack.channel(self.card.reader),
                    )  # fmt: skip
                    return receipt.acknowledged
        raise BadInput("The card has no such button any more.")


def cards(world: World, *, tool: str = "") -> list[Card]:
    """What is pending, of one kind of write where that is asked, in the order in which it was proposed."""
    pending = select(proposals).where(proposals.c.state == "pending").order_by(proposals.c.seq)
    return [
        Card(row["id"], row["version"], row["owner_id"], json.loads(row["write"]))
        for row in world.rows(pending)
        if tool in row["write"]
    ]


def someone(world: World, card: Card) -> str:
    """Who presses: the owner, or now and then the manager over the owner's shoulder."""
    return world.random.choice([card.reader, card.reader, MIAS])


async def until_killed(work: Awaitable[object]) -> None:
    with suppress(Killed):
        await work


def _may_submit(view: Mapping[str, Any] | None) -> bool:
    return view is not None and bool(view.get("submit"))
