"""What people decide and what moves while a brief is made, rendered and posted: nothing is lost, nothing is asked twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from agents.flows.accounts.compose_brief import ComposeBrief
from agents.flows.accounts.morning_brief import MorningBrief
from agents.flows.accounts.recall_memory import RecallMemory
from agents.ports import TellStep
from bot.wiring.policies import brief_policy
from store.domain.attention.ledger import Entry, Place, Reason
from store.domain.brief.brief import Brief, Card
from store.domain.errors import Drifted, SlackUnavailable
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, ANNA, BOREALIS, SLIPPING, happens
from tests.flows.stage import ANNAS, MORNING, NIGHT, Stage, by, value_of

DAY = timedelta(days=1)
Meanwhile = Callable[[], Awaitable[object]]


def interrupted(stage: Stage, meanwhile: Meanwhile) -> MorningBrief:
    """The morning, as someone does this a second after it began, while its words are being written."""

    async def enrich(brief: Brief, *, progress: TellStep | None = None) -> Brief:
        stage.clock.advance(timedelta(seconds=1))
        await meanwhile()
        return brief

    services = stage.bot.services
    settings, database = services.settings, services.database
    policy = brief_policy(settings.brief, settings.gate, settings.signals)
    compose, recall = ComposeBrief(database, stage.clock, policy), RecallMemory(services.memory, stage.clock)
    return MorningBrief(database, compose, recall, stage.bot.delivery, stage.clock, policy, enrich)


async def next_morning(stage: Stage, meanwhile: Meanwhile, *, days: int = 1) -> Brief:
    await stage.look(NIGHT + days * DAY)
    stage.clock.moment = MORNING + days * DAY
    brief_id = await interrupted(stage, meanwhile)(ANNA)
    await stage.bot.cards.settled()
    async with stage.bot.services.database.reading() as tx:
        brief = await tx.briefs.get(brief_id or "")
    assert brief is not None
    return brief


def cards_of(brief: Brief, account_id: str) -> list[Card]:
    return [each for each in brief.cards if each.account_id == account_id]


async def in_force(stage: Stage, account_id: str) -> list[tuple[str, State]]:
    return [(each.id, each.state) for each in await stage.proposals(account_id) if each.state is not State.SUPERSEDED]


async def slips_again(stage: Stage, *days: str) -> None:
    """The deal slips anew on each of these closing days, an hour apart, before the next morning."""
    for number, day in enumerate(days):
        stage.zoho.happens(happens("Deals", SLIPPING, MORNING + (number + 1) * timedelta(hours=1), Closing_Date=day))


@pytest.mark.parametrize("deed", ["approve", "reject", "snooze"])
async def test_what_is_decided_while_the_next_brief_is_made_is_not_asked_again(morning: Stage, deed: str) -> None:
    """The deal slipped further, so today's brief was about to ask anew in place of yesterday's proposal."""
    proposal = await morning.proposal(BOREALIS)
    await slips_again(morning, "2026-07-31")

    async def decide() -> None:
        match deed:
            case "approve":  # which finds that the deal moved, and asks again
                with pytest.raises(Drifted):
                    await morning.bot.gate.decide.approve(by(ANNAS), proposal.id, 1)
            case "reject":
                await morning.bot.gate.decide.reject(by(ANNAS), proposal.id, 1, "Something else")
            case _:
                await morning.bot.gate.snooze.snooze(by(ANNAS), proposal.id, 1, days=3)

    brief = await next_morning(morning, decide)
    (card,) = cards_of(brief, BOREALIS)
    ((shown, state),) = await in_force(morning, BOREALIS)
    assert state is {"approve": State.PENDING, "reject": State.REJECTED, "snooze": State.SNOOZED}[deed]
    assert card.proposal_ids == (shown,)


@pytest.mark.parametrize("behind", [1, 31])
async def test_a_decision_by_a_clock_that_is_behind_is_not_asked_again(morning: Stage, behind: int) -> None:
    """As at the very moment at which the brief was begun, or by another machine's clock."""
    proposal = await morning.proposal(ACME)

    async def decide() -> None:
        morning.clock.advance(-timedelta(seconds=behind))
        await morning.bot.gate.decide.reject(by(ANNAS), proposal.id, 1, "Something else")

    brief = await next_morning(morning, decide)
    assert await in_force(morning, ACME) == [(proposal.id, State.REJECTED)]
    assert [each.proposal_ids for each in cards_of(brief, ACME)] == [(proposal.id,)]


async def test_a_rejection_during_the_making_can_be_taken_back_from_the_new_brief(morning: Stage) -> None:
    proposal = await morning.proposal(BOREALIS)
    await slips_again(morning, "2026-07-31")
    brief = await next_morning(
        morning, lambda: morning.bot.gate.decide.reject(by(ANNAS), proposal.id, 1, "Something else")
    )
    again = (await morning.bot.gate.reopen(by(ANNAS), proposal.id, 1)).proposal
    await morning.bot.cards.settled()
    message = morning.briefs(ANNAS)[-1]
    assert f"decide:{value_of(again)}" in str(message["blocks"])
    assert cards_of(brief, BOREALIS)[0].proposal_ids == (proposal.id,)


