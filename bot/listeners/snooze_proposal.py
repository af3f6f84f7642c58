"""Snooze, a menu on the card with a modal for a date, and Bring back, which ends it."""

from __future__ import annotations

from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.acknowledge import in_time
from bot.inbound.answer import open_modal
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body, carried, carry, pressed_snooze
from bot.listeners.decide_proposal import Outcome, after_modal, after_press, beside_fields, closed, pressed
from bot.listeners.home import Homes
from bot.views.action_ids import BRING_BACK, SNOOZE
from bot.views.set_aside import BACK
from bot.views.snooze_proposal import SNOOZE_MODAL, day_from_submission, snooze_modal
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.proposals import Proposal
from store.domain.gate.snooze import Until

SNOOZED = "Snoozed. Its card says until when, and brings it back."


class Snoozes(Protocol):
    async def snooze(self, who: Asker, proposal_id: str, version: int, until: Until) -> Outcome:
        """Put it off until the morning of the owner's first working day then. Raises: FieldProblems for a day out of reach."""
        ...

    async def look(self, who: Asker, proposal_id: str, version: int) -> Proposal:
        """The proposal that a modal is about to show. Raises: Refused, GateClosed if this person can't snooze it now."""
        ...

    async def bring_back(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        """Ask again now."""
        ...


def register(app: AsyncApp, snoozes: Snoozes, home: Homes) -> None:
    @app.action(SNOOZE)
    async def snooze(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        chosen = (body["actions"][0].get("selected_option") or {}).get("value")
        proposal_id, version, until = pressed_snooze(chosen)
        if until is None:
            proposal, reader = await snoozes.look(who, proposal_id, version), await who.reader()
            await ack()
            view = snooze_modal(proposal, reader, private_metadata=carry(body, f"{proposal_id}:{version}"))
            await open_modal(client, context, body, view)
            return
        outcome = await in_time(ack, snoozes.snooze(who, proposal_id, version, until))
        await after_press(client, body, who, outcome, home, done=SNOOZED)

    @app.view(SNOOZE_MODAL)
    async def snooze_until(ack: AsyncAck, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        proposal_id, version, place = carried(view["private_metadata"])
        values = view["state"]["values"]
        try:
            until = Until(day=day_from_submission(values))
            outcome = await snoozes.snooze(who, proposal_id, version, until)
        except FieldProblems as problems:
            await ack(response_action="errors", errors=beside_fields(problems, values))
            return
        await closed(ack, view, place)
        await after_modal(client, who, place, outcome.note, home)

    @app.action(BRING_BACK)
    async def bring_back(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        outcome = await in_time(ack, snoozes.bring_back(who, *pressed(body)))
        await after_press(client, body, who, outcome, home, done=BACK)
