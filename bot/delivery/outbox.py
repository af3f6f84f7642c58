"""The outbox: every message of the bot is a row before it is posted, and is posted once.

Of many processes the one that moves the row to `sending` posts it. Where the answer is lost or the process dies, the row
stands there, and the message is looked for in Slack by its key, which travels in its metadata. Found is proof at once; not
found is proof only after the time-out and the settle time, because until then the request may still be on its way. So no
message is posted twice, unless a request, or the process about to make it, is held up for longer than both together.

What Slack shows to one person for the moment (an ephemeral message, a modal, the Home) cannot be looked for afterwards: it is
shown at most once, and not again after a crash.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from secrets import token_hex

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from agents.ports import Clock
from bot.delivery.poster import OutboxPolicy, Post, Poster
from bot.delivery.slack_errors import SLACK_ERRORS, Fate, fate_of
from store.database import Database
from store.domain.errors import Refused, SlackUnavailable
from store.domain.running.messages import Message, Saying

log = structlog.get_logger()

# Tells whether Slack was in reach.
Turn = Callable[[], Awaitable[bool]]


class Outbox:
    """`client` must not repeat chat.postMessage by itself, whatever it is answered."""

    def __init__(self, database: Database, client: AsyncWebClient, clock: Clock, policy: OutboxPolicy) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._poster = Poster(database, client, policy)
        self.policy = policy

    async def say(self, saying: Saying) -> None:
        """Say something once: kept first, then posted. Saying it again under its key does nothing. What Slack does not take
        now, `catch_up` posts later. Raises: StoreUnavailable."""
        message = Message(
            id=token_hex(8),
            dedupe_key=saying.key,
            person_id=saying.user_id,
            part="answer",
            created_at=self._clock.now(),
            channel=saying.channel,
            body=json.dumps({"text": saying.text, "blocks": saying.blocks, "under": saying.thread_ts}),
        )
        async with self._database.transaction(urgent=True) as tx:
            added = await tx.messages.add(message)
        if saying.ending is not None and await self._poster.end(message if added else None, saying.ending):
            return
        if added:
            await self._answer(message)

    async def post(self, post: Post) -> str | None:
        """See that a message of a brief stands in Slack; returns its ts, None where Slack refuses it for good.

        Raises: SlackUnavailable where Slack does not take it now, or it is not known (yet) whether it did.
        """
        return await self._poster.place(post)

    async def drop(self, messages: Sequence[Message]) -> None:
        """None of these that is not posted yet ever will be."""
        async with self._database.transaction() as tx:
            await tx.messages.failed([message.id for message in messages])

    async def catch_up(self) -> None:
        """Post the answers that were left over."""
        async with self._database.reading() as tx:
            left = await tx.messages.left_over(patience=self.policy.patience)
        await take_turns([partial(self._answer, message) for message in left])

    async def purge(self) -> int:
        """Forget the answers that nobody can ask for again; returns how many."""
        async with self._database.transaction() as tx:
            return await tx.messages.purge(self._clock.now() - self.policy.remember)

    async def direct_message(self, user_id: str) -> str:
        """The channel of the direct message with a person. Raises: SlackUnavailable; Refused where there can be none."""
        try:
            async with asyncio.timeout(self.policy.timeout.total_seconds()):
                return str((await self._client.conversations_open(users=[user_id]))["channel"]["id"])
        except SLACK_ERRORS as exc:
            if fate_of(exc) is Fate.REFUSED:
                raise Refused("Slack opens no direct message with this person.") from exc
            raise SlackUnavailable("Slack cannot be reached; the message goes out later.") from exc

    async def _answer(self, message: Message) -> bool:
        """Post an answer from its row; whether Slack was in reach."""
        if message.body is None or message.created_at < self._clock.now() - self.policy.keep:
            await self._give_up(message, "too_old")
            return True
        said = json.loads(message.body)
        try:
            channel = message.channel or await self.direct_message(message.person_id)
            await self.post(
                Post(message=message, channel=channel, text=said["text"], blocks=said["blocks"], under=said["under"])
            )
        except SlackUnavailable as exc:
            log.warning("outbox.postponed", message_id=message.id, problem=str(exc))
            return False
        except Refused:
            await self._give_up(message, "unreachable")
        return True

    async def _give_up(self, message: Message, why: str) -> None:
        log.error("outbox.given_up", message_id=message.id, why=why)
        await self.drop([message])


async def take_turns(turns: Iterable[Turn], *, at_once: int = 4, enough: int = 3) -> None:
    """Take them a few at a time, so that one who has to wait holds up no other. Once Slack was out of reach `enough` times,
    the rest is left for another day."""
    places, missed = asyncio.Semaphore(at_once), 0

    async def take(turn: Turn) -> None:
        nonlocal missed
        async with places:
            if missed < enough:
                missed += not await turn()

    for ended in await asyncio.gather(*(take(turn) for turn in turns), return_exceptions=True):
        if isinstance(ended, Exception):  # the others had their turn all the same
            log.error("turn.failed", error=type(ended).__name__, exc_info=ended)
