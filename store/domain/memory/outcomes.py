"""The goal of an executed write with its deadline, and the outcome that the CRM shows afterwards.

The expected movement follows from the signal that the advice answered. It is sought from the moment of the write until the
window ends; until then there is no verdict, unless it came or things got worse. The write's own record never counts, nor does the
day of the approval, nor a movement credited to another write. Only a deal that the advice was about can make it worse.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from store.domain.crm.accounts import AccountFacts, ActivityType, Kind, Pipeline, StageOutcome
from store.domain.crm.changes import Change
from store.domain.gate.own_tasks import is_about_own
from store.domain.gate.proposals import Proposal
from store.domain.memory.passage import OF_ACTIVITY, MemoryKind, moment_of, passage_id
from store.domain.signals.kinds import SignalKind
from store.domain.signals.moves import is_reopening
from store.domain.signals.own_tasks import OwnTask
from store.domain.text.wording import day_and_year

WINDOW = timedelta(days=14)
_OF_CLOSING = frozenset({"stage", "amount", "closing_date"})
DROPPED = 0.8  # below this share of its former value, an amount counts as worse


class Movement(StrEnum):
    """The expected movement."""

    REPLY = "reply"  # a call or meeting held, a note written, or the deal won
    STAGE = "stage"  # the deal moved forward or was won
    CLOSING_DATE = "closing_date"  # the closing date was changed
    TASK = "task"  # the task was completed
    FIELD = "field"  # the field still has the written value


class OutcomeVerdict(StrEnum):
    IMPROVED = "improved"
    FLAT = "flat"
    WORSE = "worse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """`record_id` is the deal, task or account to watch for the movement, from `since` to `until`; if these are the same moment,
    nothing is expected."""

    proposal_id: str
    account_id: str
    movement: Movement
    record_id: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`score` is 1 if it came, 0.75 if only the task was done, 0.5 if nothing changed, 0 if things got worse. `because` is
    one sentence; `evidence` are passage ids, or `change:ID#0` for a change."""

    proposal_id: str
    account_id: str
    verdict: OutcomeVerdict
    score: float
    because: str
    evidence: tuple[str, ...]
    measured_at: datetime


_BY_SIGNAL: Mapping[SignalKind, Movement] = {
    SignalKind.DEAL_STALLED: Movement.STAGE,
    SignalKind.STAGE_MOVED_BACK: Movement.STAGE,
    SignalKind.AMOUNT_DROPPED: Movement.STAGE,
    SignalKind.CLOSE_DATE_PASSED: Movement.CLOSING_DATE,
    SignalKind.CLOSE_DATE_SLIPPED: Movement.STAGE,
}
_EXPECTED: Mapping[Movement, str] = {
    Movement.REPLY: "no call, meeting or note followed",
    Movement.STAGE: "the deal stayed in its stage",
    Movement.CLOSING_DATE: "the closing date was not changed",
    Movement.TASK: "the task was not completed",
    Movement.FIELD: "the field was changed again",
}


def expectation_of(
    proposal: Proposal,
    *,
    deal_id: str | None,
    own: Mapping[str, OwnTask] | None = None,
    counts_from: datetime | None = None,
) -> Expectation | None:
    """Return how to measure a written proposal; None for one that was not written or only undoes another. What happens before
    `counts_from`, the next working day, is no outcome. If its task is due later, the window ends a week after that. Nothing is
    expected of advice about one of the bot's `own` tasks: what counts is the reason of the advice that the task came from."""
    if proposal.done_at is None or proposal.undoes is not None or not proposal.account_id:
        return None
    if not proposal.write.has_outcome:
        return None
    due, since = proposal.write.due_on(), proposal.done_at
    until = since + WINDOW
    if is_about_own(proposal, own or {}):
        return Expectation(
            proposal_id=proposal.id, account_id=proposal.account_id, movement=Movement.REPLY,
            record_id=proposal.account_id, since=since, until=since,
        )  # fmt: skip
    movement = _movement_of(proposal, deal_id)
    if due is not None:
        until = max(until, since + timedelta(days=(due - since.date()).days + 7))
    at_deal = movement in (Movement.STAGE, Movement.CLOSING_DATE) and deal_id
    record_id = (
        deal_id if at_deal and deal_id else proposal.crm_id if movement is Movement.TASK else proposal.account_id
    )
    return Expectation(
        proposal_id=proposal.id, account_id=proposal.account_id, movement=movement,
        record_id=record_id or proposal.account_id, since=max(since, counts_from or since), until=until,
    )  # fmt: skip


def _movement_of(proposal: Proposal, deal_id: str | None) -> Movement:
    if proposal.write.sets():
        return Movement.FIELD
    signals = proposal.recommendation.signals
    wanted = _BY_SIGNAL.get(signals[0]) if signals else None
    if wanted and deal_id:
        return wanted
    overdue = bool(signals) and signals[0] is SignalKind.TASK_OVERDUE
    return Movement.TASK if overdue and proposal.write.due_on() else Movement.REPLY


