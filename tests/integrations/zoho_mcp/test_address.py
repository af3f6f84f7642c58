"""The address of the hosted server is a key: whatever happens, nothing that is logged, raised or shown holds it."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator

import httpx2
import pytest

from bot.telemetry import configure_logging
from integrations.zoho_mcp.address import HiddenAddress
from integrations.zoho_mcp.session import HostedSession
from store.domain.errors import CrmAuth, CrmUnavailable, SergasError, SettingError
from tests.integrations.zoho.bench import Bench
from tests.integrations.zoho_mcp.host import Hosted, hosted

CANARY = "canary0123456789abcdef"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that any library logs, down to DEBUG, as the product would write it."""
    stream, root = io.StringIO(), logging.getLogger()
    before = root.handlers, root.level
    configure_logging(level="DEBUG", stream=stream)
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield stream
    root.handlers, _ = before
    root.setLevel(before[1])
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.NOTSET)


def shown(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


async def test_reading_logs_nothing_of_the_address(crm: Bench, logged: io.StringIO) -> None:
    async with hosted(crm) as mcp:
        assert await mcp.client.people()
        key = mcp.twin.url.split("/")[4]
    ours = [line for line in logged.getvalue().splitlines() if "uvicorn" not in line]

    assert "hosted-zoho.invalid" in logged.getvalue()
    assert [line for line in ours if key in line] == []


async def test_a_server_that_is_gone_is_told_of_without_its_address(mcp: Hosted, logged: io.StringIO) -> None:
    key = mcp.twin.url.split("/")[4]
    await mcp.twin.stop()
    with pytest.raises(CrmUnavailable) as lost:
        await mcp.client.people()

    assert key not in shown(lost.value) + logged.getvalue()


async def test_an_address_that_is_not_taken_any_more_says_what_to_do(logged: io.StringIO) -> None:
    class Revoked(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(401, text=f"no {CANARY}", request=request)

    error = await _failure(Revoked())
    assert isinstance(error, CrmAuth)
    assert "copy the current one from Zoho's MCP console" in str(error)
    assert CANARY not in shown(error) + logged.getvalue()


async def test_a_redirect_that_repeats_the_address_is_not_followed_and_not_told(logged: io.StringIO) -> None:
    class Redirecting(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(307, headers={"Location": f"{request.url}/"}, request=request)

    error = await _failure(Redirecting())
    assert isinstance(error, CrmUnavailable)
    assert CANARY not in shown(error) + logged.getvalue()


async def _failure(wire: httpx2.AsyncBaseTransport) -> SergasError:
    session = HostedSession(f"https://zoho.example.com/mcp/{CANARY}/message", timeout=5, wire=wire)
    try:
        with pytest.raises(SergasError) as failed:
            await session.tools()
    finally:
        await session.close()
    return failed.value


def test_no_repr_shows_it() -> None:
    url = f"https://zoho.example.com/mcp/{CANARY}/message"
    assert CANARY not in repr(HiddenAddress(url))


@pytest.mark.parametrize(
    "url",
    [
        f"http://zoho.example.com/mcp/{CANARY}/message",
        f"zoho.example.com/mcp/{CANARY}",
        f"ftp://127.0.0.1/{CANARY}",
        f"https:///{CANARY}",
        f"https://zoho.example.com:port/{CANARY}",
    ],
)
def test_an_address_that_will_not_do_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(SettingError, match="SERGAS_ZOHO_MCP_URL") as refused:
        HiddenAddress(url)
    assert CANARY not in shown(refused.value)
