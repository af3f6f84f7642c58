"""Approving all low-risk recommendations of a brief in a real Slack conversation."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from store.domain.gate.proposals import State
from store.domain.gate.writes.create_task import CreateTask
from store.domain.signals.kinds import Risk
from tests.bot.conftest import Scene
from tests.bot.desk import ANNA, EVE

FIRST, SECOND = f"{0:032x}", f"{10:032x}"


@pytest.fixture
async def easy(scene: Scene) -> Scene:
    """Both recommendations of the brief are of low risk."""
    for proposal_id, each in scene.desk.proposals.items():
        low = replace(each.recommendation, risk=Risk.LOW)
        scene.desk.proposals[proposal_id] = replace(each, recommendation=low)
    await scene.desk.refresh()
    return scene


async def opened(scene: Scene) -> str:
    receipt = await scene.slack.click(ANNA, "approve_batch")
    assert receipt.acknowledged
    await scene.slack.until(lambda: scene.slack.modal(ANNA) is not None)
    return str(scene.slack.modal(ANNA))


async def test_it_lists_asks_once_approves_each_and_reports(easy: Scene) -> None:
    listed = await opened(easy)
    assert listed.count("Task for ") == listed.count("Description: ") == 2
    assert easy.desk.approvals == []
    result = await easy.slack.submit(ANNA, {})
    assert result.ok
    assert easy.slack.modal(ANNA) is None
    await easy.slack.until(lambda: bool(easy.desk.reports))
    assert easy.desk.approvals == [FIRST, SECOND]
    assert easy.desk.reports == ["b2"]


async def test_what_the_modal_listed_is_what_is_approved_whatever_came_later(easy: Scene) -> None:
    await opened(easy)
    newer = replace(easy.desk.proposals[FIRST], id=f"{0xBEEF:032x}", version=2)
    easy.desk.proposals[newer.id] = newer
    await easy.slack.submit(ANNA, {})
    await easy.slack.until(lambda: bool(easy.desk.reports))
    assert newer.id not in easy.desk.approvals


async def test_a_write_without_room_in_the_modal_is_left_to_its_own_card(easy: Scene) -> None:
    first = easy.desk.proposals[FIRST]
    assert isinstance(first.write, CreateTask)
    longer = replace(first, write=replace(first.write, description="<&>\n" * 2_000))
    easy.desk.proposals |= {f"{number:032x}": replace(longer, id=f"{number:032x}") for number in range(20, 40)}
    listed = await opened(easy)
    (left,) = re.findall(r"(\d+) longer ones don't fit here and stay open: decide on the card", listed)
    await easy.slack.submit(ANNA, {})
    await easy.slack.until(lambda: bool(easy.desk.reports))
    assert easy.desk.approvals == [FIRST, SECOND, *(f"{number:032x}" for number in range(20, 40 - int(left)))]


async def test_pressed_when_nothing_is_left_it_says_so(easy: Scene) -> None:
    for proposal_id, each in easy.desk.proposals.items():
        easy.desk.proposals[proposal_id] = replace(each, state=State.DONE)
    await easy.slack.click(ANNA, "approve_batch")
    assert await easy.whisper(ANNA) == "No low-risk recommendation is open here any more; each card shows its result."
    assert easy.slack.modal(ANNA) is None


async def test_a_stranger_sees_no_list(easy: Scene) -> None:
    await easy.slack.click(EVE, "approve_batch", channel=ANNA)
    await easy.slack.until(lambda: any("Anna Berg" in str(call) for call in easy.slack.calls))
    assert easy.slack.modal(EVE) is None
    assert easy.desk.approvals == []


@pytest.mark.parametrize("value", ["nonsense", f"{FIRST}:1", "0123456789abcdeg"])
async def test_a_button_with_an_unreadable_brief_lists_nothing(easy: Scene, value: str) -> None:
    button = {
        "type": "button", "action_id": "approve_batch", "value": value, "text": {"type": "plain_text", "text": "x"},
    }  # fmt: skip
    await easy.desk.client.chat_postMessage(
        channel=easy.slack.channel(ANNA), text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    await easy.slack.click(ANNA, "approve_batch", value=value)
    assert (await easy.whisper(ANNA)).startswith("I can't tell which brief")
