"""Administrators switch features off and on from the App Home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.access.identity import Caller
from bot.inbound.answer import open_modal
from bot.inbound.asker import asker_of
from bot.inbound.envelope import Body
from bot.listeners.home import Homes, publish_home_after
from bot.views.switch_features import (
    FEATURES_MODAL,
    SHOW_FEATURES,
    SWITCH_FEATURE_ON,
    features_modal,
    pressed_feature,
    wanted_from_submission,
)
from store.domain.running.features import Feature, Standing


class Features(Protocol):
    """Every method raises Refused for anyone but an administrator; Unconfirmed."""

    async def listed(self, who: Caller, /) -> Sequence[Standing]: ...

    async def switch(self, who: Caller, wanted: Mapping[Feature, bool], /) -> Sequence[Feature]:
        """Switch these on or off. Raises: Refused for one that the settings rule out."""
        ...


def register(app: AsyncApp, features: Features, home: Homes) -> None:
    @app.action(SHOW_FEATURES)
    async def show(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        view = features_modal(await features.listed(await asker_of(context).caller()))
        await ack()
        await open_modal(client, context, body, view)

    @app.action(SWITCH_FEATURE_ON)
    async def switch_on(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        await features.switch(await who.caller(), {pressed_feature(body["actions"][0].get("value")): True})
        await ack()
        await publish_home_after(client, home, who)

    @app.view(FEATURES_MODAL)
    async def switch(ack: AsyncAck, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        await features.switch(await who.caller(), wanted_from_submission(view))
        await ack()
        await publish_home_after(client, home, who)