def measure(
    expected: Expectation,
    proposal: Proposal,
    facts: AccountFacts,
    changes: Sequence[Change],
    *,
    pipeline: Pipeline,
    now: datetime,
    credited: Collection[str] = (),
) -> Outcome | None:
    """Return the outcome as of now; None while the window is open and nothing decisive has happened. What `credited` cites, as
    passage ids, is another write's outcome."""
    inside = _lasting([each for each in changes if expected.since < each.at <= expected.until], pipeline)
    inside = [each for each in inside if passage_id(MemoryKind.CHANGE, each.id) not in credited]
    worse = _worse(expected, proposal, inside, pipeline)
    if worse:
        return _outcome(expected, OutcomeVerdict.WORSE, 0.0, *worse, now=now)
    came = _came(expected, proposal, facts, inside, pipeline, now, credited)
    if came and (expected.movement is not Movement.FIELD or now > expected.until):
        return _outcome(expected, OutcomeVerdict.IMPROVED, 1.0, *came, now=now)
    if now <= expected.until:
        return None
    task = _task_done(expected, proposal, facts)
    if task:
        return _outcome(expected, OutcomeVerdict.IMPROVED, 0.75, *task, now=now)
    because = f"Until {day_and_year(expected.until.date())} {_EXPECTED[expected.movement]}"
    return _outcome(
        expected, OutcomeVerdict.FLAT, 0.5, because, (passage_id(MemoryKind.RECOMMENDATION, proposal.id),), now=now
    )


def next_look(expected: Sequence[Expectation], facts: AccountFacts, *, now: datetime) -> datetime:
    """The moment from which an account may have an outcome although nothing new is read of it: a window ended, or a meeting took
    place. `expected` are its expectations, at least one."""
    meetings = [each.ends_at or each.at for each in facts.activities if each.type is ActivityType.EVENT]
    return min([each.until for each in expected] + [at for at in meetings if at is not None and at > now])


Found = tuple[str, tuple[str, ...]]


def _lasting(changes: Sequence[Change], pipeline: Pipeline) -> list[Change]:
    """The changes without those that a reopening took back: a deal that was won or lost and is open again came to neither,
    and what the closing and the reopening wrote into it is no movement. What lasts is the way from the stage before the
    closing to the one after the reopening; of a deal that was closed before, nothing."""
    lasting = list(changes)
    for reopening in (each for each in changes if each.field == "stage" and is_reopening(each, pipeline)):
        own = [each for each in lasting if each.record_id == reopening.record_id and each.at <= reopening.at]
        opened = [each for each in own if each.field == "stage" and pipeline.is_open(each.before or "")]
        closing = next((each for each in reversed(opened) if not pipeline.is_open(each.after or "")), None)
        since = closing.at if closing else reopening.at
        taken_back = {each.id for each in own if each.at >= since and each.field in _OF_CLOSING}
        lasting = [each for each in lasting if each.id not in taken_back]
        if closing is not None and closing.before != reopening.after:
            lasting.append(replace(reopening, before=closing.before))
    return sorted(lasting, key=lambda each: each.at)


def _worse(expected: Expectation, proposal: Proposal, changes: Sequence[Change], pipeline: Pipeline) -> Found | None:
    """Find a deal that the advice was about and that was lost, moved back or lost much of its amount."""
    meant = _deals_meant(expected, proposal)
    for change in changes:
        if change.record_kind is not Kind.DEAL or change.record_id not in meant:
            continue
        day, cited = day_and_year(change.at.date()), (passage_id(MemoryKind.CHANGE, change.id),)
        if change.field == "stage" and pipeline.outcome(change.after or "") is StageOutcome.LOST:
            return f"The deal was lost on {day}", cited
        if change.field == "stage" and _step(change, changes, pipeline) < 0:
            return f"The deal moved back to {change.after} on {day}", cited
        if change.field == "amount" and _number(change.after) < DROPPED * _number(change.before):
            return f"The amount of the deal fell on {day}", cited
    return None


def _came(
    expected: Expectation,
    proposal: Proposal,
    facts: AccountFacts,
    changes: Sequence[Change],
    pipeline: Pipeline,
    now: datetime,
    credited: Collection[str],
) -> Found | None:
    match expected.movement:
        case Movement.STAGE | Movement.CLOSING_DATE:
            return _deal_moved(expected, changes, pipeline)
        case Movement.TASK:
            done = _task_done(expected, proposal, facts, at_once=False)
            return done or _won(expected, proposal, changes, pipeline, credited)
        case Movement.FIELD:
            return _field_stands(proposal, facts)
        case _:
            won = _won(expected, proposal, changes, pipeline, credited)
            return won or _reply(expected, proposal, facts, now, credited)


