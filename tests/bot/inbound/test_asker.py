"""Who asks is looked up when a listener first needs it, and once."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from agents.flows.access.identity import Caller
from bot.inbound.asker import Asker
from bot.views.reader import Reader
from store.domain.crm.accounts import Person
from store.domain.errors import Refused
from tests.bot import samples

ANNA = Person(id=samples.OWNER, name="Anna Berg", email="anna@example.com")
VOUCHED = Caller(team_id="T1", user_id="U1", request_id="r1")


class Directory:
    """Remembers what was looked up; knows only the team T1."""

    def __init__(self) -> None:
        self.looked_up: list[str] = []

    async def at_home(self, caller: Caller) -> Caller:
        return caller

    async def introduce(self, caller: Caller) -> Caller:
        self.looked_up.append("caller")
        if caller.team_id != "T1":
            raise Refused("I can't find you in the CRM.")
        return caller

    async def person(self, caller: Caller) -> Person:
        self.looked_up.append("person")
        return ANNA

    async def admit(self, caller: Caller, asked: str, about: str) -> None:
        await self.person(caller)

    async def reader(self, person: Person) -> Reader:
        self.looked_up.append("reader")
        return samples.READER

    async def names(self, team_id: str, user_ids: Collection[str]) -> Mapping[str, str]:
        self.looked_up.append("names")
        return {"U1": "Anna Berg"}


async def test_nothing_is_looked_up_for_a_listener_that_needs_no_one() -> None:
    directory = Directory()
    assert Asker(VOUCHED, directory).user_id == "U1"
    assert directory.looked_up == []


async def test_an_answer_that_renders_nothing_looks_up_no_reader() -> None:
    directory = Directory()
    assert await Asker(VOUCHED, directory).caller() == VOUCHED
    assert directory.looked_up == ["caller"]


async def test_each_is_looked_up_once_however_often_it_is_needed() -> None:
    directory = Directory()
    asker = Asker(VOUCHED, directory)
    for _ in range(2):
        assert await asker.reader() is samples.READER
        assert await asker.caller() == VOUCHED
    assert directory.looked_up == ["caller", "person", "reader"]


async def test_a_stranger_gets_no_reader() -> None:
    directory = Directory()
    with pytest.raises(Refused):
        await Asker(Caller(team_id="T2", user_id="U1", request_id="r1"), directory).reader()
    assert directory.looked_up == ["caller"]
