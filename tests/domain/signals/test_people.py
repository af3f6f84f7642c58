"""When people around an account give reason to act."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from store.domain.crm.changes import diff
from store.domain.signals.kinds import Risk, SignalKind
from tests.domain.makers import BEN, DAY, NOW, SECOND, account, contact, context, deal, facts, found, moved

SPONSOR, SINGLE, OWNER = SignalKind.SPONSOR_CHANGED, SignalKind.SINGLE_THREADED, SignalKind.OWNER_CHANGED
EVA, JON = contact("c1"), contact("c2", name="Jon Moe")


def test_a_deal_that_exchanged_its_primary_contact_names_both() -> None:
    after, changes = moved(deal(contact_id="c1"), NOW - DAY, contact_id="c2")
    (signal,) = found(SPONSOR, facts(after), context(*changes)).signals
    assert signal.statement == ("“Renewal” ($9,000) changed its contact from Eva Sommer to Jon Moe on 19 Nov.")
    assert signal.record_id == "d1"


def test_a_deal_that_lost_its_primary_contact_is_told_even_where_the_name_is_gone() -> None:
    after, changes = moved(deal(contact_id="c9"), NOW - DAY, contact_id=None)
    (signal,) = found(SPONSOR, facts(after), context(*changes)).signals
    assert signal.statement == "“Renewal” ($9,000) lost its contact on 19 Nov."


def test_a_deal_that_gained_its_first_contact_is_no_signal() -> None:
    after, changes = moved(deal(contact_id=None), NOW - DAY, contact_id="c1")
    assert not found(SPONSOR, facts(after), context(*changes)).signals


def test_a_deleted_primary_contact_is_reported_by_name_where_it_is_known() -> None:
    gone = diff(EVA, None, seen_at=NOW - DAY)
    left = facts(deal(contact_id="c1"), contacts=(JON,))
    (named,) = found(SPONSOR, left, context(*gone, departed=(EVA,))).signals
    assert named.statement == ("Eva Sommer, the contact of “Renewal” ($9,000), was deleted on 19 Nov.")
    assert named.record_id == "c1"
    assert named.evidence[0].id == f"contact:c1:@{gone[0].id}"
    (nameless,) = found(SPONSOR, left, context(*gone)).signals
    assert nameless.statement.startswith("A contact, the contact of")


@pytest.mark.parametrize(
    ("role", "reported"),
    [("Sponsor", True), ("champion", True), ("Decision maker", True), ("User", False), (None, False)],
)
def test_a_contact_who_carried_an_open_deal_and_moved_away_is_reported_by_its_role(
    role: str | None, reported: bool
) -> None:
    after, changes = moved(replace(EVA, buying_role=role), NOW - DAY, account_id="a2")
    signals = found(SPONSOR, facts(deal(), contacts=(JON,)), context(*changes, departed=(after,))).signals
    said = f"Eva Sommer ({role}) moved to another account on 19 Nov."
    assert [(signal.record_id, signal.statement) for signal in signals] == ([("c1", said)] if reported else [])


def test_a_contact_without_an_account_did_not_move_to_another_one() -> None:
    after, changes = moved(replace(EVA, buying_role="Sponsor"), NOW - DAY, account_id=None)
    (signal,) = found(SPONSOR, facts(deal(), contacts=(JON,)), context(*changes, departed=(after,))).signals
    assert signal.statement == "Eva Sommer (Sponsor) was taken off the account on 19 Nov."
    assert signal.evidence[0].value == "was taken off the account on 19 Nov"


def test_a_sponsor_who_leaves_matters_only_while_a_deal_is_open() -> None:
    gone = diff(replace(EVA, buying_role="Sponsor"), None, seen_at=NOW - DAY)
    at = context(*gone, departed=(replace(EVA, buying_role="Sponsor"),))
    assert found(SPONSOR, facts(deal(stage="Closed Won"), contacts=()), at).why_not == "There is no open deal."


def test_where_the_deals_contact_changed_because_it_left_only_the_deal_is_reported() -> None:
    sponsor = replace(EVA, buying_role="Sponsor")
    after, changes = moved(deal(contact_id="c1"), NOW - DAY, contact_id="c2")
    at = context(*diff(sponsor, None, seen_at=NOW - DAY), *changes, departed=(sponsor,))
    signals = found(SPONSOR, facts(after, contacts=(JON,)), at).signals
    assert [signal.record_id for signal in signals] == ["d1"]
    assert "Eva Sommer" in signals[0].statement


def test_a_contact_who_came_back_has_not_left() -> None:
    away, out = moved(replace(EVA, buying_role="Sponsor"), NOW - 3 * DAY, account_id="a2")
    home, back = moved(away, NOW - DAY, account_id="a1")
    assert not found(SPONSOR, facts(deal(), contacts=(home,)), context(*out, *back)).signals


def test_on_somebody_elses_account_only_the_readers_own_deals_count() -> None:
    sponsor = replace(EVA, buying_role="Sponsor")
    at = context(*diff(sponsor, None, seen_at=NOW - DAY), departed=(sponsor,))
    assert not found(SPONSOR, facts(deal(contact_id="c2"), contacts=(JON,), partial=True), at).signals
    assert found(SPONSOR, facts(deal(contact_id="c1"), contacts=(), partial=True), at).signals


@pytest.mark.parametrize(("amount", "flagged"), [(9_999.99, False), (10_000.0, True)])
def test_one_contact_is_a_risk_from_ten_thousand(amount: float, flagged: bool) -> None:
    finding = found(SINGLE, facts(deal(amount=amount), contacts=(EVA,)), context())
    assert bool(finding.signals) is flagged


@pytest.mark.parametrize(("age", "flagged"), [(14 * DAY - SECOND, False), (14 * DAY, True)])
def test_one_contact_is_a_risk_once_the_oldest_deal_is_fourteen_days_old(age: timedelta, flagged: bool) -> None:
    deals = (deal(amount=20_000.0, created_at=NOW - age), deal("d2", created_at=NOW - DAY))
    assert bool(found(SINGLE, facts(*deals, contacts=(EVA,)), context()).signals) is flagged


def test_only_the_accounts_own_contacts_are_counted() -> None:
    rich = deal(amount=20_000.0, contact_id="c7")
    partner = contact("c7", account_id="a7")
    assert found(SINGLE, facts(rich, contacts=(EVA, partner)), context()).signals
    assert "2 contacts" in found(SINGLE, facts(rich, contacts=(EVA, JON)), context()).why_not
    assert "no contact" in found(SINGLE, facts(rich, contacts=(partner,)), context()).why_not
    assert not found(SINGLE, facts(rich, contacts=(EVA,), partial=True), context()).signals


def test_being_single_threaded_is_told_with_the_name_and_the_money() -> None:
    one = facts(deal(amount=60_000.0), contacts=(EVA,))
    (alone,) = found(SINGLE, one, context()).signals
    assert alone.statement == "Eva Sommer is the only contact."
    assert alone.evidence[0].value == "Eva Sommer alone, for 1 open deal ($60,000)"
    two = facts(deal(amount=60_000.0), deal("d2", amount=5_000.0), contacts=(EVA,))
    (signal,) = found(SINGLE, two, context()).signals
    assert signal.evidence[0].value == "Eva Sommer alone, for 2 open deals ($65,000)"
    assert signal.risk is Risk.MEDIUM


def test_a_new_owner_is_told_for_seven_days_with_both_names() -> None:
    after, changes = moved(account(owner_id=BEN.id), NOW - 6 * DAY, owner_id="u-anna")
    (signal,) = found(OWNER, facts(account=after), context(*changes)).signals
    assert signal.statement == "The account went from Ben Okoro to Anna Berg on 14 Nov."
    assert not found(OWNER, facts(account=after), context(*changes, now=NOW + DAY)).signals
    assert found(OWNER, facts(account=after), context(*changes, people={})).signals[0].statement.count("no longer") == 2


@pytest.mark.parametrize(
    ("count", "said"), [(1, "The open deal is worth $2,000"), (2, "The open deals are worth $4,000")]
)
def test_open_deals_without_risk_are_told_in_grammatical_english(count: int, said: str) -> None:
    deals = [deal(id=f"d{number}", amount=2_000.0) for number in range(count)]
    assert found(SINGLE, facts(*deals, contacts=(EVA,)), context()).why_not.startswith(said)
