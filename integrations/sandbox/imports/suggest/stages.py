"""The stages of a company's deals: their names, order, and which of them end a deal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import median

from integrations.sandbox.imports import numbers
from integrations.sandbox.imports.cells import YES
from integrations.sandbox.imports.suggest.joins import join_of, target
from integrations.sandbox.imports.suggest.tables import Column, Table
from integrations.sandbox.imports.suggest.words import words_of

_WON = frozenset(
    (
        "won",
        "signed",
        "closedwon",
        "gewonnen",
        "ganado",
        "ganada",
        "gagné",
        "gagnée",
        "vinta",
        "vunnen",
        "vunnet",
        "выиграна",
        "успешно",
    )
)
_LOST = frozenset(
    (
        "lost",
        "canceled",
        "cancelled",
        "dead",
        "disqualified",
        "abandoned",
        "rejected",
        "churned",
        "closedlost",
        "verloren",
        "perdido",
        "perdida",
        "perdu",
        "perdue",
        "förlorad",
        "förlorat",
        "проиграна",
        "проиграно",
    )
)
WON, LOST = "Won", "Lost"
_MOST_STAGES = 60
_PROGRESS = (
    ("new", 10), ("neu", 10), ("lead", 10), ("prospect", 10), ("contact", 15), ("kontakt", 15), ("qualif", 20),
    ("discover", 30), ("engag", 40), ("develop", 40), ("demo", 45), ("present", 45), ("propos", 60), ("offer", 60),
    ("angebot", 60), ("quote", 65), ("negot", 80), ("verhand", 80), ("förhand", 80), ("contract", 85), ("commit", 90),
    ("verbal", 90), ("clos", 90),
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """`cell` is the text in the deals' column, `name` the one that people see."""

    cell: str
    name: str
    probability: int
    outcome: str = ""
    why: str = ""


@dataclass(frozen=True)
class Stages:
    """All stages, the columns of open deals and of closed ones (often the same), and whether a file describes the stages. Without
    such columns, `flags` are those that say yes for won and for closed deals."""

    all: tuple[Stage, ...]
    column: str | None
    outcome_column: str | None
    described: bool
    flags: tuple[Column, Column] | None = None

    @property
    def closed(self) -> tuple[str, ...]:
        return tuple(stage.cell for stage in self.all if stage.outcome)

    def ended(self, cells: Mapping[str, str]) -> bool:
        """Whether a line is that of a closed deal."""
        if self.flags:
            return any(cells[column.name].lower() in YES for column in self.flags)
        return bool(self.outcome_column) and cells.get(str(self.outcome_column)) in self.closed

    def endings(self, table: Table) -> list[tuple[dict[str, object], object]]:
        """Return, for each event that ends deals, which lines it takes and its stage."""
        if self.flags:
            won, closed = ({each.name: [cell for cell in each.counts if cell.lower() in YES]} for each in self.flags)
            takes: list[dict[str, object]] = [{"only": won}, {"only": closed, "skip": won}]
            return [(each, {"constant": stage}) for each, stage in zip(takes, (WON, LOST), strict=True)]
        column = str(self.outcome_column)
        cells = [cell for cell in self.closed if cell in table.columns[column].counts] if self.closed else []
        return [({"only": {column: cells}}, self.source(table, column, closed=True))] if cells else []

    @property
    def first(self) -> str:
        """The stage in which deals begin."""
        return next((stage.name for stage in self.all if not stage.outcome), self.all[0].name)

    def names(self, *, closed: bool | None = None, as_first: bool = False) -> dict[str, str]:
        """Return the replacements of cells by names; with `as_first`, closed stages become the first one."""
        found: dict[str, str] = {}
        for stage in self.all:
            name = self.first if as_first and stage.outcome else stage.name
            if name != stage.cell and (closed is None or closed == bool(stage.outcome)):
                found[stage.cell] = name
        return found

    def source(self, table: Table, column: str | None, *, closed: bool | None = None, as_first: bool = False) -> object:
        """Return the source of a stage for the mapping: the column, with replacements of those cells that it has."""
        there = table.columns[column].counts if column else {}
        names = {cell: name for cell, name in self.names(closed=closed, as_first=as_first).items() if cell in there}
        return {"column": column, "values": names} if names else column


def stages_of(deals: Table, described: Table | None) -> Stages:
    """Find the stages in the deals' columns and, if there is one, the file that describes them."""
    others = frozenset(
        name
        for name, column in deals.columns.items()
        if {"days", "age", "duration"} & set(column.words) or len(column.counts) > _MOST_STAGES
    )
    stage = deals.find("deal stage", "sales stage", "stage", "pipeline stage", own="deal", kind="words", but=others)
    stage = stage or deals.find("stage id", "deal stage id", own="deal", kind="text", but=others)
    status = deals.find("status", "outcome", "result", "state", own="deal", kind="text", but=others)
    stage, status = (status, None) if stage is None else (stage, status)
    if stage is None:
        open_only = Stage("", "Open", 50, why="check: no column looks like a stage")
        return _flagged(deals) or Stages((open_only,), None, None, described=False)
    told = _described(stage, described) if described else {}
    found = {cell: told.get(cell) or _guessed(cell, deals, stage, told=bool(told)) for cell in stage.counts}
    outcome_column = stage.name
    if not any(each.outcome for each in found.values()) and status and any(map(outcome_of, status.counts)):
        outcome_column = status.name
        found |= {cell: _guessed(cell, deals, status, told=False) for cell in status.counts if outcome_of(cell)}
    found |= {cell: each for cell, each in told.items() if cell not in found}
    if all(each.outcome for each in found.values()):
        found[""] = Stage("", "Open", 50, why="check: all deals of the files are closed")
    order = list(told)
    ranked = sorted(
        found.values(),
        key=lambda each: (
            bool(each.outcome),
            order.index(each.cell) if each.cell in order else len(order),
            each.probability,
        ),
    )
    return Stages(tuple(ranked), stage.name, outcome_column, described=bool(told))


