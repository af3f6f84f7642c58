"""A sandbox with the small company played up to now, and a client signed in to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integrations.sandbox_zoho.company import Wire, running


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with running() as made:
        yield made
