"""The sender of a request: their Slack identity and, looked up when a listener first needs it, their CRM user."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Protocol

from slack_bolt.context.async_context import AsyncBoltContext

from agents.flows.access.identity import Caller
from bot.inbound.envelope import INBOX_KEY, Body
from bot.inbound.typed import mentioned, typed
from bot.views.reader import Reader
from store.domain.crm.accounts import Person

_ASKER = "asker"
Next = Callable[[], Awaitable[object]]


class People(Protocol):
    """Finds Slack users in the CRM, and their readers. Every method raises Refused for someone unknown, and Unconfirmed but for
    `introduce`."""

    async def at_home(self, caller: Caller) -> Caller:
        """The caller as a member of our workspace, if they are one who comes from another of the organisation."""
        ...

    async def introduce(self, caller: Caller) -> Caller:
        """The same caller, linked to their CRM user if they weren't yet."""
        ...

    async def person(self, caller: Caller) -> Person: ...

    async def admit(self, caller: Caller, asked: str, about: str) -> None:
        """Introduce them, check that they confirmed who they are, and note in the audit trail what was `asked` if they did not."""
        ...

    async def reader(self, person: Person) -> Reader: ...

    async def names(self, team_id: str, user_ids: Collection[str]) -> Mapping[str, str]:
        """The names of those of these Slack users who are linked to a CRM user; raises nothing."""
        ...


class Asker:
    """Looks things up once, and only on demand: a press must be acknowledged in time, and few answers need the reader.

    `vouched` is the identity as Slack vouches for it, perhaps in another workspace of the organisation.
    """

    def __init__(self, vouched: Caller, people: People) -> None:
        self.vouched = vouched
        self._people = people
        self._at_home: Caller | None = None
        self._caller: Caller | None = None
        self._reader: Reader | None = None

    @property
    def user_id(self) -> str:
        return self.vouched.user_id

    async def caller(self) -> Caller:
        """The caller, introduced. Raises: Refused."""
        if self._caller is None:
            self._caller = await self._people.introduce(await self.at_home())
        return self._caller

    async def at_home(self) -> Caller:
        """The identity as Slack vouches for it, in our workspace: only to answer whether the match is right."""
        if self._at_home is None:
            self._at_home = await self._people.at_home(self.vouched)
        return self._at_home

    async def admitted(self, asked: str, about: str) -> None:
        """Raises: Refused for someone unknown, Unconfirmed for someone who has not said that it is them."""
        await self._people.admit(await self.at_home(), asked, about)

    async def reader(self) -> Reader:
        """The reader to render for. Raises: Refused for someone unknown, Unconfirmed."""
        if self._reader is None:
            self._reader = await self._people.reader(await self._people.person(await self.caller()))
        return self._reader

    async def words(self, text: str) -> str:
        """What they typed, from the form in which Slack sent it."""
        people = mentioned(text)
        return typed(text, await self._people.names((await self.at_home()).team_id, people) if people else None)


def introduction(people: People) -> Callable[..., Awaitable[None]]:
    """A global Bolt middleware, after `admission`: gives every listener its asker."""

    async def introduce(body: Body, context: AsyncBoltContext, next_: Next) -> None:
        context[_ASKER] = Asker(vouched(context, body, key=context.get(INBOX_KEY) or ""), people)
        await next_()

    return introduce


def asker_of(context: AsyncBoltContext) -> Asker:
    """The asker in this context."""
    asker: Asker = context[_ASKER]
    return asker


def vouched(context: AsyncBoltContext, body: Body, *, key: str) -> Caller:
    """The caller as Slack names them. A guest belongs to the workspace they come from, not to ours, which installed the app."""
    user = body.get("user") or body.get("event") or {}
    home = user.get("team_id") or user.get("user_team") or context.actor_team_id or context.team_id
    return Caller(
        team_id=home or "",
        user_id=context.actor_user_id or context.user_id or "",
        request_id=context["request_id"],
        place=_where(body),
        key=key,
    )


def _where(body: Body) -> str:
    """The place of a request, in Slack's ids: channel and message, channel, the kind of view, or the kind of request."""
    channel = (
        (body.get("channel") or {}).get("id") or body.get("channel_id") or (body.get("event") or {}).get("channel")
    )
    ts = (body.get("message") or {}).get("ts")
    if channel:
        return f"{channel}/{ts}" if ts else str(channel)
    return str((body.get("view") or {}).get("type") or body.get("type") or "")
