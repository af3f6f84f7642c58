"""Silence: no one has touched the account for too long, and nothing is planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from store.domain.crm.accounts import Account, AccountFacts, Activity, ActivityType, Deal, Entity, Note
from store.domain.crm.evidence import Evidence
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import amount_of, day_text, missing, standing
from store.domain.signals.findings import biggest, by_won_deals, finding, signal, won_deals
from store.domain.signals.kinds import Finding, Signal, SignalKind
from store.domain.signals.norms import Limit
from store.domain.text.wording import ago, one_line, plural

_NAMES = {ActivityType.CALL: "call", ActivityType.EVENT: "meeting", ActivityType.TASK: "completed task"}


def no_activity(facts: AccountFacts, context: SignalContext) -> Finding:
    """The last touch (a done call, meeting or task, a note, or the account's creation) is older than is usual
    on the company's won deals, or than `silent_days`, and no call or meeting is planned within `planned_days`."""
    kind = SignalKind.NO_ACTIVITY
    if facts.account is None:
        return finding(kind, (), "These deals hang on no account that could fall silent.")
    if facts.partial:
        return finding(
            kind, (), "The account belongs to someone else; only their activities show whether it is silent."
        )
    silence = _silence_of(facts, context)
    if silence is None:
        return finding(kind, (), "Everything here came with an import, so nothing proves when the last contact was.")
    limit = _limit(facts, context)
    if context.now - silence.since <= timedelta(days=limit.days):
        says = f"{silence.last}; silence counts after {plural(limit.days, 'day')}{by_won_deals(limit)}."
        return finding(kind, (), says)
    planned = _planned(facts, context)
    if planned is not None and planned.at is not None:
        what = f"A {_NAMES[planned.type]} is planned on {day_text(planned.at, context)}"
        return finding(kind, (), f"{what}, which ends the silence since {day_text(silence.since, context)}.")
    return finding(kind, (_silent(facts, silence, limit, context),), "")


class Touch(NamedTuple):
    """A sign of life: `field` of `entity` has its time; `name` is its kind, with an article."""

    at: datetime
    name: str
    entity: Entity
    field: str

    @property
    def is_talk(self) -> bool:
        """Whether someone spoke with the customer, as far as the CRM shows: a call or a meeting."""
        return isinstance(self.entity, Activity) and self.entity.type is not ActivityType.TASK


def last_touch(
    facts: AccountFacts, context: SignalContext, *, deal: Deal | None = None, talks_only: bool = False
) -> Touch | None:
    """Return the latest touch up to now, on the account or on one deal alone. An open task is not a touch."""
    touches = (touch for touch in _touches(facts, deal) if touch.is_talk or not talks_only)
    past = (touch for touch in touches if touch.at <= context.now)
    return max(past, key=lambda touch: (touch.at, touch.entity.id), default=None)


def touches_within(facts: AccountFacts, earliest: datetime, latest: datetime) -> list[Touch]:
    """Return the touches of that time on the account and its deals, the latest first."""
    found = (
        touch for touch in _touches(facts, None) if earliest <= touch.at <= latest and touch.entity is not facts.account
    )
    return sorted(found, key=lambda touch: (touch.at, touch.entity.id), reverse=True)


def _touches(facts: AccountFacts, deal: Deal | None) -> Iterator[Touch]:
    for activity in facts.activities:
        when = activity.done_at or activity.at
        # A meeting counts from its start, whether or not it is over: no one marks it done.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Silence:
    """Nothing was logged after `since`. If it is not `exact`, the last touch was earlier, at an unknown time. `last` says when
    it was, `days` how long ago."""

    touch: Touch
    since: datetime
    exact: bool
    last: str
    days: str


def _silence_of(facts: AccountFacts, context: SignalContext) -> _Silence | None:
    """None if nothing proves any time."""
    touch = last_touch(facts, context)
    assert touch is not None  # at least the account's creation
    since, exact = touch.at, True
    if isinstance(touch.entity, Account | Note) and context.norms.came_by_import(touch.entity):
        proven = context.norms.known_since(touch.at, touch.entity)
        if proven is None:
            return None
        since, exact = proven, False
    count, day = context.days_since(since), day_text(since, context)
    return _Silence(
        touch=touch,
        since=since,
        exact=exact,
        last=f"Last touch was {touch.name} {ago(count)}, on {day}" if exact else f"Nothing was logged since {day}",
        days=f"{'' if exact else 'at least '}{plural(count, 'day')}",
    )


def _limit(facts: AccountFacts, context: SignalContext) -> Limit:
    """The company's usual pace applies where a deal is at stake."""
    policy, open_deals = context.policy, context.pipeline.open_deals(facts.deals)
    if not open_deals:
        return Limit(days=policy.silent_days)
    return context.norms.gap_limit(biggest(open_deals), setting=policy.silent_days, enough=policy.enough_won)


def _silent(facts: AccountFacts, silence: _Silence, limit: Limit, context: SignalContext) -> Signal:
    touch, last = silence.touch, f"{silence.touch.name} on {day_text(silence.touch.at, context)}"
    statement = f"Nothing logged for {silence.days}"
    value = f"{last if silence.exact else 'none is known'}; nothing for {silence.days}"
    if limit.pace is not None:
        pace = limit.pace
        statement += f" (usually {pace.usual} on your {won_deals(limit)})"
        value += f"; usually {pace.usual}; compared with the pauses on {won_deals(limit, pace.deals)}"
    if silence.exact:
        statement += f", since {last}"
    evidence: tuple[Evidence, ...] = (missing(touch.entity, touch.field, "Last touch", value, context=context),)
    open_deals = context.pipeline.open_deals(facts.deals)
    if open_deals:
        deal = biggest(open_deals)
        evidence += (standing(deal, "stage", "Stage", one_line(deal.stage)), *amount_of(deal, context))
    return signal(
        SignalKind.NO_ACTIVITY,
        facts,
        facts.id,
        f"{statement}.",
        since=silence.since + timedelta(days=limit.days),
        evidence=evidence,
        deals=open_deals,
        context=context,
        anchor=f"{touch.entity.kind}:{touch.entity.id}@{touch.at.isoformat()}",
    )
