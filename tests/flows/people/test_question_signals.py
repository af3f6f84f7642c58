"""An administrator is asked once about signals that say nothing here; the answer holds for everyone and can be changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from agents.flows.access.identity import Caller
from agents.flows.people.question_signals import answer_as_operator
from integrations.sandbox.slack import SlackUser
from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Norms, Use
from store.domain.signals.question import Answer
from tests.flows.company import FIRST_NIGHT
from tests.flows.stage import ANNAS, MORNING, NIGHT, PEOPLE, TEAM, Stage, stage

ADAS = "U0ADA"
ADA = SlackUser(id=ADAS, name="Ada Admin", email="ada@example.com", tz="UTC")
NO_STEP, SILENT = SignalKind.NO_NEXT_STEP, SignalKind.NO_ACTIVITY
UNUSED = {NO_STEP: Use(used=12, of=412), SILENT: Use(used=0, of=90)}


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A morning in a company that enters neither next steps nor activities."""
    async with stage(sqlite_url, tmp_path, people=(*PEOPLE, ADA)) as opened:
        assert await opened.look(FIRST_NIGHT)
        assert await opened.look(NIGHT)
        opened.clock.moment = MORNING + timedelta(hours=1)  # 8:30 for Ada
        await measured(opened, UNUSED)
        yield opened


async def measured(made: Stage, uses: dict[SignalKind, Use]) -> None:
    now = made.clock.now()
    async with made.bot.services.database.transaction() as tx:
        await tx.norms.keep(Norms(measured_at=now, watched_since=now, uses=uses), now)


async def off(made: Stage) -> frozenset[SignalKind]:
    async with made.bot.services.database.reading() as tx:
        return await tx.questions.off()


def updates(made: Stage) -> int:
    return [method for method, _ in made.slack.calls].count("chat.update")


async def press(made: Stage, label: str, kind: SignalKind, *, by: str = ADAS) -> None:
    message = next(each for each in made.slack.dm(ADAS) if f"signal:{kind}" in str(each.get("blocks")))
    buttons = next(each for each in message["blocks"] if each.get("block_id") == f"signal:{kind}")["elements"]
    action = next(each["action_id"] for each in buttons if each["text"]["text"] == label)
    await made.slack.click(by, action, ts=message["ts"], block_id=f"signal:{kind}", channel=made.slack.channel(ADAS))


async def test_an_administrator_is_asked_about_all_such_signals_once_with_the_figures(made: Stage) -> None:
    assert await made.bot.people.question() == 2
    assert await made.bot.people.question() == 0
    (message,) = made.briefs(ADAS)
    said = str(message["blocks"])
    assert "*No next step* would say that an open deal has no next step and nothing planned." in said
    assert (
        "Wait: it starts by itself once more than 5% of open deals name a next step or have anything planned." in said
    )
    assert "Only 3% of 412 open deals name a next step or have anything planned." in said
    assert "None of 90 accounts with open deals have a call, meeting, task or note from the last 90 days." in said
    assert made.briefs(ANNAS) == []


async def test_a_signal_that_becomes_useless_later_is_asked_about_alone(made: Stage) -> None:
    await made.bot.people.question()
    await measured(made, {**UNUSED, SignalKind.TASK_OVERDUE: Use(used=1, of=300)})
    assert await made.bot.people.question() == 1
    assert "next step" not in str(made.briefs(ADAS)[-1]["blocks"])


async def test_no_one_is_asked_outside_their_working_hours_or_without_a_slack_user(made: Stage) -> None:
    made.clock.advance(timedelta(hours=12))
    assert await made.bot.people.question() == 0
    assert made.briefs(ADAS) == []


async def test_a_signal_that_is_used_or_switched_off_by_a_setting_is_not_asked_about(made: Stage) -> None:
    await measured(made, {NO_STEP: Use(used=300, of=412), SILENT: Use(used=0, of=19)})
    assert await made.bot.people.question() == 0
    await measured(made, UNUSED)
    await made.restart(signals__enabled="deal_stalled")
    assert await made.bot.people.question() == 0


