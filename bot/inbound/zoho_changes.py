"""Zoho's notifications that records of some kind changed. They only hasten a read.

The token is the only proof of origin, so the bot uses nothing but the kind of record, and only to read the CRM itself.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from integrations.zoho.reading.queries import STREAMS
from store.domain.crm.accounts import Stream
from store.domain.text.outside_json import NotJson, read_object

_BY_MODULE = {module: stream for stream, module in STREAMS.items()}


class Forged(Exception):
    """The notification lacks our token."""


class Malformed(Exception):
    """It has our token but is not a notification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The channel for Zoho's notifications, and the token that proves they are Zoho's. Both derive from a secret that each
    process has, so nothing needs to be shared."""

    url: str
    secret: str = field(repr=False)

    @property
    def id(self) -> str:
        """A number, as Zoho requires."""
        return str(int(hashlib.sha256(f"channel {self.url}".encode()).hexdigest()[:13], 16))

    @property
    def token(self) -> str:
        return hmac.new(self.secret.encode(), f"notify {self.url}".encode(), hashlib.sha256).hexdigest()[:48]


@dataclass(frozen=True, slots=True)
class ChangesHeard:
    """Accepts a notification's body and calls `hasten` with the kinds of records to read."""

    channel: Channel
    hasten: Callable[[Stream], None]

    def __call__(self, raw: bytes) -> None:
        """Raises: Forged, Malformed, without reading anything. Modules that the bot doesn't read are ignored."""
        try:
            body = read_object(raw)
        except NotJson as exc:
            raise Forged from exc
        token = body.get("token")
        if not isinstance(token, str) or not hmac.compare_digest(token.encode(), self.channel.token.encode()):
            raise Forged
        module = body.get("module")
        if not isinstance(module, str) or str(body.get("channel_id")) != self.channel.id:
            raise Malformed
        if (stream := _BY_MODULE.get(module)) is not None:
            self.hasten(stream)
