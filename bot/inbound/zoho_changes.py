"""What Zoho tells over its notification channel: that records of some kind changed. It hastens a read, and nothing more.

The token is all that shows where a notification comes from, so nothing of it but the kind of record is used, and that only to
read the CRM by ourselves.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from integrations.zoho.reading.queries import STREAMS
from store.domain.crm.accounts import Stream

_BY_MODULE = {module: stream for stream, module in STREAMS.items()}


class Forged(Exception):
    """It does not carry our token."""


class Malformed(Exception):
    """It carries our token and is no notification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Where Zoho is to tell what changed, and by what we know that it is Zoho. Both names follow from a secret that every
    process of the bot has, so that none has to be told."""

    url: str
    secret: str = field(repr=False)

    @property
    def id(self) -> str:
        """A number, as Zoho wants."""
        return str(int(hashlib.sha256(f"channel {self.url}".encode()).hexdigest()[:13], 16))

    @property
    def token(self) -> str:
        return hmac.new(self.secret.encode(), f"notify {self.url}".encode(), hashlib.sha256).hexdigest()[:48]


@dataclass(frozen=True, slots=True)
class ChangesHeard:
    """Takes the body of a notification; `hasten` is told what to read."""

    channel: Channel
    hasten: Callable[[Stream], None]

    def __call__(self, raw: bytes) -> None:
        """Raises: Forged, Malformed; nothing is read then. A module that we do not read is taken and forgotten."""
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError) as exc:
            raise Forged from exc
        token = body.get("token") if isinstance(body, dict) else None
        if not isinstance(token, str) or not hmac.compare_digest(token.encode(), self.channel.token.encode()):
            raise Forged
        module = body.get("module")
        if not isinstance(module, str) or str(body.get("channel_id")) != self.channel.id:
            raise Malformed
        if (stream := _BY_MODULE.get(module)) is not None:
            self.hasten(stream)
