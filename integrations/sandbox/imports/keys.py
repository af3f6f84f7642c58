"""Which record a text names: by key, or by name if only one record has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from integrations.sandbox.history import MODULES
from integrations.sandbox.imports.faults import Faults
from integrations.sandbox.imports.sheets import Line
from integrations.sandbox.imports.sources import ModuleFile, Source, folded

_FIRST_ID = 4_200_000_000_000_000_001
_IDS_A_MODULE = 1_000_000_000_000
NAMES: Mapping[str, tuple[str, ...]] = {
    "Accounts": ("Account_Name",),
    "Contacts": ("First_Name", "Last_Name"),
    "Deals": ("Deal_Name",),
}


def name_of(line: Line, sources: Iterable[Source]) -> str:
    """Return the name that the fields of `NAMES` give a record."""
    return " ".join(text for source in sources if (text := source.text(line)))


class Keys:
    """The ids of one module's records. Of a key that appears twice, the last line counts, and the key is a fault."""

    def __init__(self, module: str, spec: ModuleFile, lines: Sequence[Line], faults: Faults) -> None:
        self._lines: dict[str, Line] = {}
        self._ids: dict[int, str] = {}
        self._gone: set[str] = set()
        self._by_key: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        self.without_key = 0
        first = _FIRST_ID + _IDS_A_MODULE * (MODULES.index(module) + 1)
        named = [source for field in NAMES.get(module, ()) if (source := spec.fields.get(field))]
        for position, line in enumerate(lines):
            with faults.caught():
                self._add(str(first + position), spec, line, named, faults)

    def lines(self) -> Iterator[tuple[str, Line]]:
        """Yield each record's id and line, also of those that a later line replaces: they may have faults of their own."""
        yield from list(self._lines.items())

    def counts(self, record_id: str) -> bool:
        """Whether the record was neither replaced by a later line nor dropped."""
        return record_id not in self._gone

    def id_of(self, line: Line) -> str:
        """Return the id of the record on a line."""
        return self._ids[line.number]

    def find(self, text: str) -> str | None:
        """Return the id of a record by its key, or by a name that no other has."""
        if (record_id := self._by_key.get(text)) is not None:
            return record_id if record_id not in self._gone else None
        return ids[0] if len(ids := self.named(text)) == 1 else None

    def named(self, text: str) -> list[str]:
        """Return the ids of the records with this name."""
        return [each for each in self._by_name.get(folded(text), ()) if each not in self._gone]

    def left_out(self, key: str) -> bool:
        """Whether a key is that of a dropped record."""
        return self._by_key.get(key) in self._gone

    def drop(self, record_id: str) -> None:
        """Forget a record, so that none can point to it."""
        self._gone.add(record_id)

    def _add(self, record_id: str, spec: ModuleFile, line: Line, named: Sequence[Source], faults: Faults) -> None:
        if spec.key:
            key, place = " ".join(line.cells[column] for column in spec.key).strip(), ", ".join(spec.key)
            if not key:
                self.without_key += 1
                raise line.fault(place, "the key is missing.")
            if key in self._by_key and spec.distinct:
                return
            if key in self._by_key:
                faults.add(line.fault(place, f"the key “{key}” appears twice."))
                faults.settle("The last line with it counts.", since=faults.raised - 1)
                self.drop(self._by_key[key])
            self._by_key[key] = record_id
        self._lines[record_id], self._ids[line.number] = line, record_id
        if name := name_of(line, named):
            self._by_name.setdefault(folded(name), []).append(record_id)
