"""The address of a hosted server, which is a key: it goes onto the wire and nowhere else.

Libraries log, raise and trace the URL they were given. So they get a made-up one, and the last layer before the socket
replaces it with the real one.
"""

from __future__ import annotations

import httpx2

from integrations.loopback import keeps_secrets
from store.domain.errors import SettingError

SHOWN = "https://hosted-zoho.invalid/mcp"  # the address that every layer above sees
SETTING = "SERGAS_ZOHO_MCP_URL"
_LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=20)  # as in `integrations.zoho.http`
_TURNED_AWAY = frozenset({401, 403, 410})


class HiddenAddress(httpx2.AsyncBaseTransport):
    """Sends every request to the real address. `turned_away` says whether the last answer rejected that address. Raises:
    SettingError for an address that is neither https nor on this machine."""

    def __init__(self, url: str, *, wire: httpx2.AsyncBaseTransport | None = None) -> None:
        self._url = _checked(url)
        self._wire = wire or httpx2.AsyncHTTPTransport(trust_env=False, limits=_LIMITS)
        self.turned_away = False

    def __repr__(self) -> str:
        return "HiddenAddress(‹secret›)"

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the answer; a redirect, whose target may repeat the address, becomes a plain 502."""
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"host"]
        real = httpx2.Request(
            request.method,
            self._url,
            headers=[(b"Host", self._url.netloc), *headers],
            stream=request.stream,
            extensions=request.extensions,
        )
        response = await self._wire.handle_async_request(real)
        self.turned_away = response.status_code in _TURNED_AWAY
        if 300 <= response.status_code < 400:
            await response.aclose()
            return httpx2.Response(502, request=request)
        return response

    async def aclose(self) -> None:
        await self._wire.aclose()


def _checked(url: str) -> httpx2.URL:
    problem = "is wrong: use the whole address from Zoho's MCP console, which begins with https://."
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError):
        raise SettingError(SETTING, problem) from None  # the cause repeats the address
    if keeps_secrets(str(parsed)):
        return parsed
    raise SettingError(SETTING, problem)
