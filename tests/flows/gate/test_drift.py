"""What people see when the CRM has moved since they were asked."""

from __future__ import annotations

from datetime import timedelta

from store.domain.gate.proposals import Proposal, State
from tests.flows.company import CEDAR, MIA, happens
from tests.flows.stage import ANNAS, Stage

ASKED_AGAIN = "Changed since you were asked: Account type: Prospect → Partner"


async def cedar(stage: Stage) -> Proposal:
    """The newest version of the update that a review proposes."""
    if not await stage.proposals(CEDAR):
        await stage.reviewed(CEDAR)
    first = await stage.proposal(CEDAR, kind="update_account")
    async with stage.bot.services.database.reading() as tx:
        return (await tx.proposals.by_lineage(first.lineage))[-1]


def moved_to(stage: Stage, account_type: str) -> None:
    """A colleague changes the very field that the proposal would change."""
    stage.clock.advance(timedelta(minutes=5))
    stage.zoho.happens(happens("Accounts", CEDAR, stage.clock.now(), user=MIA, Account_Type=account_type))


async def test_a_press_on_what_has_moved_writes_nothing_shows_the_difference_and_asks_again(
    either_morning: Stage,
) -> None:
    stage = either_morning
    first = await cedar(stage)
    moved_to(stage, "Partner")
    await stage.approve(first)
    assert "changed in the CRM since you saw it, so nothing was approved" in await stage.whisper(ANNAS)
    await stage.until(ANNAS, ASKED_AGAIN)
    assert stage.zoho.ledger == ()

    second = await cedar(stage)
    assert (second.version, second.lineage, second.state) == (2, first.lineage, State.PENDING)
    assert "Account type: Partner → Customer" in stage.shown(ANNAS)
    await stage.approved(second, says="account updated")
    assert ASKED_AGAIN not in stage.shown(ANNAS)


async def test_what_moves_after_the_press_is_not_written_and_the_card_asks_again(morning: Stage) -> None:
    first = await cedar(morning)
    await morning.approved_elsewhere(first)
    moved_to(morning, "Partner")
    await morning.sweep()
    await morning.until(ANNAS, ASKED_AGAIN)
    assert morning.zoho.ledger == ()
    await morning.approved(await cedar(morning), says="account updated")


async def test_where_somebody_did_it_already_nothing_is_left_to_decide(morning: Stage) -> None:
    first = await cedar(morning)
    moved_to(morning, "Customer")
    await morning.approve(first)
    assert "There is nothing left to decide." in await morning.whisper(ANNAS)
    await morning.until(ANNAS, "Someone changed this in the CRM in the meantime and there is nothing left to do")
    assert morning.zoho.ledger == ()
