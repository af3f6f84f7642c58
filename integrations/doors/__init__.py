"""The door in front of each of our HTTP servers: how many connections and bytes it holds, and how long it waits.

One keeper serves both server libraries, since it works on their common ground, asyncio's protocols: `web_server` and `runner` put
it in front of aiohttp, `asgi` in front of uvicorn. What the libraries offer themselves (limits of heads and bodies, keep-alive)
stays with them.
"""
