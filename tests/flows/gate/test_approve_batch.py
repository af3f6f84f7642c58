"""“Approve all low-risk” from the press to the CRM, and the report that tells of each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from agents.flows.access.identity import Caller
from store.domain.attention.ledger import Place
from store.domain.brief.brief import Brief
from store.domain.gate.proposals import State
from store.domain.gate.writes.create_task import CreateTask
from tests.flows.company import ACME, ANNA, DELTA, FIRST_NIGHT, MIA, busier, happens
from tests.flows.stage import ANNAS, MIAS, MORNING, NIGHT, TEAM, Stage, stage


@asynccontextmanager
async def busy_morning(url: str, home: Path) -> AsyncIterator[Stage]:
    """Tuesday morning, with two decisions of low risk for Anna."""
    async with stage(url, home, of=busier()) as opened:
        assert await opened.look(FIRST_NIGHT)
        assert await opened.look(NIGHT)
        await opened.morning()
        yield opened


@pytest.fixture
async def morning(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with busy_morning(sqlite_url, tmp_path) as made:
        yield made


@pytest.fixture
async def either_morning(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with busy_morning(database_url, tmp_path) as made:
        yield made


async def listed(stage: Stage, *, by: str = ANNAS) -> str:
    """Press the button in Anna's brief and wait for the modal; all of its text."""
    await stage.slack.click(by, "approve_batch", channel=stage.slack.channel(ANNAS))
    await stage.slack.until(lambda: stage.slack.modal(by) is not None)
    return str(stage.slack.modal(by))


async def last_brief(stage: Stage) -> Brief:
    async with stage.bot.services.database.reading() as tx:
        (brief, *_) = await tx.briefs.recent(ANNA)
    return brief


def report(stage: Stage, user_id: str = ANNAS) -> str:
    """The latest message of a person that is no brief."""
    return str(stage.briefs(user_id)[-1])


async def test_all_low_risk_ones_are_listed_approved_at_one_press_and_written(either_morning: Stage) -> None:
    stage = either_morning
    text = await listed(stage)
    assert "Acme Robotics" in text
    assert "Delta Freight" in text
    assert "Cedar Health" not in text  # an account's field would be overwritten
    shown = {each: await stage.proposal(each) for each in (ACME, DELTA)}
    for proposal in shown.values():
        assert isinstance(proposal.write, CreateTask)
        assert all(line in text for line in proposal.write.description.splitlines())
    assert stage.zoho.ledger == ()

    assert (await stage.slack.submit(ANNAS, {})).ok
    await stage.slack.until(lambda: len(stage.zoho.ledger) == 2)
    await stage.slack.until(lambda: report(stage).count("task created, due") == 2)
    for account_id in (ACME, DELTA):
        assert await stage.state((await stage.proposal(account_id)).id) is State.DONE
    await stage.slack.until(lambda: stage.shown(ANNAS).count("task created, due") >= 4)  # on the cards as well
    assert "approve_batch" not in stage.shown(ANNAS)


async def test_what_was_decided_meanwhile_is_reported_truly_and_stops_none_of_the_others(morning: Stage) -> None:
    acme, delta = await morning.proposal(ACME), await morning.proposal(DELTA)
    await listed(morning)
    await morning.press(MIAS, "reject_proposal", acme)
    await morning.slack.until(lambda: morning.slack.modal(MIAS) is not None)
    await morning.slack.submit(MIAS, {"reason": {"reason": "done"}})
    await morning.until(ANNAS, "by Mia Lind")
    await morning.slack.submit(ANNAS, {})

    await morning.slack.until(lambda: "task created, due" in report(morning))
    assert "by Mia Lind" in report(morning)
    assert (await morning.state(acme.id), await morning.state(delta.id)) == (State.REJECTED, State.DONE)
    assert len(morning.zoho.ledger) == 1


async def test_one_that_zoho_refuses_is_reported_beside_those_that_were_written(morning: Stage) -> None:
    await listed(morning)
    refused = {"data": [{"code": "NO_PERMISSION", "details": {}, "message": "no", "status": "error"}]}
    morning.zoho.faults.answer("POST", "/Tasks$", status=403, body=refused)
    await morning.slack.submit(ANNAS, {})
    await morning.slack.until(lambda: "Could not be written" in report(morning) and "task created" in report(morning))
    assert len(morning.zoho.ledger) == 1


async def test_one_whose_ground_moved_is_asked_again_and_not_written(morning: Stage) -> None:
    delta = await morning.proposal(DELTA)
    await listed(morning)
    morning.clock.advance(timedelta(minutes=5))
    fact = delta.basis[0]
    morning.zoho.happens(happens("Tasks", fact.record_id, morning.clock.now(), user=MIA, Due_Date="2026-03-30"))
    await morning.slack.submit(ANNAS, {})
    await morning.slack.until(lambda: "Delta Freight" in report(morning) and "changed in the CRM" in report(morning))
    assert await morning.state(delta.id) is State.SUPERSEDED
    await morning.until(ANNAS, "Changed since you were asked: Due: Tue 17 Mar → Mon 30 Mar")
    await morning.slack.until(lambda: len(morning.zoho.ledger) == 1)


async def test_a_manager_gets_the_report_of_what_they_approved(morning: Stage) -> None:
    await listed(morning, by=MIAS)
    await morning.slack.submit(MIAS, {})
    await morning.slack.until(lambda: bool(morning.briefs(MIAS)) and "task created, due" in report(morning, MIAS))
    await morning.until(ANNAS, "by Mia Lind")


async def test_nobody_else_gets_a_list(morning: Stage) -> None:
    await morning.slack.click("U0BOB", "approve_batch", channel=morning.slack.channel(ANNAS))
    assert await morning.answered("U0BOB", "This belongs to Anna Berg")
    assert morning.slack.modal("U0BOB") is None


async def test_a_list_that_is_left_lying_approves_nothing_after_its_time(morning: Stage) -> None:
    await listed(morning)
    morning.clock.advance(timedelta(hours=73))
    await morning.slack.submit(ANNAS, {})
    await morning.slack.until(lambda: "This expired without a decision" in morning.shown(ANNAS))
    assert morning.zoho.ledger == ()


async def test_what_is_only_asked_whether_it_still_matters_is_never_among_them_until_it_is_kept(morning: Stage) -> None:
    anna = Caller(team_id=TEAM, user_id=ANNAS, request_id="test")
    first = await last_brief(morning)
    for number in range(1, 4):
        await morning.look(NIGHT + number * timedelta(days=1))
        await morning.morning(MORNING + number * timedelta(days=1))
    last = await last_brief(morning)
    doubted = {card.account_id for card in last.cards if card.place is Place.QUESTION}
    (account_id,) = doubted & {ACME, DELTA}  # the other one is still a line with its buttons
    proposal = await morning.proposal(account_id)

    async def listed_in(brief: Brief) -> set[str]:
        return {each.account_id for each in await morning.bot.gate.batch.listed(anna, brief.id)}

    assert account_id not in await listed_in(first)
    assert await listed_in(last) == {ACME, DELTA} - {account_id}
    await morning.bot.gate.batch(anna, [(proposal.id, proposal.version)])
    assert await morning.state(proposal.id) is State.PENDING

    await morning.bot.gate.keep_asking(anna, proposal.id, proposal.version)
    assert await listed_in(last) == {ACME, DELTA}
