"""Administrators deal with stuck writes from the App Home: try one again, or record its outcome."""

from __future__ import annotations

from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.access.identity import Caller
from agents.flows.gate.operate_writes import WriteStory
from bot.inbound.answer import open_modal
from bot.inbound.asker import asker_of
from bot.inbound.envelope import Body, carried, carry, pressed_proposal
from bot.listeners.home import Homes, publish_home_after
from bot.views.operate_writes import (
    RESOLVE_MODAL,
    RESOLVE_WRITE,
    RETRY_WRITE,
    resolution_from_submission,
    resolve_modal,
)
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.proposals import Proposal


class StuckWrites(Protocol):
    """Every method raises Refused for anyone but an administrator."""

    async def show(self, who: Caller, proposal_id: str, /) -> WriteStory: ...

    async def retry(self, who: Caller, proposal_id: str, /) -> Proposal:
        """Try a dead write again, or look again for a parked one. Raises: GateClosed."""
        ...

    async def resolve(self, who: Caller, proposal_id: str, /, *, written: bool, crm_id: str | None) -> Proposal:
        """Record the outcome that an administrator found in the CRM. Raises: GateClosed."""
        ...


def register(app: AsyncApp, writes: StuckWrites, home: Homes) -> None:
    @app.action(RETRY_WRITE)
    async def retry(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        proposal_id, _ = pressed_proposal(body["actions"][0].get("value"))
        await writes.retry(await who.caller(), proposal_id)
        await ack()
        await publish_home_after(client, home, who)

    @app.action(RESOLVE_WRITE)
    async def open_resolve(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        proposal_id, _ = pressed_proposal(body["actions"][0].get("value"))
        stuck = (await writes.show(await who.caller(), proposal_id)).proposal
        view = resolve_modal(stuck, await who.reader(), private_metadata=carry(body))
        await ack()
        await open_modal(client, context, body, view)

    @app.view(RESOLVE_MODAL)
    async def resolve(ack: AsyncAck, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        proposal_id, _, _ = carried(view["private_metadata"])
        try:
            written, crm_id = resolution_from_submission(view["state"]["values"])
        except FieldProblems as problems:
            await ack(response_action="errors", errors=dict(problems.problems))
            return
        await writes.resolve(await who.caller(), proposal_id, written=written, crm_id=crm_id)
        await ack()
        await publish_home_after(client, home, who)
