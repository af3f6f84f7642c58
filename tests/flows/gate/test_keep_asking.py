"""“Does it still matter?”: Keep shows the decision in full again and counts anew, Not relevant ends it, silence lets it rest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.domain.attention.ledger import Entry, Place, Reason
from store.domain.brief.brief import Card
from store.domain.errors import AlreadyDecided, Expired, Refused, Stale
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, ANNA
from tests.flows.stage import ANNAS, BOBS, EVES, MIAS, MORNING, NIGHT, Stage, by

DAY = timedelta(days=1)
ASKED_AGAIN = 3  # mornings after the first, until it is asked whether it still matters


async def mornings(stage: Stage, first: int, last: int) -> None:
    """The mornings so many days after the first one, Tuesday, on which nothing moves."""
    for number in range(first, last + 1):
        day = number * DAY + (2 * DAY if number > 3 else timedelta())  # no brief at the weekend
        await stage.look(NIGHT + day)
        await stage.morning(MORNING + day)


@pytest.fixture
async def asked(morning: Stage) -> Stage:
    """Nobody answered for three mornings, so the fourth asks whether Acme still matters."""
    await mornings(morning, 1, ASKED_AGAIN)
    assert (await card(morning)).place is Place.QUESTION
    return morning


async def card(stage: Stage) -> Card:
    """Acme's in Anna's last brief."""
    async with stage.bot.services.database.reading() as tx:
        (brief, *_) = await tx.briefs.recent(ANNA)
    return next(each for each in brief.cards if each.account_id == ACME)


async def entry(stage: Stage) -> Entry:
    async with stage.bot.services.database.reading() as tx:
        ledger = await tx.attention.last(ANNA)
    assert ledger is not None
    return ledger.by_account()[ACME]


async def kept(stage: Stage) -> Proposal:
    proposal = await stage.proposal(ACME)
    await stage.bot.gate.keep_asking(by(ANNAS), proposal.id, proposal.version)
    await stage.bot.cards.settled()
    return proposal


async def test_keeping_it_shows_the_decision_in_full_again_and_counts_anew(asked: Stage) -> None:
    before = await entry(asked)
    assert (before.unanswered, before.questioned) == (ASKED_AGAIN + 1, True)
    proposal = await kept(asked)

    assert "📌 Kept. Open since Tue 24 Mar." in str(asked.briefs(ANNAS)[-1]["blocks"])
    assert ((await entry(asked)).unanswered, (await entry(asked)).questioned) == (0, False)
    assert (await card(asked)).place is Place.ASK
    assert await asked.state(proposal.id) is State.PENDING
    assert asked.zoho.ledger == ()
    (noted,) = [each for each in await asked.trail(proposal.id) if each.action == "proposal.kept_open"]
    assert (noted.actor, noted.detail["counted_anew"]) == (ANNA, True)


async def test_what_was_kept_is_a_line_the_next_morning_and_asked_about_again_after_three(asked: Stage) -> None:
    await kept(asked)
    await mornings(asked, 4, 6)
    assert (await card(asked)).place is Place.OPEN
    await mornings(asked, 7, 7)
    assert (await card(asked)).place is Place.QUESTION


async def test_what_nobody_answers_rests(asked: Stage) -> None:
    await mornings(asked, 4, 4)
    assert (await entry(asked)).reason is Reason.RESTING


async def test_a_kept_decision_is_written_once_it_is_approved(asked: Stage) -> None:
    proposal = await kept(asked)
    await asked.bot.gate.decide.approve(by(ANNAS), proposal.id, proposal.version)
    await asked.sweep(after=timedelta(seconds=2))
    assert len(asked.zoho.ledger) == 1


async def test_only_who_may_decide_it_keeps_it(asked: Stage) -> None:
    proposal = await asked.proposal(ACME)
    for stranger in (BOBS, EVES):
        with pytest.raises(Refused):
            await asked.bot.gate.keep_asking(by(stranger), proposal.id, proposal.version)
    assert (await card(asked)).place is Place.QUESTION
    assert (await asked.trail(proposal.id))[-1].detail["asked"] == "proposal.keep_asking"
    await asked.bot.gate.keep_asking(by(MIAS), proposal.id, proposal.version)
    assert (await card(asked)).place is Place.ASK


async def test_what_is_decided_replaced_or_over_its_time_is_not_kept(asked: Stage) -> None:
    proposal, keep = await asked.proposal(ACME), asked.bot.gate.keep_asking
    with pytest.raises(Stale):
        await keep(by(ANNAS), proposal.id, proposal.version + 1)
    asked.clock.moment = proposal.expires_at
    with pytest.raises(Expired):
        await keep(by(ANNAS), proposal.id, proposal.version)
    asked.clock.moment = proposal.expires_at - timedelta(seconds=1)
    await asked.bot.gate.decide.reject(by(MIAS), proposal.id, proposal.version, "Not relevant")
    with pytest.raises(AlreadyDecided):
        await keep(by(ANNAS), proposal.id, proposal.version)
    assert (await entry(asked)).questioned
