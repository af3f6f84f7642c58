"""The person a tool call is made for, named in `_meta` by the holder of the server's key, never by a model.

A model writes the arguments; the bot's own client writes `_meta`. A message authentication code over it keeps anyone else
who reaches the server from naming an owner of their choice.
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
    """The owner of some accounts, or without an id an operator, who may see all. `at` is the bot's present time if its
    clock differs from ours, as in a demonstration that replays a spring."""

    owner_id: str | None
    at: datetime | None = None


def meta_for(caller: Caller, *, tool: str, key: str, tenant: str, now: datetime) -> dict[str, Any]:
    """Return the `_meta` for one call of this tool."""
    until = int((now + LIFETIME).timestamp())
    at = caller.at.isoformat() if caller.at else None
    mac = _mac(key, tenant, tool, caller.owner_id, at, until)
    return {META: {"owner": caller.owner_id, "at": at, "until": until, "mac": mac}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """Reads `_meta`. If `fixed` is set, every call is for that caller, regardless of its `_meta`."""

    tenant: str
    now: Callable[[], datetime]
    key: str = ""
    fixed: Caller | None = None

    def of(self, meta: Mapping[str, Any] | None, *, tool: str) -> Caller:
        """Raises: Refused if the call names no one, was not signed with the key, was signed for another tool, or has
        expired."""
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
