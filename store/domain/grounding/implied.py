"""What follows from claims by the day and by each other: what is overdue, who is still in office, which call was the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from store.domain.grounding.claims import Figure
from store.domain.grounding.days import ClaimedDay
from store.domain.grounding.marks import Names
from store.domain.grounding.statements import MOVES, Claim, Value

_GONE = frozenset({"left", "deleted", "gone"})
LAST = ("call", "meeting", "note")


def implied(claims: Iterable[Claim], today: date, *, gone: frozenset[str] = frozenset()) -> tuple[Claim, ...]:
    """The claims, and those that follow from them. Who left, or is `gone`, holds no office any more."""
    known = list(claims)
    deals = {each.record for each in known if each.field in ("amount", "stage", "closing_date", "next_step")}
    known += [replace(each, field="role") for each in known if each.field == "label" and each.record not in deals]
    left = {each.record: each for each in known if each.field == "person" and each.relation in _GONE}
    out = gone | left.keys()
    found = [each for each in known if not (each.field == "office" and each.record in out)]
    for each in known:
        found += [*_of_time(each, today), *_of_people(each, left, out), *_of_moves(each)]
    return tuple(found)


def gone_in(claims: Iterable[Claim]) -> frozenset[str]:
    return frozenset(each.record for each in claims if each.field == "person" and each.relation in _GONE)


def last_ones(claims: Sequence[Claim], names: Names, today: date) -> Iterator[Claim]:
    """The last call and the last meeting, by claims that leave out none of the latest."""
    held = [each for each in activities(claims, names, today) if each.field == "had"]
    for kind in ("call", "meeting"):
        days = [(day.exact, each) for each in held if each.relation == kind and (day := _day_of(each)) and day.exact]
        if days:
            last = max(days, key=lambda each: each[0])[1]
            yield Claim("", "last", kind, last.slots)


def activities(claims: Iterable[Claim], names: Names, today: date) -> Iterator[Claim]:
    """Which calls and meetings there were and will be, and with whom if their names say it."""
    known = list(claims)
    kinds = {each.record: each.relation for each in known if each.field == "kind"}
    for each in known:
        kind, day = kinds.get(each.record, ""), _day_of(each)
        if each.field != "activity" or kind not in ("call", "meeting") or day is None or day.exact is None:
            continue
        people = [who for word in each.record.split() if (who := names.record_of(word)) not in (None, each.record)]
        slots: dict[str, Value] = {"on": day, **({"with": people[-1]} if people and people[-1] else {})}
        if each.relation == "took place" and day.exact <= today:
            yield from (Claim("", "had", relation, slots) for relation in (kind, "talk"))
        if each.relation == "set" and day.exact >= today:
            yield Claim("", "plans", kind, slots)


def _day_of(claim: Claim) -> ClaimedDay | None:
    day = claim.slots.get("on")
    return day if isinstance(day, ClaimedDay) else None


def who_is(said: str, claims: Iterable[Claim]) -> str | None:
    """The one person who has a role, such as `the sponsor`, or is `the contact of` a deal; None if there are none or several."""
    role, _, deal = said.removeprefix("the ").partition(" of ")
    if deal:
        people = {
            each.record
            for each in claims
            if each.field == "contact" and each.relation == "is" and each.slots.get("of") == deal
        }
    else:
        people = {each.record for each in claims if each.field == "role" and each.slots.get("is") == role}
    return next(iter(people)) if len(people) == 1 else None


def _of_time(claim: Claim, today: date) -> Iterator[Claim]:
    day = _day_of(claim)
    if day is None or day.exact is None:
        return
    if claim.field == "owner" and claim.relation == "moved":
        yield Claim(claim.record, "owner", "moved", {**claim.slots, "since": day})
    late = (claim.field, claim.relation) in (("closing_date", "overdue"), ("activity", "due"))
    if not late or day.exact >= today:
        return
    slots: dict[str, Value] = {"on": day, "since": day, "for": _span(today - day.exact)}
    yield Claim(claim.record, "activity", "open", slots)
    yield Claim(claim.record, "activity", "overdue", slots)
    if claim.field == "closing_date":
        yield Claim(claim.record, "closing_date", "overdue", slots)
        yield Claim(claim.record, "closing_date", "is", {"is": day})


def _of_people(claim: Claim, left: Mapping[str, Claim], out: Set[str]) -> Iterator[Claim]:
    if claim.field in ("office", "role") and "is" in claim.slots:
        yield Claim(claim.record, "role", "is", claim.slots)
        if claim.record not in out:
            yield Claim(claim.record, "office", "is", claim.slots)
    if claim.field == "contact" and claim.relation == "is" and (went := left.get(claim.record)) is not None:
        deal = claim.slots.get("of")
        if isinstance(deal, str):
            yield Claim(deal, "contact", "lost", {**went.slots, "from": claim.record})
    if claim.field == "contact" and claim.relation == "changed":
        to, before = claim.slots.get("to"), claim.slots.get("from")
        if isinstance(to, str):
            yield Claim(to, "contact", "is", {"of": claim.record})
        if isinstance(before, str):
            yield Claim(before, "contact", "was", {"of": claim.record})


def _of_moves(claim: Claim) -> Iterator[Claim]:
    if claim.relation == "moved" and claim.field in ("amount", "closing_date"):
        yield from _directed(claim)
    if claim.relation in MOVES and "from" in claim.slots:
        yield Claim(claim.record, claim.field, "was", {"is": claim.slots["from"]})
    if claim.field == "silence" and (touch := claim.slots.get("touch")) in LAST and "since" in claim.slots:
        yield Claim("", "last", str(touch), {"on": claim.slots["since"]})


def _directed(claim: Claim) -> Iterator[Claim]:
    """A movement between two values, with its direction and its size."""
    before, after = claim.slots.get("from"), claim.slots.get("to")
    if isinstance(before, ClaimedDay) and isinstance(after, ClaimedDay) and before.exact and after.exact:
        relation, by = ("later" if after.exact > before.exact else "earlier"), _span(abs(after.exact - before.exact))
        yield Claim(claim.record, claim.field, relation, {**claim.slots, "by": by})
    if isinstance(before, Figure) and isinstance(after, Figure) and before.unit == after.unit and before.value:
        share = round(abs(after.value - before.value) / before.value * 100)
        relation = "more" if after.value > before.value else "less"
        yield Claim(
            claim.record, claim.field, relation, {**claim.slots, "by": Figure(f"{share}%", Decimal(share), "%")}
        )


def _span(length: timedelta) -> Figure:
    return Figure(f"{length.days} days", Decimal(length.days), "day")
