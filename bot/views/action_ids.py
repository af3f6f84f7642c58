"""Ids of the buttons and menus of a brief and of the Home. Their values name a version, `id:version`, unless a comment says
otherwise."""

from __future__ import annotations

APPROVE, ADJUST, REJECT = "approve_proposal", "adjust_proposal", "reject_proposal"
READ = "read_proposal"  # opens the whole write, with all answers; its value is `id:version`, or `id:version:brief_id`
SNOOZE, BRING_BACK = "snooze_proposal", "bring_back_proposal"  # a choice of SNOOZE is `id:version:until`
UNDO = "undo_write"
REOPEN = "reopen_proposal"  # after Reject or an undo
LIFT = "lift_rejection"  # after Reject, when it is too late to decide
KEEP_ASKING, NOT_RELEVANT = "keep_asking", "not_relevant"  # answers to “does it still matter?”
WHY = "why_proposal"  # its value is `brief_id:account_id`
OPEN_REPORT = "open_report"  # opens the decisions of one of the reader's reports; the value is the person's id
OPEN_NAMED = tuple(f"{OPEN_REPORT}_{number}" for number in range(1, 6))  # the same, of buttons beside each other
# In the Home.
REVIEW = "review_account"  # its value is the account's id
SET_ASIDE = "show_set_aside"  # everything snoozed or rejected
SHOW_FEWER, SHOW_AS_BEFORE = "show_fewer", "show_as_before"  # the value is a topic
FIGURES = "show_figures"  # the value is a scope
# In the survey: begins the ids of its buttons; the value is the survey's number.
SURVEY = "survey:"
# In a message to administrators; the value is a signal's name.
SWITCH_OFF, KEEP_SILENT = "switch_signal_off", "keep_signal_silent"
