"""Reminders, offers and reports: what they say, what can be pressed, and that Slack takes them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.views.blocks import Part
from bot.views.confirm_link import withdrawn
from bot.views.remind_and_offer import ask_messages
from store.domain.brief.brief import Brief
from store.domain.crm.accounts import Person
from store.domain.gate.proposals import Proposal, State
from tests.bot import samples
from tests.bot.views.screen import labels, pressable, words
from tests.bot.views.test_hostile_text import always, assert_sendable, texts
from tests.repetition import times

Kind = Literal["reminder", "offer", "batch"]
ANNA = Person(id=samples.OWNER, name="Anna Berg", email="anna@example.com")


def asking(
    count: int = 3,
    *,
    kind: Kind,
    reason: Any = "",
    state: State = State.PENDING,
    text: samples.Text = samples.unchanged,
) -> tuple[Brief, dict[str, Proposal]]:
    whole, proposals = samples.morning(cards=count, state=state, text=text)
    return replace(whole, kind=kind, reason=reason, reader_id=samples.MANAGER, news=(), problems=()), proposals


def rendered(made: tuple[Brief, dict[str, Proposal]], **how: Any) -> list[Part]:
    return ask_messages(*made, reader=samples.READER, **how)


def due(made: tuple[Brief, dict[str, Proposal]], after: timedelta) -> tuple[Brief, dict[str, Proposal]]:
    brief, proposals = made
    return brief, {key: replace(each, expires_at=samples.NOW + after) for key, each in proposals.items()}


@pytest.mark.parametrize(
    ("count", "after", "title"),
    [
        (3, timedelta(hours=24, minutes=12), "3 recommendations expire tomorrow at 08:12"),
        (1, timedelta(hours=2), "1 recommendation expires today at 10:00"),
        (2, timedelta(days=3), "2 recommendations expire on Mon 23 Nov at 08:00"),
    ],
)
def test_a_reminder_says_how_many_expire_and_when(count: int, after: timedelta, title: str) -> None:
    [main] = rendered(due(asking(count, kind="reminder"), after))
    assert main.text == title
    assert words(main).splitlines()[0] == title
    assert "Nothing is written without Approve" in words(main)
    assert labels(main.blocks) == ["Approve", "Adjust", "Snooze", "Reject", "Why?"] * count


@pytest.mark.parametrize(
    ("kind", "reason"), [("reminder", ""), ("offer", "expiring"), ("offer", "away"), ("offer", "passed")]
)
def test_of_several_times_only_the_first_is_named_as_the_first(kind: Kind, reason: str) -> None:
    brief, proposals = asking(3, kind=kind, reason=reason)
    hours = (25, 16, 26)
    apart = {
        key: replace(each, expires_at=samples.NOW + timedelta(hours=hours[number]))
        for number, (key, each) in enumerate(proposals.items())
    }
    [main] = rendered((brief, apart))
    assert "the first expires tomorrow at 00:00" in words(main)
    assert " expire tomorrow" not in main.text + words(main)
    if kind == "reminder":
        assert main.text == "3 recommendations, the first expires tomorrow at 00:00"
    [main] = rendered(due((brief, proposals), timedelta(hours=16)))
    assert "they expire tomorrow at 00:00" in words(main)


@pytest.mark.parametrize(
    ("reason", "title", "said"),
    [
        (
            "expiring",
            "Anna Berg has not decided on 3 recommendations yet",
            "Anna Berg has not decided on these, so you can.",
        ),
        ("away", "3 recommendations for Anna Berg, who is away", "Anna Berg is away until Sat 28 Nov 00:00"),
        ("second", "Anna Berg: needs a second approver", "Anna Berg approved this. It needs a second approver"),
    ],
)
def test_an_offer_says_why_it_comes(reason: str, title: str, said: str) -> None:
    brief, proposals = asking(kind="offer", reason=reason)
    if reason == "second":
        proposals = {key: replace(each, endorsed_by=samples.OWNER) for key, each in proposals.items()}
    until = samples.NOW.replace(day=27, hour=23)
    [main] = rendered((brief, proposals), away_until=until if reason == "away" else None)
    assert main.text == title
    assert said in words(main)
    assert "Approve" in str(main.blocks)


def test_an_offer_that_is_over_says_so_and_offers_no_button() -> None:
    [main] = rendered(asking(kind="offer", reason="away"), over=True)
    assert "Anna Berg is deciding these again" in words(main)
    assert pressable(main) == []


def test_what_is_decided_meanwhile_keeps_no_button_and_the_message_says_when_nothing_is_left() -> None:
    brief, proposals = asking(kind="offer", reason="expiring")
    first = brief.cards[0].proposal_ids[0]
    some = proposals | {first: replace(proposals[first], state=State.REJECTED, decided_by=samples.OWNER)}
    [main] = rendered((brief, some))
    assert labels(main.blocks).count("Approve") == 2
    assert "rejected · by Anna Berg" in words(main)
    assert main.text == "Anna Berg has not decided on 2 of 3 recommendations yet"

    [main] = rendered(asking(kind="offer", reason="expiring", state=State.REJECTED))
    assert "\nAll decided.\n" in words(main)
    assert main.text == "3 recommendations, nothing left to decide"
    [late] = rendered(asking(kind="offer", reason="expiring", state=State.EXPIRED))
    assert "\n3 expired undecided.\n" in words(late)
    assert set(labels(main.blocks)) == {"Bring back"}


@settings(max_examples=times(60, 2_000))
@given(
    states=st.lists(st.sampled_from(State), min_size=1, max_size=20),
    hours=st.lists(st.integers(-2, 80), min_size=20, max_size=20),
    kind=st.sampled_from(("reminder", "offer")),
    reason=st.sampled_from(("", "expiring", "away", "second", "passed")),
    over=st.booleans(),
    several=st.booleans(),
    left_to_others=st.booleans(),
)
def test_title_text_and_buttons_always_agree_on_how_many_are_left(
    states: list[State], hours: list[int], kind: Kind, reason: str, over: bool, several: bool, left_to_others: bool
) -> None:
    brief, made = asking(len(states), kind=kind, reason=reason if kind == "offer" else "")
    brief = replace(brief, owner_id=samples.MANAGER if several else samples.OWNER)
    proposals = {
        key: replace(
            each,
            state=state,
            owner_id=samples.OWNER if number % 2 else samples.MANAGER,
            expires_at=samples.NOW + timedelta(hours=hours[number]),
        )
        for number, ((key, each), state) in enumerate(zip(made.items(), states, strict=True))
    }
    over = over and kind == "offer"
    over_for = {samples.OWNER} if left_to_others and kind == "offer" else set()
    parts = rendered((brief, proposals), over=over, over_for=over_for)
    left = sum(labels(part.blocks).count("Reject") for part in parts)
    said = [parts[0].text, *words(parts[0]).splitlines()[:2]]
    if not left:
        assert "nothing left to decide" in said[0]
        assert not any(CLAIMS.search(line) for line in said)
        return
    assert not any(each in line for line in said for each in ("nothing left", "ll decided"))
    assert any(CLAIMS.search(line) for line in said)
    if reason != "second" or kind == "reminder":
        counted = f"{left} of {len(states)} " if left < len(states) else f"{left} "
        assert counted in said[0]


CLAIMS = re.compile(r"\bexpires?\b|not decided on|who is away|needs a second|passed on|waiting for you|you can")


def test_a_report_counts_what_truly_became_of_each() -> None:
    brief, proposals = asking(6, kind="batch", state=State.DONE)
    fates = [State.DONE, State.DEAD, State.UNKNOWN, State.READY, State.SENDING, State.SUPERSEDED]
    mixed = {key: replace(each, state=state) for (key, each), state in zip(proposals.items(), fates, strict=True)}
    [main] = rendered((brief, mixed))
    assert main.text == "5 approved: 1 written, 2 being written, 1 being checked, 1 not; 1 not approved"
    assert "Could not be written" in words(main)
    assert "Zoho's answer was lost" in words(main)
    assert pressable(main) == []

    [main] = rendered(asking(4, kind="batch", state=State.SUPERSEDED))
    assert main.text == "None of 4 was approved"
    [main] = rendered(asking(1, kind="batch", state=State.SUPERSEDED))
    assert main.text == "It was not approved"


def test_each_proposal_keeps_its_message_whatever_becomes_of_it() -> None:
    for kind in ("reminder", "offer", "batch"):
        undecided = rendered(asking(30, kind=kind))
        decided = rendered(asking(30, kind=kind, state=State.REJECTED), over=kind == "offer")
        assert [part.name for part in undecided] == [part.name for part in decided]
        assert len(undecided) == (2 if kind == "batch" else 4)
        assert [part.in_thread for part in undecided] == [False, *(True for _ in undecided[1:])]


@pytest.mark.long
@settings(max_examples=times(20, 800))
@given(
    text=texts,
    count=st.integers(1, 45),
    kind=st.sampled_from(("reminder", "offer", "batch")),
    reason=st.sampled_from(("", "expiring", "away", "second")),
    state=st.sampled_from(State),
    over=st.booleans(),
)
def test_any_text_and_number_is_taken_by_slack_and_stays_tame(
    text: str, count: int, kind: Kind, reason: str, state: State, over: bool
) -> None:
    made = asking(count, kind=kind, reason=reason, state=state, text=always(text))
    brief = replace(made[0], problems=(text,) * 40)
    parts = rendered((brief, made[1]), over=over, away_until=samples.NOW)
    assert_sendable(parts)


def test_what_went_to_somebody_else_is_taken_away_from_every_message() -> None:
    parts = [withdrawn(part) for part in rendered(asking(30, kind="offer"))]
    assert {words(part) for part in parts} == {"_Removed: this was meant for someone else._"}
    assert {part.text for part in parts} == {"Removed"}
