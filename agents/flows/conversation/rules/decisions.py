"""Answers on decisions: the person's own, and those of the people they manage."""

from __future__ import annotations

import re
from datetime import timedelta

from agents.flows.access.scope import reports_of
from agents.flows.conversation.rules.reading import Answer, Reading
from agents.flows.gate.open_decisions import by_owner, open_decisions
from store.domain.conversation.periods import Period, period_in
from store.domain.crm.people import local_day, start_of
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.reasons import CONSEQUENCES, reason_of
from store.domain.memory.outcomes import Outcome, OutcomeVerdict
from store.domain.text.wording import one_line, plural

_MOST = 8
_TEAM = re.compile(r"\b(?:team|reports|people|reps)\b", re.IGNORECASE)
_DONE = {
    State.DONE: "done",
    State.READY: "approved, being written",
    State.SENDING: "approved, being written",
    State.UNKNOWN: "approved, outcome not known yet",
    State.DEAD: "approved, could not be written",
    State.UNDONE: "approved, undone since",
    State.REJECTED: "rejected",
    State.SNOOZED: "snoozed",
    State.EXPIRED: "expired",
    State.PENDING: "first approval given",
}
_VERDICTS = {
    OutcomeVerdict.IMPROVED: "it helped: ",
    OutcomeVerdict.FLAT: "",
    OutcomeVerdict.WORSE: "it got worse: ",
}


async def decided(reading: Reading, text: str) -> Answer:
    """The person's own decisions in a period, or their team's, by default since yesterday, each with its outcome."""
    return await _told(reading, text, usual=Period(reading.today - timedelta(days=1), reading.today, "since yesterday"))


async def results(reading: Reading, text: str) -> Answer:
    """The same of a longer time, because results need days to show."""
    days = 30
    return await _told(
        reading, text, usual=Period(reading.today - timedelta(days=days), reading.today, f"in the last {days} days")
    )


async def _told(reading: Reading, text: str, *, usual: Period) -> Answer:
    period = period_in(text, reading.today, ahead=False) or usual
    others = _TEAM.search(text) is not None
    found = [each for each in await _decided(reading, period) if (each.decided_by != reading.whose.id) == others]
    if not found:
        whose = "Your team" if others else reading.about.name if reading.about else "You"
        return Answer(lines=(f"{whose} decided nothing {period.words}.",))
    people = await reading.people()
    outcomes = await reading.tx.outcomes.of([each.id for each in found])
    lines = []
    for each in found[:_MOST]:
        who = people.get(each.decided_by or "")
        by = f" by {who.name}" if others and who else ""
        lines.append(f"• {each.account_name}: {each.name}, {_came_of(each, outcomes.get(each.id))}{by}")
    more = [f"And {len(found) - _MOST} more."] if len(found) > _MOST else []
    helped = sum(each.verdict is OutcomeVerdict.IMPROVED for each in outcomes.values())
    head = f"{plural(len(found), 'decision')} {period.words}"
    head += f", {helped} of {len(outcomes)} measured helped:" if outcomes else ":"
    return Answer(lines=(head, *lines, *more))


def _came_of(proposal: Proposal, outcome: Outcome | None) -> str:
    """`done; it helped: the deal moved on`, or its state."""
    state = _DONE.get(proposal.state, str(proposal.state))
    if outcome is not None:
        because = outcome.because[:1].lower() + outcome.because[1:].rstrip(".")
        return f"{state}; {_VERDICTS[outcome.verdict]}{because}"
    if proposal.state is State.DONE and proposal.undoes is None:
        return f"{state}; too early to say whether it helped"
    if proposal.state is State.REJECTED and proposal.reason:
        reason = reason_of(proposal.reason)
        return f"{state}: {CONSEQUENCES[reason].label if reason else one_line(proposal.reason, limit=80)}"
    return state


async def team(reading: Reading, text: str) -> Answer:
    """How many decisions wait for each report, and how many expire today."""
    reports = await reports_of(reading.tx, reading.person)
    if not reports:
        return Answer(lines=("No one reports to you in the CRM, so I can only tell you about your own accounts.",))
    reading.seen.update(reports)
    rows = by_owner(await open_decisions(reading.tx, list(reports), now=reading.talk.now))
    pending = [each for own in rows.values() for each in own]
    soon = [each for each in pending if local_day(reading.person, each.expires_at) <= reading.today]
    if not pending:
        return Answer(lines=("No decision waits in your team.",))
    today = plural(len(soon), "expires", "expire") if soon else "none expires"
    head = f"{plural(len(pending), 'decision waits', 'decisions wait')} in your team; {today} today."
    lines = [
        f"• {reports[owner_id].name}: {len(own)}, first {own[0].account_name}: {own[0].name}"
        for owner_id, own in sorted(rows.items(), key=lambda each: (-len(each[1]), reports[each[0]].name))[:_MOST]
    ]
    return Answer(lines=(head, *lines))


async def _decided(reading: Reading, period: Period) -> list[Proposal]:
    since = start_of(reading.person, period.first)
    owners = [reading.about.id] if reading.about else list(reading.talk.owners)
    found = await reading.tx.proposals.decided(owners, since=since, limit=200)
    return [each for each in found if each.decided_at and period.includes(local_day(reading.person, each.decided_at))]
