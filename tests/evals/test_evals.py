"""The evaluation sets hold on the sandbox Claude, and the graders notice an answer that is not as it should be."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from agents.model.toolbox import Agent
from bot.wiring.models import ModelDesk
from tests.evals.__main__ import main
from tests.evals.cases import SUBAGENTS, Case, cases_of
from tests.evals.run import evaluate, graded, report, sandbox_desk

CASES = [case for agent in Agent for case in cases_of(agent)]


@pytest.fixture
async def desk() -> AsyncIterator[ModelDesk]:
    async with sandbox_desk() as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.agent}: {case.name}")
async def test_a_competent_answer_is_as_the_case_wants_it(desk: ModelDesk, case: Case) -> None:
    assert (await graded(desk, case)).problems == ()


@pytest.mark.parametrize("character", ["sloppy", "obedient"])
async def test_the_graders_notice_a_bad_answer(character: str) -> None:
    async with sandbox_desk(character) as desk:
        found = await evaluate(desk, [Agent.RECOMMENDATION_AUTHOR, Agent.COMPLIANCE_REVIEWER])

    assert sum(bool(each.problems) for each in found) >= len(found) // 2


def test_every_agent_has_cases_and_no_two_of_one_name() -> None:
    assert set(SUBAGENTS) == set(Agent)
    assert len({(case.agent, case.name) for case in CASES}) == len(CASES)
    assert min(len(cases_of(agent)) for agent in Agent) >= 4


async def test_the_report_has_a_row_for_each_agent_and_one_for_all(desk: ModelDesk) -> None:
    rows = report(await evaluate(desk, [Agent.COMPLIANCE_REVIEWER]))

    assert [row["agent"] for row in rows] == ["compliance_reviewer", "all"]
    assert rows[0]["passed"] == rows[0]["cases"] == len(cases_of(Agent.COMPLIANCE_REVIEWER))
    assert rows[0]["tokens"] > 0
    assert rows[0]["usd"] > 0


@pytest.mark.slow
def test_the_command_prints_a_line_and_says_in_a_sentence_that_a_key_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--agent", "zoho_scout", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["failed"] == {}

    assert main(["--agent", "zoho_scout", "--live"]) == 2
    assert "ANTHROPIC_API_KEY" in capsys.readouterr().err
