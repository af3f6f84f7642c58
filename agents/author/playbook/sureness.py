"""How sure the playbook is of its advice: by the evidence, and by other records that go with it or against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from agents.author.playbook.situation import Situation
from store.domain.brief.confidence import confidence
from store.domain.brief.grouping import united
from store.domain.crm.accounts import ActivityType, Deal, Pipeline, StageOutcome
from store.domain.crm.evidence import Confidence, Evidence, Source
from store.domain.gate.proposals import Prior
from store.domain.signals.evidence import day_text, standing
from store.domain.signals.kinds import SignalKind
from store.domain.signals.silence import Touch, last_touch, touches_within

_CHANGES = frozenset(
    {
        SignalKind.CLOSE_DATE_SLIPPED,
        SignalKind.AMOUNT_DROPPED,
        SignalKind.STAGE_MOVED_BACK,
        SignalKind.SPONSOR_CHANGED,
        SignalKind.OWNER_CHANGED,
    }
)
_NEARBY = timedelta(days=2)  # a note or talk so shortly before or after a change goes with it
_RECENT_TOUCH = timedelta(days=7)
_FOLLOW_UP = timedelta(days=7)  # edits so soon after a talk belong to it
_ODD_SHARE, _ODD_SLIP = 0.8, timedelta(days=300)  # so large a change is often a lost digit, or a wrong year


def sureness(
    situation: Situation,
    *,
    data_as_of: datetime | None,
    priors: Sequence[Prior] = (),
    also: Sequence[Evidence] = (),
) -> Confidence:
    """Return how sure we are that a situation is as its signals say. Only the first piece of evidence of each signal counts; the
    others show the stakes."""
    context = situation.context
    return confidence(
        united([*(signal.evidence[:1] for signal in situation.signals), also]),
        now=context.now,
        data_as_of=data_as_of,
        priors=priors,
        supporting=tuple(_goes_with(situation)),
        against=tuple(_against(situation)),
        since=situation.main.since,
        timezone=context.timezone,
    )


def _goes_with(situation: Situation) -> Iterator[Evidence]:
    """Someone wrote a note or spoke with the customer about when it changed."""
    signal = situation.main
    if signal.kind in _CHANGES:
        near = touches_within(situation.facts, signal.since - _NEARBY, signal.since + _NEARBY)
        yield from (_touched(touch, situation) for touch in near[:1])


def _against(situation: Situation) -> Iterator[Evidence]:
    """The evidence that makes the main signal doubtful."""
    signal, deal = situation.main, situation.deal
    match signal.kind:
        case SignalKind.NO_ACTIVITY:
            yield from _planned(situation)
            touch = last_touch(situation.facts, situation.context)
            if deal and touch and _is_edited(deal, after=touch.at + _FOLLOW_UP):
                yield _edit(deal, situation)
        case SignalKind.TASK_OVERDUE if situation.task and (due := situation.task.at):
            done = touches_within(situation.facts, due - timedelta(days=1), due + timedelta(days=2))
            yield from (_touched(touch, situation) for touch in done[:1])
        case SignalKind.AMOUNT_DROPPED | SignalKind.CLOSE_DATE_SLIPPED if _is_odd(situation):
            yield replace(signal.evidence[0], value="so large a change")
        case SignalKind.DEAL_STALLED | SignalKind.CLOSE_DATE_PASSED | SignalKind.NO_NEXT_STEP if deal:
            yield from _on_deal(deal, situation)


def _on_deal(deal: Deal, situation: Situation) -> Iterator[Evidence]:
    """Someone works on a deal that seems neglected."""
    context, kind = situation.context, situation.main.kind
    entered = context.stage_since.get(deal.id)
    touch = last_touch(situation.facts, context, deal=deal)
    if touch is not None and context.now - touch.at <= _RECENT_TOUCH:
        yield _touched(touch, situation)
    if kind is SignalKind.DEAL_STALLED and entered and _is_edited(deal, after=entered):
        yield _edit(deal, situation)
    if kind is SignalKind.CLOSE_DATE_PASSED and deal.stage == _last_open(context.pipeline):
        yield standing(deal, "stage", "Stage", "the deal's last stage")


def _planned(situation: Situation) -> Iterator[Evidence]:
    """A task that will end a silence."""
    context = situation.context
    for task in situation.facts.activities:
        is_open = task.type is ActivityType.TASK and not task.done
        if is_open and task.at is not None and task.at.date() >= context.today:
            yield standing(task, "at", "Planned task", f"a task due on {day_text(task.at.date(), context)}")
            return


def _is_edited(deal: Deal, *, after: datetime) -> bool:
    return deal.modified_at - after > timedelta(days=1)


def _edit(deal: Deal, situation: Situation) -> Evidence:
    value = f"an edit of the deal on {day_text(deal.modified_at, situation.context)}"
    return standing(deal, "modified_at", "Last edit", value)


def _is_odd(situation: Situation) -> bool:
    """Whether a change is so large that it is likely a lost digit or a wrong year."""
    cited = situation.main.evidence[0]
    change = next((each for each in situation.context.changes if each.id == cited.change_id), None)
    if change is None or change.before is None or change.after is None:
        return False
    if change.field == "amount":
        return float(change.after) <= (1 - _ODD_SHARE) * float(change.before)
    return date.fromisoformat(change.after) - date.fromisoformat(change.before) >= _ODD_SLIP


def _last_open(pipeline: Pipeline) -> str | None:
    placed = [
        (stage.position, stage.name)
        for stage in pipeline.stages
        if stage.outcome is StageOutcome.OPEN and stage.offered
    ]
    return max(placed)[1] if placed else None


def _touched(touch: Touch, situation: Situation) -> Evidence:
    return Evidence(
        source=Source.NOTE,
        kind=touch.entity.kind,
        record_id=touch.entity.id,
        record_name=touch.name,
        field=touch.field,
        label="Last touch",
        value=f"{touch.name} on {day_text(touch.at, situation.context)}",
        at=touch.at,
    )
