"""A person decides: what each press comes to, in Slack, in the CRM and in the audit trail."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from agents.flows.access.identity import Caller
from store.domain.brief.brief import Brief
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.proposals import State
from store.domain.gate.writes.create_task import CreateTask
from tests.flows.company import ACME, ANNA, BOREALIS, CEDAR, HARBOUR, MIA, SLIPPING, happens
from tests.flows.stage import ANNAS, BOBS, CORAS, EVES, MIAS, MORNING, NIGHT, TEAM, Stage, value_of

NEXT_DAY = timedelta(days=1)


async def test_approving_writes_the_task_as_shown_and_links_it(either_morning: Stage) -> None:
    stage = either_morning
    proposal = await stage.proposal(ACME)
    assert isinstance(proposal.write, CreateTask)
    await stage.approved(proposal, says="task created, due")

    [written] = stage.zoho.ledger
    task = stage.zoho.record("Tasks", written.id)
    assert task is not None
    assert (task["Subject"], task["Due_Date"]) == (proposal.write.subject, proposal.write.due.isoformat())
    assert (task["What_Id"]["id"], task["Owner"]["id"]) == (ACME, ANNA)
    assert task["Description"].endswith(proposal.marker)
    card = stage.shown(ANNAS)
    assert f"https://crm.example.com/crm/tab/Tasks/{written.id}" in card


async def test_every_step_of_a_write_stands_in_an_unbroken_audit_trail(either_morning: Stage) -> None:
    proposal = await either_morning.proposal(ACME)
    await either_morning.approved(proposal, says="task created, due")

    trail = await either_morning.trail(proposal.id)
    assert [entry.action for entry in trail] == ["proposal.approved", "write.attempted", "write.done"]
    assert [entry.actor for entry in trail] == [ANNA, "sergas", "sergas"]
    assert trail[0].detail["digest"] == proposal.digest
    async with either_morning.bot.services.database.reading() as tx:
        assert (await tx.audit.verify()).ok


async def test_five_presses_at_once_write_once(either_morning: Stage) -> None:
    proposal = await either_morning.proposal(ACME)
    await asyncio.gather(*(either_morning.approve(proposal) for _ in range(5)))
    await either_morning.until(ANNAS, "task created, due")
    await either_morning.slack.settled()

    assert len(either_morning.zoho.ledger) == 1
    assert [entry.action for entry in await either_morning.trail(proposal.id)].count("proposal.approved") == 1
    await either_morning.slack.until(lambda: len(either_morning.slack.ephemerals(ANNAS)) == 4)


async def test_another_owner_is_refused_and_only_they_are_told(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.approve(proposal, by=BOBS)

    await morning.until(BOBS, "belongs to Anna Berg")
    assert "belongs to Anna Berg" not in morning.shown(ANNAS)
    assert await morning.state(proposal.id) is State.PENDING
    assert morning.zoho.ledger == ()


async def test_somebody_whom_the_crm_does_not_know_is_refused(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.approve(proposal, by=EVES)

    await morning.until(EVES, "find you in the CRM")
    assert await morning.state(proposal.id) is State.PENDING


async def test_the_manager_may_decide_without_ever_having_had_a_brief(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.approve(proposal, by=MIAS)
    await morning.until(ANNAS, "task created, due")

    assert (await morning.trail(proposal.id))[0].actor == MIA
    assert "by Mia Lind 08:30" in morning.shown(ANNAS)


async def test_a_press_on_yesterdays_card_is_answered_and_writes_nothing(morning: Stage) -> None:
    yesterdays = await morning.proposal(BOREALIS)
    old = next(each for each in morning.slack.dm(ANNAS) if value_of(yesterdays) in str(each["blocks"]))
    slipped = happens("Deals", SLIPPING, MORNING + timedelta(hours=1), Closing_Date="2026-07-31")
    morning.zoho.happens(slipped)
    await morning.look(NIGHT + NEXT_DAY)
    await morning.morning(MORNING + NEXT_DAY)
    todays = await morning.proposal(BOREALIS)

    assert todays.id != yesterdays.id
    assert await morning.state(yesterdays.id) is State.SUPERSEDED
    await morning.slack.click(ANNAS, "approve_proposal", ts=old["ts"], block_id=f"decide:{value_of(yesterdays)}")
    assert "newer version" in await morning.whisper(ANNAS)
    assert morning.zoho.ledger == ()


async def test_an_expired_card_says_so_and_cannot_be_approved(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    morning.clock.advance(timedelta(hours=72))
    await morning.approve(proposal)
    assert "expired" in await morning.whisper(ANNAS)
    await morning.sweep()

    await morning.until(ANNAS, "expired undecided; nothing was written")
    assert await morning.state(proposal.id) is State.EXPIRED
    assert morning.zoho.ledger == ()


async def test_a_reader_who_left_the_crm_does_not_keep_the_others_cards_from_expiring(morning: Stage) -> None:
    async with morning.bot.services.database.transaction() as tx:
        await tx.people.replace([person for person in await tx.people.all() if person.id != ANNA])
    await morning.sweep(after=timedelta(hours=72))

    assert "expired undecided; nothing was written" in morning.shown(BOBS)
    assert await morning.state((await morning.proposal(ACME)).id) is State.EXPIRED


async def test_an_adjusted_version_replaces_the_first_and_is_what_is_written(morning: Stage) -> None:
    first = await morning.proposal(ACME)
    await morning.open_modal("adjust_proposal", first)
    old = next(each for each in morning.slack.dm(ANNAS) if value_of(first) in str(each["blocks"]))
    submitted = await morning.slack.submit(
        ANNAS,
        {"subject": {"subject": "Ring Sam instead"}, "due": {"due": "2026-04-02"}, "priority": {"priority": "High"}},
    )
    assert submitted.ok
    await morning.until(ANNAS, "Ring Sam instead")
    second = await morning.proposal(ACME)
    assert (second.version, second.lineage) == (2, first.lineage)
    await morning.slack.click(ANNAS, "approve_proposal", ts=old["ts"], block_id=f"decide:{value_of(first)}")
    assert "newer version" in await morning.whisper(ANNAS)
    assert not morning.zoho.ledger

    await morning.approved(second, says="task created, due")
    [written] = morning.zoho.ledger
    assert (written.fields["Subject"], written.fields["Due_Date"]) == ("Ring Sam instead", "2026-04-02")
    assert written.fields["Priority"] == "High"


async def test_what_somebody_adjusted_is_still_theirs_to_decide_the_next_morning(morning: Stage) -> None:
    first = await morning.proposal(ACME)
    await morning.open_modal("adjust_proposal", first)
    await morning.slack.submit(ANNAS, {"subject": {"subject": "Ring Sam instead"}})
    await morning.until(ANNAS, "Ring Sam instead")
    await morning.morning(MORNING + timedelta(days=1))

    assert (await morning.proposal(ACME)).lineage == first.lineage
    assert "Ring Sam instead" in str(morning.briefs(ANNAS)[-1])


async def test_a_field_that_will_not_do_is_explained_beside_it(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.open_modal("adjust_proposal", proposal)
    submitted = await morning.slack.submit(ANNAS, {"due": {"due": "2026-03-01"}})

    assert submitted.errors == {"due": "The due date is in the past."}
    assert morning.slack.modal(ANNAS) is not None
    assert await morning.state(proposal.id) is State.PENDING


async def test_the_day_a_task_may_be_due_is_the_owners_own(morning: Stage) -> None:
    """At 23:30 UTC on the 24th it is the 25th in Berlin; at 01:00 UTC on the 25th it is still the 24th in New York."""
    await morning.morning(datetime(2026, 3, 24, 12, 30, tzinfo=UTC))
    coras, annas = await morning.proposal(HARBOUR), await morning.proposal(ACME)
    assert isinstance(coras.write, CreateTask)
    assert isinstance(annas.write, CreateTask)
    in_new_york = Caller(team_id=TEAM, user_id=CORAS, request_id="test")
    in_berlin = Caller(team_id=TEAM, user_id=ANNAS, request_id="test")
    the_24th = date(2026, 3, 24)

    morning.clock.moment = datetime(2026, 3, 24, 23, 30, tzinfo=UTC)
    with pytest.raises(FieldProblems, match="in the past"):
        await morning.bot.gate.adjust.adjust(in_berlin, annas.id, 1, replace(annas.write, due=the_24th))
    morning.clock.moment = datetime(2026, 3, 25, 1, 0, tzinfo=UTC)
    adjusted = await morning.bot.gate.adjust.adjust(in_new_york, coras.id, 1, replace(coras.write, due=the_24th))
    assert adjusted.proposal.version == 2


async def test_what_was_rejected_is_not_proposed_again_and_stands_as_earlier_advice(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.open_modal("reject_proposal", proposal)
    submitted = await morning.slack.submit(ANNAS, {"reason": {"reason": "other"}, "comment": {"comment": "on leave"}})
    assert submitted.ok
    await morning.until(ANNAS, "rejected: Something else: on leave")
    await morning.look(NIGHT + NEXT_DAY)
    await morning.morning(MORNING + NEXT_DAY)

    assert [each.id for each in await morning.proposals(ACME)] == [proposal.id]
    assert ACME not in {card.account_id for card in (await last_brief(morning)).cards}
    review = await morning.bot.accounts.review.by_id(Caller(team_id=TEAM, user_id=ANNAS, request_id="test"), ACME)
    (prior,) = review.brief.cards[0].priors
    assert (prior.state, prior.decided_by, prior.reason) == (State.REJECTED, ANNA, "Something else: on leave")
    assert prior.still_there
    assert morning.zoho.ledger == ()


async def last_brief(stage: Stage) -> Brief:
    async with stage.bot.services.database.reading() as tx:
        return (await tx.briefs.recent(ANNA))[0]


async def test_a_won_prospect_becomes_a_customer(morning: Stage) -> None:
    proposal = await morning.reviewed(CEDAR, kind="update_account")
    await morning.approved(proposal, says="account updated")

    record = morning.zoho.record("Accounts", CEDAR)
    assert record is not None
    assert record["Account_Type"] == "Customer"
    assert [(entry.op, entry.id) for entry in morning.zoho.ledger] == [("update", CEDAR)]


async def test_what_moved_on_a_record_beside_the_update_stays_and_does_not_stop_it(morning: Stage) -> None:
    proposal = await morning.reviewed(CEDAR, kind="update_account")
    assert morning.zoho.play(MORNING) == 1  # somebody names the industry after the bot has read the account
    await morning.approved(proposal, says="account updated")

    record = morning.zoho.record("Accounts", CEDAR)
    assert record is not None
    assert (record["Industry"], record["Account_Type"]) == ("Health", "Customer")


async def test_a_note_of_what_moved_is_added_to_the_deal(morning: Stage) -> None:
    proposal = await morning.reviewed(BOREALIS, kind="add_note")
    await morning.approved(proposal, says="note added")

    [written] = morning.zoho.ledger
    assert written.module == "Notes"
    assert str(written.fields["Note_Content"]).endswith(proposal.marker)
