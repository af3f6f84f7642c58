"""Read through a hosted server: each read becomes a call of a pinned tool, and its answer a response like the REST API's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
from mcp_types import CallToolResult, TextContent
from tenacity.wait import wait_base

from integrations.zoho.cells import moment, time_in
from integrations.zoho.errors import unexpected
from integrations.zoho.limits.ceiling import Limits
from integrations.zoho.reading.paging import list_pages, more_after, rows_of, token_of
from integrations.zoho.transport import Answer, Call, ReadTransport
from integrations.zoho_mcp.operations import Asked, arguments_for, asked_by
from integrations.zoho_mcp.pins import Pins, check
from integrations.zoho_mcp.session import HostedSession
from store.domain.errors import CrmAuth
from store.domain.text.outside_json import MOST_OF_AN_ANSWER, NotJson, read_object
from store.retry import CRM_READ

SINCE = "If-Modified-Since"
# The tools return no status codes, so Zoho's error code decides the status; anything else counts as a bad request.
_STATUS = {
    "INVALID_TOKEN": 401,
    "AUTHENTICATION_FAILURE": 401,
    "OAUTH_SCOPE_MISMATCH": 401,
    "NO_PERMISSION": 403,
    "TOO_MANY_REQUESTS": 429,
    "INTERNAL_ERROR": 500,
    "INTERNAL_SERVER_ERROR": 500,
}


class HostedTransport(ReadTransport):
    """Replaces Zoho's REST API for reading, within the same limits, and takes no writes.

    Before a call it compares the pins with the server's tools, as listed at most `session.FRESH_FOR` seconds ago.
    """

    def __init__(self, session: HostedSession, pins: Pins, *, limits: Limits, wait: wait_base = CRM_READ) -> None:
        super().__init__(limits, wait=wait)
        self._session = session
        self._pins = pins

    async def get(
        self, path: str, *, params: Mapping[str, str | int] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer | None:
        """As over REST. The list tools take no headers, so the filter for newer rows runs here."""
        since = (headers or {}).get(SINCE)
        if since is None:
            return await super().get(path, params=params)
        if asked_by(Call(path=path)).operation.name == "deleted":
            return await self._deleted_since(path, params, moment(since))
        return await self._modified_since(path, params, moment(since))

    async def attempt(self, call: Call) -> httpx.Response:
        """Raises: CrmRefused for a write, ToolsChanged, CrmAuth, CrmUnavailable."""
        asked = asked_by(call)
        async with self.limits.call(call.charge, urgent=call.urgent or self._urgent):
            tool = check(self._pins, await self._session.tools())[
                asked.operation.name
            ]  # checked after the wait for a turn
            self.tally.count(call)
            response = _response(await self._session.call(tool.name, arguments_for(call, asked, tool)), asked)
            await self.limits.heed(response)
            return response

    async def _modified_since(
        self, path: str, params: Mapping[str, str | int] | None, since: datetime
    ) -> Answer | None:
        """Return all newer rows of the list, oldest first, as one page, reading from the newest back to the first old one.

        A row that changes meanwhile moves to the front, and the next sync finds it.
        """
        asked = {**(params or {}), "sort_by": "Modified_Time", "sort_order": "desc"}
        asked.pop("page_token", None)
        newer: list[dict[str, Any]] = []
        while True:
            answer = await super().get(path, params=asked)
            rows = rows_of(answer)
            fresh = [row for row in rows if _is_newer(row.get("Modified_Time"), since)]
            newer += fresh
            if len(fresh) < len(rows) or not more_after(answer):
                return {"data": newer[::-1], "info": {"more_records": False}} if newer else None
            token = token_of(answer)
            if token is None:
                raise unexpected("the pages of a list do not advance")
            asked["page_token"] = token

    async def _deleted_since(self, path: str, params: Mapping[str, str | int] | None, since: datetime) -> Answer | None:
        """Return all later deletions as one page. Zoho documents no order, so this reads the list to its end."""
        kind = {"type": (params or {}).get("type", "all")}
        rows = [row async for page in list_pages(self, path, params=kind) for row in page]
        newer = [row for row in rows if _is_newer(row.get("deleted_time"), since)]
        return {"data": newer, "info": {"more_records": False}} if newer else None


def _is_newer(time: object, since: datetime) -> bool:
    """Whether a row may be newer: one whose time cannot be read may."""
    at = time_in(time)
    return at is None or at > since


def _response(result: CallToolResult, asked: Asked) -> httpx.Response:
    """Return the first block's JSON text with the status it would have over REST. Raises: CrmAuth, CrmRefused."""
    first = result.content[0] if result.content else None
    text = first.text.strip() if isinstance(first, TextContent) else ""
    if text in ("", "null", "{}") and not result.is_error:
        return httpx.Response(204)
    try:
        body = read_object(text, most=MOST_OF_AN_ANSWER, cells=True)
    except NotJson as exc:
        raise unexpected(f"the hosted tool for “{asked.operation.name}” answered no JSON object") from exc
    status = _status(body, failed=bool(result.is_error))
    if status == 401 and body.get("code") != "OAUTH_SCOPE_MISMATCH":
        raise CrmAuth(
            "Zoho's hosted MCP server is no longer signed in to Zoho; connect it again in Zoho's MCP console."
        )
    return httpx.Response(status, content=text.encode("utf-8", errors="replace"))


def _status(body: Mapping[str, Any], *, failed: bool) -> int:
    data = body.get("data")
    record = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else {}
    source = body if "code" in body else record
    if not failed and source.get("status") != "error":
        return 200
    return _STATUS.get(str(source.get("code")), 400)
