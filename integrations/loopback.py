"""Names and addresses of this machine, and the addresses a secret may be sent to."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def keeps_secrets(url: str) -> bool:
    """Whether a secret may be sent there: https, or http on this machine, to a host that the address names plainly.

    A user name in it can make another host look like the right one, and a part after `#` is never sent.
    """
    parts = _parts(url)
    return parts is not None and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def is_page(url: str) -> bool:
    """Whether people may be given it as a link: http or https, to a host that the address names plainly."""
    parts = _parts(url)
    return parts is not None and parts.scheme in ("http", "https")


def _parts(url: str) -> SplitResult | None:
    """None unless the address has a host, and neither a user name, a part after `#` nor a character that belongs to no address."""
    if not url.isprintable() or any(char.isspace() or char in "\\<>|\"'`" for char in url) or "#" in url:
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname and "@" not in parts.netloc else None
