"""What a client sees of each trouble, and whether the server had done its work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from aiohttp import web

from tests.faults.proxy import Proxy
from tests.faults.troubles import TROUBLES

PATIENCE = 0.2


@asynccontextmanager
async def server(done: list[bytes]) -> AsyncIterator[str]:
    async def write(request: web.Request) -> web.Response:
        done.append(await request.read())
        return web.json_response({"data": [{"code": "SUCCESS"}]}, status=201)

    app = web.Application()
    app.add_routes([web.post("/write", write)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize("name", TROUBLES)
async def test_a_trouble_looks_like_a_broken_connection_and_strikes_once(name: str) -> None:
    done: list[bytes] = []
    async with server(done) as target, httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
        proxy = Proxy(target)
        await proxy.start()
        trouble = TROUBLES[name]
        if trouble is None:
            await proxy.refuse()
        else:
            proxy.strike("POST", "/write$", trouble)
        if name == "answer byte by byte":  # each byte is in time for a client that counts them one by one
            assert await _whole_answer(client, proxy.url) is None
        else:
            with pytest.raises(httpx.TransportError):
                await client.post(f"{proxy.url}/write", content=b"first")
        if trouble is None:
            await proxy.start()
        assert (await client.post(f"{proxy.url}/write", content=b"second")).status_code == 201
        await proxy.stop()

    first = [] if name in ("refused", "reset before it is read") else [b"first"]
    assert sorted(done) == [*first, b"second"]


async def _whole_answer(client: httpx.AsyncClient, url: str) -> httpx.Response | None:

    try:
        async with asyncio.timeout(PATIENCE):
            return await client.post(f"{url}/write", content=b"first")
    except TimeoutError:
        return None


async def test_an_exchange_without_a_trouble_passes_unchanged() -> None:
    done: list[bytes] = []
    async with server(done) as target, httpx.AsyncClient(trust_env=False) as client:
        proxy = Proxy(target)
        await proxy.start()
        answers = [await client.post(f"{proxy.url}/write", content=text) for text in (b"one", b"two")]
        await proxy.stop()

    assert [answer.json() for answer in answers] == [{"data": [{"code": "SUCCESS"}]}] * 2
    assert done == [b"one", b"two"]
