"""“I’m away” and “I’m back” in the App Home."""

from __future__ import annotations

from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body
from bot.listeners.decide_proposal import beside_fields
from bot.listeners.home import Homes, publish_home_after
from bot.views.absences import (
    AWAY,
    AWAY_MODAL,
    BACK,
    AwayForm,
    AwaySubmitted,
    absence_from_submission,
    away_modal,
    nobody_modal,
)
from store.domain.gate.adjust_proposal import FieldProblems


class Absences(Protocol):
    async def form(self, who: Asker) -> AwayForm:
        """The choices for setting an absence. Raises: Refused."""
        ...

    async def set(self, who: Asker, submitted: AwaySubmitted) -> None:
        """Raises: Refused; FieldProblems, shown beside the fields."""
        ...

    async def end(self, who: Asker) -> None:
        """Raises: Refused."""
        ...

    async def offer(self) -> None:
        """Offer the decisions that pass to someone else, at once. Called once the absence is acknowledged."""
        ...


def register(app: AsyncApp, absences: Absences, home: Homes) -> None:
    @app.action(AWAY)
    async def open_away(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        form = await absences.form(asker_of(context))
        await ack()
        view = away_modal(form) if form.delegates else nobody_modal()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view(AWAY_MODAL)
    async def away(ack: AsyncAck, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, values = asker_of(context), view["state"]["values"]
        try:
            await absences.set(who, absence_from_submission(values))
        except FieldProblems as problems:
            await ack(response_action="errors", errors=beside_fields(problems, values))
            return
        await ack()
        await publish_home_after(client, home, who)
        await absences.offer()

    @app.action(BACK)
    async def back(ack: AsyncAck, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        await absences.end(who)
        await ack()
        await publish_home_after(client, home, who)
        await absences.offer()
