"""For whom a tool is called: told beside its arguments, in `_meta`, by whoever holds the server's key, and never by a model.

The arguments are what a model writes. `_meta` is what the bot's own client writes; a message authentication code over it keeps
anybody else who reaches the server from naming an owner of their choice.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from store.domain.errors import Refused

META = "sergas/caller"
LIFETIME = timedelta(minutes=5)
NOBODY = "This tool is called for a person, and the call does not say for whom."


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """An owner of accounts; without one an operator, who may see all. `at` is the present as the bot tells it, where its clock
    is not ours, as in a demonstration that replays a spring."""

    owner_id: str | None
    at: datetime | None = None


def meta_for(caller: Caller, *, tool: str, key: str, tenant: str, now: datetime) -> dict[str, Any]:
    """What goes into `_meta` of one call of this tool."""
    until = int((now + LIFETIME).timestamp())
    at = caller.at.isoformat() if caller.at else None
    mac = _mac(key, tenant, tool, caller.owner_id, at, until)
    return {META: {"owner": caller.owner_id, "at": at, "until": until, "mac": mac}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """Reads `_meta`. With `fixed` every call is for that caller, whatever it says of itself."""

    tenant: str
    now: Callable[[], datetime]
    key: str = ""
    fixed: Caller | None = None

    def of(self, meta: Mapping[str, Any] | None, *, tool: str) -> Caller:
        """Raises: Refused where it names nobody, was not made by who holds the key, is for another tool, or is over."""
        if self.fixed is not None:
            return self.fixed
        told = (meta or {}).get(META)
        if not self.key or not isinstance(told, Mapping):
            raise Refused(NOBODY)
        owner, at, until, mac = (told.get(name) for name in ("owner", "at", "until", "mac"))
        if not all(each is None or isinstance(each, str) for each in (owner, at)):
            raise Refused(NOBODY)
        if not isinstance(until, int) or not isinstance(mac, str):
            raise Refused(NOBODY)
        if not hmac.compare_digest(mac.encode(), _mac(self.key, self.tenant, tool, owner, at, until).encode()):
            raise Refused(NOBODY)
        if until < self.now().timestamp():
            raise Refused("This call came too late; call again.")
        return Caller(owner_id=owner, at=datetime.fromisoformat(at) if at else None)


def _mac(key: str, tenant: str, tool: str, owner_id: str | None, at: str | None, until: int) -> str:
    said = json.dumps([tenant, tool, owner_id, at, until]).encode()
    return hmac.new(key.encode(), said, hashlib.sha256).hexdigest()
