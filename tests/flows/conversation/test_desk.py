"""The person's day as a model's tools: what they see, and nothing of anyone else; and no answer about something else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from agents.author.sources import sources_of
from agents.flows.conversation.desk import Desk
from agents.flows.conversation.thread import Where, read_talk
from agents.model.question import Used
from agents.model.toolbox import as_data
from bot.wiring.policies import brief_policy
from integrations.mcp_servers.desk import DeskLine, DeskTools
from integrations.sandbox.claude.answers import Call, Said
from integrations.sandbox.claude.characters.competent import Competent
from integrations.sandbox.claude.prompt import COMPANION, Prompt
from store.domain.errors import NotFound
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, GRANITE
from tests.flows.stage import ANNAS, BOBS, MIAS, Stage, by
from tests.flows.talk import talking


async def desk_of(stage: Stage, user_id: str) -> tuple[Desk, set[str]]:
    """Their desk, and whose data it looked at."""
    settings = stage.bot.services.settings
    async with stage.bot.services.database.reading() as tx:
        talk = await read_talk(tx, by(user_id), Where("D0"), now=stage.clock.now())
    policy = brief_policy(settings.brief, settings.gate, settings.signals)
    return Desk(stage.bot.services.database, talk, policy), talk.seen


def said(lines: Sequence[DeskLine]) -> str:
    return "\n".join(each.text for each in lines)


async def test_no_draft_is_made_for_someone_elses_account(morning: Stage) -> None:
    desk, _ = await desk_of(morning, BOBS)
    with pytest.raises(NotFound):
        await desk.draft(ACME, "mail")
    assert "Granite" in said(await desk.draft(GRANITE, "mail"))


async def test_a_day_and_a_pipeline_are_ones_own(morning: Stage) -> None:
    mine, theirs = [await desk_of(morning, each) for each in (ANNAS, BOBS)]
    assert "Acme" in said(await mine[0].day("waiting", ""))
    assert "Acme" not in said(await theirs[0].day("waiting", ""))
    assert said(await mine[0].pipeline("by_stage", "")) != said(await theirs[0].pipeline("by_stage", ""))


@pytest.mark.parametrize("what", ["by_stage", "largest"])
async def test_someone_without_open_deals_reads_that_in_a_whole_sentence(morning: Stage, what: str) -> None:
    desk, _ = await desk_of(morning, BOBS)
    assert said(await desk.pipeline(what, "")) == "No open deal is in the CRM."


async def test_a_manager_sees_the_team_and_the_look_is_noted(morning: Stage) -> None:
    desk, seen = await desk_of(morning, MIAS)
    assert "Anna Berg" in said(await desk.team())
    assert seen == {ANNA, BOB}


async def test_a_manager_without_accounts_hears_what_is_at_risk_among_their_people_and_no_one_elses(
    morning: Stage,
) -> None:
    desk, seen = await desk_of(morning, MIAS)
    told = said(await desk.day("at_risk", ""))
    assert "Borealis Foods" in told
    assert "Harbour Glass" not in told  # Cora's, who reports to someone else
    assert {ANNA, BOB} <= seen


async def test_each_line_is_a_source_to_cite_with_the_records_it_names(morning: Stage) -> None:
    desk, _ = await desk_of(morning, ANNAS)
    told = await DeskTools(desk).desk_pipeline("closing", "in the next 300 days")
    used = Used(tool="desk_pipeline", arguments={}, text=as_data("desk_pipeline", told.model_dump()), is_error=False)
    sources = sources_of([used])

    assert list(sources) == [each.id for each in told.items]
    assert [origin.name for source in sources.values() for origin in source.origins] != []


class Wandering:
    """Asked about one account, it looks up another and answers with that, in order and well cited."""

    def say(self, prompt: Prompt, dice: Random) -> Said:
        if prompt.agent != COMPANION:
            return Competent().say(prompt, dice)
        if not prompt.results:
            return Said(calls=[Call("zoho_get_account_details", {"account_id": BOREALIS})])
        nothing = {"adjust": None, "snooze": None, "dismiss": None}
        return Said(value={**nothing, "cites": [BOREALIS], "answer": "Borealis Foods has 1 open deal."})


async def test_an_answer_about_another_account_is_not_shown_however_well_cited(sqlite_url: str, tmp_path: Path) -> None:
    async with talking(sqlite_url, tmp_path) as talk:
        talk.claude.character = Wandering()
        other = await talk.ask("does fjord lines like our offer")
        same = await talk.ask("does borealis like our offer")

    assert "Borealis" not in str(other)
    assert "I found nothing that answers this about Fjord Lines" in str(other["text"])
    assert same["text"] == "Borealis Foods has 1 open deal."
