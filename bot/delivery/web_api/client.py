"""The Web API client that all of the bot uses: each call waits for its turn, and a pause that Slack asks for holds for everyone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.slack_errors import Fate, error_name, fate_of, retry_after
from bot.delivery.web_api.ledgers import Entry, OwnLedger
from bot.delivery.web_api.rates import method
from bot.delivery.web_api.tokens import NoToken, RotatingToken
from bot.delivery.web_api.turns import Busy, Turns
from store.lanes import own_rank

TRIES = 4
ROTATING = "xoxe.xoxb-rotating"  # Bolt wants to see a token; no call goes out with this one
_ENDED = ("token_expired", "invalid_auth", "token_revoked")

# Turns that this task has waited for and not used, by method.
_held: ContextVar[Mapping[str, list[Entry]]] = ContextVar("held_turns", default={})  # noqa: B039 - never changed


class SlackClient(AsyncWebClient):
    """Repeats only what Slack refused unprocessed (429), and never a message: the outbox does that. Given no `turns`, it counts for
    itself."""

    def __init__(self, *, turns: Turns | None = None, rotating: RotatingToken | None = None, **given: Any) -> None:
        super().__init__(**given, retry_handlers=[])
        self._turns = turns or Turns(OwnLedger())
        self._rotating = rotating
        if rotating is not None:
            self.token = ROTATING

    async def api_call(self, api_method: str, **given: Any) -> AsyncSlackResponse:
        """Raises: SlackApiError `ratelimited`, without a call, if it isn't its turn for longer than the call is worth."""
        channel = _channel(given)
        for attempt in range(1, TRIES + 1):
            entry, left, counted = await self._turn_for(api_method, channel), self._turns.now(), True
            try:
                return await self._call(api_method, given)
            except SlackApiError as error:
                if fate_of(error) is not Fate.THROTTLED:
                    raise
                counted = False
                await self._turns.give_back(api_method, [entry])
                await self._turns.pause(api_method, retry_after(error))
                if attempt == TRIES or not method(api_method).again:
                    raise
            finally:
                if counted:
                    await self._turns.arrived(entry, since=left)
        raise AssertionError

    @asynccontextmanager
    async def ahead(self, api_method: str, *, channel: str = "", count: int = 1) -> AsyncIterator[None]:
        """Wait for turns before the block, so that a time limit inside it counts the calls alone; unused ones are given back.
        Raises: as `api_call`."""
        entries = await self._take(api_method, channel=channel, count=count)
        before = _held.set({**_held.get(), api_method: entries})
        try:
            yield
        finally:
            _held.reset(before)
            await self._turns.give_back(api_method, entries)

    async def _call(self, api_method: str, given: Mapping[str, Any]) -> AsyncSlackResponse:
        """With a token that rotates, once more if Slack says that it has ended."""
        if self._rotating is None:
            return await super().api_call(api_method, **given)
        self.token = used = await self._valid(api_method)
        try:
            return await super().api_call(api_method, **given)
        except SlackApiError as error:
            if error_name(error) not in _ENDED:
                raise
        self.token = await self._valid(api_method, rejected=used)
        return await super().api_call(api_method, **given)

    async def _valid(self, api_method: str, *, rejected: str = "") -> str:
        assert self._rotating is not None
        try:
            return await self._rotating.current(rejected=rejected)
        except (NoToken, TimeoutError) as exc:
            raise self._refused(api_method, 1.0, error="token_expired", status=200) from exc

    async def _turn_for(self, api_method: str, channel: str) -> Entry:
        if held := _held.get().get(api_method):
            return held.pop()
        return (await self._take(api_method, channel=channel))[0]

    async def _take(self, api_method: str, *, channel: str, count: int = 1) -> list[Entry]:
        try:
            return await self._turns.take(api_method, rank=own_rank(), channel=channel, count=count)
        except Busy as busy:
            raise self._refused(api_method, busy.seconds) from busy

    def _refused(
        self, api_method: str, seconds: float, *, error: str = "ratelimited", status: int = 429
    ) -> SlackApiError:
        """As Slack would refuse it, had we asked."""
        response = AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url=f"{self.base_url}{api_method}",
            req_args={},
            data={"ok": False, "error": error},
            headers={"Retry-After": str(max(1, round(seconds)))},
            status_code=status,
        )
        return SlackApiError(f"Not called: {error}.", response)  # type: ignore[no-untyped-call]  # as the SDK has it


def _channel(given: Mapping[str, Any]) -> str:
    arguments = given.get("json") or given.get("data") or given.get("params") or {}
    return str(arguments.get("channel") or "") if isinstance(arguments, Mapping) else ""
