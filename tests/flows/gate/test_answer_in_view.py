"""What is still open is decided in the view that Decide opens: Approve, Adjust, Snooze, Reject and Why?, each as on a card."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.views.blocks import actions
from bot.views.buttons import open_decision
from integrations.sandbox.slack.installation import Json
from store.domain.attention.ledger import Place
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, BOB, happens
from tests.flows.stage import ANNAS, MIAS, MORNING, NIGHT, Stage, by

DAY = timedelta(days=1)


def elements(blocks: list[Json]) -> list[Json]:
    """Every button and menu, those in groups too."""
    found: list[Json] = []
    for block in blocks:
        found += block.get("elements", []) if block["type"] == "actions" else []
        found += [block["accessory"]] if "accessory" in block else []
        found += elements(block.get("child_blocks", []))
    return found


def front(stage: Stage, *, by: str = ANNAS) -> Json:
    view = stage.slack.modal(by)
    assert view is not None
    return view


def says(stage: Stage) -> str:
    return str(stage.slack.modal(ANNAS))


@pytest.fixture
async def opened(morning: Stage) -> Stage:
    """The second morning, on which nothing moved: Anna opened what is still open about Acme."""
    await morning.look(NIGHT + DAY)
    await morning.morning(MORNING + DAY)
    await decide(morning)
    return morning


async def decide(stage: Stage) -> None:
    """Press Decide in the last brief."""
    proposal, message = await stage.proposal(ACME), stage.briefs(ANNAS)[-1]
    (button,) = [each for each in elements(message["blocks"]) if str(each.get("value")).startswith(proposal.id)]
    assert button["text"]["text"] == "Decide"
    await stage.slack.click(ANNAS, "read_proposal", ts=message["ts"], value=button["value"])
    await stage.slack.until(lambda: "Read and decide" in says(stage))


async def press(stage: Stage, action: str, *, shows: str, value: Any = None) -> None:
    """Use an element of the view and wait for what the front view says then."""
    assert (await stage.slack.click_in_view(ANNAS, action, value=value)).acknowledged
    await stage.slack.until(lambda: shows in says(stage))
    await stage.handled()


async def test_the_view_shows_the_whole_write_and_offers_every_answer(opened: Stage) -> None:
    card = next(each for each in (await last_brief(opened)).cards if each.account_id == ACME)
    assert card.place is Place.OPEN
    view = front(opened)
    labels = [(each.get("text") or each["placeholder"])["text"] for each in elements(view["blocks"])]
    assert (view["submit"]["text"], labels) == ("Approve", ["Adjust", "Snooze", "Reject", "Why?"])
    for field in ("Task for you:", "Due:", "Priority:", "Description:", "SAM-"):
        assert field in says(opened)


async def test_submitting_it_writes_once(opened: Stage) -> None:
    await opened.slack.submit(ANNAS, {})
    await opened.until(ANNAS, "created, due")
    assert len(opened.zoho.ledger) == 1


async def test_adjusting_from_it_makes_a_new_version_and_closes_both_views(opened: Stage) -> None:
    proposal = await opened.proposal(ACME)
    await press(opened, "adjust_proposal", shows="adjust_modal")
    assert front(opened)["previous_view_id"]
    result = await opened.slack.submit(ANNAS, {"subject": {"subject": "Ring them"}})
    assert result.ok
    assert opened.slack.modal(ANNAS) is None
    await opened.until(ANNAS, "“Ring them”")
    newest = await opened.proposal(ACME)
    assert (newest.lineage, newest.version, newest.state) == (proposal.id, 2, State.PENDING)
    assert opened.zoho.ledger == ()


async def test_rejecting_from_it_asks_for_the_reason_and_closes_both_views(opened: Stage) -> None:
    proposal = await opened.proposal(ACME)
    await press(opened, "reject_proposal", shows="reject_modal")
    await opened.slack.submit(ANNAS, {"reason": {"reason": "other"}})
    assert opened.slack.modal(ANNAS) is None
    await opened.until(ANNAS, "rejected: Something else")
    assert await opened.state(proposal.id) is State.REJECTED


async def test_snoozing_from_it_says_so_where_it_was_pressed_and_offers_nothing_more(opened: Stage) -> None:
    proposal = await opened.proposal(ACME)
    await press(opened, "snooze_proposal", value=f"{proposal.id}:1:monday", shows="Snoozed.")
    assert await opened.state(proposal.id) is State.SNOOZED
    assert front(opened)["submit"] is None
    assert not elements(front(opened)["blocks"])
    await opened.until(ANNAS, "snoozed until Mon 30 Mar")


async def test_why_opens_over_it_with_what_this_brief_says_and_closing_goes_back(opened: Stage) -> None:
    await press(opened, "why_proposal", shows="How sure")
    assert "Open since Tue 24 Mar" in says(opened)
    await opened.slack.close(ANNAS)
    assert front(opened)["submit"]["text"] == "Approve"


@pytest.mark.parametrize(
    ("action", "shows"),
    [
        ("adjust_proposal", "decided already"),
        ("reject_proposal", "decided already"),
        ("snooze_proposal", "Mia Lind rejected this"),
    ],
)
async def test_what_someone_decided_meanwhile_is_said_in_the_view_and_decided_once(
    opened: Stage, action: str, shows: str
) -> None:
    proposal = await opened.proposal(ACME)
    await opened.bot.gate.decide.reject(by(MIAS), proposal.id, proposal.version, "Something else")
    value = f"{proposal.id}:1:monday" if action == "snooze_proposal" else None
    await press(opened, action, value=value, shows=shows)
    assert front(opened)["submit"] is None
    assert await opened.state(proposal.id) is State.REJECTED
    assert not opened.slack.ephemerals(ANNAS)


async def test_whose_account_it_no_longer_is_learns_and_decides_nothing_in_it(opened: Stage) -> None:
    proposal, at = await opened.proposal(ACME), opened.clock.now() + timedelta(minutes=5)
    opened.zoho.happens(happens("Accounts", ACME, at, Owner={"id": BOB}))
    await opened.look(at)
    await press(opened, "why_proposal", shows="new owner")
    await opened.slack.close(ANNAS)
    await press(opened, "adjust_proposal", shows="new owner")
    assert await opened.state(proposal.id) is State.PENDING


async def test_a_decision_from_the_home_shows_there(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await from_home(morning, proposal)
    await press(morning, "snooze_proposal", value=f"{proposal.id}:1:monday", shows="Snoozed.")
    await morning.slack.until(lambda: "Snoozed" in str(morning.slack.home_view(ANNAS)))
    assert await morning.state(proposal.id) is State.SNOOZED


async def from_home(stage: Stage, proposal: Proposal) -> None:
    """Open the decision from a button in the Home."""
    blocks = [actions("open", open_decision(proposal, proposal.brief_id or ""))]
    await stage.bot.services.slack.views_publish(user_id=ANNAS, view={"type": "home", "blocks": blocks})
    await stage.slack.click_in_view(ANNAS, "read_proposal")
    await stage.slack.until(lambda: "Read and decide" in says(stage))


async def last_brief(stage: Stage) -> Any:
    async with stage.bot.services.database.reading() as tx:
        return (await tx.briefs.recent((await stage.proposal(ACME)).owner_id))[0]
