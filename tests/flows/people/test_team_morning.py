"""The manager's morning on the stage: Mia manages Anna and Bob; Cora reports to no one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from agents.flows.gate.offer import ask
from agents.flows.people.team_morning import PATIENCE, id_of
from bot.views.blocks import actions, button
from bot.views.confirm_link import CONFIRM_LINK
from bot.views.report import REPORT_MODAL
from bot.views.snooze_proposal import SNOOZE_MODAL
from bot.wiring.root import build_bot
from bot.wiring.team_morning import team_morning
from store.domain.crm.accounts import Role
from store.domain.errors import Refused
from store.domain.gate.absences import Absence
from store.domain.gate.proposals import Proposal, State
from store.domain.memory.outcomes import Expectation, Movement, Outcome, OutcomeVerdict
from store.domain.running.features import Feature
from tests.flows.company import ACME, ANNA, BOB, CORA, GRANITE, MIA
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, BOBS, CORAS, MIAS, MORNING, NIGHT, Stage, by, stage, value_of

GREETS, QUIET = "your team, Tue 24 Mar", "Nothing waits in your team, Mia."
WEDNESDAY = MORNING + timedelta(days=1)


async def test_the_message_says_for_each_report_what_waits_and_what_is_at_risk_once(either_morning: Stage) -> None:
    stage = either_morning
    other = build_bot(stage.bot.services)
    await asyncio.gather(stage.bot.teams(), other.teams(), stage.bot.teams())
    await stage.bot.teams()
    [message] = _teams(stage)
    waiting = {owner: len(await _pending(stage, owner)) for owner in (ANNA, BOB)}
    assert f"*{sum(waiting.values())}* to decide" in str(message["blocks"])
    assert _cells(message) == {"Anna Berg": waiting[ANNA], "Bob Chan": waiting[BOB]}
    assert f"Bob Chan: {waiting[BOB]} to decide" in message["text"]  # for a client that draws no table
    assert "*Borealis Foods*> · $8,000 open · Anna Berg: “Cold chain” slipped 32 days to 30 Jun." in str(message)
    assert "Harbour Glass" not in str(message) + str(stage.slack.dm(CORAS))  # Cora's

    [told] = [each for each in await stage.trail(id_of(MIA, MORNING.date())) if each.action == "team.told"]
    assert (told.detail["to"], set(told.detail["owners"])) == (MIA, {ANNA, BOB})


async def test_after_a_restart_no_second_message_comes(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING, durable=True) as made:
        await made.bot.teams()
        await made.restart()
        assert await made.bot.teams() == []
        await made.bot.delivery.catch_up()
        assert len(_teams(made)) == 1


async def test_what_was_written_before_the_process_died_is_posted_once(morning: Stage) -> None:
    flow = team_morning(morning.bot.services, morning.bot.delivery)
    assert await flow.prepare(MIA, MORNING.date()) == await flow.prepare(MIA, MORNING.date())
    morning.clock.advance(timedelta(minutes=2))
    for _ in range(2):
        await morning.bot.delivery.catch_up()
    assert await morning.bot.teams() == []
    assert len(_teams(morning)) == 1


async def test_a_manager_with_accounts_gets_both_messages_and_nothing_twice(morning: Stage) -> None:
    async with morning.bot.services.database.transaction() as tx:
        people = {each.id: each for each in await tx.people.all()}
        people[BOB] = replace(people[BOB], manager_id=ANNA)
        people[ANNA] = replace(people[ANNA], role=Role.MANAGER)
        await tx.people.replace(list(people.values()))
    await morning.bot.teams()
    await morning.slack.until(lambda: len(morning.briefs(ANNAS)) == 2)
    own, team = morning.briefs(ANNAS)
    assert "Acme Robotics" in str(own)
    assert "Granite Works" not in str(own)
    assert _cells(team) == {"Bob Chan": len(await _pending(morning, BOB))}
    assert "Acme Robotics" not in str(team)
    assert "Borealis" not in str(team)


async def test_it_comes_at_the_managers_time_on_their_working_days_and_not_while_they_areaway(night: Stage) -> None:
    for moment in (NIGHT, MORNING - timedelta(minutes=31), datetime(2026, 3, 28, 9, 0, tzinfo=UTC)):
        night.clock.moment = moment
        assert await night.bot.teams.start() == []
    night.clock.moment = MORNING
    await away(night, MIA, delegate=CORA)
    assert await night.bot.teams.start() == []


async def test_it_waits_for_the_due_briefs_of_the_reports_but_not_long(night: Stage) -> None:
    night.clock.moment = MORNING
    assert await night.bot.teams() == []
    night.clock.moment = MORNING.replace(minute=0) + PATIENCE
    assert await night.bot.teams() == []  # nothing waits yet, and so there is nothing to tell
    await night.morning(MORNING + timedelta(hours=1))
    assert len(await night.bot.teams()) == 1


async def test_its_counts_follow_the_decisions(morning: Stage) -> None:
    await morning.bot.teams()
    proposal = await morning.proposal(ACME)
    asked = len(await _pending(morning, ANNA)) + len(await _pending(morning, BOB))
    await morning.approved(proposal, says="task created, due")
    await morning.until(MIAS, f"*{asked - 1}* still to decide")
    assert len(_teams(morning)) == 1


async def test_only_the_newest_message_follows(morning: Stage) -> None:
    await morning.bot.teams()
    await morning.morning(WEDNESDAY)
    await morning.bot.teams()
    tuesday, wednesday = _teams(morning)
    proposal = await morning.proposal(ACME)
    await morning.approved(proposal, says="task created, due")
    await morning.until(MIAS, "still to decide")
    await morning.handled()
    after = _teams(morning)
    assert after[0] == tuesday
    assert after[1]["ts"] == wednesday["ts"]
    assert "still to decide" in after[1]["text"]


async def test_on_the_next_morning_the_message_the_home_and_the_modal_count_what_is_asked_again(
    morning: Stage,
) -> None:
    await morning.bot.teams()
    friday = datetime(2026, 3, 27, 7, 0, tzinfo=UTC)
    await morning.look(friday - timedelta(hours=3))
    morning.clock.moment = friday
    flow = team_morning(morning.bot.services, morning.bot.delivery)
    early = await flow.prepare(MIA, friday.date())  # before the briefs that ask again
    assert early is not None
    await flow.post(early)
    before = {each.id for each in await _pending(morning, ANNA)}
    await morning.morning(friday)
    await morning.handled()
    again = await _pending(morning, ANNA)
    assert again
    assert before.isdisjoint(each.id for each in again)
    await _all_agree(morning)

    await morning.bot.decide.reject(by(ANNAS), again[0].id, again[0].version, "Not useful")
    await morning.bot.delivery.show(ANNA, [again[0].id])
    assert len(await _pending(morning, ANNA)) == len(again) - 1
    await _all_agree(morning)


async def test_a_brief_that_comes_after_the_message_counts_in_it(night: Stage) -> None:
    night.clock.moment = MORNING
    await night.bot.mornings([BOB])
    night.clock.moment = MORNING.replace(minute=0) + PATIENCE
    assert len(await night.bot.teams()) == 1
    assert _cells(_teams(night)[0])["Anna Berg"] == 0
    await night.bot.mornings([ANNA])
    assert _cells(_teams(night)[0])["Anna Berg"] > 0
    waiting = sum(_cells(_teams(night)[0]).values())
    assert f"*{waiting}* to decide" in _teams(night)[0]["text"]


async def test_a_name_opens_the_persons_cards_and_a_press_there_goes_through_the_gate(morning: Stage) -> None:
    await morning.bot.teams()
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
    await morning.slack.until(lambda: f"decide:{value_of(proposal)}" not in _modal(morning))
    await morning.slack.until(lambda: "task created, due" in _modal(morning))
    approved = [each for each in await morning.trail(proposal.id) if each.action == "proposal.approved"]
    assert [(each.actor, each.detail["standing"]) for each in approved] == [(MIA, "manager")]

    home = await _home(morning, MIAS, says="Recently decided")
    assert "Acme Robotics · for Anna Berg" in home


async def test_a_decided_card_keeps_its_place_until_the_modal_is_opened_again(morning: Stage) -> None:
    await morning.bot.teams()
    before = (await opened_report(morning, ANNA))["blocks"]
    asked = [each for each in before if each.get("block_id", "").startswith("decide:")]
    pressed, following = (before.index(each) for each in asked[:2])
    await morning.slack.click_in_view(
        MIAS, "approve_proposal", view_id=str((morning.slack.modal(MIAS) or {})["id"]), block_id=asked[0]["block_id"]
    )
    await morning.slack.until(lambda: "task created, due" in _modal(morning))
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
    await morning.bot.teams()
    proposal = await morning.proposal(ACME)
    view = await opened_report(morning, ANNA)
    await morning.slack.click_in_view(
        MIAS, "reject_proposal", view_id=view["id"], block_id=f"decide:{value_of(proposal)}"
    )
    await morning.slack.until(lambda: "reject" in str((morning.slack.modal(MIAS) or {}).get("callback_id")))
    await morning.slack.submit(MIAS, {"reason": {"reason": "other"}})
    await morning.slack.until(lambda: (morning.slack.modal(MIAS) or {}).get("id") == view["id"])
    await morning.slack.until(lambda: "✖️ Rejected" in _modal(morning))
    assert await morning.state(proposal.id) is State.REJECTED


async def test_a_date_chosen_over_the_persons_cards_leads_back_to_them(morning: Stage) -> None:
    await morning.bot.teams()
    proposal = await morning.proposal(ACME)
    view = await opened_report(morning, ANNA)
    decide = f"decide:{value_of(proposal)}"
    chosen = f"{value_of(proposal)}:date"
    await morning.slack.click_in_view(MIAS, "snooze_proposal", view_id=view["id"], block_id=decide, value=chosen)
    await morning.slack.until(lambda: (morning.slack.modal(MIAS) or {}).get("callback_id") == SNOOZE_MODAL)
    assert (await morning.slack.submit(MIAS, {"day": {"day": "2026-04-02"}})).ok
    await morning.slack.until(lambda: (morning.slack.modal(MIAS) or {}).get("id") == view["id"])
    await morning.slack.until(lambda: "Snoozed until Thu 2 Apr" in _modal(morning))
    assert await morning.state(proposal.id) is State.SNOOZED


async def test_what_came_of_earlier_decisions_is_in_the_message_and_beside_the_persons_cards(morning: Stage) -> None:
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
    await morning.bot.teams()
    [message] = _teams(morning)
    assert "What came of it (1)" in str(message["blocks"])
    assert "A call followed on 23 Mar." in str((await opened_report(morning, ANNA))["blocks"])


async def test_nobody_but_the_manager_opens_them_and_the_attempt_is_recorded(morning: Stage) -> None:
    for user_id, person_id in ((BOBS, ANNA), (CORAS, BOB), (MIAS, CORA)):
        await _home(morning, user_id)
        await _forge(morning, user_id, person_id)
        await morning.slack.until(partial(_is_refused, morning, user_id))
        assert "decide:" not in str(morning.slack.modal(user_id))
    refused = [each for person in (ANNA, BOB, CORA) for each in await morning.trail(person)]
    assert [each.detail["asked"] for each in refused] == ["report.open"] * 3


async def test_who_reports_to_someone_else_now_is_gone_from_the_message_and_closed(morning: Stage) -> None:
    await morning.bot.teams()
    await _without_manager(morning, BOB)
    await morning.bot.delivery.refresh(id_of(MIA, MORNING.date()))
    assert "Bob Chan" not in str(_teams(morning))
    assert "Anna Berg" in str(_teams(morning))
    with pytest.raises(Refused):
        await morning.bot.report(by(MIAS), BOB)


async def test_an_unconfirmed_manager_is_asked_first_and_then_gets_one_message(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, confirmed=False, opening=Opening.MORNING) as made:
        await made.bot.teams()
        made.clock.moment = WEDNESDAY
        await made.morning(WEDNESDAY)
        await made.bot.teams()
        await made.bot.delivery.catch_up()
        assert "Anna Berg" not in made.shown(MIAS)

        await made.slack.click(MIAS, CONFIRM_LINK)
        await made.until(MIAS, "your team, Wed 25 Mar")
        await made.handled()
        assert GREETS not in made.shown(MIAS)


async def test_a_day_on_which_nothing_waits_takes_one_line_or_none(morning: Stage) -> None:
    for owner_id in (ANNA, BOB):
        for each in await _pending(morning, owner_id):
            caller = by(ANNAS if owner_id == ANNA else BOBS)
            await morning.bot.decide.reject(caller, each.id, each.version, "Not useful")
    assert await morning.bot.teams() == []

    morning.clock.moment = WEDNESDAY
    assert len(await morning.bot.teams()) == 1
    [message] = _teams(morning)
    assert [block["type"] for block in message["blocks"]] == ["section"]
    assert QUIET in message["text"]
    assert "rejected" in message["text"]
    morning.clock.moment = WEDNESDAY + timedelta(days=1)
    assert await morning.bot.teams() == []


async def test_who_is_away_is_named_with_the_cover_and_a_button_to_what_waits(morning: Stage) -> None:
    await away(morning, ANNA, delegate=MIA)
    await morning.bot.teams()
    [message] = _teams(morning)
    count = len(await _pending(morning, ANNA))
    assert "Anna Berg is away until Fri 27 Mar; you decide for them." in str(message["blocks"])
    await morning.slack.click(MIAS, "open_report", value=ANNA, block_id=f"away:{ANNA}")
    await morning.slack.until(lambda: "Away until Fri 27 Mar; you decide meanwhile." in _modal(morning))
    assert f"Open Anna Berg's {count}" in str(message["blocks"])


async def test_the_home_lists_the_whole_team_and_opens_anyone(morning: Stage) -> None:
    home = await _home(morning, MIAS, says="Your team")
    assert f"Anna Berg: {len(await _pending(morning, ANNA))} to decide, the first expires Fri 27 Mar 08:30" in home
    assert "Next message about your team: Wed 25 Mar 08:00." in home
    async with morning.bot.services.database.transaction() as tx:
        await tx.features.switch(Feature.TEAM_MESSAGES, on=False, by="ada", at=MORNING)
    assert "message about your team" not in await _home(morning, MIAS, says="no morning brief")
    await morning.slack.click_in_view(MIAS, "open_report_2", block_id="team")
    await morning.slack.until(lambda: "Granite Works" in _modal(morning))
    assert "Your team" not in await _home(morning, ANNAS)


async def test_the_owner_reads_once_who_decided_for_them_and_why(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    morning.clock.moment = datetime(2026, 3, 26, 16, 0, tzinfo=UTC)
    await morning.bot.remind()
    await morning.until(MIAS, "have not decided on")
    await morning.press(MIAS, "approve_proposal", proposal, at=MIAS)
    await morning.until(ANNAS, "task created, due")

    said = "Mia Lind, your manager, decided for you before it expired: Acme Robotics (<"
    for day, count in ((27, 1), (30, 1)):
        await morning.look(datetime(2026, 3, day, 4, 0, tzinfo=UTC))
        await morning.morning(datetime(2026, 3, day, 8, 0, tzinfo=UTC))
        assert str([each["blocks"] for each in morning.briefs(ANNAS)]).count(said) == count


async def test_a_reminder_whose_decisions_were_made_before_it_was_posted_does_not_come(morning: Stage) -> None:
    proposal = await morning.proposal(GRANITE)
    async with morning.bot.services.database.transaction() as tx:
        bob = await tx.people.get(BOB)
        assert bob is not None
        now = morning.clock.now()
        brief = await ask(tx, [proposal], kind="reminder", owner=bob, reader=bob, now=now, currency="$")
    await morning.bot.decide.reject(by(BOBS), proposal.id, proposal.version, "Not useful")
    before = len(morning.briefs(BOBS))
    await morning.bot.delivery.brief(brief.id)
    await morning.bot.delivery.catch_up()
    assert len(morning.briefs(BOBS)) == before


def _teams(stage: Stage) -> list[dict[str, Any]]:
    return [each for each in stage.briefs(MIAS) if "your team" in str(each["text"]) or "No one in" in str(each["text"])]


def _cells(message: dict[str, Any]) -> dict[str, int]:
    """The number to decide, by name, as the table has it."""
    [table] = [block for block in message["blocks"] if block["type"] == "data_table"]
    return {name["text"]: waiting["value"] for name, waiting, *_ in table["rows"][1:]}


async def _pending(stage: Stage, owner_id: str) -> list[Proposal]:
    async with stage.bot.services.database.reading() as tx:
        return await tx.proposals.pending([owner_id])


async def opened_report(stage: Stage, person_id: str) -> dict[str, Any]:
    await stage.slack.click(MIAS, f"open_report_{[ANNA, BOB].index(person_id) + 1}", block_id="team")
    await stage.slack.until(lambda: "Reading…" not in _modal(stage) and stage.slack.modal(MIAS) is not None)
    view = stage.slack.modal(MIAS)
    assert view is not None
    return view


async def _all_agree(stage: Stage) -> None:
    """The newest message's table, headline and buttons, the Home and the modal."""
    waiting = {name: len(await _pending(stage, person)) for person, name in ((ANNA, "Anna Berg"), (BOB, "Bob Chan"))}
    message = _teams(stage)[-1]
    assert _cells(message) == waiting
    assert f"*{sum(waiting.values())}* " in message["text"]
    await _home(stage, MIAS, says="Your team")
    for name, count in waiting.items():
        assert f"{name} · {count}" in str(message["blocks"])
        said = f"{name}: {count} to decide" if count else name
        await stage.slack.until(partial(lambda said: said in str(stage.slack.home_view(MIAS)), said))
    await opened_report(stage, ANNA)
    await stage.slack.until(lambda: _modal(stage).count("'decide:") == waiting["Anna Berg"])


