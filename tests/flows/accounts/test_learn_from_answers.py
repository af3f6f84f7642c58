"""A morning after many answers: dismissed topics give way, high risks do not, and a person's word wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from store.domain.attention.answers import Choice
from store.domain.attention.ledger import Entry, Place, Reason
from store.domain.crm.accounts import Person
from store.domain.gate.proposals import State
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, GRANITE
from tests.flows.stage import MORNING, Stage
from tests.store.makers import proposal

SILENCE = "no_activity"


async def answered(night: Stage, *, owner_id: str = ANNA, dismissed: int = 0, taken: int = 0) -> None:
    """The owner answered so much advice about silent accounts last week."""
    owner, at = Person(id=owner_id, name="", email=""), MORNING - timedelta(days=7)
    states = [State.REJECTED] * dismissed + [State.DONE] * taken
    made = [proposal(owner=owner, key=f"k{n}", account_id=f"a{n}", state=state) for n, state in enumerate(states)]
    async with night.bot.services.database.transaction() as tx:
        await tx.proposals.add(*(replace(each, decided_by=owner_id, decided_at=at, created_at=at) for each in made))


async def entries_of(night: Stage, owner_id: str = ANNA) -> dict[str, Entry]:
    """The owner's ledger once the morning went out."""
    await night.morning()
    async with night.bot.services.database.reading() as tx:
        last = await tx.attention.last(owner_id)
    assert last is not None
    return last.by_account()


async def test_without_answers_a_silent_account_is_asked_about(night: Stage) -> None:
    assert (await entries_of(night))[ACME].place is Place.ASK


async def test_advice_on_a_topic_that_one_dismissed_is_listed_and_other_advice_asked_for_as_before(
    either_night: Stage,
) -> None:
    await answered(either_night, dismissed=9, taken=1)
    entries = await entries_of(either_night)
    assert (entries[ACME].place, entries[ACME].reason) == (Place.NAMED, Reason.LOW)
    assert (entries[ACME].worth.answers, entries[ACME].topic) == (0.7778, SILENCE)
    assert (entries[BOREALIS].place, entries[BOREALIS].worth.answers) == (Place.ASK, 1.0)


async def test_a_choice_of_as_before_brings_the_topic_back(night: Stage) -> None:
    await answered(night, dismissed=9, taken=1)
    async with night.bot.services.database.transaction() as tx:
        await tx.answers.choose(ANNA, SILENCE, Choice.AS_BEFORE, at=MORNING)
    entry = (await entries_of(night))[ACME]
    assert (entry.place, entry.worth.answers) == (Place.ASK, 1.0)


async def test_one_persons_answers_do_not_decide_for_another_but_count_a_little_the_day_after(night: Stage) -> None:
    await answered(night, owner_id=BOB, dismissed=20)
    assert (await entries_of(night))[ACME].worth.answers == 1.0  # Bob's brief of today comes into the pool tomorrow

    next_morning = MORNING + timedelta(days=1)
    await night.look(next_morning - timedelta(hours=4))
    await night.morning(next_morning)
    async with night.bot.services.database.reading() as tx:
        anna, bob = await tx.attention.last(ANNA), await tx.attention.last(BOB)
    assert anna is not None
    assert bob is not None
    assert bob.tally.answers == {SILENCE: (0, 8)}
    assert bob.by_account()[GRANITE].worth.answers < anna.by_account()[ACME].worth.answers < 1.0
