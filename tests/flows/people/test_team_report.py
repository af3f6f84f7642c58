"""One person's decisions, which their manager opens from the message about the team or from the Home, and decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from agents.flows.people.team_message import id_of
from bot.views.blocks import actions, button
from bot.views.report import REPORT_MODAL
from bot.views.snooze_proposal import SNOOZE_MODAL
from store.domain.errors import Refused
from store.domain.gate.proposals import State
from store.domain.memory.outcomes import Expectation, Movement, Outcome, OutcomeVerdict
from store.domain.running.features import Feature
from tests.flows.company import ACME, ANNA, BOB, CORA, MIA
from tests.flows.people.test_home import home_of
from tests.flows.stage import ANNAS, BOBS, CORAS, MIAS, MORNING, NIGHT, Stage, by, value_of
from tests.flows.team import away, modal_of, opened_report, pending_of, team_messages


async def test_a_name_opens_the_persons_cards_and_a_press_there_goes_through_the_gate(morning: Stage) -> None:
    await morning.bot.jobs.teams()
    proposal = await morning.proposal(ACME)
    view = await opened_report(morning, ANNA)
    assert view["callback_id"] == REPORT_MODAL
    assert "Anna Berg" in str(view["blocks"])
    assert f"decide:{value_of(proposal)}" in str(view["blocks"])
    [entry] = [each for each in await morning.trail(ANNA) if each.action == "report.opened"]
    assert (entry.actor, entry.detail["standing"]) == (MIA, "manager")
    assert proposal.id in entry.detail["proposals"]

    await morning.slack.click_in_view(
        MIAS, "approve_proposal", view_id=view["id"], block_id=f"decide:{value_of(proposal)}"
    )
    await morning.until(ANNAS, "Mia Lind")
    await morning.until(ANNAS, "task created, due")
    assert len(morning.zoho.ledger) == 1
    await morning.slack.until(lambda: f"decide:{value_of(proposal)}" not in modal_of(morning))
    await morning.slack.until(lambda: "task created, due" in modal_of(morning))
    approved = [each for each in await morning.trail(proposal.id) if each.action == "proposal.approved"]
    assert [(each.actor, each.detail["standing"]) for each in approved] == [(MIA, "manager")]

    home = await home_of(morning, MIAS, says="Recently decided")
    assert "Acme Robotics · for Anna Berg" in home


async def test_a_decided_card_keeps_its_place_until_the_modal_is_opened_again(morning: Stage) -> None:
    await morning.bot.jobs.teams()
    before = (await opened_report(morning, ANNA))["blocks"]
    asked = [each for each in before if each.get("block_id", "").startswith("decide:")]
    pressed, following = (before.index(each) for each in asked[:2])
    await morning.slack.click_in_view(
        MIAS, "approve_proposal", view_id=str((morning.slack.modal(MIAS) or {})["id"]), block_id=asked[0]["block_id"]
    )
    await morning.slack.until(lambda: "task created, due" in modal_of(morning))
    after = (morning.slack.modal(MIAS) or {})["blocks"]
    rest = [number for number in range(following + 1) if number != pressed]
    assert [_shown(after[number]) for number in rest] == [_shown(before[number]) for number in rest]
    status = after[pressed]
    assert "task created, due" in status["text"]["text"]
    assert status["accessory"]["text"]["text"] == "Undo"
    assert "Decided lately" not in str(after)

    again = (await opened_report(morning, ANNA))["blocks"]
    assert again[pressed]["block_id"] == asked[1]["block_id"]
    assert "Decided lately" in str(again)


async def test_a_rejection_over_the_persons_cards_leads_back_to_them(morning: Stage) -> None:
    await morning.bot.jobs.teams()
    proposal = await morning.proposal(ACME)
    view = await opened_report(morning, ANNA)
    await morning.slack.click_in_view(
        MIAS, "reject_proposal", view_id=view["id"], block_id=f"decide:{value_of(proposal)}"
    )
    await morning.slack.until(lambda: "reject" in str((morning.slack.modal(MIAS) or {}).get("callback_id")))
    await morning.slack.submit(MIAS, {"reason": {"reason": "other"}})
    await morning.slack.until(lambda: (morning.slack.modal(MIAS) or {}).get("id") == view["id"])
    await morning.slack.until(lambda: "✖️ Rejected" in modal_of(morning))
    assert await morning.state(proposal.id) is State.REJECTED


async def test_a_date_chosen_over_the_persons_cards_leads_back_to_them(morning: Stage) -> None:
    await morning.bot.jobs.teams()
    proposal = await morning.proposal(ACME)
    view = await opened_report(morning, ANNA)
    decide = f"decide:{value_of(proposal)}"
    chosen = f"{value_of(proposal)}:date"
    await morning.slack.click_in_view(MIAS, "snooze_proposal", view_id=view["id"], block_id=decide, value=chosen)
    await morning.slack.until(lambda: (morning.slack.modal(MIAS) or {}).get("callback_id") == SNOOZE_MODAL)
    assert (await morning.slack.submit(MIAS, {"day": {"day": "2026-04-02"}})).ok
    await morning.slack.until(lambda: (morning.slack.modal(MIAS) or {}).get("id") == view["id"])
    await morning.slack.until(lambda: "Snoozed until Thu 2 Apr" in modal_of(morning))
    assert await morning.state(proposal.id) is State.SNOOZED


async def test_outcomes_of_earlier_decisions_are_in_the_message_and_beside_the_persons_cards(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    expected = Expectation(
        proposal_id=proposal.id, account_id=ACME, movement=Movement.REPLY, record_id=ACME, since=NIGHT, until=MORNING
    )
    measured = Outcome(
        proposal_id=proposal.id, account_id=ACME, verdict=OutcomeVerdict.IMPROVED, score=1.0,
        because="A call followed on 23 Mar.", evidence=(), measured_at=MORNING - timedelta(hours=12),
    )  # fmt: skip
    async with morning.bot.services.database.transaction() as tx:
        await tx.outcomes.expect([expected])
        await tx.outcomes.measured(measured)
    await morning.bot.jobs.teams()
    [message] = team_messages(morning)
    assert "What came of it (1)" in str(message["blocks"])
    assert "A call followed on 23 Mar." in str((await opened_report(morning, ANNA))["blocks"])


async def test_only_the_manager_opens_them_and_an_attempt_of_others_is_recorded(morning: Stage) -> None:
    for user_id, person_id in ((BOBS, ANNA), (CORAS, BOB), (MIAS, CORA)):
        await home_of(morning, user_id)
        await _forge(morning, user_id, person_id)
        await morning.slack.until(partial(_is_refused, morning, user_id))
        assert "decide:" not in str(morning.slack.modal(user_id))
    refused = [each for person in (ANNA, BOB, CORA) for each in await morning.trail(person)]
    assert [each.detail["asked"] for each in refused] == ["report.open"] * 3


async def test_someone_who_no_longer_reports_to_them_is_gone_from_the_message_and_is_not_opened(morning: Stage) -> None:
    await morning.bot.jobs.teams()
    await _without_manager(morning, BOB)
    await morning.bot.delivery.refresh(id_of(MIA, MORNING.date()))
    assert "Bob Chan" not in str(team_messages(morning))
    assert "Anna Berg" in str(team_messages(morning))
    with pytest.raises(Refused):
        await morning.bot.people.report(by(MIAS), BOB)


async def test_someone_away_is_named_with_their_cover_and_a_button_to_their_open_decisions(morning: Stage) -> None:
    await away(morning, ANNA, delegate=MIA)
    await morning.bot.jobs.teams()
    [message] = team_messages(morning)
    count = len(await pending_of(morning, ANNA))
    assert "Anna Berg is away until Fri 27 Mar; you decide for them." in str(message["blocks"])
    await morning.slack.click(MIAS, "open_report", value=ANNA, block_id=f"away:{ANNA}")
    await morning.slack.until(lambda: "Away until Fri 27 Mar; you decide meanwhile." in modal_of(morning))
    assert f"Open Anna Berg's {count}" in str(message["blocks"])


async def test_the_home_lists_the_whole_team_and_opens_anyone(morning: Stage) -> None:
    home = await home_of(morning, MIAS, says="Your team")
    assert f"Anna Berg: {len(await pending_of(morning, ANNA))} to decide, the first expires Fri 27 Mar 08:30" in home
    assert "Next message about your team: Wed 25 Mar 08:00." in home
    await morning.switch(Feature.TEAM_MESSAGES, on=False)
    assert "message about your team" not in await home_of(morning, MIAS, says="no morning brief")
    await morning.slack.click_in_view(MIAS, "open_report_2", block_id="team")
    await morning.slack.until(lambda: "Granite Works" in modal_of(morning))
    assert "Your team" not in await home_of(morning, ANNAS)


def _shown(block: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if key != "block_id"}


def _is_refused(stage: Stage, user_id: str) -> bool:
    return "This belongs to" in str(stage.slack.modal(user_id))


async def _forge(stage: Stage, user_id: str, person_id: str) -> None:
    """Press a button that the bot never showed them."""
    view = stage.slack.home_view(user_id)
    assert view is not None
    view["blocks"].append(actions("forged", button("Forged", action_id="open_report", value=person_id)))
    await stage.slack.click_in_view(user_id, "open_report", block_id="forged")


async def _without_manager(stage: Stage, person_id: str) -> None:
    async with stage.bot.services.database.transaction() as tx:
        people = [replace(each, manager_id=None) if each.id == person_id else each for each in await tx.people.all()]
        await tx.people.replace(people)
