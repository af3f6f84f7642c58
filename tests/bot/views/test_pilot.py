"""The pilot's figures and the survey as Slack takes them, also for many people and strange names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.views.home import home_view
from bot.views.pilot import figures_modal, in_minutes, pilot_blocks
from bot.views.survey import ACTION_IDS, answer_in, survey_message
from integrations.sandbox.slack.blockkit import message_problems, view_problems
from store.domain.errors import BadInput
from store.domain.pilot.measures import Cell, Share, Sitting
from store.domain.pilot.report import Report, Scope
from store.domain.pilot.survey import Decline, Opinion, Question, Survey
from store.domain.signals.kinds import SignalKind
from tests.bot import samples

MONDAY = date(2026, 11, 2)
ASKED = Survey(person_id="anna", number=1, asked_at=datetime(2026, 11, 20, tzinfo=UTC))


def report(people: int, scope: Scope = Scope.EVERYONE, opinion: Opinion | None = None) -> Report:
    weeks = [MONDAY + timedelta(weeks=number) for number in range(5)]
    ids = [f"p{number}" for number in range(people)]
    return Report(
        scope=scope,
        since=MONDAY,
        cells=[
            Cell(person_id=id, week=week, kind=kind, shown=2, opened=1, decided=1, accepted=1)
            for id in ids for week in weeks for kind in SignalKind
        ],
        sittings=[Sitting(person_id=id, week=week, opened=True, seconds=100.0) for id in ids for week in weeks],
        opinion=opinion,
    )  # fmt: skip


def test_the_section_fits_into_the_home_and_says_nothing_to_those_without_briefs() -> None:
    reports = [report(1, Scope.OWN), report(500, opinion=Opinion(valuable=Share(41, 60), showed=Share(30, 57)))]
    blocks = pilot_blocks(reports)
    view = home_view(pending=(), recent=(), next_brief_at=None, reader=samples.READER, sections=blocks)
    assert not view_problems(view)
    assert "*Worth its minutes* 68% (41 of 60 people), target 80%" in str(blocks)
    assert pilot_blocks([]) == []


def test_five_hundred_people_fit_into_the_modal_and_the_rest_is_counted() -> None:
    view = figures_modal(report(500), {f"p{number}": "A" * 200 for number in range(500)})
    assert not view_problems(view)
    assert "200 more: `sergas report`." in str(view)


def test_a_strange_name_stays_text() -> None:
    view = figures_modal(report(1, Scope.TEAM), {"p0": "<!channel> *Eve*"})
    assert "<!channel>" not in str(view)


@pytest.mark.parametrize(("seconds", "said"), [(None, "–"), (0.4, "0:00"), (130.2, "2:10"), (7_205.0, "120:05")])
def test_a_time_is_in_minutes_and_seconds(seconds: float | None, said: str) -> None:
    assert in_minutes(seconds) == said


@pytest.mark.parametrize(
    "survey",
    [
        ASKED,
        replace(ASKED, worth="yes", answered_at=ASKED.asked_at),
        replace(ASKED, worth="partly", missed="never"),
        replace(ASKED, declined=Decline.THIS_TIME),
        replace(ASKED, declined=Decline.FOR_GOOD),
    ],
)
def test_slack_takes_the_survey_in_each_of_its_states(survey: Survey) -> None:
    part = survey_message(survey)
    assert not message_problems({"text": part.text, "blocks": part.blocks})
    offered = {each["action_id"] for block in part.blocks for each in block.get("elements", ()) if "action_id" in each}
    assert offered <= set(ACTION_IDS)
    assert offered


def test_each_button_says_one_thing_and_nothing_else_is_understood() -> None:
    assert answer_in("survey:worth:yes") == (Question.WORTH, "yes")
    assert answer_in("survey:never") is Decline.FOR_GOOD
    assert answer_in("survey:again") is None
    with pytest.raises(BadInput):
        answer_in("survey:why")
