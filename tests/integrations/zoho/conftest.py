"""The standard bench."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.company import company


@pytest.fixture
async def crm() -> AsyncIterator[Bench]:
    async with bench(company()) as made:
        yield made
