"""An administrator deals with stuck writes from the App Home."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from integrations.sandbox.slack import SlackUser
from integrations.sandbox.zoho.faults import Fault
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, FIRST_NIGHT
from tests.flows.stage import ANNAS, NIGHT, PEOPLE, Stage, stage

ADAS = "U0ADA"
REFUSAL = {"data": [{"code": "INVALID_DATA", "details": {}, "message": "invalid data", "status": "error"}]}


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    people = (*PEOPLE, SlackUser(id=ADAS, name="Ada Admin", email="ada@example.com", tz="UTC"))
    async with stage(sqlite_url, tmp_path, people=people) as opened:
        assert await opened.look(FIRST_NIGHT)
        assert await opened.look(NIGHT)
        await opened.morning()
        async with opened.bot.services.database.transaction() as tx:
            ada = await tx.people.by_email("ada@example.com")
            assert ada is not None
            await tx.links.link("T0SERGAS", ADAS, ada.id, opened.clock.now())
            await tx.links.confirm("T0SERGAS", ADAS, opened.clock.now())
        yield opened


async def home(made: Stage, user_id: str = ADAS) -> str:
    await made.slack.home(user_id)
    await made.slack.until(lambda: "To decide" in str(made.slack.home_view(user_id)))
    return str(made.slack.home_view(user_id))


async def press(made: Stage, action: str, proposal: Proposal) -> None:
    value = f"{proposal.id}:{proposal.version}"
    await made.slack.click_in_view(ADAS, action, block_id=f"operate:{value}")


async def refused(made: Stage) -> Proposal:
    proposal = await made.proposal(ACME)
    made.zoho.faults.answer("POST", "/Tasks$", status=400, body=REFUSAL)
    await made.approved(proposal, says="could not be written")
    return proposal


async def test_a_dead_write_is_tried_again_at_a_press_and_its_card_tells_the_outcome(made: Stage) -> None:
    proposal = await refused(made)
    assert "Writes that need an administrator" in await home(made)
    assert "Writes that need an administrator" not in await home(made, ANNAS)
    await press(made, "retry_write", proposal)
    await made.until(ANNAS, "task created, due")
    assert len(made.zoho.ledger) == 1


async def test_what_an_administrator_saw_in_zoho_is_recorded_with_the_id_of_the_record(made: Stage) -> None:
    proposal = await made.proposal(ACME)
    made.zoho.faults.drop_after("POST", "/Tasks$")
    made.zoho.faults.add("GET", r"/Tasks$", Fault(kind="answer", status=500), times=99)
    await made.approved(proposal, says="Zoho's answer was lost")
    await made.sweep(after=timedelta(hours=2))
    await made.until(ANNAS, "administrator")
    await home(made)
    await press(made, "resolve_write", proposal)
    await made.slack.until(lambda: made.slack.modal(ADAS) is not None)
    wrong = await made.slack.submit(ADAS, _seen("written", ""))
    assert "crm_id" in wrong.errors
    await made.slack.submit(ADAS, _seen("written", made.zoho.ledger[0].id))
    await made.until(ANNAS, "task created, due")
    assert await made.state(proposal.id) is State.DONE
    assert (await made.trail(proposal.id))[-1].action == "write.resolved"


def _seen(seen: str, crm_id: str) -> dict[str, dict[str, Any]]:
    return {"seen": {"seen": seen}, "crm_id": {"crm_id": crm_id}}
