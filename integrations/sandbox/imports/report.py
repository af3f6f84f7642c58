"""The report of an import: what each file gave, what was left out and what became of it, and what a person should check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from integrations.sandbox.imports.faults import Fault, printable, summary
from integrations.sandbox.imports.sheets import Line, Sheet

PEOPLE, CHANGES = "people", "changes"
_NOUNS = {"Events": "meetings"}
_ONE = {PEOPLE: "person"}
_SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What a file gave: its records by kind, the rows that the mapping's filters skip, and the rows of each kind that gave no
    record although the mapping takes them."""

    file: str
    rows: int
    made: Mapping[str, int]
    skipped: int
    dropped: Mapping[str, int]

    def __str__(self) -> str:
        gave = [counted(number, noun) for noun, number in self.made.items()]
        gave += [f"{self.skipped:,} skipped by filter"] if self.skipped else []
        gave += [f"{counted(number, noun)} dropped" for noun, number in self.dropped.items()]
        return f"{printable(self.file)}: {counted(self.rows, 'rows')} → {', '.join(gave) or 'nothing'}"

    def as_json(self) -> dict[str, object]:
        return {
            "file": self.file,
            "rows": self.rows,
            "made": dict(self.made),
            "skipped": self.skipped,
            "dropped": dict(self.dropped),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an import read, left out, and wants looked at."""

    company: str
    files: tuple[FileReport, ...]
    left_out: tuple[Fault, ...]
    checks: tuple[str, ...]

    def __str__(self) -> str:
        parts = [f"Read for {self.company}:", *(f"  {each}" for each in self.files)]
        if self.left_out:
            parts += ["Left out:", *(f"  {line}" for line in summary(self.left_out, outcomes=True).split("\n"))]
        if self.checks:
            parts += ["Check:", *(f"  {line}" for line in self.checks[:_SHOWN])]
            parts += [f"  … and {len(self.checks) - _SHOWN} more"] if len(self.checks) > _SHOWN else []
        return "\n".join(parts)

    def as_json(self) -> dict[str, object]:
        return {
            "files": [each.as_json() for each in self.files],
            "left_out": [{**fault.as_json(), "outcome": fault.outcome} for fault in self.left_out],
            "checks": list(self.checks),
        }


@dataclass(slots=True)
class Tally:
    """Counts rows and records as they are read, and gathers what to check."""

    _sheets: dict[str, Sheet] = field(default_factory=dict)
    _taken: dict[str, set[int]] = field(default_factory=dict)
    _made: dict[str, Counter[str]] = field(default_factory=dict)
    _dropped: dict[str, Counter[str]] = field(default_factory=dict)
    _checks: dict[tuple[str, ...], list[str]] = field(default_factory=dict)

    @property
    def sheets(self) -> Mapping[str, Sheet]:
        """The files that were read."""
        return self._sheets

    def read(self, sheet: Sheet) -> None:
        self._sheets.setdefault(sheet.file, sheet)

    def took(self, line: Line) -> None:
        """Count a line as one that some part of the mapping takes."""
        self._taken.setdefault(line.file, set()).add(line.number)

    def made(self, file: str, noun: str, number: int = 1) -> None:
        self._made.setdefault(file, Counter())[noun] += number

    def made_of_all(self, sheet: Sheet, noun: str) -> None:
        """Count a file of which every line gives one record."""
        self.read(sheet)
        self._taken[sheet.file] = {line.number for line in sheet.lines}
        self.made(sheet.file, noun, len(sheet.lines))

    def dropped(self, file: str, noun: str, number: int = 1) -> None:
        self._dropped.setdefault(file, Counter())[noun] += number

    def check(self, sentence: str, *kind: str) -> None:
        """Keep something to look at. Of one kind, the first is shown and the others are counted."""
        self._checks.setdefault(kind or (sentence,), []).append(printable(sentence))

    def report(self, company: str, left_out: tuple[Fault, ...]) -> Report:
        return Report(company=company, files=tuple(self._files()), left_out=left_out, checks=tuple(self._sentences()))

    def _files(self) -> Iterator[FileReport]:
        for name, sheet in self._sheets.items():
            skipped = len(sheet.lines) - len(self._taken.get(name, ()))
            dropped = self._dropped.get(name, Counter()) + Counter({"rows": sheet.broken})
            yield FileReport(
                file=name,
                rows=len(sheet.lines) + sheet.broken,
                made=dict(self._made.get(name, {})),
                skipped=skipped,
                dropped={noun: number for noun, number in dropped.items() if number},
            )

    def _sentences(self) -> Iterator[str]:
        of_cells = (
            (first, len(lines)) for sheet in self._sheets.values() for first, lines in sheet.habits.checks.values()
        )
        for first, number in (*((each[0], len(each)) for each in self._checks.values()), *of_cells):
            yield f"{first} {number - 1:,} more like it." if number > 1 else first


def noun_of(module: str) -> str:
    return _NOUNS.get(module, module.lower())


def counted(number: int, nouns: str) -> str:
    """`1 deal`, `5,229 deals`."""
    return f"{number:,} {_ONE.get(nouns, nouns.removesuffix('s')) if number == 1 else nouns}"
