"""Well-formed sentences whose pieces are true and whose whole may not be: each with its meaning, so that others can judge it.

A mixture takes a record, a value that belongs to another one, a direction turned round, a “never”, a count or a total.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from integrations.sandbox.claude.characters.further import FURTHER, further_true
from integrations.sandbox.claude.characters.meaning import Claimed, Meant, Mixture, say
from integrations.sandbox.claude.characters.pieces import Pieces


def mixed(pieces: Pieces, dice: Random, count: int) -> list[Meant]:
    """So many sentences of different kinds, as far as the pieces allow."""
    found: list[Meant] = []
    for kind in dice.sample(_MIXTURES, len(_MIXTURES)):
        possible = list(kind(pieces, dice))
        if possible and len(found) < count:
            found.append(dice.choice(possible))
    return found


def honest(pieces: Pieces, dice: Random, count: int) -> list[Meant]:
    """So many sentences that say what the facts say, in other words."""
    possible = [replace(each, honest=True) for each in (*_true(pieces), *further_true(pieces))]
    return dice.sample(possible, min(count, len(possible)))


def _true(pieces: Pieces) -> Iterator[Meant]:
    for name, deal in pieces.deals.items():
        if "amount" in deal:
            yield say(f"{name} is worth {deal['amount']}.", Claimed("worth", name, (deal["amount"],)))
        if "stage" in deal:
            yield say(f"“{name}” is still in {deal['stage']}.", Claimed("stage", name, (deal["stage"],)))
        if "closes" in deal:
            yield say(f"“{name}” closes on {deal['closes']}.", Claimed("closes", name, (deal["closes"],)))
        if "later" in deal:
            yield say(f"“{name}” was pushed back {deal['later']}.", Claimed("later", name, (deal["later"],)))
        if "less" in deal:
            yield say(f"“{name}” shrank by {deal['less']}.", Claimed("less", name, (deal["less"],)))
        if "step" in deal and "stage" in deal:
            said = f"“{name}” is in {deal['stage']} and has the next step “{deal['step']}”."
            yield say(said, Claimed("stage", name, (deal["stage"],)), Claimed("step", name, (deal["step"],)))
    for person, roles in pieces.people.items():
        yield say(f"{person} is {roles[0]}.", Claimed("role", person, (roles[0],)))
        yield say(f"Ask {person} ({roles[-1]}) what they need.", Claimed("role", person, (roles[-1],)))
    for name, kind, state, day in pieces.activities:
        if state in ("took place", "was done"):
            yield say(f"The {kind} “{name}” {state} on {day}.", Claimed("activity", name, (kind, state, day)))
    for person, day in pieces.left.items():
        on = f"left on {day}" if day else "has left"
        yield say(f"{person} {on}.", Claimed("left", person, (day,) if day else ()))
    for day, text in pieces.notes:
        yield say(f"{day}: {text}", Claimed("note", "", (day, text)))


def _amounts(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name in pieces.deals:
        for amount in pieces.amounts:
            claim = Claimed("worth", name, (amount,))
            yield say(f"{name} is worth {amount}.", claim)
            yield say(f"“{name}” ({amount}) needs your attention, so call them.", claim)
            yield say(f"The amount of {name} is {amount}.", claim)


def _closing(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name in pieces.deals:
        for day in pieces.days:
            yield say(f"{name} is to close on {day}.", Claimed("closes", name, (day,)))
            yield say(f"The closing date of “{name}” moved to {day}.", Claimed("moved to", name, (day,)))
            yield say(f"“{name}” slipped on {day}.", Claimed("moved on", name, (day,)))


def _stages(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    stages = {each[part] for each in pieces.deals.values() for part in ("stage", "back from") if part in each}
    for name, deal in pieces.deals.items():
        for stage in sorted(stages):
            yield say(f"“{name}” stands at {stage}.", Claimed("stage", name, (stage,)))
            if "stage" in deal:
                yield say(f"“{name}” advanced to {stage}.", Claimed("forward", name, (stage,)))
                yield say(f"“{name}” went back to {stage}.", Claimed("back", name, (stage,)))


def _outcomes(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name in pieces.deals:
        yield say(f"“{name}” was won.", Claimed("won", name))
        yield say(f"“{name}” was lost.", Claimed("lost", name))
        yield say(f"Ask them why “{name}” was lost.", Claimed("lost", name))
        yield say(f"“{name}” has no next step.", Claimed("no step", name))


def _directions(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name, deal in pieces.deals.items():
        later, less = deal.get("later", "9 days"), deal.get("less", "20%")
        yield say(f"“{name}” was brought forward {later}.", Claimed("earlier", name, (later,)))
        yield say(f"“{name}” closes earlier than planned.", Claimed("invented", ""))
        yield say(f"“{name}” grew by {less}.", Claimed("more", name, (less,)))
        if "was" in deal and "amount" in deal:
            yield say(f"“{name}” rose from {deal['amount']} to {deal['was']}.", Claimed("worth", name, (deal["was"],)))


def _denials(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name, deal in pieces.deals.items():
        if "later" in deal:
            yield say(f"“{name}” never slipped.", Claimed("later", name, (), denied=True))
        if "less" in deal:
            yield say(f"“{name}” did not lose {deal['less']}.", Claimed("less", name, (deal["less"],), denied=True))
        if "amount" in deal:
            yield say(
                f"“{name}” is not worth {deal['amount']}.", Claimed("worth", name, (deal["amount"],), denied=True)
            )
        if "stage" in deal:
            yield say(
                f"“{name}” is no longer in {deal['stage']}.", Claimed("stage", name, (deal["stage"],), denied=True)
            )
    for person, day in pieces.left.items():
        said = f"{person} has not moved to another account."
        yield say(said, Claimed("left", person, (day,) if day else (), denied=True))
    for name, kind, state, day in pieces.activities:
        if state in ("took place", "was done"):
            said = f"The {kind} “{name}” never took place."
            yield say(said, Claimed("activity", name, (kind, state, day), denied=True))


def _people(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    roles = [role for each in pieces.people.values() for role in each]
    for person in pieces.people:
        for role in roles:
            yield say(f"{person} is {role}.", Claimed("role", person, (role,)))
            yield say(f"Ask {person} ({role}) for a date.", Claimed("role", person, (role,)))
        for day in pieces.days[:3]:
            yield say(f"{person} moved to another account on {day}.", Claimed("left", person, (day,)))
        yield say(f"{person} has left.", Claimed("left", person))
        yield say(f"{person} is the only contact.", Claimed("only", person))
        for deal in pieces.deals:
            yield say(f"{person} is the contact of “{deal}”.", Claimed("contact", deal, (person,)))


def _activities(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name, kind, state, day in pieces.activities:
        for other in pieces.days:
            yield say(f"The {kind} “{name}” {state} on {other}.", Claimed("activity", name, (kind, state, other)))
        turned = {"took place": "is set", "was done": "was due", "was due": "was done"}.get(state, "took place")
        word = "for" if turned == "is set" else "on"
        yield say(f"The {kind} “{name}” {turned} {word} {day}.", Claimed("activity", name, (kind, turned, day)))
        swapped = "meeting" if kind == "call" else "call"
        yield say(f"The {swapped} “{name}” {state} on {day}.", Claimed("activity", name, (swapped, state, day)))


def _silences(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    spans = [each["later"] for each in pieces.deals.values() if "later" in each]
    for days, touch, day in pieces.silence:
        for other in pieces.days:
            if touch and day:
                said = f"Nothing has been logged for {days}, since a {touch} on {other}."
                yield say(said, Claimed("silent", "", (days, touch, other)))
        spans.append(days)
    for span in [*spans, "90 days"]:
        yield say(f"Nothing has been logged for {span}.", Claimed("silent", "", (span,)))


def _notes(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    people = list(pieces.people)
    for _, text in pieces.notes:
        for other in pieces.days:
            yield say(f"A note of {other} says: {text}", Claimed("note", "", (other, text)))
        for before, after in (
            (" is ", " is not "),
            (" will ", " will not "),
            (" has ", " has never "),
            (" are ", " are not "),
        ):
            if before in text:
                turned = text.replace(before, after, 1)
                yield say(turned, Claimed("note", "", ("", turned)))
        for one in people:
            for other in people:
                if one in text and other != one:
                    turned = text.replace(one, other)
                    yield say(turned, Claimed("note", "", ("", turned)))


def _counts(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name in pieces.deals:
        yield say(f"This is the third slip of “{name}”.", Claimed("times", name, ("3",)))
        yield say(f"“{name}” slipped again.", Claimed("times", name, ("2",)))
        yield say(f"“{name}” slipped twice.", Claimed("times", name, ("2",)))
        yield say(f"Ask why “{name}” slipped a second time.", Claimed("times", name, ("2",)))


def _totals(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    names: Sequence[str] = list(pieces.deals)
    for amount in pieces.amounts:
        yield say(f"In total, {amount} is open with three deals.", Claimed("invented", ""))
        if len(names) > 1:
            said = f"{names[0]} and {names[1]} are together worth {amount}."
            yield say(said, Claimed("invented", ""))
    if len(names) > 1:
        yield say(f"“{names[0]}” is bigger than “{names[1]}”, and it is the largest deal.", Claimed("invented", ""))


def _reasons(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name, deal in pieces.deals.items():
        for person in [*pieces.left, *pieces.people]:
            yield say(f"“{name}” slipped because {person} left.", Claimed("invented", ""))
            if "stage" in deal:
                yield say(f"“{name}” is in {deal['stage']} since {person} asked for it.", Claimed("invented", ""))


_MIXTURES: Sequence[Mixture] = (
    _amounts, _closing, _stages, _outcomes, _directions, _denials, _people, _activities, _silences, _notes, _counts,
    _totals, _reasons, *FURTHER,
)  # fmt: skip
