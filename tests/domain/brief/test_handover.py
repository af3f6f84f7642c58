"""The order and the givers of a handover."""

from __future__ import annotations

from typing import Any

from store.domain.brief.handover import Handed, Handover, by_value


def handed(id: str, **fields: Any) -> Handed:
    given: dict[str, Any] = {"account_name": id, "from_id": "u-anna", "amount": 0.0}
    return Handed(account_id=id, **given | fields)


def test_what_is_at_risk_comes_first_then_what_is_pending_then_money() -> None:
    accounts = (
        handed("poor"),
        handed("rich", amount=9_000.0),
        handed("pending", pending="Call Eva"),
        handed("grave", worth=0.4),
        handed("mild", worth=0.1, amount=90_000.0),
    )
    assert [each.account_id for each in by_value(accounts)] == ["grave", "mild", "pending", "rich", "poor"]


def test_the_one_who_gave_the_most_is_named_first() -> None:
    accounts = (handed("a", from_id="u-ben"), handed("b"), handed("c"))
    assert Handover(accounts=accounts).givers == [("u-anna", 2), ("u-ben", 1)]
