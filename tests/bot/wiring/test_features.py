"""Claude words a brief or not by the switches of the moment, without a restart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.ports import TellStep
from bot.wiring.features import SwitchedEnrich
from store.domain.brief.brief import Brief
from store.domain.errors import StoreUnavailable
from tests.bot import samples


class Signing:
    """Signs each brief as its author."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, brief: Brief, *, progress: TellStep | None = None) -> Brief:
        return replace(brief, author=self.name)


class Switch:
    def __init__(self) -> None:
        self.on = True
        self.down = False

    async def __call__(self) -> bool:
        if self.down:
            raise StoreUnavailable("The database is away.")
        return self.on


@pytest.fixture
def switches() -> tuple[Switch, Switch, SwitchedEnrich]:
    words, notes = Switch(), Switch()
    made = SwitchedEnrich(
        with_notes=Signing("with notes"), without_notes=Signing("without"), is_on=words, has_notes=notes
    )
    return words, notes, made


async def test_each_brief_is_worded_by_the_switches_of_its_moment(
    switches: tuple[Switch, Switch, SwitchedEnrich],
) -> None:
    words, notes, enrich = switches
    brief, _ = samples.morning(cards=1)
    assert (await enrich(brief)).author == "with notes"
    notes.on = False
    assert (await enrich(brief)).author == "without"
    words.on = False
    assert await enrich(brief) == brief
    words.on, notes.on = True, True
    assert (await enrich(brief)).author == "with notes"


async def test_a_brief_keeps_its_words_if_the_switches_cannot_be_read(
    switches: tuple[Switch, Switch, SwitchedEnrich],
) -> None:
    words, _, enrich = switches
    brief, _ = samples.morning(cards=1)
    words.down = True
    assert await enrich(brief) == brief
