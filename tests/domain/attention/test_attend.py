"""Which accounts a brief asks about, and what becomes of the rest: held over many mornings of made-up accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.domain.attention.attend import Candidate, attend
from store.domain.attention.ledger import Entry, Place, Reason
from store.domain.attention.policy import AttentionPolicy
from store.domain.signals.kinds import Risk, SignalKind
from tests.repetition import times

MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)
POLICY = AttentionPolicy()
KINDS = [frozenset({kind}) for kind in SignalKind]


def candidate(name: str, **fields: object) -> Candidate:
    given: dict[str, object] = {
        "risk": Risk.MEDIUM, "score": 0.5, "amount": 10_000.0, "statement": f"{name} is in trouble.",
        "marks": (f"stalled:{name}",), "kinds": frozenset({SignalKind.DEAL_STALLED}), "key": f"{name}:follow_up",
        "confidence": 0.8,
    }  # fmt: skip
    return Candidate(account_id=name, account_name=name, **(given | fields))  # type: ignore[arg-type]  # a test's shorthand


def varied(count: int, **fields: object) -> list[Candidate]:
    """So many accounts, each with another kind of signal than the ones beside it."""
    return [candidate(f"a{n:03}", kinds=KINDS[n % len(KINDS)], **fields) for n in range(count)]


def mornings(days: Sequence[Sequence[Candidate]], policy: AttentionPolicy = POLICY) -> list[tuple[Entry, ...]]:
    """The entries of consecutive briefs that nobody answers."""
    before: Mapping[str, Entry] = {}
    told = []
    for number, candidates in enumerate(days):
        entries = attend(candidates, before, today=MONDAY + number * DAY, policy=policy)
        before = {entry.account_id: entry for entry in entries}
        told.append(entries)
    return told


def placed(entries: Sequence[Entry], place: Place) -> list[str]:
    return [entry.account_id for entry in entries if entry.place is place]


def test_five_decisions_are_asked_for_and_the_rest_is_named_or_counted() -> None:
    (entries,) = mornings([varied(30)])
    assert len(placed(entries, Place.ASK)) == 5
    assert len(placed(entries, Place.NAMED)) == POLICY.named
    assert len(entries) == 30


def test_high_risk_comes_before_money_and_money_before_the_alphabet() -> None:
    poor, rich = candidate("poor", amount=1_000.0), candidate("rich", amount=90_000.0, kinds=KINDS[2])
    high = candidate("zz", risk=Risk.HIGH, kinds=KINDS[3])
    (entries,) = mornings([[poor, rich, high]])
    assert placed(entries, Place.ASK) == ["zz", "rich", "poor"]


def test_what_was_asked_and_has_not_moved_is_one_line_the_next_day() -> None:
    _, second = mornings([[candidate("acme")]] * 2)
    assert (second[0].place, second[0].reason, second[0].asked_on) == (Place.OPEN, Reason.UNANSWERED, MONDAY)


def test_what_moved_since_it_was_asked_is_asked_again_as_changed() -> None:
    moved = candidate("acme", marks=("stalled:acme", "amount_dropped:acme"))
    _, second = mornings([[candidate("acme")], [moved]])
    assert (second[0].place, second[0].reason) == (Place.ASK, Reason.CHANGED)


def test_a_trouble_that_was_too_common_to_show_is_no_change_when_it_shows() -> None:
    hidden = candidate("acme", known=("stalled:acme", "silent:acme"))
    shown = candidate("acme", marks=("stalled:acme", "silent:acme"))
    _, second = mornings([[hidden], [shown]])
    assert second[0].reason is Reason.UNANSWERED


def test_a_trouble_that_ended_beside_one_that_stays_is_no_change() -> None:
    both = candidate("acme", marks=("stalled:acme", "amount_dropped:acme"))
    _, second = mornings([[both], [candidate("acme")]])
    assert second[0].place is Place.OPEN


def test_after_three_unanswered_briefs_it_is_asked_once_whether_it_matters_and_then_it_rests() -> None:
    told = mornings([[candidate("acme")]] * 8)
    assert [entries[0].place for entries in told] == [
        Place.ASK, Place.OPEN, Place.OPEN, Place.QUESTION, Place.NAMED, Place.NAMED, Place.NAMED, Place.NAMED,
    ]  # fmt: skip
    assert told[4][0].reason is Reason.RESTING


def test_what_rests_is_asked_again_when_something_moves() -> None:
    moved = candidate("acme", marks=("stalled:acme", "amount_dropped:acme"))
    told = mornings([[candidate("acme")]] * 5 + [[moved]])
    assert (told[-1][0].place, told[-1][0].reason, told[-1][0].questioned) == (Place.ASK, Reason.CHANGED, False)


def test_another_decision_in_the_place_of_one_that_fell_away_was_never_asked() -> None:
    _, second, third = mornings([[candidate("acme")], *[[candidate("acme", key="acme:note")]] * 2])
    assert (second[0].place, second[0].reason, second[0].unanswered) == (Place.ASK, Reason.WAITED, 1)
    assert second[0].asked_on == MONDAY + DAY
    assert (third[0].place, third[0].asked_on) == (Place.OPEN, MONDAY + DAY)


def test_without_room_it_still_was_never_asked() -> None:
    first = [candidate("acme"), *varied(9, risk=Risk.HIGH)]
    others = [replace(each, marks=(*each.marks, "moved")) for each in first[1:]]
    _, second = mornings([[candidate("acme")], [candidate("acme", key="acme:note"), *others]])
    acme = next(each for each in second if each.account_id == "acme")
    assert (acme.place, acme.asked_on) == (Place.NAMED, None)


def test_what_was_decided_rests_until_something_moves() -> None:
    decided = candidate("acme", key="acme:note", decided={"acme:follow_up": MONDAY})
    _, second = mornings([[candidate("acme")], [decided]])
    assert (second[0].place, second[0].reason) == (Place.NAMED, Reason.RESTING)


def test_a_decision_of_last_spring_does_not_answer_what_was_asked_today() -> None:
    old = candidate("acme", decided={"acme:follow_up": MONDAY - 90 * DAY})
    _, second = mornings([[old], [old]])
    assert second[0].place is Place.OPEN


def test_a_change_that_had_no_room_is_still_a_change_the_next_day() -> None:
    crowd = varied(5, risk=Risk.HIGH, amount=500_000.0)
    moved = candidate("low", score=0.3, marks=("stalled:low", "slipped:low"), kinds=KINDS[9])
    first, second, third = mornings([[candidate("low", kinds=KINDS[9])], [moved, *crowd], [moved]])
    assert placed(first, Place.ASK) == ["low"]
    assert "low" not in placed(second, Place.ASK)
    assert (third[0].place, third[0].reason) == (Place.ASK, Reason.CHANGED)


def test_at_most_half_of_the_decisions_have_the_same_signals() -> None:
    alike = [candidate(f"a{n}", amount=90_000.0) for n in range(20)]
    other = [candidate(f"b{n}", amount=100.0, kinds=KINDS[n]) for n in range(4, 8)]
    (entries,) = mornings([[*alike, *other]])
    asked = placed(entries, Place.ASK)
    assert len(asked) == 5
    assert sum(name.startswith("a") for name in asked) <= 2


def test_an_old_low_risk_is_never_asked_about() -> None:
    told = mornings([[*varied(12, risk=Risk.LOW)]] * 3)
    assert placed(told[1], Place.ASK) == []


def test_what_is_worth_next_to_nothing_is_listed_and_not_asked_about() -> None:
    trifle = candidate("acme", risk=Risk.LOW, score=0.25, amount=0.0)
    (entries,) = mornings([[trifle]])
    assert (entries[0].place, entries[0].reason) == (Place.NAMED, Reason.LOW)


def test_accounts_with_nothing_but_common_signals_are_a_list_and_no_decisions() -> None:
    (entries,) = mornings([[candidate(f"c{n}", common=True, amount=10_000.0 * n) for n in range(9)]])
    assert placed(entries, Place.ASK) == []
    assert len(placed(entries, Place.NAMED)) == POLICY.named
    assert {entry.reason for entry in entries} == {Reason.COMMON}


def test_what_most_accounts_in_trouble_have_in_common_says_nothing_unless_the_risk_is_high() -> None:
    alike = [candidate(f"a{n}") for n in range(9)]
    high = candidate("high", risk=Risk.HIGH)
    (entries,) = mornings([[*alike, high]])
    assert placed(entries, Place.ASK)[0] == "high"
    assert {entry.reason for entry in entries if entry.account_id != "high"} == {Reason.COMMON}


def test_a_common_trouble_on_an_account_where_something_happened_is_asked_about() -> None:
    alike = [candidate(f"a{n}") for n in range(9)]
    won = candidate("won", kinds=frozenset({SignalKind.DEAL_STALLED, SignalKind.DEAL_WON}), common=True)
    (entries,) = mornings([[*alike, won]])
    assert "won" in placed(entries, Place.ASK)


def test_the_most_valuable_common_ones_come_in_beside_as_many_rarer_ones() -> None:
    common = [candidate(f"c{n}", common=True, amount=10_000.0 * (n + 1)) for n in range(20)]
    rare = [candidate("r1", kinds=KINDS[3]), candidate("r2", kinds=KINDS[4])]
    (entries,) = mornings([[*common, *rare]])
    assert sorted(placed(entries, Place.ASK)) == ["c18", "c19", "r1", "r2"]


def test_what_waited_does_not_make_a_brief_of_one_kind() -> None:
    first, second = mornings([[candidate(f"a{n}") for n in range(12)]] * 2)
    assert placed(first, Place.ASK) == placed(second, Place.ASK) == []


def test_at_most_two_questions_are_asked_and_none_takes_the_place_of_something_new() -> None:
    old, new = varied(4), [candidate(f"new{n}", kinds=KINDS[n + 4]) for n in range(5)]
    *_, last = mornings([old] * 3 + [[*old, *new]])
    assert len(placed(last, Place.ASK)) == 5
    assert placed(last, Place.QUESTION) == []
    *_, quiet = mornings([old] * 4)
    assert len(placed(quiet, Place.QUESTION)) == 2


def test_the_order_does_not_depend_on_how_the_accounts_come_in() -> None:
    crowd = varied(40)
    assert mornings([crowd]) == mornings([crowd[::-1]])


def test_an_owner_of_three_thousand_accounts_gets_a_brief_of_the_same_size() -> None:
    told = mornings([varied(3_000, risk=Risk.HIGH)] * 3)
    for entries in told:
        assert len(placed(entries, Place.ASK)) <= 5
        assert len(placed(entries, Place.NAMED)) <= POLICY.most_named


@dataclass(frozen=True)
class Story:
    """Accounts, and on each day those on which something moves."""

    accounts: list[Candidate]
    moves: list[frozenset[int]]

    def days(self) -> list[list[Candidate]]:
        told, marks = [], defaultdict[int, int](int)
        for moving in self.moves:
            for place in moving:
                marks[place] += 1
            told.append(
                [
                    replace(each, marks=(*each.marks, *(f"move{marks[n]}:{n}" for _ in range(marks[n] > 0))))
                    for n, each in enumerate(self.accounts)
                ]
            )
        return told


@st.composite
def stories(draw: st.DrawFn) -> Story:
    count = draw(st.integers(1, 40))
    accounts = [
        candidate(
            f"a{n}",
            risk=draw(st.sampled_from(Risk)),
            score=draw(st.floats(0, 1)),
            amount=draw(st.sampled_from([0.0, 5_000.0, 80_000.0])),
            kinds=draw(st.sampled_from(KINDS)),
            key=draw(st.sampled_from(["", f"a{n}:follow_up", f"a{n}:follow_up"])),
        )
        for n in range(count)
    ]
    moves = draw(st.lists(st.frozensets(st.integers(0, count - 1), max_size=6), min_size=8, max_size=12))
    return Story(accounts, moves)


@settings(max_examples=times(25, 600))
@given(stories())
def test_over_many_mornings_no_account_is_lost_none_repeated_and_no_high_risk_out_of_sight(story: Story) -> None:
    days = story.days()
    told = mornings(days)
    shown: dict[str, frozenset[str]] = {}
    out_of_sight = defaultdict[str, int](int)
    for candidates, entries in zip(days, told, strict=True):
        marks = {each.account_id: frozenset(each.marks) for each in candidates}
        assert sorted(marks) == sorted(entry.account_id for entry in entries)
        decisions = [entry for entry in entries if entry.place in (Place.ASK, Place.QUESTION)]
        assert len(decisions) <= POLICY.asks
        for entry in decisions:
            assert entry.key
            if entry.place is Place.ASK and entry.account_id in shown:
                assert marks[entry.account_id] - shown[entry.account_id], "asked again although nothing moved"
            shown[entry.account_id] = marks[entry.account_id]
        for entry in entries:
            out_of_sight[entry.account_id] = 0 if entry.is_seen else out_of_sight[entry.account_id] + 1
            assert entry.risk is not Risk.HIGH or out_of_sight[entry.account_id] < POLICY.unseen


def test_what_is_snoozed_is_neither_asked_nor_listed_and_is_asked_in_full_when_it_wakes() -> None:
    awake = candidate("a1", score=0.2)
    asleep = replace(awake, key="", snoozed=True)
    others = varied(12, risk=Risk.HIGH, score=0.9)
    told = mornings([[awake], [asleep], [asleep], [*others, awake]])
    assert [placed(entries, Place.ASK) for entries in told[:3]] == [["a1"], [], []]
    assert [(told[day][0].place, told[day][0].reason) for day in (1, 2)] == [(Place.COUNTED, Reason.SNOOZED)] * 2
    woken = next(entry for entry in told[3] if entry.account_id == "a1")
    assert (woken.reason, woken.unanswered) in ((Reason.WOKEN, 1), (Reason.NO_ROOM, 0))


def test_what_wakes_is_asked_about_however_little_it_is_worth() -> None:
    trifle = candidate("a1", risk=Risk.LOW, score=0.05, amount=0.0, kinds=KINDS[0])
    told = mornings([[replace(trifle, key="", snoozed=True)], [trifle]])
    assert [(entry.place, entry.reason) for entry in told[1]] == [(Place.ASK, Reason.WOKEN)]


@pytest.mark.parametrize(("risk", "place"), [(Risk.HIGH, Place.NAMED), (Risk.MEDIUM, Place.COUNTED)])
def test_a_high_risk_that_moves_while_it_is_snoozed_is_named(risk: Risk, place: Place) -> None:
    awake = candidate("a1", risk=risk)
    asleep = replace(awake, key="", snoozed=True)
    moved = replace(asleep, marks=(*asleep.marks, "slipped:d1"))
    told = mornings([[awake], [asleep], [moved], [moved], [moved], [moved]])
    assert [entries[0].place for entries in told[1:3]] == [Place.COUNTED, place]
    assert told[-1][0].place is Place.COUNTED
