"""“Off” and “Wait”: an administrator's answer about a signal, in the message that asks or in the Home."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.access.identity import Caller
from bot.inbound.answer import update_message
from bot.inbound.asker import asker_of
from bot.inbound.envelope import Body
from bot.listeners.home import Homes, publish_home_after
from bot.views.action_ids import KEEP_SILENT, SWITCH_OFF
from bot.views.blocks import Part
from bot.views.question_signals import kinds_in
from store.domain.errors import BadInput
from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import Answer


class SignalAnswers(Protocol):
    async def answer(self, who: Caller, kind: SignalKind, answer: Answer, /) -> None:
        """Record the answer. Raises: Refused for anyone but an administrator; Unconfirmed, NotFound."""
        ...

    async def message(self, kinds: Collection[SignalKind], /) -> Part:
        """The message about these signals as it is now."""
        ...


def register(app: AsyncApp, answers: SignalAnswers, home: Homes) -> None:
    @app.action(SWITCH_OFF)
    async def switch_off(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await answers.answer(await asker_of(context).caller(), _kind(body), Answer.OFF)
        await ack()
        await show(body, client, context)

    @app.action(KEEP_SILENT)
    async def keep_silent(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await answers.answer(await asker_of(context).caller(), _kind(body), Answer.KEEP)
        await ack()
        await show(body, client, context)

    async def show(body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """Render the pressed message again, or the Home. Messages that ask the same follow on their own."""
        if message := body.get("message"):
            await update_message(client, body, await answers.message(kinds_in(message.get("blocks") or ())))
        else:
            await publish_home_after(client, home, asker_of(context))


def _kind(body: Body) -> SignalKind:
    try:
        return SignalKind(body["actions"][0].get("value", ""))
    except ValueError:
        raise BadInput("I can't tell which signal this is about.") from None
