"""Reading a whole write and approving it there, in a real Slack conversation."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.views.blocks import actions, button
from integrations.sandbox.slack.installation import Json
from store.domain.errors import Unconfirmed
from store.domain.gate.proposals import State
from store.domain.gate.write import digest_of
from store.domain.gate.writes.create_task import CreateTask
from tests.bot import samples
from tests.bot.conftest import Scene
from tests.bot.desk import ANNA, EVE

FIRST = f"{0:032x}"
VALUE = f"{FIRST}:1"


async def modal(scene: Scene, says: str = "Call Eva Sommer") -> Json:
    await scene.slack.until(lambda: says in str(scene.slack.modal(ANNA)))
    view = scene.slack.modal(ANNA)
    assert view is not None
    return view


@pytest.fixture
async def reading(scene: Scene) -> Scene:
    """Anna has the first write before her, in full."""
    await offered(scene)
    receipt = await scene.slack.click(ANNA, "read_proposal", value=VALUE)
    assert receipt.acknowledged
    await modal(scene)
    return scene


async def offered(scene: Scene, value: str = VALUE) -> None:
    press = button("Read and approve", action_id="read_proposal", value=value)
    await scene.desk.client.chat_postMessage(
        channel=scene.slack.channel(ANNA), text="x", blocks=[actions("read", press)]
    )


def written(scene: Scene, **changed: str) -> CreateTask:
    """The first write with other words."""
    write = scene.desk.proposals[FIRST].write
    assert isinstance(write, CreateTask)
    return replace(write, **changed)  # type: ignore[arg-type]  # only fields that are text


def adjusted(scene: Scene) -> None:
    """Someone adjusts the write before Anna submits."""
    write = written(scene, subject="Something else")
    old, new = samples.adjusted(scene.desk.proposals[FIRST], write, number=0xFFFF)
    scene.desk.proposals |= {old.id: old, new.id: new}


async def test_every_word_of_a_long_write_is_shown_before_it_can_be_approved(scene: Scene) -> None:
    words = " ".join(f"word{number}" for number in range(900))
    write = written(scene, description=words)
    scene.desk.proposals[FIRST] = replace(scene.desk.proposals[FIRST], write=write, digest=digest_of(write))
    await offered(scene)
    await scene.slack.click(ANNA, "read_proposal", value=VALUE)
    view = await modal(scene, "word899")
    text = "".join(each["text"]["text"] for each in view["blocks"] if each["type"] == "section")
    assert words in text
    assert view["submit"]["text"] == "Approve"
    assert scene.desk.approvals == []


async def test_submitting_it_approves_once_and_closes_the_modal(reading: Scene) -> None:
    result = await reading.slack.submit(ANNA, {})
    assert result.ok
    assert reading.slack.modal(ANNA) is None
    assert reading.desk.approvals == [FIRST]
    assert VALUE not in reading.card()


async def test_the_decision_is_kept_before_the_submission_is_acknowledged(reading: Scene) -> None:
    reading.desk.may_keep.clear()
    submission = asyncio.create_task(reading.slack.submit(ANNA, {}))
    await reading.desk.asked.wait()
    assert not submission.done()
    reading.desk.may_keep.set()
    assert (await submission).ok
    assert reading.desk.approvals == [FIRST]


async def test_a_submission_delivered_twice_counts_once(reading: Scene) -> None:
    reading.slack.faults.duplicate()
    await reading.slack.submit(ANNA, {})
    await reading.slack.settled()
    assert reading.desk.approvals == [FIRST]


async def test_closing_it_decides_nothing(reading: Scene) -> None:
    await reading.slack.close(ANNA)
    assert reading.desk.approvals == []
    assert reading.desk.proposals[FIRST].state is State.PENDING


async def test_what_was_adjusted_meanwhile_is_not_approved(reading: Scene) -> None:
    adjusted(reading)
    await reading.slack.submit(ANNA, {})
    assert "replaced by a newer version" in str((await modal(reading, "newer version"))["blocks"])
    assert reading.desk.approvals == []


async def test_another_write_under_the_same_version_is_not_approved(reading: Scene) -> None:
    """The row can't change; if it ever did, the digest that the modal showed would not fit."""
    write = written(reading, subject="Something else")
    reading.desk.proposals[FIRST] = replace(reading.desk.proposals[FIRST], write=write, digest=digest_of(write))
    await reading.slack.submit(ANNA, {})
    await modal(reading, "changed since you saw it")
    assert reading.desk.approvals == []