def _won(
    expected: Expectation, proposal: Proposal, changes: Sequence[Change], pipeline: Pipeline, credited: Collection[str]
) -> Found | None:
    """Find a deal that the advice was about and that was won: whoever won it, had their reply."""
    meant = _deals_meant(expected, proposal)
    for change in changes:
        cited = passage_id(MemoryKind.CHANGE, change.id)
        is_stage = change.record_kind is Kind.DEAL and change.record_id in meant and change.field == "stage"
        if is_stage and cited not in credited and pipeline.outcome(change.after or "") is StageOutcome.WON:
            return f"The deal was won on {day_and_year(change.at.date())}", (cited,)
    return None


def _deal_moved(expected: Expectation, changes: Sequence[Change], pipeline: Pipeline) -> Found | None:
    for change in changes:
        if change.record_kind is not Kind.DEAL or change.record_id != expected.record_id:
            continue
        day, cited = day_and_year(change.at.date()), (passage_id(MemoryKind.CHANGE, change.id),)
        if change.field == "stage" and _step(change, changes, pipeline) > 0:
            return f"The deal moved on from {change.before} to {change.after} on {day}", cited
        if change.field == "closing_date" and expected.movement is Movement.CLOSING_DATE and change.after:
            return f"The closing date was changed on {day}", cited
    return None


def _reply(
    expected: Expectation, proposal: Proposal, facts: AccountFacts, now: datetime, credited: Collection[str]
) -> Found | None:
    """Find the first call or meeting held or note written by a person in the window."""
    found: list[tuple[datetime, str, str]] = []
    for activity in facts.activities:
        if activity.is_done(now) and activity.type is not ActivityType.TASK and activity.id != proposal.crm_id:
            found.append((moment_of(activity), OF_ACTIVITY[activity.type], activity.id))
    for note in facts.notes:
        if note.id != proposal.crm_id and "[SAM-" not in note.text:
            found.append((note.created_at, MemoryKind.NOTE, note.id))
    inside = [
        (at, kind, record_id)
        for at, kind, record_id in sorted(found)
        if expected.since < at <= expected.until and passage_id(kind, record_id) not in credited
    ]
    if not inside:
        return None
    at, kind, record_id = inside[0]
    return f"A {kind} followed on {day_and_year(at.date())}", (passage_id(kind, record_id),)


def _task_done(expected: Expectation, proposal: Proposal, facts: AccountFacts, *, at_once: bool = True) -> Found | None:
    """Find its completed task. One completed on the day of the approval is named without a day, and not `at_once`."""
    for activity in facts.activities:
        if activity.id == proposal.crm_id and activity.type is ActivityType.TASK and activity.done:
            is_later, cited = moment_of(activity) > expected.since, (passage_id(MemoryKind.TASK, activity.id),)
            if not is_later:
                return ("The task was completed", cited) if at_once else None
            return f"The task was completed on {day_and_year(moment_of(activity).date())}", cited
    return None


def _field_stands(proposal: Proposal, facts: AccountFacts) -> Found | None:
    values, account = proposal.write.sets(), facts.account
    if not values or account is None:
        return None
    if any(getattr(account, field, None) != value for field, value in values.items()):
        return None
    return "The account still has the written value", (passage_id(MemoryKind.RECOMMENDATION, proposal.id),)


def _deals_meant(expected: Expectation, proposal: Proposal) -> frozenset[str]:
    """The deal to watch, or else those that the advice named or wrote to."""
    if expected.movement in (Movement.STAGE, Movement.CLOSING_DATE):
        return frozenset({expected.record_id})
    cited = {each.record_id for each in proposal.recommendation.evidence if each.kind is Kind.DEAL}
    parent = {proposal.write.parent_id} if proposal.write.parent_kind is Kind.DEAL else set()
    return frozenset(cited | parent)


def _step(change: Change, changes: Sequence[Change], pipeline: Pipeline) -> int:
    """Return forward, back or neither; won is forward from everywhere, and a stage of another sales pipeline is neither."""
    if pipeline.outcome(change.after or "") is StageOutcome.WON:
        return 1
    if any((each.field, each.record_id, each.at) == ("pipeline_name", change.record_id, change.at) for each in changes):
        return 0
    before, after = pipeline.position(change.before or ""), pipeline.position(change.after or "")
    return 0 if before is None or after is None else (after > before) - (after < before)


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _outcome(
    expected: Expectation,
    verdict: OutcomeVerdict,
    score: float,
    because: str,
    evidence: tuple[str, ...],
    *,
    now: datetime,
) -> Outcome:
    return Outcome(
        proposal_id=expected.proposal_id, account_id=expected.account_id, verdict=verdict, score=score,
        because=f"{because}.", evidence=evidence, measured_at=now,
    )  # fmt: skip
