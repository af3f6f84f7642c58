"""The exact writes that advice proposes: on which record, for whom, due when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from agents.author.playbook.situation import Situation
from store.domain.crm.accounts import Activity, Kind, Person
from store.domain.crm.people import is_working_day, local_day
from store.domain.gate.writes.add_note import TEXT_LIMIT, TITLE_LIMIT, AddNote
from store.domain.gate.writes.create_task import DESCRIPTION_LIMIT, STATUS, SUBJECT_LIMIT, CreateTask
from store.domain.gate.writes.update_account import FieldChange, UpdateAccount
from store.domain.gate.writes.update_task import UpdateTask
from store.domain.signals.kinds import Risk
from store.domain.signals.own_tasks import OwnTask
from store.domain.text.wording import one_line

# Zoho's own values of Account_Type; only this one step is ever proposed.
PROSPECT, CUSTOMER = "Prospect", "Customer"
WORKING_DAYS_TO_ACT = {Risk.HIGH: 1, Risk.MEDIUM: 2, Risk.LOW: 3}

Parent = tuple[Literal[Kind.ACCOUNT, Kind.DEAL], str, str]


def follow_up_task(situation: Situation, *, subject: str, description: str, escalates: bool) -> CreateTask:
    """A task for the owner, or for the manager when it escalates. The higher the risk, the sooner it is due."""
    kind, record_id, name = _parent(situation)
    owner, high = situation.owner, situation.main.risk is Risk.HIGH
    assignee = situation.manager if escalates and situation.manager else owner
    days = WORKING_DAYS_TO_ACT[situation.main.risk]
    return CreateTask(
        parent_kind=kind,
        parent_id=record_id,
        parent_name=name,
        subject=one_line(subject, limit=SUBJECT_LIMIT),
        description=description[:DESCRIPTION_LIMIT],
        due=after_working_days(situation.context.today, days, owner),
        priority="High" if high else "Normal",
        assignee_id=assignee.id,
        assignee_name=assignee.name,
    )


def agreed_step(situation: Situation, task: Activity, own: OwnTask, *, moved_before: bool) -> UpdateTask:
    """Move the overdue task that was agreed for this situation; once it was moved and is overdue again, drop it."""
    kind, record_id, name = _parent_of(situation, task)
    owner, due = situation.owner, task.at.date() if task.at else None
    days = WORKING_DAYS_TO_ACT[situation.main.risk]
    status = task.status or STATUS
    write = UpdateTask(
        parent_kind=kind,
        parent_id=record_id,
        parent_name=name,
        task_id=task.id,
        subject=task.subject,
        agreed_on=local_day(owner, own.agreed_at) if own.agreed_at else None,
        was_due=due,
        was_status=status,
        due=due,
        status=status,
        unless_modified_since=task.modified_at,
    )
    later = after_working_days(situation.context.today, days, owner)
    return write.stepped("drop" if moved_before else "move", later)


def movement_note(situation: Situation, *, title: str, text: str) -> AddNote:
    """A note that records the changes: facts only, since colleagues read it without the advice."""
    kind, record_id, name = _parent(situation)
    return AddNote(
        parent_kind=kind,
        parent_id=record_id,
        parent_name=name,
        title=one_line(title, limit=TITLE_LIMIT),
        text=text[:TEXT_LIMIT],
    )


def is_won_prospect(situation: Situation) -> bool:
    """Whether the account is the reader's own and still marked as a prospect."""
    account = situation.facts.account
    return situation.account_write_allowed and account is not None and account.account_type == PROSPECT


def customer_update(situation: Situation) -> UpdateAccount:
    """Mark the account as a customer, unless it changed since."""
    account = situation.facts.account
    assert account is not None
    return UpdateAccount(
        account_id=account.id,
        account_name=account.name,
        changes=(FieldChange(field="account_type", before=account.account_type, after=CUSTOMER),),
        unless_modified_since=account.modified_at,
    )


def after_working_days(today: date, days: int, owner: Person) -> date:
    """The date this many working days of the owner's after today."""
    day = today
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(owner, day)
    return day


def _parent_of(situation: Situation, task: Activity) -> Parent:
    """The record that the task is on; that of the advice if the task's is not at hand."""
    deal = next((each for each in situation.facts.deals if each.id == task.deal_id), None)
    return (Kind.DEAL, deal.id, deal.name) if deal else _parent(situation)


def _parent(situation: Situation) -> Parent:
    """The account if the advice concerns all of it, else the deal; on another owner's account always the deal."""
    account, deal = situation.facts.account, situation.deal
    if account is not None and situation.account_write_allowed and (situation.is_about_account or deal is None):
        return (Kind.ACCOUNT, account.id, account.name)
    assert deal is not None  # another owner's account is here only because of the reader's deal
    return (Kind.DEAL, deal.id, deal.name)
