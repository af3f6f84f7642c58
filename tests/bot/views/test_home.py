"""The App Home: one's own, others', who is away; and the modal that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.views.absences import AwayForm, absence_from_submission, away_modal, nobody_modal
from bot.views.action_ids import OPEN_REPORT
from bot.views.blocks import Block
from bot.views.home import ABOVE_TEAM, PENDING_NAMED, PENDING_SHOWN, Beside, Report, home_view
from integrations.sandbox.slack.blockkit import view_problems
from store.domain.attention.topics import WORDS
from store.domain.crm.accounts import Person
from store.domain.gate.absences import Absence
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.proposals import Proposal, State
from tests.bot import samples
from tests.bot.views.test_at_risk import entries
from tests.bot.views.test_hostile_text import always, assert_tame, texts
from tests.bot.views.test_learn_from_answers import lesson
from tests.bot.views.test_modals import untouched
from tests.repetition import times

ANNA = Person(id=samples.OWNER, name="Anna Berg", email="anna@example.com")
ABSENCE = Absence(
    person_id=samples.OWNER,
    starts=samples.NOW - timedelta(days=1),
    ends=samples.NOW + timedelta(days=3),
    delegate_id=samples.MANAGER,
    set_by=samples.OWNER,
    set_at=samples.NOW,
)
TODAY = date(2026, 11, 20)


def shown(beside: Beside, *, sections: Sequence[Block] = (), pending: int = 0) -> str:
    waiting = [_waiting(number) for number in range(pending)]
    view = home_view(
        pending=waiting, recent=(), next_brief_at=None, reader=samples.READER, beside=beside, sections=sections
    )
    assert not view_problems(view)
    return str(view["blocks"])


def test_whoever_is_away_sees_until_when_and_who_decides() -> None:
    home = shown(Beside(absence=ABSENCE))
    assert "You are away until Mon 23 Nov 08:00. *Max Lind* decides for you." in home
    assert "I'm back" in home
    assert "I'm away" not in home


def test_an_absence_to_come_says_from_when() -> None:
    assert "You will be, from Sat 21 Nov 08:00, away" in shown(
        Beside(absence=replace(ABSENCE, starts=samples.NOW + timedelta(days=1)))
    )


def test_others_proposals_stand_under_their_own_heading_with_their_owner() -> None:
    home = shown(Beside(offered=[_waiting(7)], standing_in=[ABSENCE]))
    assert "You decide for Anna Berg until Mon 23 Nov 08:00." in home
    assert "You can also decide for others" in home
    assert "*Acme GmbH*> · Anna Berg" in home
    assert f"decide:{7:032x}:1" in home


def test_a_person_without_accounts_or_team_is_told_that_no_brief_comes() -> None:
    home = shown(Beside())
    assert (
        "You own no accounts in the CRM, so you get no morning brief. Decisions that someone hands over to you appear"
        in home
    )


def test_a_manager_reads_when_the_message_about_the_team_comes() -> None:
    home = shown(Beside(team_morning_at=samples.NOW))
    assert "Next message about your team: Fri 20 Nov 08:00." in home
    assert "You own no accounts, so you get no brief of your own." in home
    both = home_view(
        pending=(), recent=(), next_brief_at=samples.NOW, reader=samples.READER,
        beside=Beside(team_morning_at=samples.NOW),
    )  # fmt: skip
    assert "Next brief, and message about your team: Fri 20 Nov 08:00." in str(both)


def test_the_whole_team_is_listed_and_can_be_opened() -> None:
    names = {str(number): f"Person {number:03}" for number in range(400)}
    team = [Report(person_id=str(n), count=n % 3, expires_at=samples.NOW if n % 3 else None) for n in range(400)]
    view = home_view(
        pending=(), recent=(), next_brief_at=None, reader=replace(samples.READER, names=names), beside=Beside(team=team)
    )
    assert not view_problems(view)
    assert len(view["blocks"]) < 30
    assert [name for name in names.values() if name not in str(view["blocks"][:-2])] == []
    assert "Person 001: 1 to decide, the first expires Fri 20 Nov 08:00" in str(view)
    [menu] = [
        each for block in view["blocks"] for each in block.get("elements", ()) if each.get("action_id") == OPEN_REPORT
    ]
    assert sum(len(group["options"]) for group in menu["option_groups"]) == 400


def test_a_manager_finds_the_team_right_below_their_own_decisions() -> None:
    home = shown(Beside(team=[Report(person_id=samples.OWNER)], offered=[_waiting(99)]), pending=PENDING_SHOWN)
    own, team, more, others = (
        home.index(f"'{title}'")
        for title in ("To decide", "Your team", "More to decide", "You can also decide for others")
    )
    assert own < team < more < others
    assert home[own:team].count("'decide:") == ABOVE_TEAM
    assert home[team:others].count("'decide:") == PENDING_SHOWN - ABOVE_TEAM - 1
    assert "1 more, in your briefs" in home[more:others]


def test_someone_away_is_marked_in_the_team_with_their_cover() -> None:
    home = shown(Beside(team=[Report(person_id=samples.OWNER, absence=ABSENCE)]))
    assert "Anna Berg: nothing to decide · away until Mon 23 Nov, Max Lind decides" in home


def test_a_decision_for_someone_else_names_them_among_the_latest() -> None:
    decided = replace(_waiting(1), state=State.REJECTED, decided_by=samples.MANAGER)
    view = home_view(
        pending=(), recent=[decided], next_brief_at=None, reader=replace(samples.READER, me=samples.MANAGER)
    )
    assert "Acme GmbH · for Anna Berg: " in str(view)


def test_every_open_decision_has_its_buttons_or_at_least_its_name() -> None:
    home = shown(Beside(), pending=60)
    assert home.count("'approve_proposal'") + home.count("'read_proposal'") == PENDING_SHOWN
    assert f"{60 - PENDING_SHOWN} more, in your briefs: Acme GmbH, " in home
    assert f" and {60 - PENDING_SHOWN - PENDING_NAMED} more" in home


def test_a_decision_from_an_earlier_day_says_since_when_it_is_open() -> None:
    asked = [replace(_waiting(1), created_at=samples.NOW - timedelta(days=2)), _waiting(2)]
    view = home_view(pending=asked, recent=(), next_brief_at=None, reader=samples.READER)
    assert [str(block).count("· since Wed") for block in view["blocks"] if "Acme" in str(block)] == [1, 0]


def test_the_fullest_home_still_fits_with_room_for_an_administrators_sections() -> None:
    recent = [replace(_waiting(90 + n), state=State.REJECTED, decided_by=samples.OWNER) for n in range(10)]
    asleep = [replace(_waiting(70 + n), state=State.SNOOZED) for n in range(9)]
    beside = Beside(
        offered=[_waiting(50 + n) for n in range(9)],
        team=[Report(person_id=f"{n}", count=1, expires_at=samples.NOW) for n in range(600)],
        absence=ABSENCE,
        standing_in=[ABSENCE],
        put_off=asleep,
        rejected=recent,
        at_risk=entries(300),
        lessons=[lesson(topic, 0, 9) for topic in WORDS],
    )
    pending = [_waiting(number) for number in range(60)]
    view = home_view(pending=pending, recent=recent, next_brief_at=samples.NOW, reader=samples.READER, beside=beside)
    assert not view_problems(view)
    assert len(view["blocks"]) <= 90
    assert "Recently decided" in str(view)


def test_sections_come_last_and_never_overfill_the_view() -> None:
    extra = [{"type": "section", "text": {"type": "mrkdwn", "text": f"extra {number}"}} for number in range(90)]
    home = shown(Beside(offered=[_waiting(50 + n) for n in range(9)]), sections=extra, pending=20)
    assert "extra 0" in home
    assert "extra 89" not in home


def test_a_full_home_still_shows_all_that_an_administrator_has_to_see() -> None:
    extra = [{"type": "section", "text": {"type": "mrkdwn", "text": f"extra {number}."}} for number in range(40)]
    beside = Beside(offered=[_waiting(50 + n) for n in range(9)], put_off=[_waiting(70 + n) for n in range(9)])
    home = shown(beside, sections=extra, pending=20)
    assert all(f"extra {number}." in home for number in range(40))


@pytest.mark.long
@settings(max_examples=times(20, 600))
@given(text=texts, offered=st.integers(0, 9), team=st.integers(0, 9), away=st.booleans())
def test_any_text_and_size_is_taken_by_slack_and_stays_tame(text: str, offered: int, team: int, away: bool) -> None:
    view = home_view(
        pending=[_waiting(number, text) for number in range(12)],
        recent=[_waiting(number + 20, text) for number in range(12)],
        next_brief_at=None,
        reader=replace(
            samples.READER, names={**dict.fromkeys("0123456789", text), samples.OWNER: text, samples.MANAGER: text}
        ),
        beside=Beside(
            offered=[_waiting(number + 50, text) for number in range(offered)],
            team=[Report(person_id=f"{n}", count=1, expires_at=samples.NOW) for n in range(team)],
            absence=ABSENCE if away else None,
            standing_in=[ABSENCE] * team,
        ),
    )
    assert not view_problems(view)
    assert_tame(view["blocks"])


@pytest.mark.parametrize("count", [1, 100, 101, 1_000])
def test_any_number_of_people_can_be_chosen_from(count: int) -> None:
    people = [(str(number), f"Person {number:04}") for number in range(count)]
    view = away_modal(_form(people=people, delegates=people, delegate_id=people[-1][0]))
    assert not view_problems(view)
    [menu] = [block["element"] for block in view["blocks"] if block.get("block_id") == "delegate"]
    grouped = [each for group in menu.get("option_groups", [menu]) for each in group["options"]]
    assert len(grouped) == count
    assert menu["initial_option"]["value"] == str(count - 1)


def test_who_is_away_is_asked_of_those_only_who_may_say_it_for_others() -> None:
    own, both = away_modal(_form()), away_modal(_form(people=[("1", "Mia"), ("2", "Anna")]))
    assert "Who is away" not in str(own)
    assert "Days are in your time zone. You can still decide while away." in str(own)
    assert "Gets your open decisions now" in str(own)
    assert "Who is away" in str(both)
    assert "Days are in the time zone of whoever is away." in str(both)
    assert "Gets the open decisions now" in str(both)
    assert absence_from_submission(untouched(both)).person_id == "1"
    assert absence_from_submission(untouched(own)).person_id is None


def test_what_is_missing_is_said_beside_its_field() -> None:
    values: dict[str, Any] = untouched(away_modal(_form(delegate_id=None)))
    values["last"]["last"]["selected_date"] = "soon"
    with pytest.raises(FieldProblems) as found:
        absence_from_submission(values)
    assert dict(found.value.problems) == {"last": "Please choose a day.", "delegate": "Please choose a person."}


@pytest.mark.long
@settings(max_examples=times(20, 400))
@given(text=texts)
def test_the_modal_takes_any_name(text: str) -> None:
    view = away_modal(_form(people=[("1", text), ("2", text)], delegates=[("3", text), ("4", text)]))
    assert not view_problems(view)
    assert not view_problems(nobody_modal())


def _form(**changes: Any) -> AwayForm:
    chosen: dict[str, Any] = {
        "people": [("1", "Anna Berg")],
        "delegates": [("2", "Bob Chan")],
        "first": TODAY,
        "last": TODAY,
        "delegate_id": "2",
    }
    return AwayForm(**chosen | changes)


def _waiting(number: int, text: str = "") -> Proposal:
    make = always(text) if text else samples.unchanged
    return samples.proposal(number, samples.advice(samples.task(make), make), text=make)
