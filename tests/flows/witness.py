"""A judge of what went out who asks the CRM's own story and nobody else: the events that a sandbox company is made of.

It shares no line with the code that checks citations. A sentence holds where every day, figure and quotation in it stands in a
value that one of the cited records has or had, or can be counted from one: days that went by, what a share of two amounts is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from integrations.sandbox.history import Company
from store.domain.crm.evidence import Evidence

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}}) (?P<month>{'|'.join(_MONTHS)})[a-z]*\b(?: (?P<year>20\d\d))?|\b20\d\d-\d\d-\d\d\b"
)
_SPAN = re.compile(r"between \d{1,2} [A-Z][a-z]{2}(?: 20\d\d)? and \d{1,2} [A-Z][a-z]{2}(?: 20\d\d)?")
_QUOTED = re.compile(r"“([^“”]*)”")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)")
INVENTED = ("Halvorsen", "Amelia Strand", "Kowalski", "it is worth saying once more")


@dataclass
class Record:
    """Everything that ever stood in a record, as its writers wrote it, with the names of what it is linked to."""

    texts: list[str] = field(default_factory=list)
    days: set[date] = field(default_factory=set)
    numbers: list[float] = field(default_factory=list)
    account: str = ""


class Witness:
    """Knows the company's story until `today`. `owners` are who owns each account at the end of it."""

    def __init__(self, company: Company, today: date) -> None:
        self.today = today
        self.records: dict[str, Record] = defaultdict(Record)
        self.owners: dict[str, str] = {}
        self._names = {user.id: user.full_name for user in company.users}
        self._people = {user.id for user in company.users}
        for event in company.events:
            if event.at.date() <= today:
                self._read(event.module, event.id, event.user_id, event.at, event.fields)

    def faults(self, text: str, evidence: Iterable[Evidence], *, owner_id: str, also: Iterable[str] = ()) -> list[str]:
        """What does not hold in a text. `also` are words that need no record: the account's name, the reader's."""
        cited = list(evidence)
        found = [f"rests on nothing: {text}"] if not cited else []
        found += [problem for each in cited if (problem := self._unresolved(each, owner_id))]
        known = self._known(cited, also)
        for sentence in re.split(r"(?<=[.!?])\s+|\n", text):
            found += [f"{each} in “{sentence}”" for each in self._beyond(sentence, known)]
        return found

    def _read(self, module: str, record_id: str, user_id: str, at: datetime, fields: Mapping[str, Any]) -> None:
        record = self.records[record_id]
        record.days.add(at.date())
        for name, value in fields.items():
            self._value(record, name, value)
        if module == "Accounts":
            record.account = record_id
            owner = fields.get("Owner")
            if isinstance(owner, Mapping):
                self.owners[record_id] = str(owner["id"])
            else:
                self.owners.setdefault(record_id, user_id)
        if name := str(fields.get("Account_Name") or fields.get("Deal_Name") or fields.get("Last_Name") or ""):
            self._names[record_id] = (
                f"{fields.get('First_Name') or ''} {name}".strip() if module == "Contacts" else name
            )

    def _value(self, record: Record, name: str, value: Any) -> None:
        if isinstance(value, Mapping):
            linked = str(value.get("id") or "")
            record.texts.append(self._names.get(linked, ""))
            if linked in self.records and linked not in self._people:
                record.account = record.account or self.records[linked].account
        elif isinstance(value, bool) or value is None:
            return
        elif isinstance(value, int | float):
            record.numbers.append(float(value))
        elif isinstance(value, str):
            record.texts.append(value)
            record.days |= {date(int(y), int(m), int(d)) for y, m, d in _ISO.findall(value)}

    def _unresolved(self, each: Evidence, owner_id: str) -> str:
        if each.record_id not in self.records:
            return f"{each.id} is no record"
        account = self.records[each.record_id].account
        return f"{each.id} is of somebody else" if self.owners.get(account) != owner_id else ""

    def _known(self, cited: Iterable[Evidence], also: Iterable[str]) -> Record:
        """All that these records say, with their accounts' own values."""
        known = Record(texts=list(also), days={self.today})
        ids = {each.record_id for each in cited}
        ids |= {self.records[each].account for each in ids if each in self.records}
        related = [record for key, record in self.records.items() if key in ids or record.account in ids]
        for record in related:
            known.texts += record.texts
            known.days |= record.days
            known.numbers += record.numbers
        return known

    def _beyond(self, sentence: str, known: Record) -> Iterator[str]:
        yield from (name for name in INVENTED if name in sentence)
        said = _plain(" · ".join(known.texts))
        rest = sentence
        for quoted in _QUOTED.findall(sentence):
            if _plain(quoted).rstrip("… .") not in said:
                yield f"“{quoted}”"
            rest = rest.replace(f"“{quoted}”", " ")
        for words in sorted({each for each in known.texts if any(map(str.isdigit, each))}, key=len, reverse=True):
            rest = rest.replace(words, " ")
        for span in _SPAN.findall(rest):
            first, last = (_day_of(each, self.today) for each in _DAY.finditer(span))
            if not any(first <= day <= last for day in known.days):
                yield span
            rest = rest.replace(span, " ")
        for found in _DAY.finditer(rest):
            if not any(map(_fits(found, self.today), known.days)) and _plain(found[0]) not in said:
                yield found[0]
        rest = _DAY.sub(" ", rest)
        countable = self._countable(known)
        for number in _NUMBER.findall(rest):
            if float(number.replace(",", "").rstrip(".")) not in countable and number not in said:
                yield number

    def _countable(self, known: Record) -> set[float]:
        """The figures that stand there, the days between, and how much of one amount another is, in percent."""
        gone = {abs((one - other).days) for one in known.days for other in (self.today, *known.days)}
        shares = {round(100 * abs(one - other) / other) for one in known.numbers for other in known.numbers if other}
        amounts = {round(each) for each in known.numbers} | {
            round(abs(a - b)) for a in known.numbers for b in known.numbers
        }
        return {*map(float, gone | shares | amounts), *known.numbers}


def _day_of(found: re.Match[str], today: date) -> date:
    return date(int(found["year"] or today.year), _MONTHS.index(found["month"]) + 1, int(found["day"]))


def _fits(found: re.Match[str], today: date) -> Any:
    if found["day"] is None:
        return lambda day: day.isoformat() == found[0]
    month, year = _MONTHS.index(found["month"]) + 1, int(found["year"] or today.year)
    near = timedelta(days=1)  # a moment near midnight is another day where the owner is
    wanted = (int(found["day"]), month, year)
    return lambda day: any((each.day, each.month, each.year) == wanted for each in (day - near, day, day + near))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[“”‘’\"']", "", text).split()).casefold()
