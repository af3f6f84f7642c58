"""The bot's own tasks: the signals that rest while they are open, and that they count as no one's overdue tasks."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from store.domain.crm.accounts import Kind
from store.domain.gate.own_tasks import is_about_own, own_task_of
from store.domain.gate.proposals import Proposal, State
from store.domain.signals.kinds import SignalKind
from store.domain.signals.own_tasks import OwnTask, marker_in, says, with_marked
from tests.domain.makers import DAY, NOW, TODAY, context, facts, found, task
from tests.store.makers import crm_note, evidence, proposal

KINDS = st.frozensets(st.sampled_from(list(SignalKind)), min_size=1)


def own(id: str = "t1", **fields: object) -> OwnTask:
    return replace(OwnTask(id=id, key="a1:follow_up:no_next_step:d1"), **fields)  # type: ignore[arg-type]  # given as keywords


def overdue(*ids: str) -> Proposal:
    """Advice about overdue tasks."""
    cited = tuple(replace(evidence(), kind=Kind.ACTIVITY, record_id=each) for each in ids)
    made = proposal("p2", state=State.DONE, done_at=NOW, crm_id="t2")
    return replace(
        made,
        recommendation=replace(made.recommendation, signals=(SignalKind.TASK_OVERDUE,), evidence=cited),
    )


def test_an_overdue_task_of_the_bots_own_is_no_overdue_task() -> None:
    late = facts(activities=(task(TODAY - DAY, "t1"),))
    assert found(SignalKind.TASK_OVERDUE, late, context()).signals
    finding = found(SignalKind.TASK_OVERDUE, late, context(own_tasks={"t1": own()}))
    assert (finding.signals, finding.why_not) == ((), "The open tasks come from this bot.")


def test_a_persons_overdue_task_beside_it_is_one() -> None:
    late = facts(activities=(task(TODAY - DAY, "t1"), task(TODAY - 2 * DAY, "t2")))
    (signal,) = found(SignalKind.TASK_OVERDUE, late, context(own_tasks={"t1": own()})).signals
    assert signal.record_id == "t2"


def test_a_written_task_knows_the_advice_it_came_from() -> None:
    made = proposal("p1", state=State.DONE, done_at=NOW, decided_at=NOW - DAY, crm_id="t1")
    known = own_task_of(made)
    assert known is not None
    assert (known.id, known.key, known.kinds) == ("t1", "a1:follow_up", (SignalKind.NO_ACTIVITY,))
    assert (known.records, known.agreed_at) == (frozenset({"a1", "d1"}), NOW - DAY)
    assert known.says == says("call  ACME", "About the renewal.", "u-anna")
    assert own_task_of(replace(made, write=crm_note())) is None
    assert own_task_of(replace(made, crm_id=None)) is None


@given(mine=KINDS, theirs=KINDS, same_record=st.booleans(), same_key=st.booleans())
def test_it_answers_its_own_advice_and_the_same_reason_on_the_same_record(
    mine: frozenset[SignalKind], theirs: frozenset[SignalKind], same_record: bool, same_key: bool
) -> None:
    known = own(kinds=tuple(mine), records=frozenset({"d1"}))
    key, record = (known.key if same_key else "other"), ("d1" if same_record else "d2")
    assert known.answers(key, theirs, record) == (same_key or (same_record and bool(mine & theirs)))
    assert not OwnTask(id="t1").answers(key, theirs, record)  # its proposal is gone: its signals are unknown


def test_a_task_about_a_task_is_told_by_what_its_advice_cites() -> None:
    assert is_about_own(overdue("t0", "t1"), {"t1": own()})
    assert not is_about_own(overdue("t0"), {"t1": own()})
    assert not is_about_own(proposal("p1"), {"d1": own("d1")})


def test_the_marker_is_found_anywhere_in_a_text() -> None:
    assert marker_in("Ask Eva.\n\n[SAM-5e1a36f95a]\nDone by phone.") == "[SAM-5e1a36f95a]"
    assert marker_in("[SAM-5E1A] and [SAM-]") is None


def test_a_task_whose_proposal_is_gone_is_told_by_its_marker() -> None:
    late = (task(TODAY - DAY, "t1", marker="[SAM-5e1a36f95a]"), task(TODAY - DAY, "t2", marker="[SAM-5e1a36f95b]"))
    known = with_marked({"t1": own()}, (*late, task(TODAY - DAY, "t3")))
    assert known == {"t1": own(), "t2": OwnTask(id="t2")}
    (signal,) = found(
        SignalKind.TASK_OVERDUE, facts(activities=(*late, task(TODAY - DAY, "t3"))), context(own_tasks=known)
    ).signals
    assert signal.record_id == "t3"
