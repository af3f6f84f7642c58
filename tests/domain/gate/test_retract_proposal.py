"""Advice is over when its record is gone or someone else's, its deal is closed, or its reason past."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.domain.crm.accounts import Deal, Kind
from store.domain.crm.basis import Records
from store.domain.crm.evidence import Evidence, Source
from store.domain.gate.proposals import AdviceSource, Proposal, SourceKind, State
from store.domain.gate.retract_proposal import Cause, Ground, Over, Seen, why_over
from store.domain.signals.kinds import SignalKind
from tests.domain.makers import ANNA, BEN, DAY, NOW, PEOPLE, PIPELINE, TODAY, account, deal, task
from tests.domain.proposals import TASK, proposal

OPEN = deal()
SEEN = ((SignalKind.CLOSE_DATE_PASSED, "d1"),)


def about_the_deal(**fields: object) -> Proposal:
    made = proposal(TASK)
    cited = Evidence(
        source=Source.FIELD, kind=Kind.DEAL, record_id="d1", record_name="Renewal", field="closing_date",
        label="Closing date", value="1 Nov", at=NOW,
    )  # fmt: skip
    advice = replace(
        made.recommendation,
        key="a1:follow_up:close_date_passed:d1",
        signals=(SignalKind.CLOSE_DATE_PASSED,),
        evidence=(cited,),
    )
    return replace(made, recommendation=advice, **fields)  # type: ignore[arg-type]  # the tests name its fields


def why(
    waiting: Proposal, *, seen: Seen | None = SEEN, of: Deal | None = OPEN, owner: str = ANNA.id, gone: bool = False
) -> Over | None:
    records: Records = {
        (Kind.ACCOUNT, "a1"): None if gone else account(owner_id=owner),
        (Kind.DEAL, "d1"): of,
        (Kind.ACTIVITY, "t1"): task(TODAY - DAY, done=True),
    }
    people = {person.id: person.name for person in PEOPLE.values()}
    ground = Ground(records=records, people=people, pipeline=PIPELINE, stage_since={"d1": NOW - 8 * DAY})
    return why_over(waiting, ground, timezone="Europe/Berlin", today=TODAY, seen=seen)


def test_advice_whose_reason_holds_stays() -> None:
    assert why(about_the_deal()) is None
    assert why(about_the_deal(), seen=None) is None


@pytest.mark.parametrize(
    ("facts", "cause", "said"),
    [
        ({"of": deal(stage="Closed Won")}, Cause.CLOSED, "deal won on 12 Nov"),
        ({"of": deal(stage="Closed Lost")}, Cause.CLOSED, "deal lost on 12 Nov"),
        ({"of": None}, Cause.CLOSED, "deal no longer in the CRM"),
        ({"owner": BEN.id}, Cause.MOVED, "moved to Ben Okoro"),
        ({"gone": True}, Cause.GONE, "account no longer in the CRM"),
        ({"seen": ()}, Cause.PAST, "“Close date passed” is settled"),
        ({"seen": ((SignalKind.CLOSE_DATE_PASSED, "d2"),)}, Cause.PAST, "“Close date passed” is settled"),
    ],
)
def test_it_ends_with_its_reason_and_says_which(facts: dict[str, object], cause: Cause, said: str) -> None:
    over = why(about_the_deal(), **facts)  # type: ignore[arg-type]  # the table names the arguments
    assert over == Over(proposal_id=about_the_deal().id, cause=cause, why=said)


def test_advice_on_an_overdue_task_ends_with_the_task() -> None:
    made = about_the_deal()
    cited = replace(made.recommendation.evidence[0], kind=Kind.ACTIVITY, record_id="t1")
    advice = replace(made.recommendation, signals=(SignalKind.TASK_OVERDUE,), evidence=(cited,), key="a1:x:y:t1")
    over = why(replace(made, recommendation=advice), seen=None)
    assert over is not None
    assert over.why == "task done"


@pytest.mark.parametrize("touched", [{"version": 2}, {"endorsed_by": ANNA.id}])
def test_what_a_person_adjusted_or_approved_first_ends_only_with_its_record(touched: dict[str, object]) -> None:
    assert why(about_the_deal(**touched), seen=()) is None
    assert why(about_the_deal(**touched), of=deal(stage="Closed Won")) is not None
    assert why(about_the_deal(**touched), owner=BEN.id) is not None


@pytest.mark.parametrize("state", [each for each in State if each not in (State.PENDING, State.SNOOZED)])
def test_a_write_under_way_or_decided_is_never_retracted(state: State) -> None:
    assert why(about_the_deal(state=state), of=deal(stage="Closed Won"), owner=BEN.id) is None


def test_what_is_snoozed_ends_too_and_an_undo_does_not() -> None:
    assert why(about_the_deal(state=State.SNOOZED), seen=()) is not None
    assert why(about_the_deal(undoes="another"), gone=True) is None


def test_what_a_person_asked_for_on_a_closed_deal_stays() -> None:
    made = about_the_deal()
    asked = replace(made.recommendation, source=AdviceSource(kind=SourceKind.REQUEST, name=ANNA.id), signals=())
    assert why(replace(made, recommendation=asked), of=deal(stage="Closed Won"), seen=()) is None


@pytest.mark.parametrize("touched", [{}, {"version": 2}])
def test_advice_on_a_won_deal_outlives_the_news_until_the_deal_is_open_again(touched: dict[str, object]) -> None:
    made = about_the_deal(**touched)
    advice = replace(made.recommendation, signals=(SignalKind.DEAL_WON,))
    waiting = replace(made, recommendation=advice)
    assert why(waiting, of=deal(stage="Closed Won"), seen=()) is None
    over = why(waiting, of=deal(stage="Negotiation"), seen=())
    assert over == Over(proposal_id=made.id, cause=Cause.REOPENED, why="deal open again")


def test_the_owner_of_a_deal_keeps_its_advice_when_the_account_moves() -> None:
    on_deal = replace(TASK, parent_kind=Kind.DEAL, parent_id="d1", parent_name="Renewal")
    assert why(replace(about_the_deal(), write=on_deal), owner=BEN.id) is None
