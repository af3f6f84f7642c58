"""By which names a server of this machine may be addressed.

A page elsewhere can let its own name lead to 127.0.0.1 (DNS rebinding) and then read and press what only this machine should. Its
requests still carry its name, in `Host` and `Origin`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from integrations.loopback import LOOPBACK

MISDIRECTED, FORBIDDEN = 421, 403


def refusal(hosts: Sequence[str], origins: Sequence[str], *, names: Collection[str] = ()) -> int | None:
    """The status to refuse a request with, by its `Host` and `Origin` headers; None admits it.

    `names` are accepted besides this machine's own, with any port. A script may call only the server that its page came from.
    """
    host = hosts[0] if len(hosts) == 1 else ""
    if _name(host) not in {*LOOPBACK, *(name.casefold() for name in names)}:
        return MISDIRECTED
    if any(origin not in (f"http://{host}", f"https://{host}") for origin in origins):
        return FORBIDDEN
    return None


def _name(host: str) -> str | None:
    """The name in `Host`, without a port; None if it isn't a name alone."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname if parts.netloc == host and "@" not in host else None
