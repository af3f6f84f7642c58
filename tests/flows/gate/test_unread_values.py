"""A write never replaces a value that the bot could not read: no one saw it, and no undo could bring it back."""

from __future__ import annotations

from typing import Any

import pytest

from store.domain.gate.proposals import State
from tests.flows.company import CEDAR
from tests.flows.stage import ANNAS, Stage


@pytest.mark.parametrize("value", [{"odd": 1}, "x" * 100_001])
async def test_a_field_that_cannot_be_read_is_not_overwritten(morning: Stage, value: Any) -> None:
    proposal = await morning.reviewed(CEDAR, kind="update_account")
    (field,) = proposal.write.sets()
    morning.zoho.distort("Accounts", CEDAR, **{field.title(): value})
    await morning.approve(proposal)

    assert await morning.answered(ANNAS, "can't be read in the CRM, so it isn't changed from here")
    assert await morning.state(proposal.id) is State.PENDING
    assert not [entry for entry in morning.zoho.ledger if entry.module == "Accounts"]
