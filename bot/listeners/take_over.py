"""“Take over all”: asks which accounts get a task to introduce oneself, shows each task in full, and takes over at one press."""

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
from bot.views.take_over import CHOOSE_MODAL, CHOSEN, TAKE_OVER, TAKE_OVER_MODAL, choose_modal, tasks_modal
from bot.views.text import mrkdwn
from store.domain.brief.handover import Handover
from store.domain.gate.proposals import Proposal


class TakeOvers(Protocol):
    async def offered(self, who: Asker, brief_id: str) -> Handover:
        """The handover that one press takes over. Raises: NotFound, Refused, AlreadyDecided."""
        ...

    async def introductions(self, who: Asker, brief_id: str, account_ids: Collection[str]) -> Sequence[Proposal]:
        """The tasks as they would be written."""
        ...

    async def take_over(self, who: Asker, brief_id: str, shown: Mapping[str, str]) -> Sequence[str]:
        """Take over, and approve the tasks as they were shown; returns a sentence for each that could not be."""
        ...


def register(app: AsyncApp, handovers: TakeOvers) -> None:
    @app.action(TAKE_OVER)
    async def choose(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, brief_id = asker_of(context), pressed_brief(body["actions"][0].get("value"))
        handover = await in_time(ack, handovers.offered(who, brief_id))
        await open_modal(client, context, body, choose_modal(handover, private_metadata=brief_id))

    @app.view(CHOOSE_MODAL)
    async def show(ack: AsyncAck, view: Body, context: AsyncBoltContext) -> None:
        who, brief_id = asker_of(context), pressed_brief(view["private_metadata"])
        chosen = chosen_accounts(view["state"]["values"], CHOSEN)
        handover = await handovers.offered(who, brief_id)
        tasks = batch_of(await handovers.introductions(who, brief_id, chosen), await who.reader(), alike=True)
        remembered = shown_as(brief_id, tasks.proposals)
        made = tasks_modal(len(handover.accounts), tasks, private_metadata=remembered)
        await ack(response_action="update", view=made)

    @app.view(TAKE_OVER_MODAL)
    async def take_over(ack: AsyncAck, view: Body, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        brief_id, shown = shown_accounts(view["private_metadata"])
        work = handovers.take_over(who, pressed_brief(brief_id), shown)
        if problems := await in_time(ack, work, patience=DIALOG_SECONDS):
            await voice().say(who.user_id, "\n".join(mrkdwn(each, limit=200) for each in problems[:10]))
