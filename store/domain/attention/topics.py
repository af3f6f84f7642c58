"""The topics of advice in the words of a sentence: `You dismissed 9 of 10 about next steps.`"""

from __future__ import annotations

from collections.abc import Mapping

from store.domain.gate.proposals import Action
from store.domain.signals.kinds import SignalKind

WORDS: Mapping[str, str] = {
    SignalKind.NO_ACTIVITY: "silent accounts",
    SignalKind.DEAL_STALLED: "stalled deals",
    SignalKind.CLOSE_DATE_PASSED: "passed close dates",
    SignalKind.CLOSE_DATE_SLIPPED: "slipped close dates",
    SignalKind.AMOUNT_DROPPED: "smaller amounts",
    SignalKind.STAGE_MOVED_BACK: "deals that moved back",
    SignalKind.SPONSOR_CHANGED: "changed sponsors",
    SignalKind.NO_NEXT_STEP: "next steps",
    SignalKind.TASK_OVERDUE: "overdue tasks",
    SignalKind.SINGLE_THREADED: "single contacts",
    SignalKind.OWNER_CHANGED: "new owners",
    SignalKind.NEW_DEAL: "new deals",
    SignalKind.DEAL_WON: "won deals",
    SignalKind.DEAL_LOST: "lost deals",
    SignalKind.DEAL_REOPENED: "reopened deals",
    Action.FOLLOW_UP: "follow-ups",
    Action.NOTE: "notes",
    Action.UPDATE: "updates of records",
    Action.ESCALATE: "escalations",
    Action.EMAIL: "e-mails",
}


def is_topic(topic: str) -> bool:
    return topic in WORDS


def words_of(topic: str) -> str:
    """Return the topic as a plural noun; for one of another release, its name."""
    return WORDS.get(topic, topic.replace("_", " "))
