"""“Choose a new owner”: asks who gets which accounts of someone who left, shows each change in full, and writes at one press."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.acknowledge import DIALOG_SECONDS, in_time
from bot.inbound.answer import open_modal, voice
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body, chosen_accounts, pressed_brief, shown_accounts, shown_as
from bot.views.approve_batch import batch_of
from bot.views.blocks import submitted
from bot.views.reassign_accounts import (
    CHOOSE_MODAL,
    CHOSEN,
    NEW_OWNER,
    REASSIGN,
    REASSIGN_MODAL,
    choose_modal,
    writes_modal,
)
from bot.views.text import mrkdwn
from store.domain.brief.handover import Handed
from store.domain.crm.accounts import Person
from store.domain.gate.proposals import Proposal


class Reassignments(Protocol):
    async def offered(self, who: Asker, brief_id: str) -> tuple[Sequence[Handed], Sequence[Person]]:
        """The accounts without an owner, and who may get them. Raises: NotFound, Refused."""
        ...

    async def writes(self, who: Asker, brief_id: str, account_ids: Collection[str], to_id: str) -> Sequence[Proposal]:
        """The changes of owner as they would be written."""
        ...

    async def reassign(self, who: Asker, brief_id: str, to_id: str, shown: Mapping[str, str]) -> Sequence[str]:
        """Approve the changes as they were shown; returns a sentence for each that could not be."""
        ...


def register(app: AsyncApp, reassignments: Reassignments) -> None:
    @app.action(REASSIGN)
    async def choose(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, brief_id = asker_of(context), pressed_brief(body["actions"][0].get("value"))
        accounts, receivers = await in_time(ack, reassignments.offered(who, brief_id))
        await open_modal(client, context, body, choose_modal(accounts, receivers, private_metadata=brief_id))

    @app.view(CHOOSE_MODAL)
    async def show(ack: AsyncAck, view: Body, context: AsyncBoltContext) -> None:
        who, brief_id, values = asker_of(context), pressed_brief(view["private_metadata"]), view["state"]["values"]
        to_id = submitted(values, NEW_OWNER) or ""
        found = await reassignments.writes(who, brief_id, chosen_accounts(values, CHOSEN), to_id)
        writes = batch_of(found, await who.reader())
        remembered = shown_as(f"{brief_id}:{to_id}", writes.proposals)
        await ack(response_action="update", view=writes_modal(writes, private_metadata=remembered))

    @app.view(REASSIGN_MODAL)
    async def reassign(ack: AsyncAck, view: Body, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        named, shown = shown_accounts(view["private_metadata"])
        brief_id, _, to_id = named.partition(":")
        work = reassignments.reassign(who, pressed_brief(brief_id), to_id, shown)
        if problems := await in_time(ack, work, patience=DIALOG_SECONDS):
            await voice().say(who.user_id, "\n".join(mrkdwn(each, limit=200) for each in problems[:10]))
