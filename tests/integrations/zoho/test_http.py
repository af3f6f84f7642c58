"""Calls that nobody waited for any longer leave the client as able as before."""

from __future__ import annotations

import asyncio
import random

import httpx
from aiohttp import web

from integrations.zoho.http import open_http


async def _answer(_: web.Request) -> web.Response:
    await asyncio.sleep(0.01)
    return web.Response(text="ok")


async def _given_up(http: httpx.AsyncClient, url: str, chance: random.Random) -> None:
    try:
        async with asyncio.timeout(chance.uniform(0, 0.15)):
            await http.get(url)
    except (TimeoutError, httpx.HTTPError):
        pass


async def test_after_thousands_of_calls_that_were_given_up_the_next_one_is_answered() -> None:
    app = web.Application()
    app.add_routes([web.get("/", _answer)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url, chance = f"http://127.0.0.1:{runner.addresses[0][1]}/", random.Random(1)
    async with open_http(timeout=5) as http:
        for _ in range(20):
            await asyncio.gather(*(_given_up(http, url, chance) for _ in range(120)))
        assert (await http.get(url)).text == "ok"
    await runner.cleanup()
