"""One company on a Tuesday morning: everyone has a brief, and three people write: an executive, their manager, an administrator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.flows.access.identity import Caller
from agents.flows.conversation.said import Said
from agents.flows.conversation.thread import Where
from bot.demo.demo import slack_users
from bot.views.replies import ONLY_BUTTONS, looks_like_decision
from integrations.sandbox.claude import ClaudeSandbox
from integrations.sandbox.world import build_world
from store.domain.crm.accounts import AccountFacts, Contact, Person, Role
from store.domain.gate.links import Link
from store.domain.running.messages import Earlier
from tests.flows.company import FIRST_NIGHT, TUESDAY
from tests.flows.stage import MORNING, NIGHT, Stage, stage

_EARLIER = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """`books` are the accounts that each person may see, by the id of the person; `gone` the contacts who left, by account;
    `waiting` the accounts on which they have to decide; `names` of all people. `model` says whether one answers."""

    stage: Stage
    model: bool
    people: dict[str, Person]
    links: dict[str, Link]
    books: dict[str, list[AccountFacts]]
    gone: dict[str, list[Contact]]
    waiting: dict[str, list[str]]
    names: dict[str, str]

    def person(self, role: str) -> Person:
        """The executive with the most accounts, their manager, or the administrator."""
        return self.people[role]

    async def ask(self, role: str, messages: Sequence[str]) -> Said:
        """Write these messages in one thread, one after the other. Returns the last answer."""
        link = self.links[self.people[role].id]
        earlier: list[Earlier] = []
        said = None
        for number, text in enumerate(messages):
            if looks_like_decision(text):  # as the listener does
                said = Said(text=ONLY_BUTTONS)
                continue
            caller = Caller(team_id=link.team_id, user_id=link.user_id, request_id=f"{role}:{number}:{text[:40]}")
            said = await self.stage.bot.converse(caller, text, Where("D0"), Thread(tuple(earlier)))
            earlier = [*earlier, Earlier(text, ours=False), Earlier(said.text, ours=True)][-_EARLIER:]
        assert said is not None
        return said


@dataclass(frozen=True, slots=True)
class Thread:
    """The messages so far, oldest first."""

    so_long: tuple[Earlier, ...]

    async def earlier(self) -> Sequence[Earlier]:
        return self.so_long

    async def status(self, text: str) -> None:
        """No one watches."""

    async def step(self, title: str) -> None:
        """No one watches."""

    async def so_far(self, text: str) -> None:
        """No one watches."""


@asynccontextmanager
async def room(home: Path, *, model: bool, seed: int = 11) -> AsyncIterator[Room]:
    """With a `model`, the sandbox's Claude answers what the rules leave to it."""
    world = build_world(seed=seed, owners=3, accounts_per_owner=24, end=TUESDAY)
    url = f"sqlite+aiosqlite:///{home / 'talk.db'}"
    users = slack_users(world.company)
    async with (
        _claude(model=model) as told,
        stage(url, home, of=world.company, people=users, memory_url="", **told) as made,
    ):
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        made.clock.moment = MORNING
        await made.morning()
        yield await _furnished(made, model=model)


@asynccontextmanager
async def _claude(*, model: bool) -> AsyncIterator[dict[str, Any]]:
    if not model:
        yield {}
        return
    claude = ClaudeSandbox("competent", clock=lambda: NIGHT)
    await claude.start()
    try:
        yield {"anthropic_url": claude.url, "anthropic_api_key": claude.api_key, "author": "claude"}
    finally:
        await claude.stop()


async def _furnished(made: Stage, *, model: bool) -> Room:
    async with made.bot.services.database.reading() as tx:
        people = {each.id: each for each in await tx.people.all() if each.active}
        books = {owner_id: await tx.snapshots.book(owner_id) for owner_id in await tx.snapshots.owner_ids()}
        owners = [each for each in people.values() if each.role is Role.OWNER and books.get(each.id)]
        executive = max(owners, key=lambda each: (len(books[each.id]), each.id))
        manager = people[executive.manager_id or ""]
        admin = next(each for each in people.values() if each.role is Role.ADMIN)
        cast = {"executive": executive, "manager": manager, "administrator": admin}
        for each in cast.values():
            if await tx.links.of_person(each.id) is None:
                raise AssertionError(f"{each.name} is not linked")
        links = {link.person_id: link for link in await tx.links.all()}
        accounts = [facts.id for book in books.values() for facts in book if facts.account]
        waiting = {each: [one.account_name for one in await tx.proposals.pending([each])] for each in people}
        gone = await tx.snapshots.departed(accounts, since=MORNING.replace(year=MORNING.year - 1))
    names = {each.id: each.name for each in people.values()}
    return Room(stage=made, names=names, model=model, people=cast, links=links, books=books, gone=gone, waiting=waiting)
