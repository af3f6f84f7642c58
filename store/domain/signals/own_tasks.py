"""The bot's own tasks: an approved proposal made them, so the bot never asks what to do about them as about anyone's task.

While such a task is open, the advice that it came from rests: the same reason on the same record, and advice that would
say the same again. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from store.domain.crm.accounts import AccountFacts, Activity
from store.domain.signals.kinds import SignalKind

MOST_OPEN = 3  # tasks of ours on one account; with as many open, no other is advised
_MARKER = re.compile(r"\[SAM-[0-9a-f]{10}\]")

Saying = tuple[str, str, str]  # a task's subject, description and assignee


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTask:
    """A task in the CRM that an approval made, and the advice it came from: its key, its signals, and the records that it is
    about. All that is empty for a task whose proposal is gone, known by its marker alone."""

    id: str
    key: str = ""
    kinds: tuple[SignalKind, ...] = ()
    records: frozenset[str] = frozenset()
    says: Saying = ("", "", "")
    agreed_at: datetime | None = None

    def answers(self, key: str, kinds: Collection[SignalKind], record_id: str) -> bool:
        """Whether it came from this advice, or from advice for one of the same reasons on the same record."""
        return bool(self.key) and (
            self.key == key or (record_id in self.records and not set(self.kinds).isdisjoint(kinds))
        )


def marker_in(text: str) -> str | None:
    """The bot's marker in this text, if it has one."""
    found = _MARKER.search(text)
    return found.group() if found else None


def says(subject: str, description: str, assignee_id: str) -> Saying:
    """Whom a task asks to do what, without regard to case and spaces."""
    return " ".join(subject.casefold().split()), " ".join(description.casefold().split()), assignee_id


def open_tasks(facts: AccountFacts) -> tuple[Activity, ...]:
    """Everyone's open tasks on an account."""
    return tuple(each for each in facts.activities if each.is_open)


def with_marked(own: Mapping[str, OwnTask], tasks: Iterable[Activity]) -> dict[str, OwnTask]:
    """The bot's own tasks, including those known by their marker alone."""
    return {task.id: OwnTask(id=task.id) for task in tasks if task.marker} | dict(own)


def is_overdue(task: Activity, today: date) -> bool:
    """Whether its day has passed. Due dates are stored as midnight UTC."""
    return task.at is not None and task.at.date() < today


def open_own(facts: AccountFacts, own: Mapping[str, OwnTask]) -> tuple[OwnTask, ...]:
    """The bot's own open tasks on an account."""
    return tuple(own[task.id] for task in open_tasks(facts) if task.id in own)
