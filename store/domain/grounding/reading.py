"""The place in a text that is being read: its values, the records that it is about by now, and what was found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from store.domain.grounding.claims import Figure
from store.domain.grounding.marks import Marked
from store.domain.grounding.statements import Claim, Value

NAME = re.compile(r"N\d+(?:[’']s?)?")


@dataclass(frozen=True, slots=True)
class About:
    """The record that “it” means, and the person that “he” or “she” does."""

    it: str | None = None
    person: str | None = None


@dataclass(slots=True)
class Read:
    """`claims` with the totals that the text sums up and the records whose amounts it compares, the larger first; `rest` are
    the words that no phrase explains, `judged` the names that the writer has an opinion of, `idle` those about which nothing
    is said."""

    claims: list[Claim] = field(default_factory=list)
    totals: list[tuple[tuple[str, ...], Figure]] = field(default_factory=list)
    larger: list[tuple[str, str]] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    idle: set[str] = field(default_factory=set)
    named: list[str] = field(default_factory=list)
    judged: set[str] = field(default_factory=set)
    unclear: bool = False


class Reading:
    """`titles` are the names that are titles of people, such as “finance director”."""

    def __init__(self, marked: Marked, about: About, titles: frozenset[str]) -> None:
        self.text = marked.text
        self.values = marked.values
        self.about = about
        self.titles = titles
        self.subjects: list[str] = [about.it] if about.it is not None else []
        self.topic = ""
        self.name = ""  # the last name read, for the brackets behind it
        self.open = False  # whether a further name joins the subjects
        self.together = False  # whether the text announced a total
        self.found = Read()

    def note(self, token: str | None) -> None:
        if token and token[0] == "N" and token in self.values:
            self.name = self.name_in(token)
            self.found.named.append(self.name)

    def name_in(self, words: str) -> str:
        """The name of `N3`, also as `N3’s`."""
        name = self.values[token_of(words)]
        assert isinstance(name, str)
        return name

    def is_title(self, token: str) -> bool:
        return self.values.get(token_of(token)) in self.titles

    def add(self, record: str, of: str, relation: str, slots: dict[str, Value]) -> None:
        self.found.claims.append(Claim(record, of, relation, dict(slots)))

    def ended(self) -> Read:
        found = self.found
        used = {each.record for each in found.claims}
        used |= {value for each in found.claims for value in each.slots.values() if isinstance(value, str)}
        used |= {name for names, _ in found.totals for name in names}
        used |= {name for pair in found.larger for name in pair}
        found.idle = set(found.named) - used - found.judged
        return found


def token_of(words: str) -> str:
    return re.sub(r"[’'].*", "", words)
