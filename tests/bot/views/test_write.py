"""Every kind of write has a view, or the bot doesn't start."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest

from bot.views.reader import Reader, ZohoLinks
from bot.views.write import in_full, in_short, view_in, view_of
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.registry import kinds
from store.domain.gate.write import Adjustment
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_task import Step
from tests.domain.makers import ANNA, NOW
from tests.domain.proposals import NOTE, REASSIGNMENT, REMOVAL, STEP, TASK, UPDATE, proposal


def test_every_kind_has_a_view() -> None:
    each = (TASK, NOTE, UPDATE, REMOVAL, STEP, REASSIGNMENT)
    assert {write.kind for write in each} == set(kinds())
    assert len({view_of(write).result for write in each}) == len(each)


READER = Reader(links=ZohoLinks("https://crm.example"), names={}, tz=ZoneInfo("Europe/Berlin"), now=NOW)
LONG = "Two-year subscription of organic office coffee with machines, service and training, Berlin"


@pytest.mark.parametrize("write", [TASK, NOTE])
@pytest.mark.parametrize(
    ("name", "beside", "shown", "whole"),
    [
        ("Espresso blend for two years", "", "on “Espresso blend for two years”", True),
        ("Espresso blend for two years", "“Espresso blend for two years” is late.", "", True),
        (LONG, "", "on “Two-year subscription of organic office coffee", False),
    ],
)
def test_a_card_names_the_record_in_full_or_the_write_is_read_elsewhere(
    write: CreateTask | AddNote, name: str, beside: str, shown: str, whole: bool
) -> None:
    short = in_short(replace(write, parent_name=name), READER, beside=beside)
    assert short.whole is whole
    assert shown in short.line
    assert f"On: account “<https://crm.example/tab/Accounts/a1|{name}>”" in str(
        in_full(proposal(replace(write, parent_name=name)), READER)
    )


def test_a_task_with_a_long_description_is_read_before_it_is_approved() -> None:
    short = in_short(replace(TASK, description="Ask about the offices. " * 100), READER)
    assert not short.whole
    assert short.line.endswith("“Call Acme” · …")


def test_a_subject_without_room_is_cut_and_the_task_read_before_it_is_approved() -> None:
    words = " ".join(["Ask Eva which of the offices in Berlin decides about the machines"] * 4)
    for write in (replace(TASK, subject=words), replace(STEP, subject=words)):
        short = in_short(write, READER)
        assert "“Ask Eva which of the offices…”" in short.line
        assert not short.whole


def test_a_short_description_is_on_the_card() -> None:
    short = in_short(replace(TASK, description="Ask Eva who decides."), READER)
    assert short.whole
    assert short.line.endswith("“Call Acme” · “Ask Eva who decides.”")


@pytest.mark.parametrize(
    ("step", "says", "done"),
    [
        ("move", "move it to Tue 24 Nov", "task moved to Tue 24 Nov"),
        ("close", "close it", "task closed"),
        ("drop", "drop it (Deferred)", "task dropped"),
    ],
)
def test_an_agreed_task_says_when_it_was_agreed_and_due_and_what_becomes_of_it(
    step: Step, says: str, done: str
) -> None:
    write = STEP.stepped(step, STEP.due)
    short = in_short(write, READER, beside="“Acme GmbH” is silent.")
    assert short.whole
    assert short.line == f"Task “Call Acme”, agreed on Thu 12 Nov, was due Mon 16 Nov: {says}"
    assert view_of(write).outcome(write, "7", READER) == f"<https://crm.example/tab/Tasks/7|{done}>"
    assert view_of(write).told(write, write.name()) == "Call Acme"  # the outcome says the step and the day


def test_adjust_offers_to_move_close_or_drop_it_as_far_as_the_crm_has_the_status() -> None:
    view = view_of(STEP)
    for choices, offered in (({}, ["move", "close", "drop"]), ({"status": ("Completed",)}, ["move", "close"])):
        menu, picker = view.inputs(STEP, (), choices)
        assert [each["value"] for each in menu["element"]["options"]] == offered
        assert menu["element"]["initial_option"]["value"] == "move"
        assert picker["element"]["initial_date"] == "2026-11-24"
    picked = {"status": {"status": {"selected_option": {"value": "drop"}}}}
    dropped = view.submission(STEP, picked, {})
    assert dropped == STEP.stepped("drop", None)
    later = {"due": {"due": {"selected_date": "2026-11-27"}}}
    assert view.submission(STEP, later, {}) == replace(STEP, due=date(2026, 11, 27))
    with pytest.raises(FieldProblems):
        view.submission(STEP, {"due": {"due": {"selected_date": "soon"}}}, {})
    emptied = view.submission(STEP, {"due": {"due": {"selected_date": None}}}, {})
    adjustment = Adjustment(replaces=STEP, owner=ANNA, people={}, choices={}, today=NOW.date())
    assert emptied.problems(adjustment) == [("due", "Please choose another date.")]


def test_a_file_without_a_view_is_refused() -> None:
    with pytest.raises(TypeError, match="blank has to define as VIEW how this write looks"):
        view_in(ModuleType("bot.views.writes.blank"))


def test_a_new_owner_is_shown_beside_the_former_one() -> None:
    short = in_short(REASSIGNMENT, READER)
    assert (short.line, short.whole) == ("Change owner on “Acme GmbH”: Anna Berg → Ben Okoro", True)
    shown = str(in_full(proposal(REASSIGNMENT), READER))
    assert "account “<https://crm.example/tab/Accounts/a1|Acme GmbH>”" in shown
    assert "Owner: Anna Berg → Ben Okoro" in shown
