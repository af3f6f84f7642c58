"""A person's own settings for their brief, reminders and offers. Pure.

None stands for the default of each: the installation's, or the CRM's value for this person. The rules are in
`store.domain.people.settings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """No brief comes before the day `until`, where the person is; without one, until they resume it."""

    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.until is None or day < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalSettings:
    """`working_days` counts Monday as 0. `quiet` are the hours without reminders and offers, from and until: 18:00, 08:00.
    `country` is an ISO 3166 code for public holidays, "" for none, and `region` the code of a part of it. `asks` is how many
    decisions a brief asks for, `signals_off` are kinds of signals that it leaves out, `by_mail` sends it by e-mail as well."""

    brief_time: time | None = None
    working_days: frozenset[int] | None = None
    quiet: tuple[time, time] | None = None
    country: str | None = None
    region: str | None = None
    asks: int | None = None
    signals_off: frozenset[str] = frozenset()
    by_mail: bool | None = None
    pause: Pause | None = None


NOTHING_SET = PersonalSettings()