def _shown(block: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if key != "block_id"}


def _modal(stage: Stage) -> str:
    return str((stage.slack.modal(MIAS) or {}).get("blocks"))


async def _home(stage: Stage, user_id: str, *, says: str = "Sergas") -> str:
    await stage.slack.home(user_id)
    await stage.slack.until(lambda: says in str(stage.slack.home_view(user_id)))
    return str(stage.slack.home_view(user_id))


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


async def away(stage: Stage, person_id: str, *, delegate: str) -> None:
    starts = stage.clock.moment - timedelta(hours=9)
    ends = datetime(2026, 3, 27, 23, 0, tzinfo=UTC)  # midnight in Berlin
    async with stage.bot.services.database.transaction() as tx:
        await tx.absences.set(
            Absence(
                person_id=person_id, starts=starts, ends=ends, delegate_id=delegate, set_by=person_id, set_at=starts
            )
        )


async def test_no_message_comes_while_it_is_switched_off_and_the_days_comes_once_it_is_on_again(morning: Stage) -> None:
    async with morning.bot.services.database.transaction() as tx:
        await tx.features.switch(Feature.TEAM_MESSAGES, on=False, by="ada", at=MORNING)
    assert await morning.bot.teams() == []
    async with morning.bot.services.database.transaction() as tx:
        await tx.features.switch(Feature.TEAM_MESSAGES, on=True, by="ada", at=MORNING)
    await morning.bot.teams()
    assert len(_teams(morning)) == 1
