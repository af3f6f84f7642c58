from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.memory.retrieval import FusionPolicy, Hit, Why, age_in_days, fuse, fuse_by_rank

PLAIN = FusionPolicy(meaning=0.4, neighbours=0.0, recency=0.0)


def hits(*pairs: tuple[str, float]) -> list[Hit]:
    return [Hit(passage_id=one, score=score) for one, score in pairs]


def ids(words: list[Hit], meaning: list[Hit], policy: FusionPolicy = PLAIN, **more: object) -> list[str]:
    return [found.passage_id for found in fuse(words, meaning, policy=policy, **more)]  # type: ignore[arg-type]  # given as plain keywords


def test_what_both_lists_have_comes_before_what_one_of_them_has() -> None:
    words = hits(("a", 9), ("both", 8), ("z", 1))
    meaning = hits(("b", 0.9), ("both", 0.8), ("y", 0.1))

    assert ids(words, meaning)[0] == "both"


def test_how_far_ahead_a_passage_is_counts_and_not_its_rank_alone() -> None:
    words = hits(("a", 100), ("b", 2), ("c", 1))
    meaning = hits(("b", 0.90), ("a", 0.89), ("c", 0.1))

    assert ids(words, meaning)[0] == "a"


def test_one_list_alone_keeps_its_order_and_its_whole_score() -> None:
    words = hits(("a", 3), ("b", 2), ("c", 1))

    for found in (fuse(words, [], policy=PLAIN), fuse([], words, policy=PLAIN)):
        assert [(one.passage_id, one.score) for one in found] == [("a", 1.0), ("b", 0.5), ("c", 0.0)]


def test_nothing_found_is_nothing() -> None:
    assert fuse([], [], policy=PLAIN) == ()


def test_a_neighbour_of_what_was_found_is_found_too_and_says_why() -> None:
    policy = FusionPolicy(meaning=0.4, neighbours=0.5, recency=0.0)
    found = fuse(hits(("a", 3), ("b", 1)), [], policy=policy, neighbours={"a": ["next"]})

    beside = next(one for one in found if one.passage_id == "next")
    assert beside.why == Why(beside=("a",))
    assert found[0].passage_id == "a"
    assert found[0].score > beside.score > 0


def test_a_passage_between_two_found_ones_gets_from_both() -> None:
    policy = FusionPolicy(meaning=0.4, neighbours=1.0, recency=0.0)
    beside = {"a": ["middle", "edge"], "b": ["middle"]}
    found = fuse(hits(("a", 3), ("b", 2.9), ("c", 0)), [], policy=policy, neighbours=beside)

    score = {one.passage_id: one.score for one in found}
    assert score["middle"] > score["edge"]


def test_of_two_equal_passages_the_newer_one_comes_first() -> None:
    policy = FusionPolicy(recency=0.1, neighbours=0.0)

    assert ids(hits(("old", 2), ("new", 2)), [], policy, ages={"old": 900.0, "new": 1.0}) == ["new", "old"]


def test_age_never_outweighs_what_a_passage_says() -> None:
    policy = FusionPolicy(recency=0.1, neighbours=0.0)

    assert ids(hits(("old", 3), ("new", 2), ("c", 0)), [], policy, ages={"old": 9_000.0, "new": 0.0})[0] == "old"


def test_ranks_of_both_lists_are_told() -> None:
    found = fuse(hits(("a", 2), ("b", 1)), hits(("b", 0.9)), policy=PLAIN)

    assert {one.passage_id: (one.why.words_rank, one.why.meaning_rank) for one in found} == {
        "a": (1, None),
        "b": (2, 1),
    }


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (Why(words_rank=1, words=("price", "delay")), "says price, delay"),
        (Why(words_rank=3, meaning_rank=2), "number 3 by words; number 2 by meaning"),
        (Why(beside=("a",)), "beside other results"),
    ],
)
def test_why_is_said_in_words(why: Why, said: str) -> None:
    assert str(why) == said


def test_what_is_to_come_has_no_age() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)

    assert age_in_days(now + timedelta(days=3), now) == 0
    assert age_in_days(now - timedelta(days=3), now) == 3


def test_fusing_by_rank_prefers_what_is_high_in_both() -> None:
    fused = fuse_by_rank([hits(("a", 3), ("b", 2)), hits(("b", 0.3), ("c", 0.2))])

    assert [one.passage_id for one in fused] == ["b", "a", "c"]


_LISTS = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1e6, 1e6)).map(
    lambda scores: [Hit(passage_id=one, score=scores[one]) for one in sorted(scores, key=lambda one: -scores[one])]
)


@given(words=_LISTS, meaning=_LISTS)
def test_every_passage_comes_out_once_best_first_and_always_in_the_same_order(
    words: list[Hit], meaning: list[Hit]
) -> None:
    found = fuse(words, meaning, policy=PLAIN)

    assert sorted(one.passage_id for one in found) == sorted({hit.passage_id for hit in [*words, *meaning]})
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    turned = fuse(list(reversed(words)), list(reversed(meaning)), policy=PLAIN)
    assert [one.passage_id for one in found] == [one.passage_id for one in turned]
    assert all(0 <= one.score <= 1 for one in found)
