"""Silence: no one has touched the account for too long, and nothing is planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.domain.crm.accounts import Account, AccountFacts, Activity, ActivityType, Deal, Entity
from store.domain.crm.evidence import Evidence
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import amount_of, day_of, day_text, missing, standing
from store.domain.signals.findings import biggest, finding, signal, subject_of
from store.domain.signals.kinds import Finding, Signal, SignalKind
from store.domain.text.wording import ago, one_line, plural

_NAMES = {ActivityType.CALL: "call", ActivityType.EVENT: "meeting", ActivityType.TASK: "completed task"}


def no_activity(facts: AccountFacts, context: SignalContext) -> Finding:
    """The last touch (a done call, meeting or task, a note, or the account's creation) is more than `silent_days` old and
    no call or meeting is planned within `planned_days`."""
    kind = SignalKind.NO_ACTIVITY
    if facts.account is None:
        return finding(kind, (), "These deals hang on no account that could fall silent.")
    if facts.partial:
        return finding(
            kind, (), "The account belongs to someone else; only their activities show whether it is silent."
        )
    touch = last_touch(facts, context)
    assert touch is not None  # at least the account's creation
    limit = timedelta(days=context.policy.silent_days)
    if context.now - touch.at <= limit:
        days = (context.today - day_of(touch.at, context)).days
        says = f"Last touch was {touch.name} {ago(days)}, on {day_text(touch.at, context)}"
        return finding(kind, (), f"{says}; silence counts after {plural(context.policy.silent_days, 'day')}.")
    planned = _planned(facts, context)
    if planned is not None and planned.at is not None:
        what = f"A {_NAMES[planned.type]} is planned on {day_text(planned.at, context)}"
        return finding(kind, (), f"{what}, which ends the silence since {day_text(touch.at, context)}.")
    return finding(kind, (_silent(facts, touch, context),), "")


@dataclass(frozen=True, slots=True)
class Touch:
    """A sign of life: `field` of `entity` has its time; `name` is its kind, with an article."""

    at: datetime
    name: str
    entity: Entity
    field: str

    @property
    def is_talk(self) -> bool:
        """Whether someone spoke with the customer, as far as the CRM shows: a call or a meeting."""
        return isinstance(self.entity, Activity) and self.entity.type is not ActivityType.TASK


def last_touch(facts: AccountFacts, context: SignalContext, *, deal: Deal | None = None) -> Touch | None:
    """Return the latest touch up to now, on the account or on one deal alone. An open task is not a touch."""
    past = (touch for touch in _touches(facts, deal) if touch.at <= context.now)
    return max(past, key=lambda touch: (touch.at, touch.entity.id), default=None)


def _touches(facts: AccountFacts, deal: Deal | None) -> Iterator[Touch]:
    for activity in facts.activities:
        when = activity.done_at or activity.at
        # A meeting counts as held once its time has passed: no one marks it done.
        happened = activity.done or activity.type is ActivityType.EVENT
        if when is not None and happened and (deal is None or activity.deal_id == deal.id):
            field = "done_at" if activity.done_at else "at"
            yield Touch(when, f"a {_NAMES[activity.type]}", activity, field)
    for note in facts.notes:
        if deal is None or note.deal_id == deal.id:
            yield Touch(note.created_at, "a note", note, "created_at")
    if facts.account is not None and deal is None:
        yield Touch(facts.account.created_at, "the account's creation", facts.account, "created_at")


def _planned(facts: AccountFacts, context: SignalContext) -> Activity | None:
    latest = context.now + timedelta(days=context.policy.planned_days)
    return next(
        (
            activity
            for activity in facts.activities
            if activity.type is not ActivityType.TASK
            and not activity.done
            and activity.at is not None
            and context.now <= activity.at <= latest
        ),
        None,
    )


def _silent(facts: AccountFacts, touch: Touch, context: SignalContext) -> Signal:
    days = plural(context.days_since(touch.at), "day")
    day = day_text(touch.at, context)
    open_deals = context.pipeline.open_deals(facts.deals)
    statement = f"Nothing logged for {days}, since {touch.name} on {day}"
    evidence: tuple[Evidence, ...] = (
        missing(touch.entity, touch.field, "Last touch", f"{touch.name} on {day}; nothing for {days}", context=context),
    )
    if open_deals:
        deal = biggest(open_deals)
        statement += f"; {subject_of(deal, context)} is open"
        evidence += (standing(deal, "stage", "Stage", one_line(deal.stage)), *amount_of(deal, context))
    if isinstance(touch.entity, Account):
        statement = statement.replace(f"since {touch.name}", "since the account was created")
    return signal(
        SignalKind.NO_ACTIVITY,
        facts,
        facts.id,
        f"{statement}.",
        since=touch.at + timedelta(days=context.policy.silent_days),
        evidence=evidence,
        deals=open_deals,
        context=context,
    )
