"""Every kind of write has a view, or the bot doesn't start."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest

from bot.views.reader import Reader, ZohoLinks
from bot.views.write import in_full, in_short, view_in, view_of
from store.domain.gate.registry import kinds
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from tests.domain.makers import NOW
from tests.domain.proposals import NOTE, REMOVAL, TASK, UPDATE, proposal


def test_every_kind_has_a_view() -> None:
    each = (TASK, NOTE, UPDATE, REMOVAL)
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


def test_a_short_description_is_on_the_card() -> None:
    short = in_short(replace(TASK, description="Ask Eva who decides."), READER)
    assert short.whole
    assert short.line.endswith("“Call Acme” · “Ask Eva who decides.”")


def test_a_file_without_a_view_is_refused() -> None:
    with pytest.raises(TypeError, match="blank has to define as VIEW how this write looks"):
        view_in(ModuleType("bot.views.writes.blank"))
