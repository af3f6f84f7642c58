"""`python -m tests.integrations.mcp_servers.talkative`: a server whose tool prints, reads standard input and answers at length."""

from __future__ import annotations

import asyncio
import os
import sys

from integrations.mcp_servers.plain_errors import PlainErrorServer

server = PlainErrorServer("talkative")


@server.tool()
def say(times: int, after: str = "") -> str:
    print("to standard error")
    os.write(1, b"as well\n")
    heard = sys.stdin.read()
    return f"{len(heard)} heard; " + "ä" * times + after


if __name__ == "__main__":
    asyncio.run(server.run_stdio_async())
