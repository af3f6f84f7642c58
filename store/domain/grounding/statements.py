"""The claims of sentences, as values: a record, one of its fields, its state or movement, and the figures, days and names in it.

Facts and sentences are read by the same grammar. A sentence's statement holds if a fact states the same about the same field of
the same record; nothing is put together from two facts that speak of different things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made

from store.domain.grounding.claims import Figure
from store.domain.grounding.days import ClaimedDay

Value = Figure | ClaimedDay | str  # a string is a name or quoted words, in lower case
MOVES = frozenset({"later", "earlier", "less", "more", "back", "forward", "moved"})


@dataclass(frozen=True, slots=True)
class Claim:
    """`record` is the name of the record, "" for the account itself; `slots` are the values by their part: `is`, `from`, `to`,
    `by`, `on`, `for`, `since`, `usual`."""

    record: str
    field: str
    relation: str
    slots: Mapping[str, Value] = made(default_factory=dict)

    def holds_by(self, fact: Claim) -> bool:
        """Whether the fact states all of this."""
        return (
            self.record == fact.record
            and (self.field == fact.field or fact.field in _FIELDS.get(self.field, ()))
            and (self.relation == fact.relation or fact.relation in _WIDER.get(self.relation, ()))
            and all(name in fact.slots and fits(value, fact.slots[name]) for name, value in self.slots.items())
        )


# The words in brackets behind a name are its role or its stage.
_FIELDS: Mapping[str, frozenset[str]] = {
    "label": frozenset({"role", "stage"}),
    "role": frozenset({"label"}),
}
_STANDING = ("amount", "closing_date", "stage")
# A wider word for several relations: a person who “left” may have moved or been deleted.
_WIDER: Mapping[str, frozenset[str]] = {"moved": MOVES, "gone": frozenset({"left", "deleted"})}


def fits(said: Value, known: Value) -> bool:
    """Whether two values of one part are the same: figures in any form, days as written or meant, names by their words."""
    if isinstance(said, Figure) and isinstance(known, Figure):
        return said.fits(known)
    if isinstance(said, ClaimedDay) and isinstance(known, ClaimedDay):
        return said.fits(known.exact) if known.exact else said.text.casefold() == known.text.casefold()
    if isinstance(said, str) and isinstance(known, str):
        return said == known or (said.endswith("…") and len(said) > 8 and known.startswith(said.rstrip("… ")))
    return False


def closed_under_meaning(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The claims, and those that follow: a field that moved to a value has it, and two accounts of one movement are one."""
    found = list(claims)
    for one in list(found):
        found += [merged for other in found if other is not one and (merged := _merged(one, other)) is not None]
    for each in list(found):
        if each.relation in MOVES and "to" not in each.slots and (now := _standing(each, found)) is not None:
            found.append(Claim(each.record, each.field, each.relation, {**each.slots, "to": now}))
    moved = [each for each in found if each.relation in MOVES and "to" in each.slots and each.field in _STANDING]
    for each in moved:
        goals = [one.slots["to"] for one in moved if (one.record, one.field) == (each.record, each.field)]
        only = all(fits(goal, goals[0]) for goal in goals)
        if only and not any((one.record, one.field, one.relation) == (each.record, each.field, "is") for one in found):
            found.append(Claim(each.record, each.field, "is", {"is": each.slots["to"]}))
    return tuple(found)


def namesakes(claims: Iterable[Claim]) -> frozenset[str]:
    """The names that several records have: those with two amounts, stages or closing dates at once."""
    values: dict[tuple[str, str], Value] = {}
    found = set()
    for each in claims:
        now = each.slots.get("is") if each.field in _STANDING and each.relation == "is" else None
        if now is not None and not fits(now, values.setdefault((each.record, each.field), now)):
            found.add(each.record)
    return frozenset(found)


def computed_total(records: Sequence[str], facts: Iterable[Claim]) -> Figure | None:
    """The sum of these records' amounts; None if one has none, two, or another currency."""
    known, amounts = list(facts), list[Figure]()
    for record in dict.fromkeys(records):
        amount = amount_of(record, known)
        if amount is None:
            return None
        amounts.append(amount)
    if len(amounts) < 2 or len({each.unit for each in amounts}) != 1:
        return None
    total = sum((each.value for each in amounts[1:]), amounts[0].value)
    return Figure("", total, amounts[0].unit)


def amount_of(record: str, facts: Iterable[Claim]) -> Figure | None:
    """A record's amount; None if it has none or two."""
    said = {
        (figure.value, figure.unit): figure
        for each in facts
        if each.record == record and each.field == "amount" and each.relation == "is"
        for figure in [each.slots.get("is")]
        if isinstance(figure, Figure)
    }
    return next(iter(said.values())) if len(said) == 1 else None


def _standing(move: Claim, claims: Iterable[Claim]) -> Value | None:
    """The present value of the moved field, if the claims agree on it."""
    found = [
        each.slots["is"]
        for each in claims
        if (each.record, each.field, each.relation) == (move.record, move.field, "is") and "is" in each.slots
    ]
    return found[0] if found and all(fits(each, found[0]) for each in found) else None


def _merged(one: Claim, other: Claim) -> Claim | None:
    """Both as one claim, if they agree in a value and contradict each other in none."""
    if (one.record, one.field, one.relation) != (other.record, other.field, other.relation):
        return None
    shared = one.slots.keys() & other.slots.keys()
    if not shared or not all(fits(one.slots[name], other.slots[name]) for name in shared):
        return None
    if one.slots.keys() >= other.slots.keys() or other.slots.keys() >= one.slots.keys():
        return None
    return Claim(one.record, one.field, one.relation, {**other.slots, **one.slots})
