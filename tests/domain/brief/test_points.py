"""A card always has a point."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from store.domain.attention.ledger import Place, Reason
from store.domain.brief.points import with_points
from store.domain.brief.ranking import Morning, assemble
from tests.domain.brief.test_ranking import SILENT, review
from tests.domain.makers import ANNA, NOW, TODAY

ACCOUNTS = tuple(f"a{number}" for number in range(4))


def morning() -> Morning:
    """A brief that asks about four accounts."""
    reviews = []
    for number, account_id in enumerate(ACCOUNTS):
        assert SILENT.account is not None
        of = replace(SILENT, account=replace(SILENT.account, id=account_id, name=f"Acme {number}"))
        reviews.append(review(of))
    return assemble(ANNA, reviews, brief_id="b1", local_date=TODAY, now=NOW, data_as_of=NOW)


@given(st.sets(st.sampled_from(ACCOUNTS)))
def test_an_account_whose_advice_was_dropped_is_named_and_leaves_the_others_as_they_are(dropped: set[str]) -> None:
    made = morning()
    cards = tuple(
        replace(card, recommendations=()) if card.account_id in dropped else card for card in made.brief.cards
    )
    asked = {card.account_id for card in cards}
    brief, ledger = with_points(replace(made.brief, cards=cards), made.ledger)

    assert all(card.recommendations for card in brief.cards)
    assert {card.account_id for card in brief.cards} == asked - dropped
    assert {each.account_id for each in brief.listed} >= asked & dropped
    for entry in ledger.entries:
        if entry.account_id in asked & dropped:
            assert (entry.place, entry.reason, entry.asked_on) == (Place.NAMED, Reason.NO_ADVICE, None)
        else:
            assert entry in made.ledger.entries
