"""The question who someone is: enough to answer it, and nothing of anyone's work."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from bot.views.blocks import Part
from bot.views.confirm_link import question_home, question_modal, question_part, refused_part
from integrations.sandbox.slack.blockkit import view_problems
from store.domain.crm.accounts import Person
from store.domain.gate.links import Link
from tests.bot import samples
from tests.bot.views.test_hostile_text import assert_sendable, texts

ANNA = Person(id="u1", name="Anna Maria Berg", email="anna.berg@example.com")
LINK = Link(team_id="T1", user_id="U1", person_id="u1", at=samples.NOW)


def test_it_names_a_person_so_that_only_they_know_themselves() -> None:
    asked = str(question_part(ANNA, LINK))
    assert "*Anna B.* (a…@example.com)" in asked
    assert "Berg" not in asked
    assert "anna.berg" not in asked


@pytest.mark.parametrize(
    ("link", "says"),
    [
        (replace(LINK, confirmed_at=samples.NOW), "You confirmed that you are Anna Maria Berg."),
        (replace(LINK, refused_at=samples.NOW), "You said that this is not you"),
    ],
)
def test_an_answered_question_says_how_and_has_no_buttons(link: Link, says: str) -> None:
    part = question_part(ANNA, link)
    assert says in str(part)
    assert "action_id" not in str(part)


def test_a_link_that_lapsed_after_it_was_confirmed_shows_no_name() -> None:
    lapsed = replace(LINK, confirmed_at=samples.NOW, lapsed_at=samples.NOW)
    assert "Berg" not in str(question_part(ANNA, lapsed))


@given(name=texts, email=texts)
def test_any_name_and_address_are_taken_by_slack_and_stay_tame(name: str, email: str) -> None:
    person = replace(ANNA, name=name, email=email)
    views = question_modal("u1", name, email), question_home("u1", name, email)
    assert [problem for view in views for problem in view_problems(view)] == []
    parts: list[Part] = [question_part(person, LINK), refused_part(person)]
    assert_sendable(parts)
