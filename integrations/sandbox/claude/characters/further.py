"""More mixtures, in the words that people choose: comparisons, roles in a name's place, headings, notes that others are said to
have written, what is overdue, when someone last spoke, “both”, other currencies, what a pronoun means."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from random import Random

from integrations.sandbox.claude.characters.meaning import Claimed, Meant, Mixture, say
from integrations.sandbox.claude.characters.pieces import Pieces

_OFFICES = ("Sponsor", "Champion", "Decision maker", "Gatekeeper", "User")


def further_true(pieces: Pieces) -> Iterator[Meant]:
    """What the facts come to, as an honest writer would put it."""
    worth = _worth(pieces)
    for one, other in permutations(worth, 2):
        if worth[one][0] == worth[other][0] and worth[one][1] > worth[other][1]:
            yield say(f"{one} is larger than {other}.", Claimed("larger", one, (other,)))
            yield say(f"{other} is worth less than {one}.", Claimed("larger", one, (other,)))
            total = f"{worth[one][0]}{worth[one][1] + worth[other][1]:,}"
            yield say(f"{one} and {other} are together worth {total}.", Claimed("together", one, (other, total)))
    for name, deal in pieces.deals.items():
        if "was" in deal:
            yield say(f"{name} was worth {deal['was']} before.", Claimed("was", name, (deal["was"],)))
        if "late" in deal:
            yield say(f"{name} is past its closing date of {deal['late']}.", Claimed("overdue", name, (deal["late"],)))
    for person, roles in pieces.people.items():
        if roles[-1] in _OFFICES and person not in pieces.left:
            yield say(f"Your {roles[-1].lower()} is {person}.", Claimed("role", person, (roles[-1],)))
    for name, kind, state, day in pieces.activities:
        if kind == "task" and state == "was due":
            said = f"The task “{name}” has been overdue since {day}."
            yield say(said, Claimed("activity", name, (kind, state, day)))


def _compared(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for one, other in permutations(pieces.deals, 2):
        yield say(f"{one} is larger than {other}.", Claimed("larger", one, (other,)))
        yield say(f"{one} is smaller than {other}.", Claimed("larger", other, (one,)))
        yield say(f"{one} is worth more than {other}.", Claimed("larger", one, (other,)))
        yield say(f"{one} is the largest deal, ahead of {other}.", Claimed("invented", ""))
        for amount in pieces.amounts:
            said = f"Together, {one} and {other} are worth {amount}."
            yield say(said, Claimed("together", one, (other, amount)))


def _both(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for one, other in permutations(pieces.deals, 2):
        yield say(f"{one} and {other} both slipped.", Claimed("later", one), Claimed("later", other))
        yield say(f"Both {one} and {other} were won.", Claimed("won", one), Claimed("won", other))


def _overdue(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name in pieces.deals:
        for day in pieces.days:
            claim = Claimed("overdue", name, (day,))
            yield say(f"{name} should have closed on {day}.", claim)
            yield say(f"{name} is past its closing date of {day}.", claim)
            yield say(f"{name} has been overdue since {day}.", claim)
    for name, kind, _, day in pieces.activities:
        yield say(f"“{name}” has been overdue since {day}.", Claimed("activity", name, (kind, "was due", day)))


def _offices(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for role in _OFFICES:
        for person in pieces.people:
            claim = Claimed("role", person, (role,))
            yield say(f"Your {role.lower()} is {person}.", claim)
            yield say(f"The {role.lower()}, {person}, should hear of this.", claim)
            yield say(f"{person} is still your {role.lower()}.", claim, Claimed("left", person, denied=True))
        yield say(f"The {role.lower()} has left.", Claimed("office left", "", (role,)))
    for person in pieces.people:
        yield say(f"{person} decides.", Claimed("role", person, ("Decision maker",)))


def _last(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for day in pieces.days:
        yield say(f"You last spoke on {day}.", Claimed("last", "", ("call", day)))
        yield say(f"The last meeting was on {day}.", Claimed("last", "", ("meeting", day)))


def _headings(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name, deal in pieces.deals.items():
        yield say(f"Won: {name}", Claimed("won", name))
        yield say(f"Lost: “{name}”", Claimed("lost", name))
        yield say(f"Next step missing: {name}", Claimed("no step", name))
        if "stage" in deal:
            yield say(f"Lost: “{name}” is in {deal['stage']}.", Claimed("lost", name))
    for person in pieces.people:
        yield say(f"Sponsor: {person}", Claimed("role", person, ("Sponsor",)))


def _told(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for _, text in pieces.notes:
        for other in pieces.days:
            claim = Claimed("note", "", (other, text))
            yield say(f"According to the note of {other}, {text[0].lower()}{text[1:]}", claim)
            yield say(f"On {other} they said that {text[0].lower()}{text[1:]}", claim)
    for name in pieces.deals:
        yield say(f"They said that {name} was won.", Claimed("invented", ""))


def _currencies(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name, deal in pieces.deals.items():
        if deal.get("amount", "").startswith("$"):
            figure = deal["amount"][1:]
            for said in (f"€{figure}", f"{figure} euros", f"CHF {figure}", f"${figure}k", f"{figure}%"):
                yield say(f"{name} is worth {said}.", Claimed("invented", ""))


def _pronouns(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name, deal in pieces.deals.items():
        for other in pieces.amounts:
            if "stage" in deal:
                said = f"“{name}” is in {deal['stage']}, and it is worth {other}."
                yield say(said, Claimed("stage", name, (deal["stage"],)), Claimed("worth", name, (other,)))
    for person, roles in pieces.people.items():
        for other in _OFFICES:
            said = f"{person} is {roles[0]}, and {person.split()[0]} is the {other.lower()}."
            yield say(said, Claimed("role", person, (roles[0],)), Claimed("role", person, (other,)))


def _tied(pieces: Pieces, dice: Random) -> Iterator[Meant]:
    for name in pieces.deals:
        for person in pieces.left:
            yield say(f"With {person} gone, “{name}” slipped.", Claimed("invented", ""))
            yield say(f"{person} left after “{name}” slipped.", Claimed("invented", ""))


def _worth(pieces: Pieces) -> dict[str, tuple[str, int]]:
    """Each deal's sign and amount."""
    found = {}
    for name, deal in pieces.deals.items():
        sign, figure = deal.get("amount", "")[:1], deal.get("amount", "").lstrip("$€£").replace(",", "")
        if figure.isdigit():
            found[name] = ("" if sign.isdigit() else sign, int(figure))
    return found


FURTHER: tuple[Mixture, ...] = (
    _compared, _both, _overdue, _offices, _last, _headings, _told, _currencies, _pronouns, _tied,
)  # fmt: skip
