"""A record with odd fields: each move is reported once, whole, and never as a move to nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from store.domain.crm.accounts import Deal, Person
from store.domain.crm.settle import moves_between, settle, settle_people
from store.domain.crm.unread import Quarantined, Unread, Why
from tests.store.makers import NOW, deal

AMOUNT = Unread("amount", "Amount", Why.NOT_A_NUMBER)
ACCOUNT = Unread("account_id", "Account_Name", Why.NOT_A_RECORD)
CREATED = Unread("created_at", "Created_Time", Why.EMPTY)


@given(amounts=st.lists(st.one_of(st.just("odd"), st.integers(1, 3)), min_size=1, max_size=12))
def test_the_moves_lead_from_each_readable_value_to_the_next(amounts: list[str | int]) -> None:
    known, held, told = deal("d1", "a1", amount=1.0), dict[str, Quarantined](), ["1"]
    for number, amount in enumerate(amounts):
        at = NOW + timedelta(hours=number)
        read = replace(known, amount=None, unread=(AMOUNT,), modified_at=at)
        if amount != "odd":
            read = replace(known, amount=float(amount), unread=(), modified_at=at)
        settled = settle(read, known, held, seen_at=at)
        assert isinstance(settled.entity, Deal)
        for move in moves_between(known, settled.entity, held, seen_at=at):
            assert move.before == told[-1]
            told.append(str(move.after))
        held = {each.unread.field: each for each in settled.put}
        known = settled.entity
        assert (known.amount is None) is (amount == "odd") is bool(held)
    readable = [str(each) for each in amounts if each != "odd"]
    assert told[-1] == (readable[-1] if readable else "1")


def test_where_a_record_belongs_stays_as_last_known_and_an_amount_is_unknown() -> None:
    known = deal("d1", "a1", amount=5.0)
    odd = replace(known, account_id=None, amount=None, unread=(ACCOUNT, AMOUNT))
    settled = settle(odd, known, {}, seen_at=NOW)
    assert isinstance(settled.entity, Deal)
    assert (settled.entity.account_id, settled.entity.amount) == ("a1", None)
    assert [(each.unread.field, each.was_known, each.last) for each in settled.put] == [
        ("account_id", True, "a1"),
        ("amount", True, "5"),
    ]
    assert settled.entered == settled.put


def test_a_new_record_without_its_times_is_not_kept_and_a_known_one_keeps_them() -> None:
    known = deal("d1", "a1")
    odd = replace(known, created_at=NOW, unread=(CREATED,))
    assert settle(odd, None, {}, seen_at=NOW).entity is None
    kept = settle(odd, known, {}, seen_at=NOW).entity
    assert kept is not None
    assert kept.unread == (CREATED,)


def test_a_field_that_was_never_readable_has_no_move_once_it_is() -> None:
    odd = deal("d1", "a1", amount=None, unread=(AMOUNT,))
    first = settle(odd, None, {}, seen_at=NOW)
    held = {each.unread.field: each for each in first.put}
    read = replace(odd, amount=9.0, unread=(), modified_at=NOW)
    again = settle(read, odd, held, seen_at=NOW)
    assert moves_between(odd, read, held, seen_at=NOW) == ()
    assert again.released == first.put
    assert again.put == ()


def test_a_user_without_a_name_is_quarantined_until_they_have_one() -> None:
    nameless = Person(id="7", name="", email="x@example.com")
    settled = settle_people([nameless], {}, seen_at=NOW)
    assert [(each.record_id, each.unread.name) for each in settled.entered] == [("7", "full_name")]
    held = {each.record_id: each for each in settled.put}
    assert settle_people([nameless], held, seen_at=NOW + timedelta(days=1)).put == settled.put
    assert settle_people([replace(nameless, name="Ann")], held, seen_at=NOW).released == settled.put