async def test_switching_off_holds_for_everyone_is_audited_and_can_be_undone(made: Stage) -> None:
    await made.bot.people.question()
    await press(made, "Off", NO_STEP)
    await made.until(ADAS, "Off for everyone (Ada Admin, 24 Mar)")
    assert await off(made) == {NO_STEP}
    await press(made, "Switch on again", NO_STEP)
    await made.until(ADAS, "Waiting until you use it (Ada Admin, 24 Mar)")
    assert await off(made) == frozenset()
    trail = await made.trail(NO_STEP)
    assert [(entry.action, entry.detail["slack_user"]) for entry in trail] == [
        ("signal.switched_off", ADAS),
        ("signal.kept_silent", ADAS),
    ]
    (asked,) = await made.trail("signals")
    assert (asked.action, asked.detail["signals"]) == ("signals.questioned", ["no_activity", "no_next_step"])


async def test_the_same_answer_again_changes_nothing_and_is_not_audited_twice(made: Stage) -> None:
    await made.bot.people.question()
    services, ada = made.bot.services, Caller(team_id=TEAM, user_id=ADAS, request_id="test")
    for _ in range(2):
        kept = await made.bot.people.question.answer(ada, NO_STEP, Answer.OFF)
        assert kept.answered_at == MORNING + timedelta(hours=1)
        made.clock.advance(timedelta(hours=1))
    for _ in range(2):
        await answer_as_operator(
            services.database, made.clock, services.settings.signals, NO_STEP, Answer.KEEP, by="operator:pat"
        )
    assert [entry.action for entry in await made.trail(NO_STEP)] == ["signal.switched_off", "signal.kept_silent"]


async def test_an_answer_at_the_command_line_shows_in_the_message_that_asked_even_a_month_later(made: Stage) -> None:
    await made.bot.people.question()
    made.clock.advance(timedelta(days=30))
    await made.bot.outbox.purge()
    services = made.bot.services
    await answer_as_operator(
        services.database, made.clock, services.settings.signals, NO_STEP, Answer.OFF, by="operator:pat"
    )
    assert await made.bot.people.question() == 0
    (message,) = made.briefs(ADAS)
    said = str(message["blocks"])
    assert "Off for everyone (the operator, 23 Apr)" in said
    assert "Switch on again" in said
    assert "Wait: it starts by itself once more than 5% of accounts" in said  # the other question is still open
    edits = updates(made)
    await made.bot.people.question()
    assert updates(made) == edits


async def test_a_signal_that_the_operator_answered_first_is_not_asked_about(made: Stage) -> None:
    services = made.bot.services
    found = await answer_as_operator(
        services.database, made.clock, services.settings.signals, NO_STEP, Answer.OFF, by="operator:pat"
    )
    assert (found.state, await off(made)) == ("off", frozenset({NO_STEP}))
    assert await made.bot.people.question() == 1
    assert "next step" not in str(made.briefs(ADAS)[-1]["blocks"])


async def test_only_an_administrator_can_answer(made: Stage) -> None:
    await made.bot.people.question()
    await press(made, "Off", NO_STEP, by=ANNAS)
    assert await made.answered(ANNAS, "Only a CRM administrator can do this.")
    assert await off(made) == frozenset()
    (refusal,) = await made.trail(NO_STEP)
    assert (refusal.action, refusal.detail["asked"]) == ("request.refused", "signal.answer")


async def test_an_administrator_who_has_not_confirmed_who_they_are_changes_nothing(made: Stage) -> None:
    await made.bot.people.question()
    async with made.bot.services.database.transaction() as tx:
        ada = await tx.people.by_email("ada@example.com")
        assert ada is not None
        await tx.links.unlink(ada.id)
    await press(made, "Off", NO_STEP)
    await made.slack.until(lambda: "Is this you?" in str(made.slack.modal(ADAS)))
    assert await off(made) == frozenset()
