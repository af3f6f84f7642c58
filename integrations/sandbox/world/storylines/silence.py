"""Storylines of silence: the customer has had no contact for too long."""

from __future__ import annotations

from datetime import datetime, timedelta

from integrations.sandbox.world.prose import Topic
from integrations.sandbox.world.rhythm import keep_in_touch, plan_meeting, write_note
from integrations.sandbox.world.script import Script
from integrations.sandbox.world.storylines.common import business_as_usual, opening
from store.domain.signals.kinds import SignalKind


def silence(script: Script) -> None:
    """Contact stops; half the time a deal continues anyway. In the past version, contact resumes after five to eight weeks."""
    account = opening(script)
    if script.rng.random() < 0.5:
        business_as_usual(script, account, since=script.start - timedelta(days=30))
    last = keep_in_touch(script, account, until=script.turn(live=(33, 60), past=(80, 105)))
    back = script.recovery(last, 35, 58)
    note = f"nothing logged since {last.date()}"
    falls_silent(script, last, until=back, note=note)
    if back < script.curtain:
        write_note(script, account, back, Topic.CHECK_IN)
        keep_in_touch(script, account, since=back)


def falls_silent(script: Script, last: datetime, *, until: datetime, note: str, true: bool = True) -> None:
    """Label the account whose last entry is a month old."""
    since = last + timedelta(days=30)
    script.holds(SignalKind.NO_ACTIVITY, script.account_id, since=since, until=until, note=note, true=true)


def answered_silence(script: Script) -> None:
    """After more than a month a meeting enters the calendar: from two weeks before it the silence is answered."""
    account = opening(script)
    last = keep_in_touch(script, account, until=script.turn(live=(35, 45), past=(75, 105)))
    made = script.later(last, 31, 40)
    start = script.diary.slot(made + script.days(4, 19))
    answered = max(made, start - timedelta(days=14))
    note = f"nothing logged since {last.date()}; a meeting on {start.date()} answers it"
    falls_silent(script, last, until=answered, note=note)
    plan_meeting(script, account, start, made=made)
    keep_in_touch(script, account, since=start)
