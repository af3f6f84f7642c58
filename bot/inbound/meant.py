"""A press on one of the candidates below an answer: which one, for which question, and how the buttons go away."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack_errors import SLACK_ERRORS, error_name
from bot.inbound.envelope import Body
from bot.inbound.typed import typed
from bot.views.blocks import section
from store.domain.conversation.choices import Choice, ChoiceKind
from store.domain.text.redaction import visible

log = structlog.get_logger()

_PATIENCE = 5.0  # seconds a call
_LIMIT = 4_000


def choice_in(value: str, name: str) -> Choice | None:
    """Of a button's `kind:id`. None for anything else."""
    kind, _, record_id = value.partition(":")
    return Choice(ChoiceKind(kind), record_id, name) if kind in set(ChoiceKind) and record_id else None


async def question_before(client: AsyncWebClient, body: Body) -> dict[str, Any] | None:
    """The person's own last message before the answer with the buttons, as an event; None if it is gone."""
    channel, message = str((body.get("channel") or {}).get("id") or ""), body.get("message") or {}
    thread_ts, ts = str(message.get("thread_ts") or ""), str(message.get("ts") or "")
    if not thread_ts:
        return None
    async with asyncio.timeout(_PATIENCE):
        replies = await client.conversations_replies(channel=channel, ts=thread_ts, latest=ts, limit=200)
    theirs = [each for each in replies["messages"] if not each.get("bot_id") and str(each["ts"]) < ts]
    if not theirs:
        return None
    asked = theirs[-1]
    text = visible(typed(str(asked.get("text") or "")), limit=_LIMIT)
    found = {"channel": channel, "ts": str(asked["ts"]), "text": text, "team": _team_of(body)}
    return found if str(asked["ts"]) == thread_ts else {**found, "thread_ts": thread_ts}


def _team_of(body: Body) -> str | None:
    """The person's workspace, which Slack asks for before it streams to them."""
    team, user = body.get("team") or {}, body.get("user") or {}
    return team.get("id") or user.get("team_id")


async def settle(client: AsyncWebClient, body: Body, text: str) -> None:
    """Replace the buttons by the choice. If Slack refuses, they stay, and a second press does the same again."""
    message = body["message"]
    try:
        async with asyncio.timeout(_PATIENCE):
            await client.chat_update(
                channel=body["channel"]["id"], ts=message["ts"], text=text, blocks=[section(text, expand=True)]
            )
    except SLACK_ERRORS as refused:
        log.info("slack.buttons_left", error=error_name(refused))
