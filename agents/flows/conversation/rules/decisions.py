"""Answers on decisions: the person's own, and those of the people they manage."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from agents.flows.access.scope import reports_of
from agents.flows.conversation.rules.reading import Answer, Reading
from agents.flows.gate.retract_proposals import still_asked
from store.domain.conversation.periods import Period, period_in
from store.domain.crm.people import local_day
from store.domain.gate.proposals import Proposal, State
from store.domain.text.wording import plural

_MOST = 8
_TEAM = re.compile(r"\b(?:team|reports|people|reps)\b", re.IGNORECASE)
_DONE = {
    State.DONE: "written",
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


async def decided(reading: Reading, text: str) -> Answer:
    """The person's own decisions in a period, or their team's, by default since yesterday, with the state of each."""
    period = period_in(text, reading.today, ahead=False) or Period(
        reading.today - timedelta(days=1), reading.today, "since yesterday"
    )
    others = _TEAM.search(text) is not None
    found = [each for each in await _decided(reading, period) if (each.decided_by != reading.person.id) == others]
    if not found:
        return Answer(lines=(f"{'Your team' if others else 'You'} decided nothing {period.words}.",))
    people = await reading.people()
    lines = []
    for each in found[:_MOST]:
        who = people.get(each.decided_by or "")
        by = f" by {who.name}" if others and who else ""
        lines.append(f"• {each.account_name}: {each.name}, {_DONE.get(each.state, str(each.state))}{by}")
    more = [f"And {len(found) - _MOST} more."] if len(found) > _MOST else []
    return Answer(lines=(f"{plural(len(found), 'decision')} {period.words}:", *lines, *more))


async def team(reading: Reading, text: str) -> Answer:
    """How many decisions wait for each report, and how many expire today."""
    reports = {
        each: who for each, who in (await reports_of(reading.tx, reading.person)).items() if each != reading.person.id
    }
    if not reports:
        return Answer(lines=("No one reports to you in the CRM, so I can only tell you about your own accounts.",))
    pending = await still_asked(reading.tx, await reading.tx.proposals.pending(list(reports)), now=reading.talk.now)
    ordered = sorted(pending, key=lambda each: (each.owner_id, each.expires_at))
    rows = {owner_id: list(group) for owner_id, group in groupby(ordered, key=lambda each: each.owner_id)}
    soon = [each for each in pending if local_day(reading.person, each.expires_at) <= reading.today]
    head = f"{plural(len(pending), 'decision waits', 'decisions wait')} in your team, {len(soon)} of them until today."
    lines = [
        f"• {reports[owner_id].name}: {len(own)}, first {own[0].account_name}: {own[0].name}"
        for owner_id, own in sorted(rows.items(), key=lambda each: (-len(each[1]), reports[each[0]].name))[:_MOST]
    ]
    return Answer(lines=(head, *lines))


async def _decided(reading: Reading, period: Period) -> list[Proposal]:
    zone = ZoneInfo(reading.person.timezone)
    since = datetime.combine(period.first, time(), tzinfo=zone).astimezone(UTC)
    owners = list(reading.talk.owners)
    found = await reading.tx.proposals.decided(owners, since=since, limit=200)
    return [each for each in found if each.decided_at and period.includes(local_day(reading.person, each.decided_at))]
