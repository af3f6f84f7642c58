"""A sandbox CRM, and the stand-in for Zoho's hosted MCP server before it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.company import company
from tests.integrations.zoho_mcp.host import Hosted, hosted


@pytest.fixture
async def crm() -> AsyncIterator[Bench]:
    async with bench(company()) as made:
        yield made


@pytest.fixture
async def mcp(crm: Bench) -> AsyncIterator[Hosted]:
    async with hosted(crm) as made:
        yield made
