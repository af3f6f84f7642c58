"""Pressing Undo in a real Slack conversation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from integrations.sandbox.slack.installation import Json
from store.domain.crm.basis import Difference
from store.domain.errors import CrmUnavailable, Expired, Unconfirmed
from store.domain.gate.proposals import State
from tests.bot import samples
from tests.bot.conftest import Scene
from tests.bot.desk import ANNA, EVE

FIRST = f"{0:032x}"
VALUE = f"{FIRST}:1"
UNDO = f"{0xAAAA:032x}"


@pytest.fixture
async def written(scene: Scene) -> Scene:
    """The first card was written a moment ago."""
    advice = scene.desk.proposals[FIRST].recommendation
    scene.desk.proposals[FIRST] = samples.written(0, advice)
    await scene.desk.refresh()
    return scene


async def modal(scene: Scene, says: str) -> Json:
    await scene.slack.until(lambda: says in str(scene.slack.modal(ANNA)))
    view = scene.slack.modal(ANNA)
    assert view is not None
    return view


async def test_the_modal_opens_at_once_and_tells_the_rest_when_it_is_known(written: Scene) -> None:
    written.desk.may_keep.clear()
    receipt = await written.slack.click(ANNA, "undo_write", value=VALUE)
    assert receipt.acknowledged
    assert (await modal(written, "Reading the record"))["submit"] is None
    written.desk.may_keep.set()
    view = await modal(written, "Possible until")
    assert view["submit"]["text"] == "Undo"
    assert written.desk.approvals == []


async def test_submitting_it_undoes_once_and_the_card_shows_the_progress(written: Scene) -> None:
    await written.slack.click(ANNA, "undo_write", value=VALUE)
    await modal(written, "Possible until")
    result = await written.slack.submit(ANNA, {})
    assert result.ok
    assert written.slack.modal(ANNA) is None
    assert written.desk.approvals == [UNDO]
    await written.slack.until(lambda: "undoing it in Zoho…" in written.card())
    assert "undo_write" not in written.card()


async def test_what_was_changed_since_is_shown_and_cannot_be_submitted(written: Scene) -> None:
    written.desk.changed_since = (Difference(label="Rating", shown="Active", present="Shut Down"),)
    await written.slack.click(ANNA, "undo_write", value=VALUE)
    view = await modal(written, "Changed since.")
    assert "Rating: Active → Shut Down" in str(view["blocks"])
    assert view["submit"] is None
    assert written.desk.approvals == []


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (Expired("This was written more than 15 minutes ago.", state="done"), "more than 15 minutes ago"),
        (CrmUnavailable("Zoho cannot be reached; try again later."), "Zoho cannot be reached"),
        (RuntimeError("the secret detail"), "Something went wrong on my side."),
        (
            Unconfirmed("Please confirm.", person_id=samples.OWNER, name="Anna Berg", email="anna@example.com"),
            "Is this you?",
        ),
    ],
)
async def test_why_it_cannot_be_undone_is_told_in_the_same_modal(written: Scene, error: Exception, says: str) -> None:
    written.desk.broken = error
    await written.slack.click(ANNA, "undo_write", value=VALUE)
    view = await modal(written, says)
    assert "secret" not in str(view)
    assert written.desk.approvals == []


async def test_a_stranger_is_refused_in_the_modal(written: Scene) -> None:
    await written.slack.click(EVE, "undo_write", value=VALUE, channel=ANNA)
    await written.slack.until(lambda: "This belongs to Anna Berg" in str(written.slack.modal(EVE)))
    assert written.desk.approvals == []


async def test_a_modal_that_was_closed_while_we_looked_stays_closed(written: Scene) -> None:
    written.desk.may_keep.clear()
    await written.slack.click(ANNA, "undo_write", value=VALUE)
    await modal(written, "Reading the record")
    await written.slack.close(ANNA)
    written.desk.may_keep.set()
    await written.slack.settled()
    assert written.slack.modal(ANNA) is None
    assert not written.whispers(ANNA)


async def test_where_slack_opens_no_modal_the_person_is_told_to_press_again(written: Scene) -> None:
    written.slack.faults.error("views.open", "expired_trigger_id")
    await written.slack.click(ANNA, "undo_write", value=VALUE)
    assert "Please press again." in await written.whisper(ANNA)


async def test_a_modal_submitted_after_the_undo_was_decided_says_so(written: Scene) -> None:
    await written.slack.click(ANNA, "undo_write", value=VALUE)
    await modal(written, "Possible until")
    undo = written.desk.proposals[UNDO]
    written.desk.proposals[UNDO] = replace(undo, state=State.DONE)
    await written.slack.submit(ANNA, {})
    await modal(written, "This was decided already.")
    assert written.desk.approvals == []
