"""What a manager's morning is made of: the gravest risks and the money at risk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from store.domain.access.rules import Standing
from store.domain.attention.ledger import Entry, Place, Reason
from store.domain.attention.worth import Worth
from store.domain.brief.for_you import Why, why_decided
from store.domain.brief.team import at_risk, gravest
from store.domain.signals.kinds import Risk
from tests.domain.proposals import TASK, proposal

HIGH = Entry(
    account_id="a1", account_name="Acme", place=Place.ASK, reason=Reason.NEW, risk=Risk.HIGH, amount=100.0,
    worth=Worth(risk=1.0, money=0.5, novelty=1.0, confidence=0.8), statement="Silent.", marks=(), first_on=date(2026, 3, 2),
)  # fmt: skip
MEDIUM, LOW = replace(HIGH, account_id="a2", risk=Risk.MEDIUM), replace(HIGH, account_id="a3", risk=Risk.LOW)


def test_the_gravest_come_first_and_low_common_and_snoozed_ones_never() -> None:
    better = replace(HIGH, account_id="a4", worth=replace(HIGH.worth, money=1.0))
    asleep, common = replace(HIGH, reason=Reason.SNOOZED), replace(HIGH, reason=Reason.COMMON)
    found = gravest({"o1": [MEDIUM, HIGH, LOW], "o2": [asleep, common, better]}, most=3)
    assert [(each.owner_id, each.account_id) for each in found] == [("o2", "a4"), ("o1", "a1"), ("o1", "a2")]


def test_only_money_of_high_risks_in_the_organisations_currency_is_added() -> None:
    assert at_risk([HIGH, MEDIUM, replace(HIGH, open_money="$100")], currency="$") == 200.0
    assert at_risk([replace(HIGH, amount=0.0, open_money="")], currency="$") == 0.0
    assert at_risk([HIGH, replace(HIGH, open_money="€90")], currency="$") is None
    assert at_risk([replace(HIGH, open_money="")], currency="$") is None  # in too many to say


def test_why_someone_else_decided_follows_from_their_standing_and_the_offer() -> None:
    made = replace(proposal(TASK), decided_by="m")
    assert why_decided(made, Standing.DELEGATE) is Why.AWAY
    assert why_decided(replace(made, offered_to="m"), Standing.MANAGER) is Why.EXPIRING
    assert why_decided(replace(made, offered_to="m", passed_by=made.owner_id), Standing.MANAGER) is Why.PASSED
    assert why_decided(made, Standing.MANAGER) is Why.UNASKED
