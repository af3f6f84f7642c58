"""A company with noise: records that are wrong or late, labelled as such, and trouble that sometimes ends in a loss."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from integrations.sandbox.world import World, build_world, stories
from integrations.sandbox.world.diary import first_look_after
from integrations.sandbox.world.labels import Label
from integrations.sandbox.world.storylines import NOISE, STEADY
from store.domain.signals.kinds import NEWS, SignalKind

END = date(2026, 7, 3)


@pytest.fixture(scope="module")
def noisy() -> World:
    return build_world(seed=2, owners=6, accounts_per_owner=60, end=END, noise=True)


def test_without_noise_all_that_the_records_show_is_true_and_no_deal_in_trouble_is_lost() -> None:
    told = list(stories(seed=2, end=END))

    assert all(label.true for story in told for label in story.labels)
    assert {s.storyline for s in told for label in s.labels if label.kind is SignalKind.DEAL_LOST} == {"deal_lost"}


def test_noise_makes_nearly_every_kind_of_signal_false_at_times_and_more_often_true(noisy: World) -> None:
    signals = [label for label in noisy.labels if label.kind not in NEWS]
    shown, false = Counter(each.kind for each in signals), Counter(each.kind for each in signals if not each.true)

    assert set(SignalKind) - NEWS - set(false) == {SignalKind.OWNER_CHANGED}
    assert 0.15 < false.total() / shown.total() < 0.45


def test_what_is_wrong_in_the_records_is_put_right_unless_it_is_live() -> None:
    told = list(stories(seed=2, owners=6, accounts_per_owner=60, end=END, noise=True))
    wrong = [(story, label) for story in told for label in story.labels if not label.true]

    assert {story.storyline for story, _ in wrong} == set(NOISE) - {"edited_twice", "went_cold"}
    assert all((label.last is None) == story.live for story, label in wrong)


def test_with_noise_too_steady_accounts_have_nothing_but_news() -> None:
    told = stories(seed=2, owners=6, accounts_per_owner=60, end=END, noise=True)

    assert {label.kind for story in told if story.storyline in STEADY for label in story.labels} <= NEWS


def test_deals_in_trouble_are_lost_more_often_than_others_and_most_of_them_are_not() -> None:
    lost: Counter[bool] = Counter()
    closed: Counter[bool] = Counter()
    for seed in range(1, 5):
        labels = build_world(seed=seed, owners=4, accounts_per_owner=50, end=END, noise=True).labels
        troubles = defaultdict(list)
        for label in labels:
            if label.true and label.kind not in NEWS:
                troubles[label.account_id].append(label)
        for label in labels:
            if label.kind in (SignalKind.DEAL_WON, SignalKind.DEAL_LOST):
                had = any(_lately(trouble, label.first) for trouble in troubles[label.account_id])
                closed[had] += 1
                lost[had] += label.kind is SignalKind.DEAL_LOST

    assert lost[True] / closed[True] > 1.5 * lost[False] / closed[False]
    assert 0.2 < lost[True] / closed[True] < 0.7
    assert lost[True] >= 20


def test_some_records_are_edited_twice_between_two_looks(noisy: World) -> None:
    edits = Counter(
        (event.id, first_look_after(event.at), field)
        for event in noisy.company.events
        if event.module == "Deals" and event.op == "update"
        for field in event.fields
    )

    assert {field for (_, _, field), count in edits.items() if count > 1} >= {"Closing_Date", "Amount"}


def test_one_seed_gives_the_same_noisy_company_however_long_one_looks(noisy: World) -> None:
    fewer = build_world(seed=2, owners=6, accounts_per_owner=60, end=END, noise=True, days=30)

    assert fewer.company.events == noisy.company.events


def _lately(trouble: Label, day: date) -> bool:
    return trouble.first <= day <= (trouble.last or END) + timedelta(days=60)
