"""Each server that we open is behind a door: a crowd that keeps it waiting is cut off, and an honest request is served."""

from __future__ import annotations

import asyncio
import gc

import pytest

from integrations.doors.keeper import Doorkeeper
from integrations.doors.limits import DoorLimits
from tests.bench.doors.servers import SERVERS
from tests.integrations.doors.servers import HALF, Caller

CROWD = 40
CRAMPED = DoorLimits(connections=8)


@pytest.mark.parametrize("name", SERVERS)
async def test_a_crowd_at_any_of_our_servers_is_cut_off_and_an_honest_request_is_served(name: str) -> None:
    server = SERVERS[name]
    async with server.start() as port:
        for keeper in (each for each in gc.get_objects() if isinstance(each, Doorkeeper)):
            keeper.limits = CRAMPED
        crowd = [await Caller.to(port, HALF) for _ in range(CROWD)]
        said = await asyncio.gather(*(each.rest() for each in crowd[: CROWD - CRAMPED.connections]))
        assert all(b"503 Service Unavailable" in each for each in said)
        honest = await Caller.to(port)
        assert await honest.asks(server.honest()) == 200
        for each in [*crowd, honest]:
            each.leave()
