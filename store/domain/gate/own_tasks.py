"""A written proposal as the bot's own task in the CRM. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from store.domain.crm.accounts import Kind
from store.domain.gate.proposals import Proposal
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_task import UpdateTask
from store.domain.signals.kinds import SignalKind
from store.domain.signals.own_tasks import OwnTask, says


def own_task_of(proposal: Proposal) -> OwnTask | None:
    """The task that this proposal made; None if it made none."""
    write, advice = proposal.write, proposal.recommendation
    if not isinstance(write, CreateTask) or proposal.crm_id is None:
        return None
    return OwnTask(
        id=proposal.crm_id,
        key=advice.key,
        kinds=advice.signals,
        records=frozenset({write.parent_id, *(each.record_id for each in advice.evidence)}),
        says=says(write.subject, write.description, write.assignee_id),
        agreed_at=proposal.decided_at or proposal.done_at,
    )


def overdue_tasks_in(proposal: Proposal) -> frozenset[str]:
    """The tasks that the advice was about, if it was about overdue tasks."""
    advice = proposal.recommendation
    if SignalKind.TASK_OVERDUE not in advice.signals:
        return frozenset()
    return frozenset(each.record_id for each in advice.evidence if each.kind is Kind.ACTIVITY)


def is_about_own(proposal: Proposal, own: Mapping[str, OwnTask]) -> bool:
    """Whether it changed a task of the bot's own, or made a task about one."""
    return isinstance(proposal.write, UpdateTask) or any(each in own for each in overdue_tasks_in(proposal))
