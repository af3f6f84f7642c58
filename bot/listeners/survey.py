"""Answers to the two questions about the brief, and the ways to decline them."""

from __future__ import annotations

import re
from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.access.identity import Caller
from bot.inbound.answer import update_message
from bot.inbound.asker import asker_of
from bot.inbound.envelope import Body
from bot.views.blocks import Part
from bot.views.survey import ACTION_IDS, answer_in
from store.domain.errors import BadInput
from store.domain.pilot.survey import Decline, Question

_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


class Surveys(Protocol):
    async def answer(self, who: Caller, number: int, question: Question, answer: str, /) -> Part:
        """Keep the person's own answer, and return the message as it is now. Raises: BadInput, NotFound, Refused, Unconfirmed."""
        ...

    async def decline(self, who: Caller, number: int, declined: Decline | None, /) -> Part:
        """Keep that the person declines, or no longer does. Raises: NotFound, Refused, Unconfirmed."""
        ...


def register(app: AsyncApp, surveys: Surveys) -> None:
    async def answer(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        action, who = body["actions"][0], await asker_of(context).caller()
        number, said = _number(action.get("value")), answer_in(str(action.get("action_id")))
        if isinstance(said, tuple):
            part = await surveys.answer(who, number, *said)
        else:
            part = await surveys.decline(who, number, said)
        await ack()
        await update_message(client, body, part)

    for action_id in ACTION_IDS:
        app.action(action_id)(answer)


def _number(value: object) -> int:
    if not _NUMBER.fullmatch(str(value)):
        raise BadInput("I can't tell which questions this is about.")
    return int(str(value))
