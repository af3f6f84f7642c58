"""How an account without problems is told: what is open, what comes next, and who was spoken to last."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.brief.overview import WORDS, overview
from store.domain.crm.accounts import ActivityType
from store.domain.signals.own_tasks import OwnTask
from tests.domain.makers import DAY, NOW, TODAY, account, activity, call, contact, context, deal, facts, note, task

EVA = contact("c1")


def test_it_names_the_open_deals_the_next_step_and_the_last_contact() -> None:
    big = deal("d2", name="Renewal 2027", amount=84_000.0, stage="Negotiation", next_step="Send the offer")
    small = deal("d1", name="Training", amount=9_000.0, next_step=None)
    talk = replace(call(NOW - 2 * DAY), contact_id="c1")
    meeting = activity(ActivityType.EVENT, NOW + 13 * DAY, "m1", contact_id="c1")
    assert overview(facts(small, big, activities=(talk, meeting), contacts=(EVA,)), context()) == (
        "“Renewal 2027”: Negotiation, $84,000; next: Send the offer",
        "“Training”: Proposal, $9,000; no next step",
        "Planned: a meeting with Eva Sommer on 3 Dec",
        "Last contact: a call with Eva Sommer on 18 Nov",
    )


def test_a_talk_counts_more_than_a_later_note_and_a_note_more_than_nothing() -> None:
    written = note(NOW - DAY)
    assert overview(facts(activities=(call(NOW - 9 * DAY),), notes=(written,)), context())[-1] == (
        "Last contact: a call on 11 Nov"
    )
    assert overview(facts(activities=(), notes=(written,)), context())[-1] == "Last contact: a note on 19 Nov"
    assert overview(facts(activities=()), context()) == ("No open deal.", "No contact is logged yet")


def test_of_what_was_agreed_and_never_done_the_oldest_may_be_closed_if_its_reason_is_gone() -> None:
    late = [task(TODAY - days * DAY, f"t{days}", subject=f"Call {days}") for days in (2, 5, 9)]
    own = {each.id: OwnTask(id=each.id) for each in late[:2]}
    said = overview(facts(activities=tuple(late)), context(own_tasks=own))
    assert [line for line in said if "gone" in line] == [
        "“Call 5” was due on 15 Nov, and its reason is gone: you can close it in the CRM"
    ]
    assert not [line for line in overview(facts(activities=tuple(late)), context()) if "gone" in line]


def test_a_won_deal_is_not_open() -> None:
    assert overview(facts(deal(stage="Closed Won")), context())[0] == "No open deal."


@pytest.mark.parametrize(("count", "said"), [(4, "And 1 more open deal."), (9, "And 6 more open deals.")])
def test_of_many_deals_the_biggest_are_named_and_the_others_counted(count: int, said: str) -> None:
    lines = overview(
        facts(*(deal(f"d{number}", amount=1_000.0 * number, next_step="") for number in range(count))), context()
    )
    assert f"${1_000 * (count - 1):,}" in lines[0]
    assert said in lines


@given(
    text=st.text(alphabet="ab \n", min_size=1, max_size=400),
    count=st.integers(0, 12),
    days=st.integers(1, 900),
)
def test_it_never_takes_more_than_its_words(text: str, count: int, days: int) -> None:
    deals = [deal(f"d{number}", name=text, stage=text, next_step=text) for number in range(count)]
    someone = contact("c1", name=text)
    talk = replace(call(NOW - days * DAY), contact_id="c1")
    ahead = activity(ActivityType.EVENT, NOW + timedelta(days=400), "m1", contact_id="c1")
    old = facts(*deals, account=account(), activities=(talk, ahead), contacts=(someone,))
    lines = overview(old, context())
    assert sum(len(line.split()) for line in lines) <= WORDS
    assert not any("\n" in line for line in lines)
