"""The faults of an import: one run finds those of all files, and each is one sentence with file, line and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from store.domain.errors import BadInput

SHOWN = 20
SHOWN_A_COLUMN = 3


class Fault(BadInput):
    """`deals.csv, line 7, column closed: “2017-13-01” is not a date.` Without a line it is about the whole file. `outcome` says
    in a sentence what becomes of the record if faults are left out."""

    def __init__(
        self, problem: str, *, file: str, line: int | None = None, column: str | None = None, outcome: str = ""
    ) -> None:
        self.problem, self.file, self.line, self.column = printable(problem), file, line, column
        self.outcome = outcome
        place = f"{file}, line {line}" if line else file
        super().__init__(printable(f"{place}{f', column {column}' if column else ''}: ") + self.problem)

    def as_json(self) -> dict[str, object]:
        return {"file": self.file, "line": self.line, "column": self.column, "problem": self.problem}

    @property
    def told(self) -> str:
        """The fault and what became of it."""
        return f"{self} {self.outcome}".rstrip()


class ImportFaults(BadInput):
    """All faults of an import. Its text has the first of each column, and counts the others."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(summary(faults))
        self.faults = faults


@dataclass(slots=True)
class Faults:
    """Collects the faults of one run, each once. `raised` counts repetitions too."""

    _found: dict[str, Fault] = field(default_factory=dict)
    _raised: list[Fault] = field(default_factory=list)

    @property
    def found(self) -> list[Fault]:
        return list(self._found.values())

    @property
    def raised(self) -> int:
        return len(self._raised)

    def add(self, fault: Fault) -> None:
        """Keep a fault; each is reported once, however often its cell is read."""
        self._raised.append(self._found.setdefault(str(fault), fault))

    def foresee(self, others: Faults) -> None:
        """Keep the place of faults that their own records will raise."""
        for fault in others.found:
            self._found.setdefault(str(fault), fault)

    def settle(self, outcome: str, *, since: int, until: int | None = None, all_of_them: bool = False) -> None:
        """Say what became of the faults raised since then; those of which something is said already keep it, unless all are
        meant."""
        for fault in self._raised[since:until]:
            if all_of_them or not fault.outcome:
                fault.outcome = outcome

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Keep the faults that the block raises, and go on after it."""
        try:
            yield
        except Fault as exc:
            self.add(exc)

    def end(self) -> None:
        """Raises: ImportFaults if anything was wrong."""
        if self._found:
            raise ImportFaults(tuple(self._found.values()))


def summary(faults: tuple[Fault, ...], *, outcomes: bool = False) -> str:
    """Return one line per fault, at most `SHOWN_A_COLUMN` of each column and `SHOWN` in all, then the count of the others. With
    `outcomes`, each also says what became of its record."""
    seen: Counter[tuple[str, str | None]] = Counter()
    lines: list[str] = []
    for fault in faults:
        seen[fault.file, fault.column] += 1
        if seen[fault.file, fault.column] <= SHOWN_A_COLUMN and len(lines) < SHOWN:
            lines.append(fault.told if outcomes else str(fault))
    if hidden := len(faults) - len(lines):
        lines.append(f"… and {hidden:,} more; `sergas sandbox import --json` lists all {len(faults):,}.")
    return "\n".join(lines)


def printable(text: str) -> str:
    """Return the text without control characters, which a terminal would obey, and no longer than a line or two."""
    short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return "".join(char if char.isprintable() else "�" for char in short)


_LONGEST = 400
