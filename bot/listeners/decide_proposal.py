"""Approve, Adjust, Reject and Bring back. The decision is kept first, then acknowledged; what it leads to comes after."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.acknowledge import in_time
from bot.inbound.answer import answer_press, open_modal, whisper
from bot.inbound.envelope import Body, Place, caller, carried, carry, place_of, pressed_proposal
from bot.inbound.port import AdjustForm, Caller, Decision, Flows
from bot.listeners.home import publish_home
from bot.views.adjust_proposal import ADJUST_MODAL, adjust_modal, write_from_submission
from bot.views.card import ADJUST, APPROVE, BRING_BACK, REJECT
from bot.views.reject_proposal import REJECT_MODAL, reason_from_submission, reject_modal
from store.domain.gate.policy import FieldProblems


def register(app: AsyncApp, flows: Flows) -> None:
    @app.action(APPROVE)
    async def approve(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = caller(context, body)
        proposal_id, version = pressed_proposal(body["actions"][0].get("value"))
        decision = await in_time(ack, flows.approve(who, proposal_id, version))
        await flows.show(decision)
        if decision.note:
            await answer_press(client, body, who.user_id, decision.note)
        await _refresh_home(client, flows, who, place_of(body))

    @app.action(BRING_BACK)
    async def bring_back(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = caller(context, body)
        proposal_id, version = pressed_proposal(body["actions"][0].get("value"))
        decision = await in_time(ack, flows.bring_back(who, proposal_id, version))
        await flows.show(decision)
        if decision.note:
            await answer_press(client, body, who.user_id, decision.note)
        await _refresh_home(client, flows, who, place_of(body))

    @app.action(ADJUST)
    async def open_adjust(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        form = await _form(flows, caller(context, body), body)
        await ack()
        view = adjust_modal(form.proposal, people=form.people, choices=form.choices, private_metadata=carry(body))
        await open_modal(client, context, body, view)

    @app.action(REJECT)
    async def open_reject(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        form = await _form(flows, caller(context, body), body)
        await ack()
        view = reject_modal(form.proposal, private_metadata=carry(body))
        await open_modal(client, context, body, view)

    @app.view(ADJUST_MODAL)
    async def adjust(ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = caller(context, body)
        proposal_id, version, place = carried(view["private_metadata"])
        values = view["state"]["values"]
        form = await flows.proposal_to_decide(who, proposal_id, version)
        try:
            write = write_from_submission(form.proposal, values, people=form.people)
            decision = await flows.adjust(who, proposal_id, version, write)
        except FieldProblems as problems:
            await ack(response_action="errors", errors=beside_fields(problems, values))
            return
        await ack()
        await after_modal(client, flows, who, place, decision)

    @app.view(REJECT_MODAL)
    async def reject(ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = caller(context, body)
        proposal_id, version, place = carried(view["private_metadata"])
        decision = await flows.reject(who, proposal_id, version, reason_from_submission(view["state"]["values"]))
        await ack()
        await after_modal(client, flows, who, place, decision)


async def after_modal(client: AsyncWebClient, flows: Flows, who: Caller, place: Place, decision: Decision) -> None:
    """What follows a decision made in a modal, once it is acknowledged."""
    await flows.show(decision)
    if decision.note:
        await whisper(client, who.user_id, place, decision.note)
    await _refresh_home(client, flows, who, place)


async def _form(flows: Flows, who: Caller, body: Body) -> AdjustForm:
    return await flows.proposal_to_decide(who, *pressed_proposal(body["actions"][0].get("value")))


def beside_fields(problems: FieldProblems, values: dict[str, Any]) -> dict[str, str]:
    """Block id → sentence. Slack takes only ids of blocks that are there, so others' problems show beside the first."""
    shown: dict[str, str] = {}
    for field, sentence in problems.problems:
        block_id = field if field in values else next(iter(values), field)
        shown[block_id] = f"{shown[block_id]} {sentence}" if block_id in shown else sentence
    return shown


async def _refresh_home(client: AsyncWebClient, flows: Flows, who: Caller, place: Place) -> None:
    """Messages are rendered again by the flow; the Home, from which a press has no channel, is ours to publish again."""
    if not place.channel:
        await publish_home(client, flows, who)
