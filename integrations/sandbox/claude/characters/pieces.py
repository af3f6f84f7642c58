"""True pieces to write with, read from the facts that a prompt gives: deals, people, activities, the silence, notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_MONEY = r"[$€£]?\d[\d,.]{0,20}\d"
_DAY = r"\d{1,2} [A-Z][a-z]{2}(?: \d{4})?"
_DEAL = re.compile(r"^“(?P<name>[^”]{1,300})”")
_DEAL_PARTS: Mapping[str, re.Pattern[str]] = {
    "stage": re.compile(r" is in (?P<v>[^,.]{1,100}?)(?:,| and |\.)"),
    "amount": re.compile(rf"(?: is worth |^“[^”]{{1,300}}” \()(?P<v>{_MONEY})"),
    "closes": re.compile(rf" to close on (?P<v>{_DAY})"),
    "late": re.compile(rf" was (?:due )?to close on (?P<v>{_DAY})"),
    "later": re.compile(r" slipped (?P<v>\d+ days?)"),
    "less": re.compile(r" lost (?P<v>\d+%)"),
    "was": re.compile(rf"\(was (?P<v>{_MONEY})\)"),
    "back from": re.compile(r" went back from (?P<v>[^.]{1,100}?) to "),
    "step": re.compile(r" has the next step “(?P<v>[^”]{1,400})”"),
}
_PERSON = re.compile(
    r"^(?P<name>[A-Z][^“”,.(]{1,80}?) is (?P<title>[^“”,]{1,120})(?:, (?P<role>[A-Z][a-z]{1,30}(?: maker)?))?\.$"
)
_LEFT = re.compile(
    r"^(?P<name>[A-Z][^“”,(]{1,80}?)(?: \(.{1,120}?\)|, the contact of .{1,200}?,)? (?:moved to another|was taken off the) account"
    rf"(?: on (?P<day>{_DAY})| between {_DAY} and {_DAY})\.$"
)
_ACTIVITY = re.compile(
    r"^(?:The )?(?P<kind>call|meeting|task) “(?P<name>[^”]{1,300})” (?P<state>took place|was done|was due|is set|is due)"
    rf" (?:on|for) (?P<day>{_DAY})\.$"
)
_SILENCE = re.compile(
    r"^Nothing logged for (?:at least )?(?P<days>\d{1,4} days).{0,200}?"
    rf"(?:since a (?P<touch>[a-z ]{{1,40}}) on (?P<day>{_DAY}))?\.$"
)
_NOTE = re.compile(rf"^A note of (?P<day>{_DAY}) says: (?P<text>[A-Z].+?[.!])(?: |$)")
_NO_PERSON = ("The only", "Task")


@dataclass(slots=True)
class Pieces:
    """`deals` and `people` by name, each with its values by part; `activities` as name, kind, state, day."""

    deals: dict[str, dict[str, str]] = field(default_factory=dict)
    people: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    activities: list[tuple[str, str, str, str]] = field(default_factory=list)
    silence: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def days(self) -> list[str]:
        """Every day that a fact is about."""
        found = [each["closes"] for each in self.deals.values() if "closes" in each]
        found += [
            *filter(None, self.left.values()),
            *(each[3] for each in self.activities),
            *(day for day, _ in self.notes),
        ]
        return list(dict.fromkeys([*found, *(day for _, _, day in self.silence if day)]))

    @property
    def amounts(self) -> list[str]:
        return list(
            dict.fromkeys(each[part] for each in self.deals.values() for part in ("amount", "was") if part in each)
        )


def pieces_in(texts: Iterable[str]) -> Pieces:
    found = Pieces()
    for text in texts:
        if deal := _DEAL.match(text):
            parts = found.deals.setdefault(deal["name"], {})
            parts.update((name, part["v"]) for name, form in _DEAL_PARTS.items() if (part := form.search(text)))
        elif left := _LEFT.match(text):
            found.left[left["name"]] = left["day"] or ""
        elif done := _ACTIVITY.match(text):
            found.activities.append((done["name"], done["kind"], done["state"], done["day"]))
        elif silent := _SILENCE.match(text):
            found.silence.append((silent["days"], silent["touch"] or "", silent["day"] or ""))
        elif note := _NOTE.match(text):
            found.notes.append((note["day"], note["text"]))
        elif (person := _PERSON.match(text)) and not text.startswith(_NO_PERSON) and "only contact" not in text:
            found.people[person["name"]] = [each for each in (person["title"], person["role"]) if each]
    return found
