"""At each brief, what waits for a decision is checked again: what is over goes, with a word why, and the rest has a line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.domain.attention.ledger import Place
from store.domain.brief.brief import Brief
from store.domain.gate.proposals import Proposal, State
from store.domain.signals.kinds import SignalKind
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, CEDAR, SLIPPING, WINNING, happens
from tests.flows.stage import ANNAS, BOBS, MIAS, MORNING, NIGHT, Stage, by

DAY = timedelta(days=1)
AFTERNOON = MORNING + timedelta(hours=6)


async def next_morning(stage: Stage, *, days: int = 1) -> Brief:
    """Anna's brief so many days later, once every message shows what became of it."""
    await stage.look(NIGHT + days * DAY)
    await stage.morning(MORNING + days * DAY)
    await stage.bot.cards.settled()
    return await brief_of(stage)


async def brief_of(stage: Stage, owner_id: str = ANNA) -> Brief:
    async with stage.bot.services.database.reading() as tx:
        (brief, *_) = await tx.briefs.recent(owner_id)
    return brief


async def standing(stage: Stage, proposal: Proposal) -> Proposal:
    async with stage.bot.services.database.reading() as tx:
        found = await tx.proposals.get(proposal.id)
    assert found is not None
    return found


async def test_a_won_deal_asks_for_nothing_and_the_card_and_the_next_brief_say_so(either_morning: Stage) -> None:
    stage = either_morning
    asked = await stage.proposal(BOREALIS)
    stage.zoho.happens(happens("Deals", SLIPPING, AFTERNOON, Stage="Closed Won"))
    brief = await next_morning(stage)

    assert await stage.state(asked.id) is State.RETRACTED
    first, second = (str(each["blocks"]) for each in stage.briefs(ANNAS)[:2])
    assert "no longer needed: deal won on 24 Mar" in first
    assert asked.id not in first
    assert "1 decision fell away: Borealis Foods (deal won on 24 Mar)" in second
    # That the customer who bought could be filed as one is too little to ask for, and was never asked.
    assert not [each for each in await stage.proposals(BOREALIS) if each.state is State.PENDING]
    assert "“Cold chain” ($8,000) was won" in second
    assert BOREALIS not in {card.account_id for card in brief.cards}
    assert [each.why for each in brief.fell_away] == ["deal won on 24 Mar"]
    (entry,) = [each for each in await stage.trail(asked.id) if each.action == "proposal.retracted"]
    assert entry.detail["cause"] == "closed"


async def test_advice_on_a_won_deal_is_over_once_the_deal_is_open_again(night: Stage) -> None:
    asked = await night.reviewed(CEDAR)
    assert asked.recommendation.signals == (SignalKind.DEAL_WON,)
    night.zoho.happens(happens("Deals", WINNING, AFTERNOON, Stage="Needs Analysis", Closing_Date="2026-08-28"))
    brief = await next_morning(night)

    assert await night.state(asked.id) is State.RETRACTED
    assert "no longer needed: deal open again" in str(night.slack.dm(ANNAS))
    assert [each.why for each in brief.fell_away if each.account_id == CEDAR] == ["deal open again"]


async def test_what_moved_to_a_colleague_is_over_for_its_owner_and_asked_of_the_colleague(
    either_morning: Stage,
) -> None:
    stage = either_morning
    asked = await stage.proposal(BOREALIS)
    for module, record_id in (("Accounts", BOREALIS), ("Deals", SLIPPING)):
        stage.zoho.happens(happens(module, record_id, AFTERNOON, Owner={"id": BOB}))
    await next_morning(stage)

    assert await stage.state(asked.id) is State.RETRACTED
    assert "Borealis Foods (moved to Bob Chan)" in stage.shown(ANNAS)
    assert "Borealis Foods" in stage.shown(BOBS)
    assert "Borealis Foods" not in str(await home(stage))
    theirs = await brief_of(stage, BOB)
    assert BOREALIS in {card.account_id for card in theirs.cards} | {each.account_id for each in theirs.listed}


async def test_what_is_over_is_in_no_home_reminder_or_offer_before_the_next_brief(morning: Stage) -> None:
    stage = morning
    asked = await stage.proposal(BOREALIS)
    stage.zoho.happens(happens("Deals", SLIPPING, AFTERNOON, Stage="Closed Lost"))
    await stage.look(AFTERNOON + timedelta(hours=2))
    assert "Borealis Foods" not in str(await home(stage))
    for moment in (asked.expires_at - DAY, asked.expires_at.replace(hour=16) - DAY):
        stage.clock.moment = moment
        await stage.bot.gate.remind()
    asking = [each for each in (*stage.briefs(ANNAS)[1:], *stage.briefs(MIAS)) if "Borealis" in str(each["blocks"])]
    assert not asking
    assert "Acme Robotics" in str([each["blocks"] for each in (*stage.briefs(ANNAS)[1:], *stage.briefs(MIAS))])


