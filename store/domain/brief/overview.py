"""The state of an account without problems, in at most 55 words: its open deals, the next steps, agreed work never done, and the
last contact."""

from __future__ import annotations

from collections.abc import Sequence

from store.domain.crm.accounts import AccountFacts, Activity, ActivityType, Deal
from store.domain.crm.money import comparable
from store.domain.crm.unread import fields_of
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import day_text
from store.domain.signals.own_tasks import is_overdue, open_tasks
from store.domain.signals.silence import Touch, last_touch
from store.domain.text.wording import one_line, plural

WORDS = 55
_MOST_DEALS = 3
_NAMES = {ActivityType.CALL: "call", ActivityType.EVENT: "meeting", ActivityType.TASK: "task"}


def overview(facts: AccountFacts, context: SignalContext) -> tuple[str, ...]:
    """Return one line each; CRM text in them is plain text on one line."""
    deals = sorted(context.pipeline.open_deals(facts.deals), key=lambda deal: (-comparable(deal), deal.id))
    ends = [*_planned(facts, context), *_agreed(facts, context), _last_contact(facts, context)]
    for shown in range(_MOST_DEALS, 0, -1):
        lines = [*_deals(deals, shown, context), *ends]
        if sum(len(line.split()) for line in lines) <= WORDS:
            break
    return tuple(lines)


def _deals(deals: Sequence[Deal], shown: int, context: SignalContext) -> list[str]:
    if not deals:
        return ["No open deal."]
    left = len(deals) - shown
    more = [f"And {plural(left, 'more open deal')}."] if left > 0 else []
    return [*(_deal(deal, context) for deal in deals[:shown]), *more]


def _deal(deal: Deal, context: SignalContext) -> str:
    worth = f", {context.currency.worth(deal)}" if deal.amount is not None else ""
    step = f"; next: {_short(deal.next_step, 8)}" if (deal.next_step or "").strip() else "; no next step"
    step = "" if "next_step" in fields_of(deal.unread) and not deal.next_step else step
    return f"“{_short(deal.name, 6)}”: {_short(deal.stage, 4)}{worth}{step}"


def _planned(facts: AccountFacts, context: SignalContext) -> list[str]:
    """The nearest call or meeting to come."""
    ahead = [
        each
        for each in facts.activities
        if each.type is not ActivityType.TASK and not each.done and each.at is not None and each.at > context.now
    ]
    nearest = min(ahead, key=lambda each: (each.at, each.id), default=None)
    if nearest is None or nearest.at is None:
        return []
    return [f"Planned: a {_NAMES[nearest.type]}{_with(nearest, facts)} on {day_text(nearest.at, context)}"]


def _agreed(facts: AccountFacts, context: SignalContext) -> list[str]:
    """The task that the bot made, whose day has passed longest ago: without a problem it has no reason any more."""
    late = [each for each in open_tasks(facts) if each.id in context.own_tasks and is_overdue(each, context.today)]
    oldest = min(late, key=lambda each: (each.at, each.id), default=None)
    if oldest is None or oldest.at is None:
        return []
    due = day_text(oldest.at.date(), context)
    return [f"“{_short(oldest.subject, 8)}” was due on {due}, and its reason is gone: you can close it in the CRM"]


def _last_contact(facts: AccountFacts, context: SignalContext) -> str:
    touch = last_touch(facts, context, talks_only=True) or last_touch(facts, context)
    unsure = any(fields_of(each.unread) & {"at", "done", "done_at", "ends_at"} for each in facts.activities)
    if touch is None or touch.entity is facts.account:
        return "Not every call and meeting can be read" if unsure else "No contact is logged yet"
    return f"Last{' readable' if unsure else ''} contact: {touch.name}{_with_whom(touch, facts)} on {day_text(touch.at, context)}"


def _with_whom(touch: Touch, facts: AccountFacts) -> str:
    return _with(touch.entity, facts) if isinstance(touch.entity, Activity) else ""


def _with(activity: Activity, facts: AccountFacts) -> str:
    name = next((each.name for each in facts.contacts if each.id == activity.contact_id), "")
    return f" with {_short(name, 4)}" if name else ""


def _short(text: str | None, words: int) -> str:
    found = (text or "").split()
    return one_line(f"{' '.join(found[:words])}…" if len(found) > words else " ".join(found), limit=60)