async def test_a_decision_to_keep_asking_outlives_the_brief_that_was_being_made(morning: Stage) -> None:
    for number in (1, 2, 3):
        await morning.look(NIGHT + number * DAY)
        await morning.morning(MORNING + number * DAY)
    asked = await morning.proposal(ACME)
    assert (await entry(morning)).place is Place.QUESTION
    await next_morning(morning, lambda: morning.bot.gate.keep_asking(by(ANNAS), asked.id, asked.version), days=4)

    resting = await entry(morning)
    assert (resting.reason, resting.questioned, resting.unanswered) == (Reason.RESTING, False, 0)
    await morning.look(NIGHT + 6 * DAY)
    await morning.morning(MORNING + 6 * DAY)
    assert (await entry(morning)).place is Place.OPEN


async def entry(stage: Stage) -> Entry:
    async with stage.bot.services.database.reading() as tx:
        ledger = await tx.attention.last(ANNA)
    assert ledger is not None
    return ledger.by_account()[ACME]


async def test_an_account_that_moved_twice_is_one_card_that_tells_where_it_stands(morning: Stage) -> None:
    before = await morning.proposal(BOREALIS)
    await slips_again(morning, "2026-07-31", "2026-09-30")
    await morning.look(NIGHT + DAY)
    await morning.morning(MORNING + DAY)
    async with morning.bot.services.database.reading() as tx:
        (today, *_) = await tx.briefs.recent(ANNA)
        ledger = await tx.attention.last(ANNA)

    (card,) = cards_of(today, BOREALIS)
    assert (card.place, card.reason) == (Place.ASK, Reason.CHANGED)
    assert sum("30 Sep" in each.text for each in card.statements) == 1
    assert card.moved == 1
    ((shown, state),) = await in_force(morning, BOREALIS)
    assert (card.proposal_ids, state) == ((shown,), State.PENDING)
    assert await morning.state(before.id) is State.SUPERSEDED
    assert BOREALIS not in {each.account_id for each in today.listed} | {each.account_id for each in today.news}
    assert ledger is not None
    assert [each.account_id for each in ledger.entries].count(BOREALIS) == 1


@pytest.mark.parametrize("seen_in_between", [False, True])
async def test_an_account_that_moved_and_moved_back_asks_nothing_new(morning: Stage, seen_in_between: bool) -> None:
    """It stands where the last brief left it; the two changes are in its history."""
    before = await morning.proposal(BOREALIS)
    await slips_again(morning, "2026-07-31")
    if seen_in_between:
        await morning.look(MORNING + timedelta(hours=2))
    morning.zoho.happens(happens("Deals", SLIPPING, MORNING + timedelta(hours=3), Closing_Date="2026-06-30"))
    await morning.look(NIGHT + DAY)
    await morning.morning(MORNING + DAY)
    async with morning.bot.services.database.reading() as tx:
        (today, *_) = await tx.briefs.recent(ANNA)
    assert [each.place for each in cards_of(today, BOREALIS)] == [Place.OPEN]
    assert await in_force(morning, BOREALIS) == [(before.id, State.PENDING)]


async def prepared(stage: Stage) -> tuple[str, Proposal]:
    """The next morning's brief, stored and not posted, which asks about Borealis anew."""
    await slips_again(stage, "2026-07-31")
    await stage.look(NIGHT + DAY)
    stage.clock.moment = MORNING + DAY
    brief_id = await stage.bot.accounts.morning.prepare(ANNA, stage.clock.moment.date())
    assert brief_id is not None
    return brief_id, await stage.proposal(BOREALIS)


async def test_a_decision_while_the_brief_is_posted_shows_on_it(morning: Stage) -> None:
    brief_id, proposal = await prepared(morning)
    await asyncio.gather(
        morning.bot.accounts.morning.post(brief_id),
        morning.bot.gate.decide.reject(by(ANNAS), proposal.id, proposal.version, "Something else"),
    )
    await morning.bot.cards.settled()
    assert f"decide:{value_of(proposal)}" not in morning.shown(ANNAS)
    assert len(morning.briefs(ANNAS)) == 2


async def test_a_decision_between_rendering_and_slacks_answer_shows_once_that_is_known(morning: Stage) -> None:
    brief_id, proposal = await prepared(morning)
    morning.slack.faults.drop_answer("chat.postMessage")
    with pytest.raises(SlackUnavailable):
        await morning.bot.accounts.morning.post(brief_id)
    assert f"decide:{value_of(proposal)}" in morning.shown(ANNAS)
    await morning.bot.gate.decide.reject(by(ANNAS), proposal.id, proposal.version, "Something else")
    await morning.bot.cards.settled()
    morning.clock.advance(timedelta(minutes=10))
    await morning.bot.delivery.catch_up()
    assert f"decide:{value_of(proposal)}" not in morning.shown(ANNAS)
    assert len(morning.briefs(ANNAS)) == 2


async def test_an_open_line_never_offers_a_task_that_would_be_late_already(morning: Stage) -> None:
    for number in (1, 2, 3):
        await morning.look(NIGHT + number * DAY)
        await morning.morning(MORNING + number * DAY)
        async with morning.bot.services.database.reading() as tx:
            (brief, *_) = await tx.briefs.recent(ANNA, limit=1)
            shown = await tx.proposals.by_ids([each for card in brief.cards for each in card.proposal_ids])
        pending = [each for each in shown if each.state is State.PENDING]
        assert pending
        assert not [each.id for each in pending if each.write.is_past(brief.local_date)]
