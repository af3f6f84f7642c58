"""A rejection has consequences by its reason: advice rests, comes back, is logged or goes to someone else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agents.flows.access.identity import Caller
from integrations.sandbox.history import CrmEvent
from store.domain.brief.brief import Brief
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, MIA, SLIPPING, happens
from tests.flows.gate.test_undo_write import press_undo
from tests.flows.stage import ANNAS, MIAS, MORNING, NIGHT, TEAM, Stage, value_of

DAY = timedelta(days=1)
EVENING = datetime(2026, 3, 24, 18, 30, tzinfo=UTC)  # in Berlin, where Anna and Mia are, nobody works any more
NEXT_MORNING = datetime(2026, 3, 25, 7, 35, tzinfo=UTC)


async def rejected(stage: Stage, account_id: str, reason: str, comment: str = "") -> Proposal:
    """Anna's newest proposal for an account, after she pressed Reject and gave this reason."""
    proposal = await stage.proposal(account_id)
    await stage.open_modal("reject_proposal", proposal)
    values = {"reason": {"reason": reason}, "comment": {"comment": comment}}
    assert (await stage.slack.submit(ANNAS, values)).ok
    await stage.handled()
    return proposal


async def brief_after(stage: Stage, days: int, *events: CrmEvent) -> Brief:
    """Anna's brief so many days after the first one."""
    for event in events:
        stage.zoho.happens(event)
    assert await stage.look(NIGHT + days * DAY)
    await stage.bot.gate.snooze.wake()
    await stage.morning(MORNING + days * DAY)
    async with stage.bot.services.database.reading() as tx:
        return (await tx.briefs.recent(ANNA))[0]


def asked_in(brief: Brief) -> set[str]:
    return {card.account_id for card in brief.cards}


def mentioned(brief: Brief) -> set[str]:
    return asked_in(brief) | {each.account_id for each in brief.listed}


async def test_what_is_wrong_stays_away_until_its_facts_change(morning: Stage) -> None:
    proposal = await rejected(morning, BOREALIS, "wrong", "they never said so")
    await morning.until(ANNAS, "rejected: It's wrong: they never said so")
    assert BOREALIS not in mentioned(await brief_after(morning, 1))
    assert BOREALIS not in mentioned(await brief_after(morning, 20))

    slipped = happens("Deals", SLIPPING, NIGHT + 20 * DAY + timedelta(hours=9), Closing_Date="2026-09-30")
    again = await brief_after(morning, 21, slipped)
    assert BOREALIS in mentioned(again)
    (newest,) = [each for each in await morning.proposals(BOREALIS) if each.brief_id == again.id]
    assert newest.recommendation.marks != proposal.recommendation.marks


async def test_not_now_comes_back_by_itself_after_five_working_days(morning: Stage) -> None:
    proposal = await rejected(morning, ACME, "not_now")
    await morning.until(ANNAS, "snoozed until Tue 31 Mar")
    assert "bring_back_proposal" in morning.shown(ANNAS)
    assert ACME not in mentioned(await brief_after(morning, 6))

    assert ACME in asked_in(await brief_after(morning, 7))
    assert await morning.state(proposal.id) in (State.PENDING, State.SUPERSEDED)


async def test_what_is_done_already_is_logged_with_one_more_press_and_never_without(morning: Stage) -> None:
    await rejected(morning, ACME, "done", "Called Sam on Monday, he is fine")
    view = morning.slack.modal(ANNAS)
    assert view is not None
    assert (view["title"]["text"], view["submit"]["text"]) == ("Log what you did?", "Log it")
    assert "Called Sam on Monday, he is fine" in str(view["blocks"])
    assert not morning.zoho.ledger

    await morning.slack.submit(ANNAS, {})
    await morning.until(ANNAS, "note added")
    [note] = morning.zoho.ledger
    assert note.module == "Notes"
    assert note.fields["Note_Title"] == "Done: Acme Robotics"
    assert str(note.fields["Note_Content"]).startswith("Called Sam on Monday, he is fine\n")


async def test_the_card_of_what_was_done_tells_of_its_log_and_can_undo_it(either_morning: Stage) -> None:
    stage = either_morning
    await rejected(stage, ACME, "done", "Called Sam on Monday")
    await stage.slack.close(ANNAS, everything=True)
    log = await stage.proposal(ACME)
    await stage.slack.click(ANNAS, "read_proposal", value=value_of(log))
    await stage.slack.until(lambda: "Log what you did?" in str(stage.slack.modal(ANNAS)))
    await stage.slack.submit(ANNAS, {})
    await stage.until(ANNAS, "done already: Called Sam on Monday · ✅ <")
    await stage.handled()
    assert "Log it" not in stage.shown(ANNAS)

    await press_undo(stage, log)
    await stage.slack.submit(ANNAS, {})
    await stage.until(ANNAS, "↩️ undone, note removed")
    assert [each.op for each in stage.zoho.ledger] == ["create", "delete"]


