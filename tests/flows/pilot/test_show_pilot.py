"""Figures for those who may see them: a person's own, a manager's team, everyone's for administrators."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.views.action_ids import FIGURES
from store.domain.errors import Refused
from store.domain.pilot.report import Scope
from store.domain.pilot.survey import Question, Survey
from tests.flows.company import ANNA, BOB, CORA
from tests.flows.openings import Opening
from tests.flows.people.test_home import home_of
from tests.flows.people.test_question_signals import ADA, ADAS
from tests.flows.stage import ANNAS, CORAS, MIAS, PEOPLE, Stage, by, stage


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Anna looked at her brief, and after two minutes approved one recommendation."""
    async with stage(sqlite_url, tmp_path, people=PEOPLE, opening=Opening.MORNING) as opened:
        await home(opened, ANNAS)
        opened.clock.advance(timedelta(minutes=2))
        await opened.approved(await opened.proposal(), says="task created, due")
        yield opened


async def home(made: Stage, user_id: str, *, says: str = "last four weeks") -> str:
    shown = await home_of(made, user_id, says=says)
    await made.handled()
    return shown


async def answers(made: Stage, **worth: str) -> None:
    async with made.bot.services.database.transaction() as tx:
        for person_id, answer in worth.items():
            survey = Survey(person_id=person_id.removeprefix("_"), number=1, asked_at=made.clock.now())
            await tx.surveys.asked(survey)
            await tx.surveys.answer(survey, Question.WORTH, answer, at=made.clock.now())


async def test_a_person_sees_their_own_figures_with_denominators_beside_the_targets(made: Stage) -> None:
    said = await home(made, ANNAS, says="*Accepted* 100%")
    assert "Your last four weeks" in said
    assert "*Weekly use* 100% (1 of 1 weeks), target 80%" in said
    assert "*Accepted* 100% (1 of 1 decisions), target 50%" in said
    assert "*Review* 2:00 min, the median of 1 brief, target under 3:00" in said
    assert "Worth its minutes" not in said
    assert "Slack tells no one what is read" in said


async def test_a_manager_sees_the_team_together_and_one_by_one_which_is_audited(made: Stage) -> None:
    said = await home(made, MIAS)
    assert "Your team's last four weeks" in said
    assert "(1 of 2 weeks)" in said
    assert "Your last four weeks" not in said  # she gets no brief
    await made.slack.click_in_view(MIAS, FIGURES, block_id="figures:team")
    await made.slack.until(lambda: "By person" in str(made.slack.modal(MIAS)))
    shown = str(made.slack.modal(MIAS))
    assert "*Anna Berg*: 1 of 1 brief opened; " in shown
    assert "*Bob Chan*: 0 of 1 brief opened; 1 shown, none decided" in shown
    assert "*By week*" not in shown
    (entry,) = await made.trail(Scope.TEAM)
    assert (entry.action, entry.detail["people"]) == ("pilot.viewed", 2)


async def test_two_answers_of_a_team_are_too_few_to_show(made: Stage) -> None:
    await answers(made, **{f"_{ANNA}": "no", f"_{BOB}": "yes"})
    assert "*Worth its minutes* too few answers to show, target 80%" in await home(made, MIAS)
    await answers(made, **{f"_{CORA}": "yes"})  # who is not in the team
    report = await made.bot.pilot.show.details(by(MIAS), Scope.TEAM)
    assert report.report.opinion is None


async def test_an_administrator_sees_everyone(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, people=(*PEOPLE, ADA)) as made:
        await made.look(made.clock.now())
        await made.look(made.clock.now() + timedelta(days=4))
        await made.morning()
        await answers(made, **{f"_{ANNA}": "no", f"_{BOB}": "yes", f"_{CORA}": "yes"})
        said = await home(made, ADAS)
    assert "Everyone's last four weeks" in said
    assert "*Worth its minutes* 67% (2 of 3 people), target 80%" in said


@pytest.mark.parametrize(("user_id", "scope"), [(ANNAS, Scope.TEAM), (CORAS, Scope.TEAM), (MIAS, Scope.EVERYONE)])
async def test_others_figures_are_refused_and_the_refusal_is_audited(made: Stage, user_id: str, scope: Scope) -> None:
    with pytest.raises(Refused, match="You can see your own figures"):
        await made.bot.pilot.show.details(by(user_id), scope)
    (entry,) = await made.trail(scope)
    assert (entry.action, entry.detail["asked"]) == ("request.refused", "pilot.view")
