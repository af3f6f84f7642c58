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
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from integrations.sandbox.history import MODULES, STANDARD_STAGES, StageDef
from integrations.sandbox.zoho.fields import schema
from store.domain.errors import BadInput

USERS = "Users"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """The source of a value: a column, several joined by `separator`, a constant, or, for an owner, the user who owns most
    of the records of a module that point here (`owner_of_most`; the first by name in a tie).

    `values` replaces whole cells before any other step. `lookup` means that the text is the key of a record of that module,
    or the name of one of the `Users`. `times` multiplies a number.
    """

    column: str | None = None
    join: tuple[str, ...] = ()
    separator: str = " · "
    constant: str | int | float | bool | None = None
    owner_of_most: str | None = None
    values: Mapping[str, str] = {}
    lookup: str | None = None
    times: float | None = None

    @property
    def place(self) -> str:
        """The column to name in an error."""
        return self.column or ", ".join(self.join) or "(constant)"


class Event(_Strict):
    on: str | None = None
    fields: Mapping[str, Source] = {}

    @field_validator("fields", mode="before")
    @classmethod
    def _columns(cls, value: object) -> object:
        return _spelled_out(value)


class ModuleFile(_Strict):
    file: str
    key: str
    fields: Mapping[str, Source]
    events: tuple[Event, ...] = (Event(),)

    @field_validator("fields", mode="before")
    @classmethod
    def _columns(cls, value: object) -> object:
        return _spelled_out(value)


class UsersFile(_Strict):
    file: str
    name: str
    manager: str | None = None
    email: str | None = None
    email_domain: str = "example.com"
    time_zone: Source = Source(constant="UTC")
    role: str = "Account Executive"
    manager_role: str = "Sales Manager"


class CsvMapping(_Strict):
    name: str
    start: date
    as_of: date
    hour: int = Field(default=12, ge=0, le=23)
    currency: str = "USD"
    users: UsersFile
    stages: tuple[StageDef, ...] = STANDARD_STAGES
    modules: Mapping[str, ModuleFile]

    @field_validator("modules")
    @classmethod
    def _known(cls, modules: Mapping[str, ModuleFile]) -> Mapping[str, ModuleFile]:
        known = schema(STANDARD_STAGES)
        for name, module in modules.items():
            if name not in known:
                raise ValueError(f"{name} is not one of the modules {', '.join(MODULES)}")
            for field in (*module.fields, *(f for event in module.events for f in event.fields)):
                if field not in known[name].fields:
                    raise ValueError(f"{name} has no field {field}")
        return modules

    @model_validator(mode="after")
    def _mapped(self) -> Self:
        """Every target module must be mapped; an owner of most needs records that point here and have an owner's column."""
        for name, module in self.modules.items():
            for source in (*module.fields.values(), *(s for event in module.events for s in event.fields.values())):
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
        return CsvMapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as exc:
        raise BadInput(f"There is no mapping file {path}.") from exc
    except OSError as exc:
        raise BadInput(f"The mapping file {path.name} cannot be read: {exc.strerror}.") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise BadInput(f"{path.name} is not TOML: {exc}.") from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the mapping"
        raise BadInput(f"{path.name}, {place}: {first['msg'].removeprefix('Value error, ')}.") from exc


def _spelled_out(value: object) -> object:
    """Expand `Field = "column"`, which is short for `Field = { column = "column" }`."""
    if not isinstance(value, dict):
        return value
    return {name: {"column": source} if isinstance(source, str) else source for name, source in value.items()}
