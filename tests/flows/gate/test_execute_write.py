"""What becomes of an approved write when Zoho refuses, is busy, cannot be reached or says nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.domain.gate.approvals import approved_change
from store.domain.gate.proposals import State
from store.domain.gate.write import CRM
from tests.flows.company import ACME, BOB, CEDAR, happens
from tests.flows.stage import ANNAS, Stage

TIMEOUT, SETTLE = timedelta(seconds=6), timedelta(seconds=91)
PAUSE = timedelta(minutes=1)
REFUSAL = {
    "data": [
        {"code": "INVALID_DATA", "details": {"api_name": "Due_Date"}, "message": "invalid data", "status": "error"}
    ]
}


async def test_a_refusal_is_told_on_the_card_and_not_tried_again(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    morning.zoho.faults.answer("POST", "/Tasks$", status=400, body=REFUSAL)
    await morning.approved(proposal, says="could not be written")
    await morning.sweep(after=SETTLE)

    assert "INVALID_DATA" in morning.shown(ANNAS)
    assert await morning.state(proposal.id) is State.DEAD
    assert morning.zoho.ledger == ()


@pytest.mark.parametrize("trouble", ["throttled", "signed out"])
async def test_what_was_turned_away_unprocessed_is_tried_again_and_written_once(morning: Stage, trouble: str) -> None:
    proposal = await morning.proposal(ACME)
    if trouble == "throttled":
        morning.zoho.faults.throttle("POST", "/Tasks$")
    else:
        morning.zoho.faults.refuse_token("POST", "/Tasks$", times=2)
    await morning.approve(proposal)
    await morning.sweep()
    await morning.sweep(after=PAUSE)

    assert await morning.state(proposal.id) is State.DONE
    assert len(morning.zoho.ledger) == 1


async def test_many_sweeps_during_a_short_outage_do_not_use_up_the_tries(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    morning.zoho.faults.throttle("POST", "/Tasks$", times=3)
    await morning.approve(proposal)
    for _ in range(9):
        await morning.sweep()
    assert await morning.state(proposal.id) is State.READY
    for tries in range(3):
        await morning.sweep(after=PAUSE * 2**tries)

    assert await morning.state(proposal.id) is State.DONE
    assert len(morning.zoho.ledger) == 1


async def test_a_record_that_changes_hands_while_its_write_waits_is_not_written(either_morning: Stage) -> None:
    stage = either_morning
    proposal = await stage.proposal(ACME)
    stage.zoho.faults.throttle("POST", "/Tasks$")
    await stage.approve(proposal)
    await stage.sweep()
    stage.zoho.happens(happens("Accounts", ACME, stage.clock.now(), Owner={"id": BOB}))
    await stage.sweep(after=PAUSE)

    await stage.until(ANNAS, "has a new owner in the CRM")
    assert await stage.state(proposal.id) is State.DEAD
    assert stage.zoho.ledger == ()
    assert (await stage.trail(proposal.id))[-1].detail["verdict"] == "not_allowed"


async def test_with_zoho_out_of_reach_the_write_waits_and_is_made_once_when_it_is_back(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.restart(zoho_accounts_url="http://127.0.0.1:9")
    await morning.approve(proposal)
    await morning.sweep()
    assert await morning.state(proposal.id) is State.READY
    await morning.restart(zoho_accounts_url=morning.zoho.url)
    await morning.sweep(after=PAUSE)

    assert await morning.state(proposal.id) is State.DONE
    assert len(morning.zoho.ledger) == 1


async def test_a_write_whose_answer_is_lost_is_found_by_its_marker_and_not_made_again(either_morning: Stage) -> None:
    proposal = await either_morning.proposal(ACME)
    either_morning.zoho.faults.drop_after("POST", "/Tasks$")
    await either_morning.approved(proposal, says="Zoho's answer was lost")
    await either_morning.sweep(after=TIMEOUT)

    await either_morning.until(ANNAS, "task created, due")
    assert [entry.action for entry in await either_morning.trail(proposal.id)] == [
        "proposal.approved", "write.attempted", "write.unknown", "write.done",
    ]  # fmt: skip
    assert len(either_morning.zoho.ledger) == 1


async def test_a_write_that_never_arrived_is_sent_again_only_after_the_settle_time(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    morning.zoho.faults.drop("POST", "/Tasks$")
    await morning.approved(proposal, says="Zoho's answer was lost")
    await morning.sweep(after=TIMEOUT)
    assert await morning.state(proposal.id) is State.UNKNOWN
    await morning.sweep(after=SETTLE)
    await morning.sweep()

    assert await morning.state(proposal.id) is State.DONE
    assert len(morning.zoho.ledger) == 1


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_process_that_dies_while_sending_leaves_one_record(either_morning: Stage, arrived: bool) -> None:
    """All that was kept is `sending`: the next process looks for the record before it sends anything."""
    stage = either_morning
    claimed = await stage.claimed(await stage.proposal(ACME))
    if arrived:
        await stage.bot.services.writers[CRM].write(approved_change(claimed))
    await stage.restart()
    await stage.sweep()
    assert await stage.state(claimed.id) is State.SENDING
    await stage.sweep(after=TIMEOUT)
    assert await stage.state(claimed.id) is (State.DONE if arrived else State.SENDING)
    await stage.sweep(after=SETTLE)
    await stage.sweep()

    assert await stage.state(claimed.id) is State.DONE
    assert len(stage.zoho.ledger) == 1


async def test_a_write_that_fails_five_times_is_given_up_and_says_so(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    morning.zoho.faults.throttle("POST", "/Tasks$", times=9)
    await morning.approve(proposal)
    for tries in range(6):
        await morning.sweep(after=PAUSE * 2**tries)

    await morning.until(ANNAS, "could not be written")
    assert await morning.state(proposal.id) is State.DEAD
    assert len(await morning.trail(proposal.id)) == 1 + 2 * 5


async def test_a_write_that_cannot_even_be_looked_for_does_not_hold_up_the_others(morning: Stage) -> None:
    lost, other = await morning.reviewed(CEDAR, kind="update_account"), await morning.proposal(ACME)
    morning.zoho.faults.drop_after("PUT", "/Accounts/")
    await morning.approved(lost, says="Zoho's answer was lost")
    morning.zoho.faults.answer("GET", "/users$", status=200, body={"users": [{}]}, times=99)
    await morning.approved_elsewhere(other)
    await morning.sweep(after=TIMEOUT)

    assert await morning.state(other.id) is State.DONE
    assert await morning.state(lost.id) is State.UNKNOWN
