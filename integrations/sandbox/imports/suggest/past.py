"""The draft for a file of the stages that deals were in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from integrations.sandbox.imports.suggest.joins import Join, Target, join_of, target
from integrations.sandbox.imports.suggest.parts import Said
from integrations.sandbox.imports.suggest.stages import Stages
from integrations.sandbox.imports.suggest.tables import Table


@dataclass(frozen=True)
class Past:
    """The file, and its columns: the deal, the day, the stage after it and, if there is a column for it, the one before."""

    table: Table
    deal: Join
    day: str
    new: str
    old: str | None

    @property
    def cells(self) -> list[str]:
        """Every stage that it names."""
        return list(
            dict.fromkeys(cell for name in (self.new, self.old) if name for cell in self.table.columns[name].counts)
        )

    def said(self, stages: Stages) -> dict[str, Said]:
        """Return its part of the mapping."""
        said = {
            "file": Said(self.table.file),
            "record": Said(self.deal.column, self.deal.why("Deals")),
            "on": Said(self.day),
        }
        said["fields"] = Said({"Stage": stages.source(self.table, self.new)})
        return said | ({"before": Said({"Stage": stages.source(self.table, self.old)})} if self.old else {})


def past_of(tables: Sequence[Table], deals: Target, stages: Stages) -> Past | None:
    """Return the first file that names deals, days and stages."""
    known = target("Stages", (stage.cell for stage in stages.all), (stage.name for stage in stages.all))
    for table in tables:
        deal = join_of(table, deals, "deal id", "deal", "deal name", own="")
        new = join_of(
            table, known, "new stage id", "new stage", "to stage", "stage", "stage name", "new amount", own=""
        )
        day = table.find("modified date", "created date", "date", "modified", "stage date", kind="days")
        if deal is None or new is None or day is None or new.column == deal.column:
            continue
        old = table.find("old stage id", "old stage", "from stage", "previous stage", "old amount")
        return Past(table, deal, day.name, new.column, old.name if old and old.name != new.column else None)
    return None
