"""Messages of the bot in Slack: rendered from rows, posted once through the outbox, updated in place.

A message is an intent row before it is a message. When an answer of Slack is lost, or the process dies in between, the
row stands in `sending`, and the message is looked for in the channel by the key in its metadata before anything is posted
again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from secrets import token_hex
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.people import bind
from agents.ports import Clock
from bot.directory import is_colleague
from bot.views.blocks import Part
from bot.views.brief import brief_messages
from bot.views.reader import Links, Reader
from bot.views.review import review_messages
from store.database import Database
from store.domain.accounts import Person
from store.domain.brief import Brief
from store.domain.errors import NotFound, Refused
from store.domain.messages import Message, MessageState
from store.domain.proposals import Proposal

log = structlog.get_logger()

EVENT_TYPE = "sergas_message"
# Errors of Slack's own making; None stands for an answer that names no error, such as a gateway's.
_PASSING = (None, "internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited")


class SlackDelivery:
    """Satisfies `agents.ports.Delivery`."""

    def __init__(
        self, database: Database, client: AsyncWebClient, clock: Clock, links: Links, *, max_cards: int
    ) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._links = links
        self._max_cards = max_cards
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._shown: dict[str, str] = {}
        self._behind: set[str] = set()

    async def brief(self, brief_id: str) -> None:
        """Post a brief to its reader. Raises: NotFound where they have no Slack user."""
        async with self._locks[brief_id]:
            brief, person, parts = await self._render(brief_id)
            channel = await self._channel(person)
            await self._post(await self._intend(brief, parts), parts, channel)
            # What an interrupted attempt posted shows what was true then.
            await self._bring_up_to_date(brief_id, parts)

    async def refresh(self, brief_id: str) -> None:
        """Render a brief's messages again and update those that look different now; one that Slack does not take is left
        as it is until the next time."""
        async with self._locks[brief_id]:
            _, _, parts = await self._render(brief_id)
            await self._bring_up_to_date(brief_id, parts)

    async def show(self, proposal: Proposal) -> None:
        """Render again every message in which this proposal stands: the owner's brief, and a review somebody asked for."""
        async with self._database.reading() as tx:
            versions = [version.id for version in await tx.proposals.by_lineage(proposal.lineage)]
            showing = await tx.briefs.showing(proposal.owner_id, versions)
        for brief_id in showing:
            await self._refresh_if_read(brief_id)

    async def catch_up(self) -> None:
        """Render again the briefs of which an update was lost to an outage; while Slack is still out of reach, one at most."""
        for brief_id in tuple(self._behind):
            self._behind.discard(brief_id)
            await self._refresh_if_read(brief_id)
            if brief_id in self._behind:
                return

    async def _refresh_if_read(self, brief_id: str) -> None:
        try:
            await self.refresh(brief_id)
        except NotFound as exc:  # its reader has left the CRM; the other messages are shown all the same
            log.info("brief.not_refreshed", brief_id=brief_id, problem=str(exc))

    async def _render(self, brief_id: str) -> tuple[Brief, Person, list[Part]]:
        async with self._database.reading() as tx:
            brief = await tx.briefs.get(brief_id)
            person = await tx.people.get(brief.reader_id or brief.owner_id) if brief else None
            if brief is None or person is None:
                raise NotFound(f"There is no brief {brief_id}, or nobody to send it to.")
            shown = [proposal_id for card in brief.cards for proposal_id in card.proposal_ids]
            proposals = await tx.proposals.in_force(shown)
            names = {other.id: other.name for other in await tx.people.all()}
        now, zone = self._clock.now(), ZoneInfo(person.timezone)
        if brief.kind == "review":
            reader = Reader(links=self._links, names=names, tz=zone, now=now, currency=brief.currency)
            return brief, person, review_messages(brief, proposals, reader=reader)
        parts = brief_messages(
            brief, proposals, links=self._links, names=names, tz=zone, now=now, max_cards=self._max_cards
        )
        return brief, person, parts

    async def _channel(self, person: Person) -> str:
        async with self._database.reading() as tx:
            bound = await tx.links.slack_of(person.id)
        user_id = bound[1] if bound else await self._bind(person)
        answer = await self._client.conversations_open(users=user_id)
        return str(answer["channel"]["id"])

    async def _bind(self, person: Person) -> str:
        """Find the owner in Slack's own directory by their CRM e-mail address and bind the two."""
        try:
            user = (await self._client.users_lookupByEmail(email=person.email))["user"]
        except SlackApiError as exc:
            if exc.response.get("error") == "users_not_found":
                raise NotFound(f"{person.name} has no Slack user with their CRM e-mail address.") from exc
            raise
        if not is_colleague(user, (await self._client.auth_test())["team_id"]):
            raise NotFound(
                f"{person.name} has no active Slack user of their own in this workspace; guests do not count."
            )
        async with self._database.transaction() as tx:
            bound = await bind(
                tx, team_id=str(user["team_id"]), user_id=str(user["id"]), email=person.email, at=self._clock.now()
            )
        if bound is None or bound.id != person.id:
            raise Refused(f"{person.name}'s e-mail address belongs to another CRM user.")
        return str(user["id"])

    async def _intend(self, brief: Brief, parts: Sequence[Part]) -> list[Message]:
        """The rows of a brief's messages, in the order of its parts; those that are not there yet are made."""
        now, top = self._clock.now(), token_hex(8)
        intents = [
            Message(
                id=token_hex(8) if part.in_thread else top,
                dedupe_key=f"{brief.id}:{part.name}",
                person_id=brief.reader_id or brief.owner_id,
                brief_id=brief.id,
                part=part.name,
                thread_of=top if part.in_thread else None,
                state=MessageState.PENDING,
                channel=None,
                ts=None,
                created_at=now,
            )
            for part in parts
        ]
        async with self._database.transaction() as tx:
            if not await tx.messages.of_brief(brief.id):
                await tx.messages.add_all(intents)
            standing = {message.part: message for message in await tx.messages.of_brief(brief.id)}
        return [standing[part.name] for part in parts]

    async def _post(self, messages: Sequence[Message], parts: Sequence[Part], channel: str) -> None:
        """Post what is not posted yet, in order. What Slack accepted is recorded together with the next intent."""
        top_ts, accepted = messages[0].ts, None
        try:
            for message, part in zip(messages, parts, strict=True):
                if message.state is MessageState.POSTED:
                    continue
                thread_ts = top_ts if part.in_thread else None
                ts = await self._find(message, channel, thread_ts) if message.state is MessageState.SENDING else None
                if ts is None:
                    await self._record(accepted, sending=message.id, channel=channel)
                    accepted = None
                    ts = await self._send(message, part, channel, thread_ts)
                    self._shown[message.id] = _fingerprint(part)
                else:
                    await self._record(accepted, channel=channel)
                accepted = (message.id, ts)
                top_ts = top_ts if part.in_thread else ts
        finally:
            await self._record(accepted, channel=channel)

    async def _record(self, accepted: tuple[str, str] | None, *, channel: str, sending: str | None = None) -> None:
        """Note the message that stands in Slack and the one that leaves next, in one transaction."""
        if accepted is None and sending is None:
            return
        unsent = [MessageState.PENDING, MessageState.SENDING]
        async with self._database.transaction() as tx:
            if accepted is not None:
                message_id, ts = accepted
                await tx.messages.mark(message_id, frm=unsent, to=MessageState.POSTED, channel=channel, ts=ts)
            if sending is not None:
                await tx.messages.mark(sending, frm=unsent, to=MessageState.SENDING, channel=channel)

    async def _send(self, message: Message, part: Part, channel: str, thread_ts: str | None) -> str:
        answer = await self._client.chat_postMessage(
            channel=channel,
            text=part.text,
            blocks=part.blocks,
            thread_ts=thread_ts,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": message.dedupe_key}},
        )
        return str(answer["ts"])

    async def _find(self, message: Message, channel: str, thread_ts: str | None) -> str | None:
        """The timestamp under which an earlier attempt at this message stands in Slack, if it does."""
        options: dict[str, Any] = {"channel": channel, "limit": 100, "include_all_metadata": True}
        if thread_ts:
            answer = await self._client.conversations_replies(ts=thread_ts, **options)
        else:
            answer = await self._client.conversations_history(**options)
        for standing in answer["messages"]:
            payload = (standing.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == message.dedupe_key:
                return str(standing["ts"])
        return None

    async def _bring_up_to_date(self, brief_id: str, parts: Sequence[Part]) -> None:
        async with self._database.reading() as tx:
            standing = {message.part: message for message in await tx.messages.of_brief(brief_id)}
        for part in parts:
            message = standing.get(part.name)
            if message and message.state is MessageState.POSTED and message.channel and message.ts:
                await self._update(message, part)

    async def _update(self, message: Message, part: Part) -> None:
        fingerprint = _fingerprint(part)
        if self._shown.get(message.id) == fingerprint:
            return
        assert message.channel
        assert message.ts
        try:
            await self._client.chat_update(channel=message.channel, ts=message.ts, text=part.text, blocks=part.blocks)
        except (SlackClientError, ClientError, TimeoutError) as exc:
            # What was decided stands in the rows; the message catches up when it is rendered again.
            log.warning("message.not_updated", message_id=message.id, error=type(exc).__name__)
            if message.brief_id and _may_pass(exc):
                self._behind.add(message.brief_id)
            return
        self._shown[message.id] = fingerprint


def _may_pass(error: Exception) -> bool:
    """Whether the same update may succeed later: Slack could not be reached, or was not well."""
    return not isinstance(error, SlackApiError) or error.response.get("error") in _PASSING


def _fingerprint(part: Part) -> str:
    return hashlib.sha256(json.dumps([part.text, part.blocks], sort_keys=True).encode()).hexdigest()
