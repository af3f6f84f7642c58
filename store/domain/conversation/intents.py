"""Read from a message what it asks for, by rules: only kinds of question that rules can answer truly.

A message that fits none is answered with what could be asked, never with a guess. `phrases` has the patterns, the most special
kind first.
"""

from __future__ import annotations

from enum import StrEnum


class Intent(StrEnum):
    """Those on one account need one: see `needs_account`."""

    # The person's day
    FIRST = "first"
    NEWS = "news"
    AT_RISK = "at_risk"
    STALLED = "stalled"
    SILENT = "silent"
    OVERDUE = "overdue"
    PIPELINE = "pipeline"
    CLOSING = "closing"
    LARGEST = "largest"
    LATE = "late"
    ENDED = "ended"
    MEETINGS = "meetings"
    DECIDED = "decided"
    RESULTS = "results"
    SNOOZED = "snoozed"
    WAITING = "waiting"
    BRIEFS = "briefs"
    TEAM = "team"
    # One account, or two
    STATUS = "status"
    LAST_CONTACT = "last_contact"
    CONTACTS = "contacts"
    LEFT = "left"
    PROMISES = "promises"
    NOTES = "notes"
    NEXT_STEP = "next_step"
    DEALS = "deals"
    COMPARE = "compare"
    OWNER = "owner"
    DRAFT = "draft"
    # The conversation itself
    HELP = "help"
    STOP = "stop"
    SETTINGS = "settings"
    THANKS = "thanks"
    GREETING = "greeting"
    WHO_ARE_YOU = "who_are_you"
    SMALL_TALK = "small_talk"
    OPERATING = "operating"
    FOR_ME = "for_me"
    NOT_IN_CRM = "not_in_crm"
    CHANGE_DEAL = "change_deal"
    NOT_MY_JOB = "not_my_job"


_OF_ACCOUNT = frozenset(
    {
        Intent.STATUS,
        Intent.LAST_CONTACT,
        Intent.CONTACTS,
        Intent.LEFT,
        Intent.PROMISES,
        Intent.NOTES,
        Intent.NEXT_STEP,
        Intent.DEALS,
        Intent.COMPARE,
        Intent.OWNER,
        Intent.DRAFT,
    }
)


def needs_account(intent: Intent) -> bool:
    return intent in _OF_ACCOUNT
