"""Why?, pressed in a real Slack conversation."""

from __future__ import annotations

import pytest

from bot.views.blocks import actions, button
from tests.bot.conftest import Scene
from tests.bot.desk import ANNA, EVE


def value(scene: Scene) -> str:
    return f"{scene.desk.brief.id}:{scene.desk.brief.cards[0].account_id}"


async def offered(scene: Scene, value: str) -> None:
    press = button("Why?", action_id="why_proposal", value=value)
    channel = scene.slack.channel(ANNA)
    await scene.desk.client.chat_postMessage(channel=channel, text="x", blocks=[actions("why", press)])


async def test_the_modal_opens_at_once_and_tells_the_rest_when_it_is_read(scene: Scene) -> None:
    scene.desk.may_keep.clear()
    await offered(scene, value(scene))
    receipt = await scene.slack.click(ANNA, "why_proposal", value=value(scene))
    assert receipt.acknowledged
    await scene.slack.until(lambda: "Looking it up" in str(scene.slack.modal(ANNA)))
    scene.desk.may_keep.set()
    await scene.slack.until(lambda: "What Approve writes" in str(scene.slack.modal(ANNA)))
    view = scene.slack.modal(ANNA)
    assert view is not None
    assert view["submit"] is None
    assert scene.desk.approvals == []


@pytest.mark.parametrize("pressed", ["nonsense", "", ":", "../b1:a1", f"{'0' * 16}:nothing"])
async def test_a_button_that_names_no_card_is_answered(scene: Scene, pressed: str) -> None:
    await offered(scene, pressed or " ")
    await scene.slack.click(ANNA, "why_proposal", value=pressed or " ")
    told = await told_somewhere(scene)
    assert "I can't tell which brief" in told or "I can't find this card" in told


async def told_somewhere(scene: Scene) -> str:
    """In the modal that was opened, or in a message only Anna sees."""
    await scene.slack.until(lambda: "I can't" in f"{scene.slack.modal(ANNA)}{scene.whispers(ANNA)}")
    return f"{scene.slack.modal(ANNA)}{scene.whispers(ANNA)}"


async def test_who_may_not_see_it_gets_one_sentence_in_the_modal(scene: Scene) -> None:
    await offered(scene, value(scene))
    await scene.slack.click(EVE, "why_proposal", value=value(scene), channel=ANNA)
    await scene.slack.until(lambda: "This belongs to Anna Berg" in str(scene.slack.modal(EVE)))
    assert "Renewal" not in str(scene.slack.modal(EVE))
