"""The judge of answers notices advice that returns, and a rejection from which nothing follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from store.domain.gate.proposals import AdviceSource, Proposal, SourceKind, State
from tests.bot import samples
from tests.month.answers import Answers, refused_falsely
from tests.month.questions import Turn
from tests.month.test_clocks import BOTH, DAY, MONDAY, Before, asked
from tests.month.test_judge import READER, Crm, shown

NOT_MINE, DONE = "Not mine", "Already done"


def rejected(reason: str, number: int = 1) -> Proposal:
    return asked(number, MONDAY, state=State.REJECTED, decided_by=READER.id, decided_at=MONDAY, reason=reason)


def said(*every: Proposal, turn: Turn, answers: Answers | None = None, crm: Crm | None = None) -> list[str]:
    return list((answers or Answers()).hear(turn, Before(every), crm or Crm(), BOTH))


def told(reason: str) -> Answers:
    """After a rejection and all that should follow from it."""
    answers, no = Answers(), rejected(reason)
    assert said(no, logged(no), passed(no), turn=Turn(now=no), answers=answers) == []
    return answers


def logged(no: Proposal) -> Proposal:
    advice = replace(no.recommendation, key=f"log:{no.lineage}", source=AdviceSource(kind=SourceKind.REQUEST))
    return replace(asked(7, MONDAY), recommendation=advice)


def passed(no: Proposal, **more: Any) -> Proposal:
    return asked(8, MONDAY, passed_by=READER.id, **more)


@pytest.mark.parametrize("reason", ["It's wrong", NOT_MINE, DONE, "Something else"])
def test_the_same_advice_on_the_same_facts_that_returns_is_noticed(reason: str) -> None:
    again = asked(2, MONDAY + 40 * DAY)
    record_id = again.recommendation.evidence[0].record_id
    found = said(again, turn=Turn(now=again), answers=told(reason))
    assert [each.rpartition(": ")[2] for each in found] == ["unchanged"]
    changed = Crm(changed={record_id: ["Stage"]})
    assert said(again, turn=Turn(now=again), answers=told(reason), crm=changed) == []
    held = Crm()
    call = {"What_Id": {"id": again.account_id}, "Call_Type": "Inbound"}
    held.records["Calls", "c1"] = call | {"Call_Start_Time": (MONDAY + DAY).isoformat()}
    assert said(again, turn=Turn(now=again), answers=told(reason), crm=held) == []
    brought = replace(again, lineage=rejected(reason).lineage)
    assert said(brought, turn=Turn(now=brought), answers=told(reason)) == []


@pytest.mark.parametrize(("reason", "days"), [(NOT_MINE, 30), (DONE, 7), ("Something else", 14)])
def test_a_rest_that_is_cut_short_is_noticed(reason: str, days: int) -> None:
    """Something besides the fact that it is about changed."""
    for rested, early in ((days - 1, True), (days, False)):
        again = asked(2, MONDAY + rested * DAY)
        other = replace(samples.evidence(9), field="amount")
        again = replace(again, recommendation=replace(again.recommendation, evidence=(samples.evidence(1), other)))
        assert bool(said(again, turn=Turn(now=again), answers=told(reason))) is early


def test_other_advice_on_a_fact_that_is_wrong_is_noticed() -> None:
    again = asked(2, MONDAY + DAY)
    again = replace(again, recommendation=replace(again.recommendation, key="another"))
    assert "other advice" in said(again, turn=Turn(now=again), answers=told("It's wrong"))[0]
    assert said(again, turn=Turn(now=again), answers=told("Something else")) == []


def test_what_is_done_and_cannot_be_logged_is_noticed() -> None:
    no = rejected(DONE)
    assert "nothing to log" in said(no, turn=Turn(now=no))[0]
    assert said(no, logged(no), turn=Turn(now=no)) == []


def test_a_log_that_never_reaches_the_crm_is_noticed() -> None:
    done = replace(logged(rejected(DONE)), state=State.DONE, write=samples.note(), crm_id="n1")
    assert said(done, turn=Turn(now=done))
    crm = Crm()
    crm.records["Notes", "n1"] = {}
    assert said(done, turn=Turn(now=done), crm=crm) == []


def test_what_is_not_theirs_and_offered_to_nobody_is_noticed() -> None:
    no = rejected(NOT_MINE)
    assert "offered to nobody" in said(no, turn=Turn(now=no))[0]
    assert said(no, passed(no), turn=Turn(now=no)) == []
    gone = passed(no, state=State.EXPIRED)
    assert "before anyone was offered it" in said(gone, turn=Turn(now=gone))[0]
    back = passed(no, offered_to=READER.id)
    assert "offered to the one who passed it on" in said(back, turn=Turn(now=back))[0]


@pytest.mark.parametrize("again", [passed(rejected(NOT_MINE)), asked(2, MONDAY + DAY)])
def test_asking_who_gave_it_away_is_noticed(again: Proposal) -> None:
    button: Sequence[Any] = ({"type": "actions", "block_id": f"decide:{again.id}:1", "elements": []},)
    seen = shown(again, blocks=tuple(button), at=MONDAY + DAY)
    assert list(told(NOT_MINE).asked_again(seen, Crm()))
    assert not list(told(NOT_MINE).asked_again(replace(seen, blocks=()), Crm()))


@pytest.mark.parametrize(("until", "wrong"), [(7, False), (1, True), (30, True), (None, True)])
def test_not_now_that_rests_for_another_time_is_noticed(until: int | None, wrong: bool) -> None:
    wakes = MONDAY + timedelta(days=until) if until else None
    later = asked(1, MONDAY, state=State.SNOOZED, reason="Not now", decided_at=MONDAY, snoozed_until=wakes)
    assert bool(said(later, turn=Turn(now=later))) is wrong


@pytest.mark.parametrize(("changed", "wrong"), [(timedelta(0), True), (timedelta(hours=1), False)])
def test_an_undo_that_is_refused_although_nobody_changed_anything_is_noticed(changed: timedelta, wrong: bool) -> None:
    """The bot's own write is no change of someone's."""
    done = asked(1, MONDAY, state=State.DONE, crm_id="t1", done_at=MONDAY)
    undo = asked(2, MONDAY, state=State.DEAD, undoes=done.id, error="The record has changed in the CRM since.")
    crm = Crm(history={"t1": [(MONDAY + changed, {"Status": "Completed"})]})
    assert bool(list(refused_falsely(Turn(now=undo), Before([done, undo]), crm))) is wrong
