"""The reader of a view: their time zone, their links into the CRM, and the names of their colleagues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.views.text import mrkdwn, named
from store.domain.crm.accounts import Kind
from store.domain.text.wording import money


class HasMoney(Protocol):
    """An account with its open deals: their worth as a number to compare, and in words."""

    @property
    def amount(self) -> float: ...

    @property
    def open_money(self) -> str | None: ...


class RecordLinks(Protocol):
    """Links records to their pages in the CRM."""

    def record(self, kind: Kind, record_id: str) -> str | None:
        """The URL of a record's page; None if it has none."""
        ...


@dataclass(frozen=True, slots=True)
class ZohoLinks:
    """Zoho CRM pages below `ui_url`, e.g. `https://crm.zoho.eu/crm`. Deals are Potentials there; notes have no page."""

    ui_url: str

    def record(self, kind: Kind, record_id: str) -> str | None:
        tab = _TABS.get(kind)
        return f"{self.ui_url.rstrip('/')}/tab/{tab}/{quote(record_id, safe='')}" if tab and record_id else None


# Here we know that it is an activity, but not which; tasks are the most common.
_TABS: Mapping[Kind, str] = {
    Kind.ACCOUNT: "Accounts",
    Kind.DEAL: "Potentials",
    Kind.CONTACT: "Contacts",
    Kind.ACTIVITY: "Tasks",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """`names` maps CRM user ids to names; `now` is the time of rendering; times appear in `tz`.

    `space` is the share of their length that texts may take, from 0 to 1, `words` the most words of one card, and `write_words`
    the most of the texts that it would write. `me` is the reader's own id, if known: their own decisions don't name them.
    """

    links: RecordLinks
    names: Mapping[str, str]
    tz: ZoneInfo
    now: datetime
    currency: str = "$"
    space: float = 1.0
    words: int = 60
    write_words: int = 28
    me: str | None = None

    def room(self, limit: int) -> int:
        """The characters that a text of at most `limit` may have in the available space."""
        return max(12, int(limit * self.space))

    def text(self, text: str, *, limit: int) -> str:
        """Foreign text as mrkdwn, within the available space."""
        return mrkdwn(text, limit=self.room(limit))

    def named(self, name: str, *, limit: int) -> str:
        """A record's name as mrkdwn, marked if it mixes alphabets, within the available space."""
        return named(name, limit=self.room(limit))

    def name(self, person_id: str | None) -> str:
        """A person's name as mrkdwn."""
        return self.named(self.names.get(person_id or "", "someone"), limit=60)

    def day(self, when: date) -> str:
        """`Tue 24 Nov`, with the year unless it is this year's."""
        year = f" {when.year}" if when.year != self.now.astimezone(self.tz).year else ""
        return f"{when:%a} {when.day} {when:%b}{year}"

    def since(self, when: date) -> str:
        """`Fri` within the last six days, else the whole day."""
        days = (self.now.astimezone(self.tz).date() - when).days
        return f"{when:%a}" if 0 <= days < 7 else self.day(when)

    def moment(self, when: datetime) -> str:
        """`Mon 23 Nov 08:00`, in the reader's time zone."""
        local = when.astimezone(self.tz)
        return f"{self.day(local.date())} {local:%H:%M}"

    def clock(self, when: datetime) -> str:
        """`08:12` for today, otherwise with the day."""
        local = when.astimezone(self.tz)
        return f"{local:%H:%M}" if local.date() == self.now.astimezone(self.tz).date() else self.moment(when)

    def money(self, amount: float) -> str:
        """`$84,000`, as mrkdwn."""
        return mrkdwn(money(amount, self.currency), limit=40)

    def open_money(self, each: HasMoney) -> str:
        """What an account's open deals are worth, as mrkdwn: in each of their currencies. "" for nothing."""
        said = each.open_money
        if said is None:
            return self.money(each.amount) if each.amount > 0 else ""
        return mrkdwn(said, limit=90, empty="")

    def without_money(self, text: str, each: HasMoney) -> str:
        """A statement without the amount that the account's line says."""
        said = money(each.amount, self.currency) if each.open_money is None else each.open_money
        return text.replace(f"” ({said})", "”")
