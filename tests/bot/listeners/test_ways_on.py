"""Snooze, Keep, Not relevant and Bring back, pressed in a real Slack conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.views.blocks import actions, button, select
from store.domain.gate.proposals import State
from tests.bot import samples
from tests.bot.conftest import Scene
from tests.bot.desk import ANNA, EVE

FIRST = f"{0:032x}"
VALUE = f"{FIRST}:1"


async def posted(scene: Scene, *elements: dict[str, Any], user_id: str = ANNA) -> None:
    """A message of the bot with these elements alone."""
    blocks = [actions("decide", *elements)]
    await scene.desk.client.chat_postMessage(channel=scene.slack.channel(user_id), text="x", blocks=blocks)


def menu(value: str) -> dict[str, Any]:
    return select([(value, "3 days")], action_id="snooze_proposal", placeholder="Snooze")


def press(action_id: str, value: str = VALUE) -> dict[str, Any]:
    return button("Press", action_id=action_id, value=value)


async def test_a_choice_of_days_puts_the_decision_off_and_the_card_says_until_when(scene: Scene) -> None:
    await posted(scene, menu(f"{VALUE}:3"))
    receipt = await scene.slack.click(ANNA, "snooze_proposal", value=f"{VALUE}:3")
    assert receipt.acknowledged
    snoozed = scene.desk.proposals[FIRST]
    assert (snoozed.state, snoozed.snoozed_until) == (State.SNOOZED, datetime(2026, 11, 23, tzinfo=samples.TZ))
    assert "Mon 23 Nov" in scene.card()
    assert not scene.slack.warnings(ANNA)


@pytest.mark.parametrize(
    "value", ["nonsense", VALUE, f"{VALUE}:0", f"{VALUE}:-1", f"{VALUE}:1e3", f"{FIRST}:3", "x:1:3"]
)
async def test_a_choice_that_is_no_version_and_days_puts_nothing_off(scene: Scene, value: str) -> None:
    await posted(scene, menu(value))
    await scene.slack.click(ANNA, "snooze_proposal", value=value)
    assert (await scene.whisper(ANNA)).startswith("I can't tell which proposal")
    assert scene.desk.proposals[FIRST].state is State.PENDING


@pytest.mark.parametrize("action_id", ["snooze_proposal", "keep_asking", "not_relevant"])
async def test_what_was_decided_meanwhile_is_not_decided_again(scene: Scene, action_id: str) -> None:
    value = f"{VALUE}:3" if action_id == "snooze_proposal" else VALUE
    await posted(scene, menu(value) if action_id == "snooze_proposal" else press(action_id))
    await scene.slack.click(ANNA, "approve_proposal", value=VALUE)
    await scene.slack.click(ANNA, action_id, value=value)
    assert await scene.whisper(ANNA) == "This was decided already."
    assert scene.desk.proposals[FIRST].state is State.READY
    assert (scene.desk.reasons, scene.desk.kept_open) == ([], [])


@pytest.mark.parametrize("action_id", ["snooze_proposal", "keep_asking", "not_relevant", "reopen_proposal"])
async def test_a_stranger_moves_nothing_and_is_told_so(scene: Scene, action_id: str) -> None:
    value = f"{VALUE}:3" if action_id == "snooze_proposal" else VALUE
    await posted(scene, menu(value) if action_id == "snooze_proposal" else press(action_id))
    receipt = await scene.slack.click(EVE, action_id, value=value, channel=ANNA)
    assert receipt.acknowledged
    await scene.slack.until(lambda: any(method == "chat.postEphemeral" for method, _ in scene.slack.calls))
    told = [args for method, args in scene.slack.calls if method == "chat.postEphemeral"]
    assert [(args["user"], args["text"][:25]) for args in told] == [(EVE, "This belongs to Anna Berg")]
    assert scene.desk.proposals[FIRST].state is State.PENDING


async def test_a_press_on_keep_leaves_the_decision_open(scene: Scene) -> None:
    await posted(scene, press("keep_asking"))
    assert (await scene.slack.click(ANNA, "keep_asking", value=VALUE)).acknowledged
    assert scene.desk.kept_open == [FIRST]
    assert scene.desk.proposals[FIRST].state is State.PENDING


async def test_not_relevant_rejects_with_that_reason(scene: Scene) -> None:
    await posted(scene, press("not_relevant"))
    assert (await scene.slack.click(ANNA, "not_relevant", value=VALUE)).acknowledged
    assert scene.desk.reasons == ["Not relevant"]
    assert scene.desk.proposals[FIRST].state is State.REJECTED


async def test_what_was_rejected_comes_back_with_buttons_of_its_own(scene: Scene) -> None:
    scene.desk.proposals[FIRST] = replace(scene.desk.proposals[FIRST], state=State.REJECTED)
    await posted(scene, press("reopen_proposal"))
    assert (await scene.slack.click(ANNA, "reopen_proposal", value=VALUE)).acknowledged
    await scene.desk.handled.wait()
    again = scene.desk.proposals[f"{0xBBBB:032x}"]
    assert (again.version, again.state) == (2, State.PENDING)
    assert f"{again.id}:2" in scene.card()
    assert scene.desk.approvals == []


async def test_what_was_not_rejected_does_not_come_back(scene: Scene) -> None:
    await posted(scene, press("reopen_proposal"))
    await scene.slack.click(ANNA, "reopen_proposal", value=VALUE)
    assert "nothing to bring back" in await scene.whisper(ANNA)


async def test_a_decision_in_the_home_updates_the_home(scene: Scene) -> None:
    scene.desk.proposals[FIRST] = replace(scene.desk.proposals[FIRST], state=State.REJECTED)
    view = {"type": "home", "blocks": [actions("decide", press("reopen_proposal"))]}
    await scene.desk.client.views_publish(user_id=ANNA, view=view)
    await scene.slack.click_in_view(ANNA, "reopen_proposal", value=VALUE)
    await scene.slack.until(lambda: "To decide" in str(scene.slack.home_view(ANNA)))
