"""A sandbox with the small company played up to now, and a client signed in to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from integrations.sandbox.zoho import ZohoSandbox
from tests.integrations.sandbox_zoho.company import StillClock, Wire, company


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    clock = StillClock()
    sandbox = ZohoSandbox(company(), clock=clock.now)
    sandbox.play(clock.now())
    await sandbox.start()
    async with httpx.AsyncClient(base_url=sandbox.url) as http:
        wire = Wire(http, sandbox, clock)
        await wire.sign_in()
        yield wire
    await sandbox.stop()
