"""The HTTP client that calls to Zoho go through."""

from __future__ import annotations

import ssl
from functools import lru_cache

import httpx

# How many calls run at once is settled before a connection is asked for (see `throttle`), so the pool has no bound of its own.
# httpcore 1.0.9 never gives back the place of a connection whose request was cancelled while it waited for one
# (“Cancelling requests under pool contention permanently leaks connection slots” in its tracker): with the default of 100, so
# many slow answers that nobody waited for would end every call with PoolTimeout until the process is started again.
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20)


def open_http(*, timeout: float) -> httpx.AsyncClient:
    """`timeout` is in seconds, for each part of a call. Proxies of the environment are left aside."""
    return httpx.AsyncClient(timeout=timeout, trust_env=False, limits=LIMITS, verify=_certificates())


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Read once: parsing the bundle takes longer than all else that opening a client does."""
    return httpx.create_ssl_context(trust_env=False)
