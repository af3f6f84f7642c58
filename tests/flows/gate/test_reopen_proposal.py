"""The ways back on the card: Bring back after Reject, Propose again after an undo, pressed in Slack."""

from __future__ import annotations

from datetime import timedelta

from integrations.sandbox.slack import forms
from store.domain.attention.ledger import Place
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, ANNA
from tests.flows.gate.test_undo_write import UNDONE, press_undo, written
from tests.flows.stage import ANNAS, BOBS, MIAS, MORNING, NIGHT, Stage, by, value_of


def offered(stage: Stage, proposal: Proposal) -> str | None:
    """What the button that brings this back is called, if there is one."""
    for message in stage.slack.dm(ANNAS):
        for _, element in forms.elements(message.get("blocks", [])):
            if (element["action_id"], element.get("value")) == ("reopen_proposal", value_of(proposal)):
                return str(element["text"]["text"])
    return None


async def rejected(stage: Stage) -> Proposal:
    proposal = await stage.proposal(ACME)
    await stage.bot.gate.decide.reject(by(ANNAS), proposal.id, 1, "Something else")
    await stage.bot.cards.settled()
    return proposal


async def press(stage: Stage, proposal: Proposal, *, who: str = ANNAS) -> None:
    channel = stage.slack.channel(ANNAS)
    await stage.slack.click(who, "reopen_proposal", value=value_of(proposal), channel=channel)
    await stage.handled()


async def test_what_was_rejected_comes_back_on_its_card_and_can_be_approved(either_morning: Stage) -> None:
    stage = either_morning
    before = await rejected(stage)
    assert offered(stage, before) == "Bring back"
    await press(stage, before)
    again = await stage.proposal(ACME)
    assert (again.lineage, again.version, again.state) == (before.lineage, 2, State.PENDING)
    assert f"decide:{value_of(again)}" in stage.shown(ANNAS)
    assert offered(stage, before) is None
    await stage.approved(again, says="task created")
    assert len(stage.zoho.ledger) == 1
    assert await stage.state(before.id) is State.REJECTED


async def test_what_was_undone_is_proposed_again_on_its_card(morning: Stage) -> None:
    before = await written(morning, ACME, "create_task")
    await press_undo(morning, before)
    await morning.slack.submit(ANNAS, {})
    await morning.until(ANNAS, UNDONE)
    assert offered(morning, before) == "Propose again"
    await press(morning, before)
    await morning.approved(await morning.proposal(ACME), says="task created")
    assert [entry.op for entry in morning.zoho.ledger] == ["create", "delete", "create"]


async def test_a_second_press_and_a_strangers_are_explained(morning: Stage) -> None:
    before = await rejected(morning)
    old = next(each["blocks"] for each in morning.slack.dm(ANNAS) if "reopen_proposal" in str(each["blocks"]))
    await press(morning, before, who=BOBS)
    assert await morning.answered(BOBS, "belongs to Anna Berg")
    await press(morning, before)
    await morning.bot.services.slack.chat_postMessage(channel=morning.slack.channel(ANNAS), text="x", blocks=old)
    await press(morning, before)
    assert "brought back already" in await morning.whisper(ANNAS)
    assert len(await morning.proposals(ACME)) == 2


async def test_once_its_time_is_over_there_is_no_button_and_an_old_one_is_explained(morning: Stage) -> None:
    before = await rejected(morning)
    morning.clock.moment = before.expires_at
    await press(morning, before)
    assert "too old to bring back" in await morning.whisper(ANNAS)
    await morning.bot.delivery.show(before.owner_id, [before.id])
    assert offered(morning, before) is None


async def test_what_came_back_is_still_open_the_next_morning_and_no_earlier_advice(morning: Stage) -> None:
    before = await rejected(morning)
    again = (await morning.bot.gate.reopen(by(MIAS), before.id, 1)).proposal
    await morning.look(NIGHT + timedelta(days=1))
    await morning.morning(MORNING + timedelta(days=1))
    async with morning.bot.services.database.reading() as tx:
        (today, *_) = await tx.briefs.recent(ANNA)
    (card,) = [each for each in today.cards if each.account_id == ACME]
    assert (card.place, card.proposal_ids, card.priors) == (Place.OPEN, (again.id,), ())
