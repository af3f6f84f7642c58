"""Help with a wrong name: the one that was probably meant, and all that exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LISTED = 40
_LIKENESS = 0.65


def near(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean “Amount”?`, or nothing if no name is like it."""
    folded = {each.casefold(): each for each in reversed(list(known))}
    found = get_close_matches(name.casefold(), folded, n=1, cutoff=_LIKENESS)
    return f"; did you mean “{folded[found[0]]}”?" if found else ""


def instead(name: str, known: Iterable[str], *, there: str) -> str:
    """Return the end of a sentence on a wrong name: `; did you mean “Amount”? There are Amount, Stage.` with `there` for the
    beginning of the list."""
    names = list(dict.fromkeys(known))
    listed = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    guess = near(name, names)
    if not names:
        return "."
    return f"{guess} {there[0].upper()}{there[1:]} {listed}." if guess else f"; {there} {listed}."
