"""A sandbox CRM and a host that may see Anna's part of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from store.domain.access.rules import Reach
from tests.integrations.mcp_servers.host import Host
from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.company import ANNA, company


@pytest.fixture
async def crm() -> AsyncIterator[Bench]:
    async with bench(company()) as made:
        yield made


@pytest.fixture
def annas(crm: Bench) -> Host:
    return Host(crm, Reach.of(ANNA))