def _flagged(deals: Table) -> Stages | None:
    """Return the stages of deals of which only flags say whether they are closed and won."""
    won = deals.find("is won", "won", own="deal", kind="flags")
    closed = deals.find("is close", "close", own="deal", kind="flags")
    if won is None or closed is None or won is closed:
        return None
    why = "check: no column looks like a stage"
    stages = (Stage("", "Open", 50, why=why), Stage("", LOST, 0, "Closed Lost"), Stage("", WON, 100, "Closed Won"))
    return Stages(stages, None, None, described=False, flags=(won, closed))


def has_outcomes(table: Table) -> bool:
    """Whether a file that is not called so has deals: its stages or statuses include won and lost ones."""
    columns = (table.find(phrase, kind="words") for phrase in ("stage", "status", "result", "outcome"))
    return any(column and {"Closed Won", "Closed Lost"} <= set(map(outcome_of, column.counts)) for column in columns)


def with_more(stages: Stages, cells: Iterable[str]) -> Stages:
    """Return the stages with those that only a file of earlier stages names, in their place by what their names say."""
    known = {text for stage in stages.all for text in (stage.cell, stage.name)}
    more = [_named(cell, told=stages.described) for cell in cells if cell not in known]
    if not more:
        return stages
    if stages.described:
        return replace(
            stages,
            all=(
                *(each for each in stages.all if not each.outcome),
                *more,
                *(each for each in stages.all if each.outcome),
            ),
        )
    return replace(
        stages, all=tuple(sorted((*stages.all, *more), key=lambda each: (bool(each.outcome), each.probability)))
    )


def outcome_of(cell: str) -> str:
    """Return Closed Won or Closed Lost if the words say so."""
    words = set(words_of(cell))
    return "Closed Won" if words & _WON else "Closed Lost" if words & _LOST else ""


def _guessed(cell: str, deals: Table, column: Column, *, told: bool) -> Stage:
    if outcome_of(cell):
        return _named(cell, told=told)
    probability = deals.find("probability", kind="numbers")
    given = []
    if probability is not None:
        for mine, text in zip(column.cells, probability.cells, strict=True):
            if mine == cell and text and numbers.looks_like_number(text):
                given.append(numbers.number_of(text, "."))
    if given and 1 < median(given) <= 100:
        return Stage(cell, cell, round(median(given)))
    return _named(cell, told=told)


def _named(cell: str, *, told: bool) -> Stage:
    """Return a stage of which only the name is known."""
    if outcome := outcome_of(cell):
        return Stage(cell, cell, 100 if outcome == "Closed Won" else 0, outcome)
    known = next((chance for start, chance in _PROGRESS if any(word.startswith(start) for word in words_of(cell))), 50)
    return Stage(cell, cell, known, why="check: not among the described stages" if told else "check: a guess")


def _described(stage: Column, table: Table) -> Mapping[str, Stage]:
    """Return the stages of a file that describes them, by the cells of the deals' column, in their order."""
    join = join_of(table, target("Stages", stage.counts), "stage id", "id", "stage name", "name", "stage", own="stage")
    if join is None:
        return {}
    name = table.find("stage name", "name", "title", own="stage", kind="text") or table.columns[join.column]
    order = table.find("sort order", "order", "sort", "display order", kind="numbers")
    won = table.find("is won", "won", kind="flags")
    final = table.find("is final", "is close", "final", "close", kind="flags")
    chance = table.find("probability", kind="numbers")
    rows = [line.cells for line in table.lines if line.cells[join.column]]
    if order:
        rows.sort(key=lambda row: numbers.number_of(row[order.name], ".") if row[order.name] else 0.0)
    found: dict[str, Stage] = {}
    for place, row in enumerate(rows, start=1):
        cell = row[join.column]
        outcome = outcome_of(row[name.name]) or outcome_of(cell)
        if won and row[won.name].lower() in YES:
            outcome = "Closed Won"
        elif final and row[final.name].lower() in YES:
            outcome = "Closed Lost"
        spread = round(90 * place / (len(rows) + 1))
        given = round(numbers.number_of(row[chance.name], ".")) if chance and row[chance.name] else spread
        likely = {"Closed Won": 100, "Closed Lost": 0}.get(outcome, min(max(given, 1), 99))
        why = "" if chance or outcome else "check: the chances are evenly spread"
        found[cell] = Stage(cell, row[name.name] or cell, likely, outcome, why)
    return found
