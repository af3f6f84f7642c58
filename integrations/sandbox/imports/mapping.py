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
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from integrations.sandbox.history import MODULES, STANDARD_STAGES, StageDef
from integrations.sandbox.imports.cells import FIRST_DAY, LAST_DAY
from integrations.sandbox.imports.formats import Format
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
        for name, module in modules.items():
            if name not in known:
                raise ValueError(f"{name} is not one of the modules {', '.join(MODULES)}")
            for field, source in module.sources:
                _check_field(name, field, source, known)
        return modules

    @model_validator(mode="after")
    def _mapped(self) -> Self:
        """Every target module must be mapped; an owner of most needs records that point here and have an owner's column."""
        if self.start > self.as_of:
            raise ValueError(f"the start {self.start} is after as_of, {self.as_of}")
        if self.users is None and not self.default_owner:
            raise ValueError("name the people: [users], or a default_owner")
        if self.default_stage and self.default_stage not in {stage.name for stage in self.stages}:
            raise ValueError(f"the default_stage {self.default_stage} is not one of the stages")
        for name, module in self.modules.items():
            for _, source in module.sources:
                if source.lookup not in (None, USERS, *self.modules):
                    raise ValueError(f"{name} points to {source.lookup}, which is not mapped")
                if source.owner_of_most is not None and not self._tells_owners(source.owner_of_most, of=name):
                    raise ValueError(f"{source.owner_of_most} do not say who owns the {name} they point to")
        return self

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
        raise BadInput(f"{name} is not TOML: {exc}.") from exc
    except ValidationError as exc:
        problems = dict.fromkeys(
            f"{name}, {'.'.join(map(str, error['loc'])) or 'the mapping'}: {error['msg'].removeprefix('Value error, ')}."
            for error in exc.errors()
        )
        raise BadInput("\n".join(problems)) from exc


def _check_field(name: str, field: str, source: Source, known: Mapping[str, Module]) -> None:
    of = known[name].fields.get(field)
    if of is None:
        raise ValueError(f"{name} has no field {field}")
    if source.via is not None:
        other = known.get(source.lookup or "")
        if other is None or source.via not in other.fields or not other.fields[source.via].is_lookup:
            raise ValueError(
                f"{name}.{field} goes via {source.via}, which is no lookup of {source.lookup or 'a module'}"
            )
    elif of.is_lookup and source.lookup is None and source.owner_of_most is None:
        raise ValueError(
            f'{name}.{field} points to another record: say which kind, such as `lookup = "{of.lookup or USERS}"`'
        )
