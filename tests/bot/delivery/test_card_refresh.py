"""Cards follow the moves of their proposals: promptly, together where many move at once, and without a failure that spreads."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field, replace

import pytest

from bot.delivery.card_refresh import CardRefresh
from store.domain.errors import StoreUnavailable
from store.domain.gate.moves import ProposalMoved
from store.domain.gate.proposals import State
from tests.store.makers import ANNA, proposal

BOB = replace(ANNA, id="u-bob")


@dataclass
class Screen:
    """Remembers what it was asked to show, which takes until `may_end`; `failing` once if set."""

    shown: list[tuple[str, list[str]]] = field(default_factory=list)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    failing: Exception | None = None

    async def show(self, owner_id: str, ids: Collection[str]) -> None:
        self.shown.append((owner_id, sorted(ids)))
        if self.failing:
            problem, self.failing = self.failing, None
            raise problem
        await self.may_end.wait()


def moved(number: int, owner: str = ANNA.id) -> ProposalMoved:
    made = replace(proposal(f"p{number:02d}"), owner_id=owner, state=State.READY)
    return ProposalMoved(proposal=made, frm=frozenset({State.PENDING}))


async def test_forty_moves_one_after_another_update_the_brief_twice() -> None:
    screen = Screen()
    cards = CardRefresh(screen.show)
    for number in range(40):
        cards.follow([moved(number)])
        await asyncio.sleep(0)
    screen.may_end.set()
    await cards.settled()
    assert [len(ids) for _, ids in screen.shown] == [1, 39]
    assert sorted(each for _, ids in screen.shown for each in ids) == [f"p{number:02d}" for number in range(40)]


async def test_a_slow_update_of_one_owners_messages_holds_up_no_other() -> None:
    screen = Screen()
    cards = CardRefresh(screen.show)
    cards.follow([moved(1), moved(2, BOB.id)])
    cards.follow([moved(3)])
    await asyncio.sleep(0)
    assert sorted(screen.shown) == sorted([(ANNA.id, ["p01", "p03"]), (BOB.id, ["p02"])])
    screen.may_end.set()
    await cards.settled()


@pytest.mark.parametrize("problem", [StoreUnavailable("away"), RuntimeError("a fault of ours")])
async def test_an_update_that_fails_does_not_end_those_that_follow(problem: Exception) -> None:
    screen = Screen(failing=problem)
    screen.may_end.set()
    cards = CardRefresh(screen.show)
    cards.follow([moved(1)])
    await cards.settled()
    cards.follow([moved(2)])
    await cards.settled()
    assert [ids for _, ids in screen.shown] == [["p01"], ["p02"]]


async def test_at_the_end_an_update_that_never_ends_is_cut_short() -> None:
    screen = Screen()
    cards = CardRefresh(screen.show, grace=0.01)
    cards.follow([moved(1)])
    await cards.drain()
    await cards.settled()
    assert len(screen.shown) == 1