async def test_a_snoozed_decision_ends_with_its_reason_and_never_wakes(morning: Stage) -> None:
    asked = await morning.proposal(BOREALIS)
    await morning.bot.gate.snooze.snooze(by(ANNAS), asked.id, asked.version, days=2)
    morning.zoho.happens(happens("Deals", SLIPPING, AFTERNOON, Stage="Closed Won"))
    await next_morning(morning)
    assert await morning.state(asked.id) is State.RETRACTED
    morning.clock.moment = MORNING + 4 * DAY
    assert await morning.bot.gate.snooze.wake() == 0


async def test_an_approved_write_under_way_is_not_retracted(morning: Stage) -> None:
    asked = await morning.proposal(BOREALIS)
    await morning.claimed(asked)
    morning.zoho.happens(happens("Deals", SLIPPING, AFTERNOON, Stage="Closed Won"))
    await next_morning(morning)
    assert await morning.state(asked.id) not in (State.RETRACTED, State.SUPERSEDED)


@pytest.mark.parametrize("days", [1, 2, 3])
async def test_every_pending_decision_is_in_the_brief_or_has_a_line(morning: Stage, days: int) -> None:
    """A review adds decisions that no morning asks for."""
    await morning.reviewed(BOREALIS)
    brief = await next_morning(morning, days=days)
    async with morning.bot.services.database.reading() as tx:
        pending = await tx.proposals.pending([ANNA])
        in_cards = await tx.proposals.by_ids([each for card in brief.cards for each in card.proposal_ids])
    carded = {each.lineage for each in in_cards}
    beside = [each for each in pending if each.lineage not in carded]
    said = str(morning.briefs(ANNAS)[-1]["blocks"])
    assert all(each.account_name in said for each in beside)
    assert {each.proposal_id for each in brief.waiting} == {each.id for each in beside}
    assert not (pending and "nothing needs you" in said)


async def test_the_same_question_keeps_its_clock_over_new_facts(either_morning: Stage) -> None:
    """The deal slips again: another day, the same kind of news."""
    stage = either_morning
    asked = await stage.proposal(BOREALIS)
    stage.zoho.happens(happens("Deals", SLIPPING, AFTERNOON, Closing_Date="2026-07-31"))
    await next_morning(stage)
    again = await stage.proposal(BOREALIS)
    assert again.id != asked.id
    assert (again.first_asked, again.expires_at) == (asked.created_at, asked.expires_at)


async def test_an_ignored_question_is_reminded_once_and_offered_once_in_all_its_mornings(morning: Stage) -> None:
    asked = await morning.proposal(ACME)
    moment = MORNING
    while moment < MORNING + 9 * DAY:
        moment += timedelta(minutes=30)
        morning.clock.moment = moment
        if moment.time() == NIGHT.time():
            await morning.look(moment)
        await morning.bot.jobs.due.tick()
        await morning.bot.gate.remind()
        await morning.sweep()
    async with morning.bot.services.database.reading() as tx:
        entries = await tx.audit.entries()
        made = [each for each in await morning.proposals(ACME) if each.recommendation.key == asked.recommendation.key]
    ids = {each.id for each in made}
    for action in ("proposals.reminded", "proposals.offered"):
        told = [each for each in entries if each.action == action and ids & set(each.detail["proposals"])]
        assert len(told) == 1, action
        assert told[0].at.weekday() < 5
        assert 7 <= told[0].at.hour < 17  # 8 to 18 in Berlin


async def test_fridays_advice_is_there_on_monday_and_tuesday(night: Stage) -> None:
    friday = datetime(2026, 3, 27, 7, 30, tzinfo=UTC)
    await night.look(friday - timedelta(hours=3))
    await night.morning(friday)
    asked = await night.proposal(ACME)
    assert asked.expires_at == datetime(2026, 4, 1, 6, 30, tzinfo=UTC)  # Wednesday at 8:30, in summer time
    night.clock.moment = friday + 4 * DAY
    await night.sweep()
    assert await night.state(asked.id) is State.PENDING


async def test_a_question_asked_for_the_last_time_says_since_when_it_is_open(morning: Stage) -> None:
    for days in (1, 2, 3):
        brief = await next_morning(morning, days=days)
    card = next(each for each in brief.cards if each.account_id == ACME)
    assert card.place is Place.QUESTION
    assert card.since == MORNING.date()
    last = await morning.proposal(ACME)
    assert last.first_asked == MORNING
    assert last.expires_at == MORNING + 6 * DAY - timedelta(
        hours=1
    )  # one working day: Monday, after the change of clocks


async def home(stage: Stage) -> object:
    """Anna's open decisions in her Home."""
    contents = await stage.bot.people.home(by(ANNAS))
    return [each.account_name for each in (*contents.pending, *contents.offered)]
