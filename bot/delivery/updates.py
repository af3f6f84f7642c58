"""Update posted messages: only those that changed, and so that none keeps showing an outdated state.

Two updates of one message may reach Slack in either order. So an update first leaves a mark in the message's row. Only a
process that found no other mark before, and its own mark afterwards, knows the message's content. A process that was
overtaken renders the message again; one that found another's mark leaves its own. A remaining mark (also after a crash or a
Slack outage) makes the message stale until `SlackDelivery.catch_up` renders it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import structlog

from bot.delivery.claims import OutboxPolicy
from bot.delivery.poster import fingerprint
from bot.delivery.slack_errors import SLACK_ERRORS, Fate, error_name, fate_of
from bot.delivery.web_api.client import SlackClient
from bot.views.blocks import Part, context
from store.database import Database
from store.domain.running.messages import Message, MessageState
from store.repositories.messages import is_stale, new_mark

log = structlog.get_logger()

REMOVED = "This was removed."
_NOTHING = Part(name="", text=REMOVED, blocks=[context(REMOVED)])


class Ended(StrEnum):
    """An update's result: Slack accepted it, another process began one after us, or Slack was unreachable."""

    DONE = "done"
    OVERTAKEN = "overtaken"
    AWAY = "away"


@dataclass(slots=True)
class _Attempt:
    """`shown` has the messages' content by id; None if Slack didn't accept the update and has finished with it. Messages whose
    update may still happen are missing."""

    shown: dict[str, str | None] = field(default_factory=dict)
    away: bool = False


class Updates:
    def __init__(self, database: Database, client: SlackClient, policy: OutboxPolicy) -> None:
        self._database = database
        self._client = client
        self._policy = policy

    async def bring(self, standing: Sequence[Message], parts: Sequence[Part]) -> Ended:
        """Update a brief's posted messages that changed."""
        changed = _changed(standing, parts)
        if not changed:
            return Ended.DONE
        async with self._client.ahead("chat.update", count=len(changed)):
            return await self._bring(changed)

    async def _bring(self, changed: Sequence[tuple[Message, Part]]) -> Ended:
        mark, ids = new_mark(), [message.id for message, _ in changed]
        async with self._database.transaction(urgent=True) as tx:
            contested = await tx.messages.begin_update(ids, mark=mark, patience=self._policy.patience)
        attempt = await self._update_all(changed)
        certain = {each: shows for each, shows in attempt.shown.items() if each not in contested}
        async with self._database.transaction(urgent=True) as tx:
            ours = await tx.messages.end_update(certain, mark=mark)
        if attempt.away:
            return Ended.AWAY
        return Ended.DONE if ours else Ended.OVERTAKEN

    async def _update_all(self, changed: Sequence[tuple[Message, Part]]) -> _Attempt:
        """Run all within one call's time-out, so that marks don't outlive their time."""
        attempt = _Attempt()
        try:
            async with asyncio.timeout(self._policy.timeout.total_seconds()):
                for message, part in changed:
                    if attempt.away:
                        attempt.shown[message.id] = None
                    else:
                        await self._update(message, part, attempt)
        except TimeoutError:
            log.warning("message.not_updated", brief_id=changed[0][0].brief_id, error="TimeoutError")
            attempt.away = True
        return attempt

    async def _update(self, message: Message, part: Part, attempt: _Attempt) -> None:
        assert message.channel
        assert message.ts
        try:
            await self._client.chat_update(channel=message.channel, ts=message.ts, text=part.text, blocks=part.blocks)
        except SLACK_ERRORS as exc:
            log.warning("message.not_updated", message_id=message.id, error=error_name(exc))
            match fate_of(exc):
                case Fate.REFUSED:  # it is gone or can't be changed any more, so its content is final
                    attempt.shown[message.id] = fingerprint(part.text, part.blocks)
                case Fate.UNKNOWN:
                    attempt.away = True
                case _:
                    attempt.shown[message.id], attempt.away = None, True
        else:
            attempt.shown[message.id] = fingerprint(part.text, part.blocks)


def _changed(standing: Sequence[Message], parts: Sequence[Part]) -> list[tuple[Message, Part]]:
    """The messages to update with their new content. A stale message that left the brief becomes empty."""
    by_name = {part.name: part for part in parts}
    shown = [
        (message, by_name.get(message.part, _NOTHING))
        for message in standing
        if message.state is MessageState.POSTED
        and message.channel
        and message.ts
        and (message.part in by_name or is_stale(message))
    ]
    return [(message, part) for message, part in shown if message.fingerprint != fingerprint(part.text, part.blocks)]