@pytest.mark.parametrize(
    "metadata", ["", VALUE, f"{VALUE}||", f"{VALUE}|||{'0' * 63}", f"{VALUE}|||{'g' * 64}", f"x:1|||{'0' * 64}"]
)
async def test_a_modal_that_does_not_say_what_it_showed_approves_nothing(reading: Scene, metadata: str) -> None:
    view = reading.slack.modal(ANNA)
    assert view is not None
    view["private_metadata"] = metadata
    await reading.slack.submit(ANNA, {})
    await modal(reading, "I can't tell")
    assert reading.desk.approvals == []


async def test_a_digest_of_something_else_approves_nothing(reading: Scene) -> None:
    view = reading.slack.modal(ANNA)
    assert view is not None
    view["private_metadata"] = f"{VALUE}|||{'0' * 64}"
    await reading.slack.submit(ANNA, {})
    await modal(reading, "changed since you saw it")
    assert reading.desk.approvals == []


async def test_what_changed_in_the_crm_turns_the_modal_into_the_new_version(reading: Scene) -> None:
    new = drifted(reading)
    result = await reading.slack.submit(ANNA, {})
    assert result.ok
    view = await modal(reading, "Changed in Zoho since you were asked")
    assert "Renewal slipped again" in str(view["blocks"])
    assert view["private_metadata"].startswith(f"{new}:2|")
    assert reading.desk.approvals == []
    assert not reading.whispers(ANNA)

    assert (await reading.slack.submit(ANNA, {})).ok
    assert reading.desk.approvals == [new]
    assert reading.slack.modal(ANNA) is None


def drifted(scene: Scene) -> str:
    """The record moved: the next approval asks again. Returns the id of the new version."""
    write = written(scene, subject="Renewal slipped again")
    old, new = samples.adjusted(scene.desk.proposals[FIRST], write, number=0xDDDD)
    scene.desk.drifts[FIRST] = (old, replace(new, drifted=(samples.LEAVING,)))
    return new.id


async def test_a_stranger_reads_nothing(scene: Scene) -> None:
    await offered(scene)
    assert (await scene.slack.click(EVE, "read_proposal", value=VALUE, channel=ANNA)).acknowledged
    await scene.slack.until(lambda: any(method == "chat.postEphemeral" for method, _ in scene.slack.calls))
    assert scene.slack.modal(EVE) is None


async def test_what_is_decided_cannot_be_opened_any_more(scene: Scene) -> None:
    await offered(scene)
    await scene.slack.click(ANNA, "approve_proposal", value=VALUE)
    await scene.slack.click(ANNA, "read_proposal", value=VALUE)
    assert await scene.whisper(ANNA) == "This was decided already."
    assert scene.slack.modal(ANNA) is None


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RuntimeError("the secret detail"), "Something went wrong on my side."),
        (
            Unconfirmed("Please confirm.", person_id=samples.OWNER, name="Anna Berg", email="anna@example.com"),
            "Is this you?",
        ),
    ],
)
async def test_what_fails_is_told_in_the_modal(reading: Scene, error: Exception, says: str) -> None:
    reading.desk.broken = error
    await reading.slack.submit(ANNA, {})
    assert "secret" not in str((await modal(reading, says))["blocks"])
    assert reading.desk.approvals == []


async def test_approving_from_the_home_updates_the_home(scene: Scene) -> None:
    press: dict[str, Any] = button("Read and approve", action_id="read_proposal", value=VALUE)
    await scene.desk.client.views_publish(user_id=ANNA, view={"type": "home", "blocks": [actions("read", press)]})
    await scene.slack.click_in_view(ANNA, "read_proposal", value=VALUE)
    await modal(scene)
    await scene.slack.submit(ANNA, {})
    await scene.slack.until(lambda: "To decide" in str(scene.slack.home_view(ANNA)))
    assert scene.desk.approvals == [FIRST]
