"""A Slack user who was linked is looked at again: who becomes a guest, or gets another address, decides and hears nothing more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from store.domain.access.addresses import email_key, is_same_address
from store.domain.gate.proposals import State
from tests.flows.company import ACME, ANNA
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, MORNING, NIGHT, Stage, stage

A_DAY = timedelta(hours=24)
OTHERS: dict[str, dict[str, Any]] = {
    "guest": {"guest": True},
    "another address": {"email": "anna.berg@elsewhere.example"},
    "no address": {"email": ""},
    "only invited": {"invited": True},
    "an address not confirmed": {"email_confirmed": False},
}


@pytest.fixture
async def morning(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(database_url, tmp_path, opening=Opening.MORNING) as made:
        yield made


@pytest.mark.parametrize("became", OTHERS)
async def test_who_is_not_the_same_any_more_decides_nothing_after_a_day(morning: Stage, became: str) -> None:
    proposal = await morning.proposal(ACME)
    was = morning.slack.workspace.installation.user(ANNAS)
    morning.slack.change_user(ANNAS, **OTHERS[became])
    morning.clock.advance(A_DAY)
    for _ in range(2):
        await morning.approve(proposal)
        assert await morning.answered(ANNAS, "find you in the CRM")
    assert await morning.state(proposal.id) is State.PENDING
    assert [entry.action for entry in await morning.trail(ANNA)].count("link.lapsed") == 1

    morning.slack.change_user(ANNAS, guest=was.guest, email=was.email, invited=False, email_confirmed=True)
    await morning.approved(proposal, says="task created, due")
    assert [entry.action for entry in await morning.trail(ANNA)][-1] == "link.restored"
    assert len(morning.zoho.ledger) == 1


async def test_who_is_not_the_same_any_more_gets_no_brief(morning: Stage) -> None:
    before = len(morning.briefs(ANNAS))
    morning.slack.change_user(ANNAS, guest=True)
    await morning.look(NIGHT + A_DAY)
    await morning.morning(MORNING + A_DAY)
    assert len(morning.briefs(ANNAS)) == before


async def test_slack_is_asked_once_a_day(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)

    def asked() -> int:
        return [method for method, _ in morning.slack.workspace.calls].count("users.info")

    before = asked()
    await morning.open_modal("reject_proposal", proposal)
    assert asked() == before
    morning.clock.advance(A_DAY)
    for _ in range(2):
        await morning.slack.close(ANNAS)
        await morning.open_modal("reject_proposal", proposal)
    assert asked() == before + 1


async def test_nothing_is_decided_while_slack_does_not_say_who_it_is(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    morning.clock.advance(A_DAY)
    morning.slack.faults.server_error("users.info", times=100)
    await morning.approve(proposal)
    assert await morning.answered(ANNAS, "Slack didn't say who you are")
    assert await morning.state(proposal.id) is State.PENDING


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Anna@Example.com", " anna@example.com ", True),
        ("anna@straße.example", "anna@strasse.example", False),
        ("anna@straße.example", "anna@straße.example", False),
        ("ſara@example.com", "sara@example.com", False),
        ("\u212aate@example.com", "kate@example.com", False),  # the sign for kelvin
        ("", "", False),
    ],
)
def test_addresses_are_compared_in_ascii(one: str, other: str, same: bool) -> None:
    assert is_same_address(one, other) is same
    assert is_same_address(other, one) is same
    assert email_key(email_key(one)) == email_key(one)
