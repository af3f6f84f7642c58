"""Whose a record is, if its line does not say it: whoever owns most of the records that point to it, or the default owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from integrations.sandbox.history import Json
from integrations.sandbox.imports.users import People

Targets = Callable[[str, str], Iterator[Mapping[str, Json]]]


@dataclass(slots=True)
class Owners:
    """`targets` yields, for each record of a child module, its owner and its lookups to a module."""

    people: People
    default: str | None
    targets: Targets
    _counts: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)

    @property
    def default_name(self) -> str:
        return self.people.names[str(self.default)]

    def of_most(self, name: str, child: str, record_id: str) -> str | None:
        """Return who owns most of the `child` records that point to this one: of those who still work here, the first by name
        in a tie. None if there is no such person."""
        counts = self._of(name, child).get(record_id, Counter())
        working = [owner for owner in counts if owner in self.people.active]
        return min(working, key=lambda owner: (-counts[owner], self.people.names[owner]), default=None)

    def have_left(self, name: str, child: str, record_id: str) -> bool:
        """Whether records point here, all of people who have left."""
        return bool(self._of(name, child).get(record_id)) and self.of_most(name, child, record_id) is None

    def _of(self, name: str, child: str) -> dict[str, Counter[str]]:
        """Return how many of the `child` records each user owns, by the record of a module that they point to."""
        if name not in self._counts:
            found: dict[str, Counter[str]] = {}
            for fields in self.targets(name, child):
                owner = fields.get("Owner")
                for target in (value for field, value in fields.items() if field != "Owner"):
                    if isinstance(target, Mapping) and isinstance(owner, Mapping):
                        found.setdefault(str(target["id"]), Counter())[str(owner["id"])] += 1
            self._counts[name] = found
        return self._counts[name]
