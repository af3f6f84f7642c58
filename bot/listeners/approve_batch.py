"""“Approve all low-risk”: shows each write in full, asks once, and reports on each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.acknowledge import DIALOG_SECONDS, in_time
from bot.inbound.answer import answer_press, open_modal
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body, pressed_brief, pressed_proposal
from bot.views.approve_batch import APPROVE_BATCH, BATCH_MODAL, batch_modal, batch_of, low_risk
from store.domain.gate.approvals import MOST_AT_ONCE
from store.domain.gate.proposals import Proposal

NOTHING_LEFT = "No low-risk recommendation is open here any more; each card shows its result."
TOO_LONG = "What is open here is too long to show together; decide each on its card."


class Batches(Protocol):
    async def listed(self, who: Asker, brief_id: str) -> Sequence[Proposal]:
        """The proposals that one press may approve now, in the order of the brief. Raises: NotFound, Refused."""
        ...

    async def approve(self, who: Asker, items: Sequence[tuple[str, int]]) -> str:
        """Approve each (id, version) as it was listed; returns the id of the report."""
        ...

    async def report(self, report_id: str) -> None:
        """Post the report."""
        ...


def register(app: AsyncApp, batches: Batches) -> None:
    @app.action(APPROVE_BATCH)
    async def open_batch(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, brief_id = asker_of(context), pressed_brief(body["actions"][0].get("value"))
        found, reader = await in_time(ack, batches.listed(who, brief_id)), await who.reader()
        batch = batch_of(low_risk(found, reader), reader)
        if not batch.shown:
            await answer_press(client, body, who.user_id, TOO_LONG if batch.too_long else NOTHING_LEFT)
            return
        shown = ",".join(f"{each.id}:{each.version}" for each in batch.proposals)
        view = batch_modal(batch, more=len(found) >= MOST_AT_ONCE, private_metadata=shown)
        await open_modal(client, context, body, view)

    @app.view(BATCH_MODAL)
    async def approve_batch(ack: AsyncAck, view: Body, context: AsyncBoltContext) -> None:
        listed = view["private_metadata"].rpartition("|")[2]  # modals of the release before have a brief's id in front
        items = [pressed_proposal(each) for each in listed.split(",")]
        work = batches.approve(asker_of(context), items)
        await batches.report(await in_time(ack, work, patience=DIALOG_SECONDS))
