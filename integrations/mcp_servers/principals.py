"""The person a tool is called for. `_meta`, beside the arguments, names them; only a holder of the server's key can write it.

A model writes the arguments, the bot's own client writes `_meta`. A message authentication code over `_meta` keeps anyone else
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

from store.domain.access.rules import EVERYONE, Reach
from store.domain.errors import Refused

META = "sergas/caller"
LIFETIME = timedelta(minutes=5)
NOBODY = "This tool is called for a person, and the call does not say for whom."


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The owner a call is made for, or an operator if `owner_id` is None. `at` is the bot's present if its clock differs from
    ours, as in a demonstration that replays a spring."""

    owner_id: str | None
    at: datetime | None = None

    @property
    def reach(self) -> Reach:
        return EVERYONE if self.owner_id is None else Reach.of(self.owner_id)


def meta_for(principal: Principal, *, tool: str, key: str, tenant: str, now: datetime) -> dict[str, Any]:
    """Return the `_meta` for one call of this tool."""
    until = int((now + LIFETIME).timestamp())
    at = principal.at.isoformat() if principal.at else None
    mac = _mac(key, tenant, tool, principal.owner_id, at, until)
    return {META: {"owner": principal.owner_id, "at": at, "until": until, "mac": mac}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Principals:
    """Reads the principal out of `_meta`. If `fixed` is set, every call is for that one, whatever `_meta` says."""

    tenant: str
    now: Callable[[], datetime]
    key: str = ""
    fixed: Principal | None = None

    def of(self, meta: Mapping[str, Any] | None, *, tool: str) -> Principal:
        """Raises: Refused if `_meta` names no one, was not signed with the key, is for another tool or has expired."""
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
        return Principal(owner_id=owner, at=datetime.fromisoformat(at) if at else None)


def _mac(key: str, tenant: str, tool: str, owner_id: str | None, at: str | None, until: int) -> str:
    said = json.dumps([tenant, tool, owner_id, at, until]).encode()
    return hmac.new(key.encode(), said, hashlib.sha256).hexdigest()
