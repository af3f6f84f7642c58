"""What a thief found: by kind of planted value and by place."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from tests.drill.day import Loot
from tests.drill.thief import found_in

Found = Mapping[str, Mapping[str, list[str]]]  # kind, place, the values found there


@dataclass(frozen=True, slots=True)
class Verdict:
    """`searched` is the number of bytes in each place, `modes` are those of all files and folders."""

    found: Found
    searched: Mapping[str, int]
    modes: Set[int]

    def kinds_in(self, *places: str) -> dict[str, list[str]]:
        """The kinds found in these places, with the values."""
        return {
            kind: values
            for kind, by_place in self.found.items()
            if (values := sorted({value for place in places for value in by_place.get(place, ())}))
        }

    def table(self) -> dict[str, dict[str, int]]:
        """How many values of each kind are in each place."""
        places = sorted({place for by_place in self.found.values() for place in by_place})
        return {place: {kind: len(by.get(place, ())) for kind, by in self.found.items()} for place in places}


def search(loot: Loot) -> Verdict:
    return Verdict(
        found={
            kind: {place: sorted(found_in(paths, values)) for place, paths in loot.places.items()}
            for kind, values in loot.planted.kinds().items()
        },
        searched={place: sum(path.stat().st_size for path in paths) for place, paths in loot.places.items()},
        modes=loot.modes,
    )
