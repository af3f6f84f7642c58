"""Keeps Zoho's notification channel open for as long as the bot runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import structlog

from agents.ports import Clock
from bot.inbound.zoho_changes import Channel
from store.domain.errors import CrmError

log = structlog.get_logger()

LASTS = timedelta(days=2)  # of Zoho's seven: if the bot dies, Zoho soon stops notifying
RENEWED = timedelta(days=1)  # before it expires


class Watching(Protocol):
    async def open(self, channel: str, *, url: str, token: str, until: datetime) -> None: ...
    async def close(self, channel: str) -> None: ...


class WatchJob:
    """Does nothing without a channel."""

    def __init__(self, watches: Watching, channel: Channel | None, clock: Clock) -> None:
        self._watches = watches
        self._channel = channel
        self._clock = clock
        self._ends: datetime | None = None

    async def __call__(self) -> None:
        """Open the channel, or renew it in time. Raises: CrmError; until it is open, the regular reads suffice."""
        now = self._clock.now()
        if self._channel is None or (self._ends is not None and now < self._ends - RENEWED):
            return
        ends = now + LASTS
        await self._watches.open(self._channel.id, url=self._channel.url, token=self._channel.token, until=ends)
        self._ends = ends
        log.info("zoho.watching", until=ends.isoformat())

    async def last(self) -> None:
        """Close the channel opened here; if that fails, it expires."""
        if self._channel is None or self._ends is None:
            return
        self._ends = None
        try:
            await self._watches.close(self._channel.id)
        except CrmError as exc:
            log.warning("zoho.channel_left_open", problem=str(exc))
