"""The mapping: a TOML file that says what the columns of a company's CSV files mean in the CRM.

name = "Acme's CRM"
start = 2017-01-01                  # creation day of records without a date
as_of = 2017-12-29                  # the last day to look at
hour = 12                           # time of all events, UTC

[users]                             # one line per person; managers become users too
file = "team.csv"
name = "agent"
manager = "manager"
time_zone = { column = "office", values = { East = "America/New_York" } }

[[stages]]
name = "Won"
probability = 100
forecast_type = "Closed Won"

[modules.Deals]
file = "deals.csv"
key = "deal_id"
[modules.Deals.fields]              # API name of the field = source of its value
Deal_Name = "title"
Owner = { column = "agent", lookup = "Users" }

[[modules.Deals.events]]            # the first event creates the record, every other one updates it; an update without
on = "opened"                       # a date is skipped, a creation without one takes the start date
fields = { Stage = { constant = "Open" } }

docs/sandbox.md describes the rest. `sergas sandbox import --suggest` drafts one from the files.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from integrations.sandbox.history import MODULES, STANDARD_STAGES, StageDef
from integrations.sandbox.imports.cells import FIRST_DAY, LAST_DAY
from integrations.sandbox.imports.formats import Format
from integrations.sandbox.imports.mistakes import Mistakes, not_toml, sentences
from integrations.sandbox.imports.near import instead
from integrations.sandbox.imports.sources import ModuleFile, Source, Strict, UsersFile
from integrations.sandbox.zoho.fields import Module, schema
from store.domain.errors import BadInput

USERS = "Users"
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]


class CsvMapping(Strict):
    """`faults` says what becomes of faulty cells and lines: the import stops, or they are left out and reported. `default_owner`
    owns the records that name no one; without `users` it is the only person. `default_stage` is that of deals without one."""

    name: str
    start: Day
    as_of: Day
    hour: int = Field(default=12, ge=0, le=23)
    currency: str = "USD"
    faults: Literal["stop", "leave out"] = "stop"
    default_owner: str | None = None
    default_stage: str | None = None
    format: Format = Format()
    files: Mapping[str, Format] = {}
    users: UsersFile | None = None
    stages: tuple[StageDef, ...] = STANDARD_STAGES
    modules: Mapping[str, ModuleFile]

    def format_of(self, file: str) -> Format:
        """Return how a file is written: its own settings, then those of all files."""
        return self.files.get(file, Format()).over(self.format)

    @field_validator("currency")
    @classmethod
    def _code(cls, currency: str) -> str:
        if not re.fullmatch("[A-Z]{3}", currency):
            raise ValueError(f"“{currency}” is not the code of a currency (such as EUR)")
        return currency

    @field_validator("modules")
    @classmethod
    def _known(cls, modules: Mapping[str, ModuleFile]) -> Mapping[str, ModuleFile]:
        known = schema(STANDARD_STAGES)
        wrong = [
            f"there is no module “{name}”{instead(name, MODULES, there='there are')}"
            for name in modules
            if name not in known
        ]
        for name in (name for name in modules if name in known):
            sources = modules[name].sources
            wrong += [said for field, source in sources if (said := _field_mistake(name, field, source, known))]
        if wrong:
            raise Mistakes(wrong)
        return modules

    @model_validator(mode="after")
    def _mapped(self) -> Self:
        """Every target module must be mapped; an owner of most needs records that point here and have an owner's column."""
        wrong: list[str] = []
        if self.start > self.as_of:
            wrong.append(f"the start {self.start} is after as_of, {self.as_of}.")
        if self.users is None and not self.default_owner:
            wrong.append("name the people: [users], or a default_owner.")
        stages = [stage.name for stage in self.stages]
        if self.default_stage and self.default_stage not in stages:
            more = instead(self.default_stage, stages, there="there are")
            wrong.append(f"the default_stage {self.default_stage} is not one of the stages{more}")
        wrong += [said for name, module in self.modules.items() for said in self._pointers(name, module)]
        if wrong:
            raise Mistakes(wrong)
        return self

    def _pointers(self, name: str, module: ModuleFile) -> Iterator[str]:
        targets = (*self.modules, USERS)
        for field, source in module.sources:
            if source.lookup not in (None, *targets):
                more = instead(str(source.lookup), targets, there="mapped are")
                yield f"{name}.{field} points to {source.lookup}, which is not mapped{more}"
            if source.owner_of_most is not None and not self._tells_owners(source.owner_of_most, of=name):
                yield f"{source.owner_of_most} do not say who owns the {name} they point to."

    def _tells_owners(self, child: str, *, of: str) -> bool:
        fields = self.modules[child].fields if child in self.modules else {}
        return "Owner" in fields and any(source.lookup == of for source in fields.values())


def read_mapping(path: Path) -> CsvMapping:
    """Raises: BadInput if the file is missing, not TOML, or not a valid mapping."""
    try:
        return parsed_mapping(path.read_text(encoding="utf-8-sig"), name=path.name)
    except FileNotFoundError as exc:
        raise BadInput(f"There is no mapping file {path}.") from exc
    except OSError as exc:
        raise BadInput(f"The mapping file {path.name} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise BadInput(f"{path.name} is not TOML: {exc}.") from exc


def parsed_mapping(text: str, *, name: str) -> CsvMapping:
    """Raises: BadInput if the text is not TOML, or not a valid mapping; it names all that is wrong."""
    try:
        return CsvMapping.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        raise BadInput(not_toml(text, exc, name=name)) from exc
    except ValidationError as exc:
        raise BadInput("\n".join(sentences(exc, name=name, whole=CsvMapping))) from exc


def _field_mistake(name: str, field: str, source: Source, known: Mapping[str, Module]) -> str | None:
    """Return what is wrong with a field of a module and where its value comes from; None if nothing is."""
    fields = {each.api_name: each for each in known[name].fields.values() if not (each.read_only or each.hidden)}
    of = known[name].fields.get(field)
    if of is None:
        return f"{name} has no field {field}{instead(field, fields, there='it has')}"
    if field not in fields:
        return f"the CRM itself sets {name}.{field}; the day of a record's creation is that of its first event."
    if source.via is not None:
        other = known.get(source.lookup or "")
        if other is None or source.via not in other.fields or not other.fields[source.via].is_lookup:
            lookups = [each.api_name for each in other.fields.values() if each.is_lookup] if other else []
            more = instead(source.via, lookups, there="these are")
            return f"{name}.{field} goes via {source.via}, which is no lookup of {source.lookup or 'a module'}{more}"
    elif of.is_lookup and source.lookup is None and source.owner_of_most is None:
        return f'{name}.{field} points to another record: say which kind, such as `lookup = "{of.lookup or USERS}"`.'
    return None
