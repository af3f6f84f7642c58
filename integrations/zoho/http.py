"""The HTTP client for calls to Zoho."""

from __future__ import annotations

import ssl
from functools import lru_cache

import httpx

# `throttle` limits the calls at once before a connection is requested, so the pool has no limit of its own. httpcore
# 1.0.9 never frees the slot of a request that was cancelled while waiting for a connection (“Cancelling requests under
# pool contention permanently leaks connection slots” in its tracker): with the default of 100 slots, that many
# cancelled slow calls would make every later call fail with PoolTimeout until the process restarts.
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20)


def open_http(*, timeout: float) -> httpx.AsyncClient:
    """`timeout` is in seconds, for each part of a call. Ignores proxies from the environment."""
    return httpx.AsyncClient(timeout=timeout, trust_env=False, limits=LIMITS, verify=_certificates())


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Parse the bundle once: that takes longer than the rest of opening a client."""
    return httpx.create_ssl_context(trust_env=False)
