"""Zoho's users, stages and timelines read into our nouns."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.zoho.administrators import Administrators
from integrations.zoho.wire import ids_of, moves_from, people_from, pipeline_from, with_withdrawn
from store.domain.crm.accounts import Pipeline, Role, Stage, StageOutcome


def test_whoever_somebody_reports_to_is_a_manager_and_those_named_are_admins() -> None:
    users: list[dict[str, Any]] = [
        {
            "id": "1",
            "full_name": "Ada",
            "email": "a@example.com",
            "profile": {"name": "Anything", "id": "7"},
            "status": "active",
        },
        {"id": "2", "full_name": "Mia", "email": "m@example.com", "time_zone": "Europe/Berlin", "status": "active"},
        {
            "id": "3",
            "first_name": "Bo",
            "last_name": "Li",
            "time_zone": "Nowhere",
            "Reporting_To": {"id": "2"},
            "status": "disabled",
        },
    ]
    ada, mia, bo = people_from(users, Administrators(profiles=frozenset({"7"})))
    assert [person.role for person in (ada, mia, bo)] == [Role.ADMIN, Role.MANAGER, Role.OWNER]
    assert (bo.name, bo.manager_id, bo.active, bo.timezone) == ("Bo Li", "2", False, "UTC")
    assert (mia.timezone, mia.active) == ("Europe/Berlin", True)


def test_what_a_profile_is_called_gives_no_rights() -> None:
    user = {"id": "1", "email": "eve@example.com", "status": "active"}
    named = [
        {**user, "profile": profile}
        for profile in ({"name": "Administrator", "id": "8"}, {"name": "7", "id": "8"}, "Administrator", "7", None)
    ]
    for administrators in (Administrators(), Administrators(profiles=frozenset({"7"}))):
        assert {people_from([each], administrators)[0].role for each in named} == {Role.OWNER}


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("1", True), ("ada@example.com", True), ("Ada@Example.com", True), ("2", False), ("Ada", False), ("", False)],
)
def test_an_administrator_is_named_by_id_or_address_never_by_name(name: str, is_one: bool) -> None:
    ada = {"id": "1", "full_name": "Ada", "email": "ada@example.com", "status": "active"}
    assert Administrators(users=frozenset({name})).includes(ada) is is_one
    assert list(Administrators(users=frozenset({name})).unknown([ada])) == ([] if is_one else [name])


def test_no_letter_that_resembles_another_makes_an_administrator() -> None:
    eve = {"id": "2", "email": "stra\u00dfe@example.com"}
    assert not Administrators(users=frozenset({"strasse@example.com"})).includes(eve)


def test_stages_of_several_layouts_come_once_each_and_in_their_order() -> None:
    def layout(*options: tuple[str, int, str]) -> dict[str, Any]:
        values = [{"actual_value": name, "sequence_number": n, "forecast_type": kind} for name, n, kind in options]
        return {"sections": [{"fields": [{"api_name": "Amount"}, {"api_name": "Stage", "pick_list_values": values}]}]}

    pipeline = pipeline_from(
        [
            layout(("Won", 3, "Closed Won"), ("-None-", 0, "Open"), ("Talk", 1, "Open")),
            layout(("Talk", 1, "Open"), ("Lost", 2, "Closed Lost")),
        ]
    )
    assert [(stage.name, stage.position) for stage in pipeline.stages] == [("Talk", 0), ("Won", 1), ("Lost", 2)]
    assert [pipeline.outcome(name) for name in ("Talk", "Won", "Lost")] == [
        StageOutcome.OPEN,
        StageOutcome.WON,
        StageOutcome.LOST,
    ]


def test_history_gives_every_field_that_moved_and_by_whom() -> None:
    entry = {
        "audited_time": "2026-03-18T09:00:00+01:00",
        "done_by": {"id": "41"},
        "field_history": [
            {"api_name": "Stage", "field_label": "Stage", "_value": {"old": "A", "new": "B"}},
            {"api_name": "Amount", "field_label": "Amount", "_value": {"old": None, "new": "5"}},
        ],
    }
    moves = moves_from([entry, {"audited_time": "2026-03-18T09:00:00+01:00", "field_history": None}])
    assert [(move.field, move.before, move.after, move.by) for move in moves] == [
        ("Stage", "A", "B", "41"),
        ("Amount", None, "5", "41"),
    ]


def test_an_id_that_is_none_hides_no_other() -> None:
    assert ids_of([{"id": 5}, {"id": None}, {}, {"id": "Acme"}, {"id": True}, {"id": "7"}]) == ["5", "7"]


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ([{"Probability": 100, "COUNT(id)": 2}], StageOutcome.WON),
        ([{"Probability": 0, "COUNT(id)": 2}], StageOutcome.LOST),
        ([{"Probability": 60, "COUNT(id)": 2}], StageOutcome.OPEN),
        ([{"Probability": 100, "COUNT(id)": 9}, {"Probability": 60, "COUNT(id)": 1}], StageOutcome.WON),
        ([{"Probability": 100, "COUNT(id)": 1}, {"Probability": 60, "COUNT(id)": 9}], StageOutcome.OPEN),
        ([{"Probability": None, "COUNT(id)": 3}], StageOutcome.OPEN),
    ],
)
def test_what_most_deals_of_a_withdrawn_stage_say_is_its_meaning(rows: list[Any], outcome: StageOutcome) -> None:
    pipeline = with_withdrawn(Pipeline((Stage(name="Talks", position=0),)), [{"Stage": "Old", **row} for row in rows])
    assert (pipeline.outcome("Old"), pipeline.position("Old"), pipeline.position("Talks")) == (outcome, None, 0)


def test_without_a_probability_the_name_of_a_withdrawn_stage_decides() -> None:
    rows = [{"Stage": name, "COUNT(id)": 1} for name in ("Won - legacy", "LOST 2019", "Wonderful talks")]
    pipeline = with_withdrawn(Pipeline(()), rows)
    assert [stage.outcome for stage in pipeline.stages] == [StageOutcome.WON, StageOutcome.LOST, StageOutcome.OPEN]
