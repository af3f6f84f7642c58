"""Working time: when the world's people act, and when a nightly look first sees their actions."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

LOOK_TIME = time(6, tzinfo=UTC)
_OPENS, _CLOSES = time(8, 40), time(17, 50)
_DAY = timedelta(days=1)


def look_on(day: date) -> datetime:
    """Return the moment of the nightly look on `day`: it sees everything strictly before."""
    return datetime.combine(day, LOOK_TIME)


def first_look_after(moment: datetime) -> date:
    """Return the day of the first nightly look that sees an event at `moment`."""
    return (moment - timedelta(hours=LOOK_TIME.hour)).date() + _DAY


class Diary:
    """One person's working hours, Monday to Friday, in their own time zone."""

    def __init__(self, zone: str, rng: Random) -> None:
        self._zone = ZoneInfo(zone)
        self._rng = rng

    def at_work(self, moment: datetime) -> datetime:
        """Return a moment in office hours at or after `moment`: on the same day if some of it is left. UTC, whole seconds.

        Never the very second of a nightly look, so that a window of whole days has no doubtful edge.
        """
        local = moment.astimezone(self._zone)
        day, opens = local.date(), max(_OPENS, local.time().replace(microsecond=0))
        if day.weekday() > 4 or opens >= _CLOSES:
            day, opens = _next_working_day(day), _OPENS
        return self._between(day, opens, _CLOSES)

    def slot(self, moment: datetime) -> datetime:
        """Return a half hour at which meetings start, at or after `moment` by less than four days. UTC."""
        at = self.at_work(moment)
        start = at - timedelta(minutes=at.minute % 30, seconds=at.second) + timedelta(minutes=30)
        return start + timedelta(minutes=30) if start.timetz() == LOOK_TIME else start

    def day_of(self, moment: datetime) -> date:
        """Return the person's own calendar date at that moment."""
        return moment.astimezone(self._zone).date()

    def first_look_past(self, day: date) -> date:
        """Return the day of the first nightly look at which the person's own calendar is past `day`. In the evening of Los
        Angeles, that look still falls on `day`."""
        look = day + _DAY
        while self.day_of(look_on(look)) <= day:
            look += _DAY
        return look

    def last_afternoon(self, end: date) -> datetime:
        """Return a moment on the last working day before `end`, late enough to be news on the morning of `end` and not
        before."""
        day = _previous_working_day(end)
        after_look = (look_on(day) + timedelta(minutes=1)).astimezone(self._zone)
        opens = max(_OPENS, after_look.time()) if after_look.date() == day else _OPENS
        return self._between(day, opens, time(18, 40))

    def _between(self, day: date, opens: time, closes: time) -> datetime:
        first, last = _seconds(opens), _seconds(closes)
        second = self._rng.randint(min(first, last - 1), last)
        local = datetime.combine(day, time(second // 3600, second // 60 % 60, second % 60), self._zone)
        at = local.astimezone(UTC)
        return at + timedelta(seconds=1) if at.timetz() == LOOK_TIME else at


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _next_working_day(day: date) -> date:
    day += _DAY
    while day.weekday() > 4:
        day += _DAY
    return day


def _previous_working_day(day: date) -> date:
    day -= _DAY
    while day.weekday() > 4:
        day -= _DAY
    return day
