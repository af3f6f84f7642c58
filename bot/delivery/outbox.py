"""The outbox: each message is a row before it is posted, and is posted once.

The process that moves the row to `sending` posts it. If the answer is lost or the process dies, the row remains, and the bot
looks for the message in Slack by its key, which travels in the message's metadata. Finding it is proof at once; not finding
it is proof only after the time-out and the settle time, because until then the request may be in flight. So no message is
posted twice unless a request, or the process about to make it, is delayed for longer than both together.

Content that Slack shows to one person for a moment (an ephemeral message, a modal, the Home) can't be looked up: it is shown
at most once, and not again after a crash.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from secrets import token_hex

import structlog

from agents.ports import Clock
from bot.delivery.claims import OutboxPolicy
from bot.delivery.poster import ChannelGone, Post, Poster
from bot.delivery.slack_errors import SLACK_ERRORS, Fate, fate_of
from bot.delivery.streams import Streams
from bot.delivery.web_api.client import SlackClient
from bot.views.answer import without_figures
from store.database import Database
from store.domain.errors import Refused, SlackUnavailable
from store.domain.running.messages import Message, Saying

log = structlog.get_logger()

# Returns whether Slack was reachable.
Turn = Callable[[], Awaitable[bool]]


class Outbox:
    """Nothing that may tell of an account goes to a Slack user who has not
    confirmed who they are: briefs are not rendered for them, and the rest ends here."""

    def __init__(self, database: Database, client: SlackClient, clock: Clock, policy: OutboxPolicy) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._poster = Poster(database, client, policy)
        self._streams = Streams(database, client, policy)
        self._opened: dict[str, str] = {}  # by user, in this process
        self.policy = policy

    async def say(self, saying: Saying) -> None:
        """Say something once: store it, then post it. Repeating its key does nothing. `catch_up` posts later if Slack doesn't
        accept it now. Raises: StoreUnavailable."""
        message = Message(
            id=token_hex(8),
            dedupe_key=saying.key,
            person_id=saying.user_id,
            part="answer",
            created_at=self._clock.now(),
            channel=saying.channel,
            body=json.dumps(
                {
                    "text": saying.text,
                    "blocks": saying.blocks,
                    "under": saying.thread_ts,
                    "to_anyone": saying.to_anyone,
                }
            ),
        )
        async with self._database.transaction(urgent=True) as tx:
            added = await tx.messages.add(message)
            may_end = added and (saying.to_anyone or await tx.links.is_confirmed_user(saying.user_id))
        if saying.ending is not None and await self._streams.end(message if may_end else None, saying.ending):
            return
        if added:
            await self._answer(message)

    async def post(self, post: Post) -> str | None:
        """Make sure that a brief's message is in Slack. Returns its ts, or None if Slack refuses it permanently.

        Raises: SlackUnavailable if Slack doesn't accept it now, or the outcome isn't known yet.
        """
        try:
            return await self._poster.place(post)
        except ChannelGone as gone:
            if post.channel not in self._opened.values() and await self._forgot(post.channel):
                raise SlackUnavailable("This direct message is opened again; the message goes out later.") from gone
            await self.drop([post.message])
            return None

    async def _forgot(self, channel: str) -> bool:
        """Whether a kept direct message, which Slack doesn't know any more, will be opened anew."""
        log.warning("outbox.channel_forgotten", channel=channel)
        async with self._database.transaction(urgent=True) as tx:
            return await tx.links.forget_channel(channel)

    async def drop(self, messages: Sequence[Message]) -> None:
        """Withdraw those of these messages that are not posted yet."""
        async with self._database.transaction() as tx:
            await tx.messages.failed([message.id for message in messages])

    async def catch_up(self) -> None:
        """Post leftover answers."""
        async with self._database.reading() as tx:
            left = await tx.messages.left_over(patience=self.policy.patience)
        await take_turns([partial(self._answer, message) for message in left])

    async def purge(self) -> int:
        """Delete answers that can't be repeated any more. Returns how many."""
        async with self._database.transaction() as tx:
            await tx.slack_calls.purge()
            return await tx.messages.purge(self._clock.now() - self.policy.remember)

    async def direct_message(self, user_id: str) -> str:
        """The direct-message channel with a person; it stays the same. Raises: SlackUnavailable; Refused if there can't be one."""
        if user_id in self._opened:
            return self._opened[user_id]
        async with self._database.reading() as tx:
            kept = await tx.links.channel_of(user_id)
        if kept:
            return kept
        self._opened[user_id] = channel = await self._open(user_id)
        async with self._database.transaction(urgent=True) as tx:
            await tx.links.keep_channel(user_id, channel)
        return channel

    async def _open(self, user_id: str) -> str:
        try:
            async with self._client.ahead("conversations.open"), asyncio.timeout(self.policy.timeout.total_seconds()):
                return str((await self._client.conversations_open(users=[user_id]))["channel"]["id"])
        except SLACK_ERRORS as exc:
            if fate_of(exc) is Fate.REFUSED:
                raise Refused("Slack won't open a direct message with this person.") from exc
            raise SlackUnavailable("Slack can't be reached; the message goes out later.") from exc

    async def _answer(self, message: Message) -> bool:
        """Post an answer from its row. Returns whether Slack was reachable."""
        if message.body is None or message.created_at < self._clock.now() - self.policy.keep:
            await self._give_up(message, "too_old")
            return True
        said = json.loads(message.body)
        if not said.get("to_anyone") and not await self._is_confirmed(message.person_id):
            await self._give_up(message, "unconfirmed")
            return True
        try:
            channel = message.channel or await self.direct_message(message.person_id)
            await self.post(
                Post(
                    message=message,
                    channel=channel,
                    text=said["text"],
                    blocks=said["blocks"],
                    under=said["under"],
                    simpler=without_figures(said["text"], said["blocks"]),
                )
            )
        except SlackUnavailable as exc:
            log.warning("outbox.postponed", message_id=message.id, problem=str(exc))
            return False
        except Refused:
            await self._give_up(message, "unreachable")
        return True

    async def _is_confirmed(self, user_id: str) -> bool:
        async with self._database.reading() as tx:
            return await tx.links.is_confirmed_user(user_id)

    async def _give_up(self, message: Message, why: str) -> None:
        log.error("outbox.given_up", message_id=message.id, why=why)
        await self.drop([message])


async def take_turns(turns: Iterable[Turn], *, at_once: int = 4, enough: int = 3) -> None:
    """Work on a few at a time, so that one slow post holds up no other. After Slack was unreachable `enough` times, leave the
    rest for the next round."""
    places, missed = asyncio.Semaphore(at_once), 0

    async def take(turn: Turn) -> None:
        nonlocal missed
        async with places:
            if missed < enough:
                missed += not await turn()

    for ended in await asyncio.gather(*(take(turn) for turn in turns), return_exceptions=True):
        if isinstance(ended, Exception):  # after the others had their turn
            log.error("turn.failed", error=type(ended).__name__, exc_info=ended)
