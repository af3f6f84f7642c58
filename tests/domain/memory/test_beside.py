"""What stands beside a passage: the pieces of its own record, then what is about the same deal or contact."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from store.domain.memory.passage import MemoryKind, passage_id
from store.domain.memory.retrieval import PassagePlace, beside, pieces_beside
from tests.domain.makers import DAY, NOW


def place(record: str, *, piece: int = 0, ago: timedelta = DAY, **about: Any) -> PassagePlace:
    id = f"{passage_id(MemoryKind.NOTE, record).rpartition('#')[0]}#{piece}"
    return PassagePlace(**{"passage_id": id, "account_id": "a1", "at": NOW - ago, **about})


def test_the_pieces_before_and_after_come_first() -> None:
    own, others = place("n1", piece=1), [place("n1", piece=number) for number in range(4)]

    assert beside(own, others) == (others[0].passage_id, others[2].passage_id)
    assert pieces_beside("without a number") == ()


def test_then_the_nearest_in_time_about_the_same_deal_and_the_same_contact() -> None:
    own = place("own", deal_id="d1", contact_id="c1", ago=10 * DAY)
    deal = [place(f"d{days}", deal_id="d1", ago=days * DAY) for days in (1, 9, 12, 40)]
    contact = [place(f"c{days}", contact_id="c1", ago=days * DAY) for days in (10, 30)]

    assert beside(own, [*deal, *contact, place("other", deal_id="d2")]) == tuple(
        each.passage_id for each in (deal[1], deal[2], contact[0], contact[1])
    )


def test_nothing_of_another_account_stands_beside_it() -> None:
    assert beside(place("own", contact_id="c1"), [place("n2", contact_id="c1", account_id="a2")]) == ()
