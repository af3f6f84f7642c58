"""For whom something is rendered: their clock, their way into the CRM, and the names of the people they work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.views.text import mrkdwn, named
from store.domain.crm.accounts import Kind


class Links(Protocol):
    """The way from a record to its page in the CRM."""

    def record(self, kind: Kind, record_id: str) -> str | None:
        """The address of a record's page; None where it has none of its own."""
        ...


@dataclass(frozen=True, slots=True)
class ZohoLinks:
    """Pages of Zoho CRM below `ui_url`, e.g. `https://crm.zoho.eu/crm`. Deals are called Potentials there; notes have no page."""

    ui_url: str

    def record(self, kind: Kind, record_id: str) -> str | None:
        tab = _TABS.get(kind)
        return f"{self.ui_url.rstrip('/')}/tab/{tab}/{quote(record_id, safe='')}" if tab and record_id else None


# We know an activity's kind but not its type here; tasks are the ones we write and speak of most.
_TABS: Mapping[Kind, str] = {
    Kind.ACCOUNT: "Accounts",
    Kind.DEAL: "Potentials",
    Kind.CONTACT: "Contacts",
    Kind.ACTIVITY: "Tasks",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """`names` maps CRM user ids to names; `now` is when the rendering happens; times are told in `tz`.

    `space` is the share of their length that texts may take, from 0 to 1.
    """

    links: Links
    names: Mapping[str, str]
    tz: ZoneInfo
    now: datetime
    currency: str = "$"
    space: float = 1.0

    def room(self, limit: int) -> int:
        """The characters a text of at most `limit` may have in the space there is."""
        return max(12, int(limit * self.space))

    def text(self, text: str, *, limit: int) -> str:
        """Foreign text as mrkdwn, in the space there is."""
        return mrkdwn(text, limit=self.room(limit))

    def named(self, name: str, *, limit: int) -> str:
        """A record's name as mrkdwn, marked where it mixes alphabets, in the space there is."""
        return named(name, limit=self.room(limit))

    def name(self, person_id: str | None) -> str:
        """A person's name as mrkdwn."""
        return self.named(self.names.get(person_id or "", "somebody"), limit=60)

    def day(self, when: date) -> str:
        """`Tue 24 Nov`, with the year where it is not the present one."""
        year = f" {when.year}" if when.year != self.now.astimezone(self.tz).year else ""
        return f"{when:%a} {when.day} {when:%b}{year}"

    def moment(self, when: datetime) -> str:
        """`Mon 23 Nov 08:00`, in the reader's time zone."""
        local = when.astimezone(self.tz)
        return f"{self.day(local.date())} {local:%H:%M}"

    def clock(self, when: datetime) -> str:
        """`08:12` for today, else the day with it."""
        local = when.astimezone(self.tz)
        return f"{local:%H:%M}" if local.date() == self.now.astimezone(self.tz).date() else self.moment(when)

    def money(self, amount: float) -> str:
        """`$84,000`, as mrkdwn."""
        return f"{mrkdwn(self.currency, limit=20, empty='')}{amount:,.0f}"
