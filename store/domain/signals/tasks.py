"""Overdue tasks: open tasks past their due date. The bot's own are none of them: their advice covers those."""

from __future__ import annotations

from datetime import timedelta

from store.domain.crm.accounts import AccountFacts, Activity
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import day_text, standing
from store.domain.signals.findings import NAME_LENGTH, finding, signal, start_of
from store.domain.signals.kinds import Finding, SignalKind
from store.domain.signals.own_tasks import is_overdue, open_tasks
from store.domain.text.wording import ago, quoted


def task_overdue(facts: AccountFacts, context: SignalContext) -> Finding:
    """An open task's due date is before today. Due dates are stored as midnight UTC."""
    kind = SignalKind.TASK_OVERDUE
    everyones = open_tasks(facts)
    tasks = [task for task in everyones if task.id not in context.own_tasks]
    if not tasks:
        return finding(kind, (), "The open tasks come from this bot." if everyones else "There is no open task.")
    open_deals = {deal.id: deal for deal in context.pipeline.open_deals(facts.deals)}
    found = []
    for task in tasks:
        if task.at is None or not is_overdue(task, context.today):
            continue
        due = task.at.date()
        found.append(
            signal(
                kind,
                facts,
                task.id,
                f"Task {quoted(task.subject, limit=NAME_LENGTH)} was due on {day_text(due, context)}.",
                since=start_of(due + timedelta(days=1)),
                evidence=(standing(task, "at", "Due date", due_text(task, context)),),
                deals=[deal] if (deal := open_deals.get(task.deal_id or "")) else [],
                context=context,
                anchor=due.isoformat(),
            )
        )
    dates = [task.at.date() for task in tasks if task.at is not None]
    nearest = f"the nearest is due on {day_text(min(dates), context)}" if dates else "none has a due date"
    if len(tasks) == 1:
        when = f"is due on {day_text(dates[0], context)}" if dates else "has no due date"
        return finding(kind, found, f"The open task {when}.")
    return finding(kind, found, f"None of the {len(tasks):,} open tasks is overdue; {nearest}.")


def due_text(task: Activity, context: SignalContext) -> str:
    """`14 Mar, 3 days ago`: when an overdue task was due."""
    assert task.at is not None
    due = task.at.date()
    return f"{day_text(due, context)}, {ago((context.today - due).days)}"
