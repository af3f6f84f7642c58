"""What a proposal rests on, and what of it moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from store.domain.crm.accounts import ActivityType, Kind
from store.domain.crm.basis import (
    Difference,
    Fact,
    RecordKey,
    differences,
    facts_in,
    is_fact,
    label_of,
    refreshed,
    value_of,
)
from store.domain.crm.evidence import Evidence, Source
from tests.domain.makers import NOW, account, activity, deal

DEAL = deal(stage="Proposal", next_step="Send the offer")
KEY: RecordKey = (Kind.DEAL, DEAL.id)


def evidence(field: str, *, kind: Kind = Kind.DEAL, record_id: str = DEAL.id) -> Evidence:
    return Evidence(
        source=Source.FIELD, kind=kind, record_id=record_id, record_name="Cold chain", field=field, label=field,
        value="?", at=NOW,
    )  # fmt: skip


def fact(field: str, value: str | None, *, key: RecordKey = KEY) -> Fact:
    return Fact(kind=key[0], record_id=key[1], field=field, value=value)


def test_evidence_on_a_deal_rests_on_its_stage_too() -> None:
    found = facts_in([evidence("next_step")], {KEY: DEAL}, changed=())
    assert found == (fact("next_step", "Send the offer"), fact("stage", "Proposal"))


def test_evidence_on_an_activity_rests_on_its_being_open_too() -> None:
    task = activity(ActivityType.TASK, NOW, done=False)
    key = (Kind.ACTIVITY, task.id)
    found = facts_in([evidence("subject", kind=Kind.ACTIVITY, record_id=task.id)], {key: task}, changed=())
    assert [each.field for each in found] == ["subject", "done"]


def test_that_a_meeting_took_place_is_no_fact_and_no_difference() -> None:
    meeting = activity(ActivityType.EVENT, NOW)
    key = (Kind.ACTIVITY, meeting.id)
    named = [evidence(field, kind=Kind.ACTIVITY, record_id=meeting.id) for field in ("at", "done_at")]
    assert [each.field for each in facts_in(named, {key: meeting}, changed=())] == ["at"]
    kept_earlier = (fact("done", "yes", key=key), fact("done_at", NOW.isoformat(), key=key))
    assert differences(kept_earlier, {key: meeting}) == ()
    (gone, _) = differences(kept_earlier, {key: None})
    assert gone.present is None


def test_a_field_named_twice_is_one_fact_and_one_that_is_changed_is_a_fact() -> None:
    acme = account(account_type="Prospect")
    key = (Kind.ACCOUNT, acme.id)
    named = evidence("account_type", kind=Kind.ACCOUNT, record_id=acme.id)
    changed = ((key, "account_type"), (key, "rating"))
    found = facts_in([named, named], {key: acme}, changed=changed)
    assert found == (fact("account_type", "Prospect", key=key), fact("rating", value_of(acme, "rating"), key=key))


@pytest.mark.parametrize("field", ["", "id", "kind", "created_at", "modified_at", "no_such_field"])
def test_what_is_no_field_that_people_change_is_no_fact(field: str) -> None:
    assert not is_fact(Kind.DEAL, field)
    assert [each.field for each in facts_in([evidence(field)], {KEY: DEAL}, changed=())] == ["stage"]


def test_a_record_that_is_gone_or_was_not_read_adds_no_facts() -> None:
    assert facts_in([evidence("next_step")], {KEY: None}, changed=((KEY, "stage"),)) == ()
    assert facts_in([evidence("next_step")], {}, changed=((KEY, "stage"),)) == ()


def test_only_what_says_something_else_now_has_moved() -> None:
    due = replace(DEAL, closing_date=date(2026, 12, 1))
    basis = facts_in([evidence("closing_date"), evidence("next_step")], {KEY: due}, changed=())
    (difference,) = differences(basis, {KEY: replace(due, closing_date=date(2027, 1, 15))})
    assert difference == Difference(label="Closing date", shown="2026-12-01", present="2027-01-15")
    assert differences(basis, {KEY: due}) == ()


def test_what_was_not_read_has_not_moved_but_does_not_hide_what_did() -> None:
    unread, read = fact("stage", "Proposal", key=(Kind.DEAL, "d-unread")), fact("stage", "Negotiation")
    (difference,) = differences([unread, read], {KEY: DEAL})
    assert difference == Difference(label="Stage", shown="Negotiation", present="Proposal")


def test_of_a_record_that_is_gone_all_has_moved_even_what_was_empty() -> None:
    basis = (fact("stage", "Proposal"), fact("contact_id", None))
    gone = differences(basis, {KEY: None})
    assert gone == (
        Difference(label="Stage", shown="Proposal", present=None),
        Difference(label="Primary contact", shown=None, present=None),
    )


def test_facts_are_refreshed_where_they_were_read_and_dropped_where_the_record_is_gone() -> None:
    unread, gone = fact("stage", "Proposal", key=(Kind.DEAL, "d-unread")), fact("stage", "x", key=(Kind.DEAL, "d-gone"))
    now = refreshed([gone, unread, fact("stage", "Negotiation")], {KEY: DEAL, gone.record: None})
    assert now == (unread, fact("stage", "Proposal"))


def test_labels_are_words() -> None:
    assert [label_of(each) for each in ("owner_id", "account_id", "at", "done", "amount", "lead_source")] == [
        "Owner", "Account", "Due", "Done", "Amount", "Lead source",
    ]  # fmt: skip
