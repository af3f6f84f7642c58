"""Pressing Approve, Adjust and Reject in a real Slack conversation."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.telemetry import configure_logging
from store.domain.errors import Refused
from store.domain.gate.proposals import State
from store.domain.gate.writes.create_task import CreateTask
from tests.bot.conftest import Scene
from tests.bot.desk import ANNA, EVE

FIRST = f"{0:032x}"
VALUE = f"{FIRST}:1"


def fail(scene: Scene, detail: str) -> None:
    """Have every listener fail from now on."""
    configure_logging(level="CRITICAL")  # drawing the trace with all its values takes longer than Slack waits
    scene.desk.broken = RuntimeError(detail)


def unchanged_task(**typed: Any) -> dict[str, dict[str, Any]]:
    return {field: {field: value} for field, value in typed.items()}


async def test_approving_decides_once_and_takes_the_buttons_away(scene: Scene) -> None:
    receipt = await scene.slack.click(ANNA, "approve_proposal", value=VALUE)
    assert receipt.acknowledged
    assert scene.desk.approvals == [FIRST]
    assert "approved; writing to Zoho…" in scene.card()
    assert VALUE not in scene.card()
    assert not scene.slack.warnings(ANNA)


async def test_the_decision_is_kept_before_the_press_is_acknowledged(scene: Scene) -> None:
    scene.desk.may_keep.clear()
    press = asyncio.create_task(scene.slack.click(ANNA, "approve_proposal", value=VALUE))
    await scene.desk.asked.wait()
    assert scene.delivered("interactive") == []
    scene.desk.may_keep.set()
    assert (await press).acknowledged
    assert scene.desk.approvals == [FIRST]


async def test_a_press_delivered_twice_counts_once_and_says_nothing(scene: Scene) -> None:
    scene.slack.faults.duplicate()
    await scene.slack.click(ANNA, "approve_proposal", value=VALUE)
    await scene.slack.settled()
    assert scene.delivered("interactive") == [(0, True), (0, True)]
    assert scene.desk.approvals == [FIRST]
    assert not scene.whispers(ANNA)


async def test_a_second_press_on_a_stale_card_is_explained(scene: Scene) -> None:
    await scene.slack.click(ANNA, "approve_proposal", value=VALUE)
    await scene.slack.click(ANNA, "reject_proposal", value=VALUE)
    assert await scene.whisper(ANNA) == "This was decided already."
    assert scene.slack.modal(ANNA) is None
    assert scene.desk.approvals == [FIRST]


async def test_a_stranger_is_refused_in_words_only_they_see(scene: Scene) -> None:
    receipt = await scene.slack.click(EVE, "approve_proposal", value=VALUE, channel=ANNA)
    assert receipt.acknowledged
    await scene.slack.until(lambda: any(method == "chat.postEphemeral" for method, _ in scene.slack.calls))
    assert scene.desk.approvals == []
    await scene.slack.until(lambda: any(method == "chat.postEphemeral" for method, _ in scene.slack.calls))
    refusals = [args for method, args in scene.slack.calls if method == "chat.postEphemeral"]
    assert [(args["user"], args["text"][:25]) for args in refusals] == [(EVE, "This belongs to Anna Berg")]


async def test_a_press_in_a_thread_is_answered_in_that_thread(scene: Scene) -> None:
    root = scene.slack.dm(ANNA)[0]["ts"]
    button = {
        "type": "button",
        "action_id": "approve_proposal",
        "value": "forged",
        "text": {"type": "plain_text", "text": "x"},
    }
    await scene.desk.client.chat_postMessage(
        channel=scene.slack.channel(ANNA), thread_ts=root, text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    await scene.slack.click(ANNA, "approve_proposal", value="forged")
    assert (await scene.whisper(ANNA)).startswith("I can't tell which proposal")
    assert scene.slack.ephemerals(ANNA)[0]["thread_ts"] == root
    assert scene.desk.approvals == []


async def test_adjusting_makes_a_new_version_to_decide(scene: Scene) -> None:
    await scene.slack.click(ANNA, "adjust_proposal", value=VALUE)
    await scene.slack.until(lambda: scene.slack.modal(ANNA) is not None)
    result = await scene.slack.submit(ANNA, unchanged_task(subject="Call Max"))
    assert result.ok
    assert scene.slack.modal(ANNA) is None
    newest = next(each for each in scene.desk.proposals.values() if each.version == 2)
    assert isinstance(newest.write, CreateTask)
    assert newest.write.subject == "Call Max"
    assert scene.desk.approvals == []
    assert f"{newest.id}:2" in scene.card()


async def test_a_field_that_will_not_do_is_explained_beside_it(scene: Scene) -> None:
    await scene.slack.click(ANNA, "adjust_proposal", value=VALUE)
    await scene.slack.until(lambda: scene.slack.modal(ANNA) is not None)
    result = await scene.slack.submit(ANNA, unchanged_task(due="2026-11-01"))
    assert result.errors == {"due": "The due date is in the past."}
    corrected = await scene.slack.submit(ANNA, unchanged_task(due="2026-11-30"))
    assert corrected.ok


async def test_rejecting_keeps_the_reason_and_confirms_it(scene: Scene) -> None:
    await scene.slack.click(ANNA, "reject_proposal", value=VALUE)
    await scene.slack.until(lambda: scene.slack.modal(ANNA) is not None)
    result = await scene.slack.submit(ANNA, {"reason": {"reason": "done"}, "comment": {"comment": "on Friday"}})
    assert result.ok
    assert scene.desk.reasons == ["Already done: on Friday"]
    assert await scene.whisper(ANNA) == "Rejected &amp; remembered."
    assert "done already: on Friday" in scene.card()


async def test_a_modal_submitted_after_the_decision_says_so_and_changes_nothing(scene: Scene) -> None:
    await scene.slack.click(ANNA, "adjust_proposal", value=VALUE)
    await scene.slack.until(lambda: scene.slack.modal(ANNA) is not None)
    await scene.slack.click(ANNA, "approve_proposal", value=VALUE)
    result = await scene.slack.submit(ANNA, unchanged_task(subject="Too late"))
    assert result.ok
    modal = scene.slack.modal(ANNA)
    assert modal is not None
    assert "This was decided already." in str(modal["blocks"])
    assert scene.desk.proposals[FIRST].state is State.READY


async def test_what_fails_unexpectedly_is_acknowledged_and_answered_with_a_reference(scene: Scene) -> None:
    fail(scene, "the secret detail")
    receipt = await scene.slack.click(ANNA, "approve_proposal", value=VALUE)
    assert receipt.acknowledged
    said = await scene.whisper(ANNA)
    assert said.startswith("Something went wrong on my side.")
    assert "(Reference " in said
    assert "secret" not in said


async def test_where_no_whisper_is_possible_the_direct_message_answers(scene: Scene) -> None:
    scene.slack.faults.error("chat.postEphemeral", "channel_not_found")
    await scene.slack.click(EVE, "approve_proposal", value=VALUE, channel=ANNA)
    await scene.slack.until(lambda: bool(scene.slack.dm(EVE)))
    assert scene.slack.dm(EVE)[0]["text"].startswith("This belongs to Anna Berg.")


async def test_a_press_is_acknowledged_although_slack_takes_no_answer_at_all(scene: Scene) -> None:
    scene.slack.faults.error("chat.postEphemeral", "channel_not_found")
    scene.slack.faults.error("chat.postMessage", "fatal_error")
    receipt = await scene.slack.click(EVE, "approve_proposal", value=VALUE, channel=ANNA)
    assert receipt.acknowledged
    assert scene.desk.approvals == []


async def test_a_decision_in_the_home_updates_the_home_and_the_brief(scene: Scene) -> None:
    await open_home(scene)
    await scene.slack.click_in_view(ANNA, "approve_proposal", value=VALUE)
    await scene.slack.until(lambda: "Recently decided" in str(scene.slack.home_view(ANNA)))
    assert "approved; writing to Zoho…" in scene.card()


async def test_a_refused_press_in_the_home_is_explained_in_a_modal(scene: Scene) -> None:
    await open_home(scene)
    fail(scene, "boom")
    await scene.slack.click_in_view(ANNA, "approve_proposal", value=VALUE)
    await scene.slack.until(lambda: scene.slack.modal(ANNA) is not None)
    assert "Something went wrong on my side." in str(scene.slack.modal(ANNA))


async def test_where_no_modal_can_open_the_direct_message_answers_a_press_in_the_home(scene: Scene) -> None:
    await open_home(scene)
    fail(scene, "boom")
    scene.slack.faults.error("views.open", "expired_trigger_id")
    await scene.slack.click_in_view(ANNA, "approve_proposal", value=VALUE)
    await scene.slack.until(lambda: "Something went wrong" in scene.slack.dm(ANNA)[-1]["text"])


async def test_rejecting_in_the_home_updates_the_home(scene: Scene) -> None:
    await open_home(scene)
    await scene.slack.click_in_view(ANNA, "reject_proposal", value=VALUE)
    await scene.slack.until(lambda: scene.slack.modal(ANNA) is not None)
    await scene.slack.submit(ANNA, {"reason": {"reason": "other"}})
    await scene.slack.until(lambda: "Rejected: Something else" in str(scene.slack.home_view(ANNA)))
    assert scene.desk.reasons == ["Something else"]


async def test_someone_who_loses_their_access_just_after_a_decision_is_not_told_that_it_failed(scene: Scene) -> None:
    await open_home(scene)
    scene.desk.lost = Refused("I can't find you in the CRM.")
    await scene.slack.click_in_view(ANNA, "approve_proposal", value=VALUE)
    await scene.slack.settled()
    assert scene.desk.approvals == [f"{0:032x}"]
    assert scene.slack.modal(ANNA) is None
    assert "find you" not in str(scene.slack.calls) + str(scene.whispers(ANNA))


async def test_a_rejection_stands_though_what_would_follow_it_cannot_be_shown(scene: Scene) -> None:
    await open_home(scene)
    await scene.slack.click_in_view(ANNA, "reject_proposal", value=VALUE)
    await scene.slack.until(lambda: scene.slack.modal(ANNA) is not None)
    scene.desk.lost = Refused("This belongs to someone else.")
    submitted = await scene.slack.submit(ANNA, {"reason": {"reason": "other"}})
    assert submitted.ok
    await scene.slack.settled()
    assert len(scene.desk.reasons) == 1
    assert scene.slack.modal(ANNA) is None
    assert "belongs to someone" not in str(scene.slack.calls) + str(scene.slack.deliveries)


async def open_home(scene: Scene) -> None:
    await scene.slack.home(ANNA)
    await scene.slack.until(lambda: scene.slack.home_view(ANNA) is not None)


@pytest.mark.parametrize("value", ["", "nonsense", f"{FIRST}:0", f"{FIRST}:1:2", "../../x:1"])
async def test_a_button_with_an_unreadable_value_decides_nothing(scene: Scene, value: str) -> None:
    button = {
        "type": "button",
        "action_id": "approve_proposal",
        "value": value or " ",
        "text": {"type": "plain_text", "text": "x"},
    }
    await scene.desk.client.chat_postMessage(
        channel=scene.slack.channel(ANNA), text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    await scene.slack.click(ANNA, "approve_proposal", value=value or " ")
    assert (await scene.whisper(ANNA)).startswith("I can't tell which proposal")
    assert scene.desk.approvals == []