async def test_a_log_that_was_closed_is_written_never_and_nobody_is_reminded_of_it(morning: Stage) -> None:
    await rejected(morning, ACME, "done")
    await morning.slack.close(ANNAS, everything=True)
    known = len(morning.briefs(ANNAS)), len(morning.briefs(MIAS))
    for hours in (1, 5, 9, 11):
        morning.clock.moment = MORNING + timedelta(hours=hours)
        await morning.bot.gate.remind()
    assert (len(morning.briefs(ANNAS)), len(morning.briefs(MIAS))) == known
    assert ACME not in asked_in(await brief_after(morning, 1))
    assert morning.zoho.ledger == ()


async def test_what_is_not_hers_is_offered_once_to_the_manager_when_they_work_and_leaves_her_briefs(
    either_morning: Stage,
) -> None:
    stage = either_morning
    stage.clock.moment = EVENING
    proposal = await rejected(stage, ACME, "not_mine", "ask Mia")
    assert await stage.answered(ANNAS, "I'll offer it to Mia Lind.")
    assert await stage.state(proposal.id) is State.REJECTED
    await stage.bot.gate.remind()
    assert not [each for each in stage.briefs(MIAS) if "passed on" in str(each)]

    stage.clock.moment = NEXT_MORNING
    await stage.bot.gate.remind()
    await stage.bot.gate.remind()
    (offer,) = [each for each in stage.briefs(MIAS) if "passed on" in str(each)]
    assert "Anna Berg said this isn’t theirs" in str(offer["blocks"])
    handed = await stage.proposal(ACME)
    assert (handed.passed_by, handed.offered_to, handed.write.name()) == (ANNA, MIA, proposal.write.name())
    assert "Task for you" in str(offer["blocks"])
    async with stage.bot.services.database.reading() as tx:
        assert ACME not in {each.account_id for each in await tx.proposals.pending([ANNA])}
        assert [each.id for each in await tx.proposals.passed_on_to(MIA)] == [handed.id]

    await stage.press(MIAS, "approve_proposal", handed, at=MIAS)
    await stage.until(MIAS, "task created, due")
    [task] = stage.zoho.ledger
    assert task.fields["Owner"] == {"id": MIA}


async def test_whoever_is_no_longer_her_manager_sees_nothing_of_what_she_passed_on(morning: Stage) -> None:
    await rejected(morning, ACME, "not_mine")
    await morning.bot.gate.remind()
    handed = await morning.proposal(ACME)
    manager = Caller(team_id=TEAM, user_id=MIAS, request_id="test")
    assert handed.offered_to == MIA
    assert handed.id in {each.id for each in (await morning.bot.people.home(manager)).offered}

    async with morning.bot.services.database.transaction() as tx:
        people = [replace(each, manager_id=BOB) if each.id == ANNA else each for each in await tx.people.all()]
        await tx.people.replace(people)
    assert handed.id not in {each.id for each in (await morning.bot.people.home(manager)).offered}
    await morning.bot.gate.remind()
    assert (await morning.proposal(ACME)).offered_to != MIA


async def test_her_next_briefs_say_nothing_of_what_she_passed_on(morning: Stage) -> None:
    await rejected(morning, ACME, "not_mine")
    handed = await morning.proposal(ACME)
    for days in (1, 2):
        brief = await brief_after(morning, days)
        others = {each.account_id for each in brief.waiting} | {each.account_id for each in brief.fell_away}
        assert ACME not in mentioned(brief) | others
    assert await morning.state(handed.id) is State.PENDING


async def test_what_she_passed_on_and_brings_back_is_hers_alone_again(morning: Stage) -> None:
    await rejected(morning, ACME, "not_mine")
    handed = await morning.proposal(ACME)
    await morning.slack.click(ANNAS, "reopen_proposal")
    await morning.handled()
    assert await morning.state(handed.id) is State.SUPERSEDED
    again = await morning.proposal(ACME)
    assert (again.state, again.owner_id, again.passed_by) == (State.PENDING, ANNA, None)


async def test_the_same_advice_on_the_same_facts_does_not_return_however_long_ago_it_was_rejected(
    morning: Stage,
) -> None:
    await rejected(morning, ACME, "other")
    for days in (1, 14, 15, 40):
        assert ACME not in asked_in(await brief_after(morning, days))
