"""Which press counts, and what an approval becomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from store.domain.access.rules import Circle, check_may_be_second
from store.domain.errors import AlreadyDecided, Expired, GateClosed, Refused, Stale
from store.domain.gate.approvals import ApprovedChange, approved_change, check_open
from store.domain.gate.proposals import State
from store.domain.gate.write import digest_of
from tests.domain.makers import ANNA, MIA, NOW
from tests.domain.proposals import LIFETIME, NOTE, TASK, proposal

PENDING = proposal(TASK)
DECIDED = (
    State.READY, State.SENDING, State.DONE, State.UNKNOWN, State.DEAD, State.REJECTED, State.SNOOZED, State.UNDONE,
)  # fmt: skip


def test_a_press_on_what_is_pending_and_shown_counts_until_the_last_moment() -> None:
    check_open(PENDING, version=1, digest=PENDING.digest, now=NOW)
    check_open(PENDING, version=1, digest=None, now=PENDING.expires_at - timedelta(microseconds=1))


@pytest.mark.parametrize("late", [timedelta(), timedelta(microseconds=1), timedelta(days=1)])
def test_from_the_moment_of_expiry_on_it_is_too_late(late: timedelta) -> None:
    with pytest.raises(Expired, match="nothing was written") as closed:
        check_open(PENDING, version=1, digest=None, now=PENDING.expires_at + late)
    assert closed.value.state == State.EXPIRED


def test_what_has_expired_stays_so_whatever_a_clock_says() -> None:
    with pytest.raises(Expired):
        check_open(replace(PENDING, state=State.EXPIRED), version=1, digest=None, now=NOW - LIFETIME)


@pytest.mark.parametrize("state", DECIDED)
def test_what_was_decided_is_told_as_decided_even_after_its_time(state: State) -> None:
    decided = replace(PENDING, state=state)
    for now in (NOW, PENDING.expires_at + LIFETIME):
        with pytest.raises(AlreadyDecided) as closed:
            check_open(decided, version=1, digest=None, now=now)
        assert closed.value.state == state


@pytest.mark.parametrize(
    ("state", "version", "digest", "says"),
    [
        (State.SUPERSEDED, 1, None, "newer"),
        (State.PENDING, 2, None, "newer"),
        (State.PENDING, 0, None, "newer"),
        (State.PENDING, 1, digest_of(NOTE), "changed since you saw it"),
        (State.REJECTED, 2, None, "newer"),
    ],
)
def test_what_is_not_what_was_shown_is_stale(state: State, version: int, digest: str | None, says: str) -> None:
    with pytest.raises(Stale, match=says) as closed:
        check_open(replace(PENDING, state=state), version=version, digest=digest, now=NOW)
    assert closed.value.state == state


def test_a_row_whose_write_is_not_the_one_of_its_digest_is_never_approved() -> None:
    with pytest.raises(Stale, match="does not match its digest"):
        check_open(replace(PENDING, write=NOTE), version=1, digest=PENDING.digest, now=NOW)


def test_the_second_is_somebody_else() -> None:
    circle = Circle(owner=ANNA, manager=MIA)
    check_may_be_second(MIA, circle, first=ANNA.id)
    with pytest.raises(Refused, match="second approver"):
        check_may_be_second(ANNA, circle, first=ANNA.id)


def test_an_act_says_all_that_was_decided() -> None:
    claimed = replace(PENDING, state=State.SENDING, decided_by=ANNA.id, decided_at=NOW, version=3, undoes="another")
    act = approved_change(claimed, unless_modified_since=NOW - timedelta(days=1))
    assert act == ApprovedChange(
        proposal_id=PENDING.id, version=3, digest=PENDING.digest, write=TASK, marker=f"[SAM-{PENDING.id[:10]}]",
        approved_by=ANNA.id, approved_at=NOW, undoes="another", unless_modified_since=NOW - timedelta(days=1),
    )  # fmt: skip


def test_what_wants_two_becomes_an_act_by_two() -> None:
    claimed = replace(PENDING, state=State.SENDING, decided_by=ANNA.id, decided_at=NOW, needs_second=True)
    assert approved_change(replace(claimed, endorsed_by=MIA.id)).approved_by == ANNA.id
    for alone in (None, ANNA.id):
        with pytest.raises(Refused, match="two approvers"):
            approved_change(replace(claimed, endorsed_by=alone))


@pytest.mark.parametrize("state", [each for each in State if each is not State.SENDING])
def test_nothing_but_a_claimed_proposal_becomes_an_act(state: State) -> None:
    with pytest.raises(Refused, match="claimed"):
        approved_change(replace(PENDING, state=state, decided_by=ANNA.id, decided_at=NOW))


@pytest.mark.parametrize("missing", ["decided_by", "decided_at"])
def test_a_claim_without_a_decision_becomes_no_act(missing: str) -> None:
    claimed = replace(PENDING, state=State.SENDING, decided_by=ANNA.id, decided_at=NOW)
    with pytest.raises(Refused, match="claimed"):
        approved_change(replace(claimed, **{missing: None}))  # type: ignore[arg-type]  # given as plain keywords


@pytest.mark.parametrize(("change", "says"), [({"write": NOTE}, "does not match"), ({"approved_by": ""}, "No one")])
def test_an_act_cannot_be_made_of_another_write_or_of_nobodys_approval(change: dict[str, object], says: str) -> None:
    claimed = replace(PENDING, state=State.SENDING, decided_by=ANNA.id, decided_at=NOW)
    act = approved_change(claimed)
    with pytest.raises(Refused, match=says):
        replace(act, **change)  # type: ignore[arg-type]  # given as plain keywords


def test_the_next_version_begins_anew() -> None:
    used = replace(
        PENDING, state=State.DEAD, version=4, decided_by=ANNA.id, decided_at=NOW, endorsed_by=MIA.id, endorsed_at=NOW,
        reminded_at=NOW, offered_to=MIA.id, reason="no", attempt=2, run=1, sent_at=NOW, crm_id="1", crm_modified_at=NOW,
        done_at=NOW, parked_at=NOW, error="failed", undo_id="u", amount=5.0, brief_id="b",
    )  # fmt: skip
    later = NOW + timedelta(hours=1)
    fresh = used.next_version(NOTE, id="new", created_at=later, expires_at=later + LIFETIME, needs_second=True)
    assert fresh == replace(
        proposal(NOTE), id="new", lineage=used.lineage, version=5, created_at=later, expires_at=later + LIFETIME,
        needs_second=True, amount=5.0, brief_id="b", recommendation=used.recommendation, asked_at=NOW,
    )  # fmt: skip


def test_the_errors_of_a_closed_gate_are_one_family() -> None:
    assert all(issubclass(each, GateClosed) for each in (AlreadyDecided, Expired, Stale))
