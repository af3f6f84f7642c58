"""Everything that goes out of a sloppy Claude resolves and names its evidence, as a judge sees it who knows the CRM's story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agents.flows.access.identity import Caller
from bot.demo.demo import slack_users
from bot.wiring.resources import owners_of
from integrations.sandbox.world import build_world
from store.domain.brief.brief import PLAYBOOK, Brief
from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import Evidence, Source
from tests.flows.authored import authored_stage, brief_of, texts_of
from tests.flows.company import TUESDAY
from tests.flows.stage import MORNING, TEAM, Stage
from tests.flows.witness import Witness
from tests.repetition import times

Told = tuple[str, tuple[Evidence, ...]]


def statements(brief: Brief) -> Iterator[tuple[str, Told]]:
    """Every text of a brief that goes out, with the account it is about."""
    for card in brief.cards:
        for told in (*card.statements, *card.remembered, *([card.summary] if card.summary else [])):
            yield card.account_name, (told.text, told.evidence)
        for advice in card.recommendations:
            yield from ((card.account_name, (text, advice.evidence)) for text in texts_of(advice) if text)


def faults(witness: Witness, brief: Brief) -> list[str]:
    found = []
    for name, (text, evidence) in statements(brief):
        also = (name, brief.owner_name)
        found += witness.faults(text, evidence, owner_id=brief.owner_id, also=also)
    return found


async def reviews(made: Stage, brief: Brief, most: int) -> list[Brief]:
    """Of the first accounts of a brief, each in full, asked for by its owner."""
    async with made.bot.services.database.reading() as tx:
        link = await tx.links.of_person(brief.owner_id)
    assert link is not None
    found = []
    for number, card in enumerate(brief.cards[:most]):
        caller = Caller(team_id=TEAM, user_id=link.user_id, request_id=f"review-{number}")
        found.append((await made.bot.accounts.review.by_id(caller, card.account_id)).brief)
    return found


async def remembering(made: Stage) -> None:
    """Everything on record is remembered and can be asked for, if there is a memory."""
    if made.bot.services.memory is not None:
        await made.bot.jobs.remember()
        assert await made.bot.services.memory.answers()


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(("seed", "memory"), [*((seed, "off") for seed in range(times(0, 3))), (3, "")])
async def test_all_that_goes_out_of_a_sloppy_claude_holds(
    seed: int, memory: str, sqlite_url: str, tmp_path: Path
) -> None:
    world = build_world(seed=seed, owners=3, accounts_per_owner=16, end=TUESDAY)
    witness, people = Witness(world.company, TUESDAY), slack_users(world.company)
    async with authored_stage(sqlite_url, tmp_path, "sloppy", of=world.company, people=people, memory_url=memory) as (
        made,
        claude,
    ):
        await remembering(made)
        made.clock.moment = MORNING
        owners = [each.id for each in await owners_of(made.bot.services)]
        await made.bot.jobs.mornings(owners)
        briefs = [await brief_of(made, each) for each in owners]
        made.clock.advance(timedelta(hours=1))
        reviewed = [review for brief in briefs for review in await reviews(made, brief, 4)]
        found = [each for brief in (*briefs, *reviewed) for each in faults(witness, brief)]

        assert found == []
        said = [card for brief in (*briefs, *reviewed) for card in brief.cards if card.author != PLAYBOOK]
        assert len(said) >= 3, "Claude wrote nothing that could be wrong"
        assert sum(1 for brief in (*briefs, *reviewed) for _ in statements(brief)) >= 120
        assert {call.agent for call in claude.calls} >= {"Zoho Scout", "Recommendation Author", "Compliance Reviewer"}
        assert memory == "off" or "Memory Analyst" in {call.agent for call in claude.calls}


@pytest.mark.parametrize(
    ("false", "noticed"),
    [
        ("It is worth $987,654.", "987,654"),
        ("It closes on 3 Feb 2031.", "3 Feb 2031"),
        ("They wrote “we are leaving for good”.", "we are leaving for good"),
        ("It has stood still for 4,711 days.", "4,711"),
        ("It shrank by 317%.", "317"),
        ("Halvorsen Shipping agrees.", "Halvorsen"),
    ],
)
def test_the_judge_sees_what_is_false(false: str, noticed: str) -> None:
    witness, deal = planted()
    (found,) = witness.faults(false, [deal], owner_id=owner_of(witness, deal))
    assert noticed in found


def test_the_judge_sees_what_rests_on_nothing_on_no_record_and_on_somebody_elses() -> None:
    witness, deal = planted()
    owner_id = owner_of(witness, deal)
    assert witness.faults("They wait.", [deal], owner_id=owner_id) == []
    assert witness.faults("They wait.", [], owner_id=owner_id)
    assert witness.faults("They wait.", [replace(deal, record_id="4150000000009999999")], owner_id=owner_id)
    assert witness.faults("They wait.", [deal], owner_id="somebody else")


def planted() -> tuple[Witness, Evidence]:
    """A world, and evidence on one of its deals."""
    company = build_world(seed=0, owners=2, accounts_per_owner=5, end=TUESDAY).company
    deal = next(each for each in company.events if each.module == "Deals" and each.op == "create")
    cited = Evidence(source=Source.FIELD, kind=Kind.DEAL, record_id=deal.id, record_name="Deal", field="amount",
                     label="Amount", value="$1", at=MORNING)  # fmt: skip
    return Witness(company, TUESDAY), cited


def owner_of(witness: Witness, cited: Evidence) -> str:
    return witness.owners[witness.records[cited.record_id].account]
