"""The catalogue of settings: one entry for each environment variable."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import get_type_hints

from pydantic import SecretStr

from bot.settings.areas import Settings
from bot.settings.section import Section
from bot.settings.signals import PREFIX
from store.domain.signals.context import SignalPolicy

OURS = "SERGAS_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """An environment variable and the field it sets: `field` of the section `area`, shown under `title`."""

    name: str
    area: str
    title: str
    field: str
    default: object
    meaning: str

    @property
    def is_secret(self) -> bool:
        return isinstance(self.default, SecretStr)

    def value_in(self, settings: Settings) -> object:
        return getattr(getattr(settings, self.area), self.field)


@cache
def catalogue() -> Mapping[str, Variable]:
    """All variables by name, area by area."""
    return {variable.name: variable for area in Settings.model_fields for variable in _variables(area)}


def variable_of(key: str) -> str:
    """The variable for a key: its name in lower case without `SERGAS_`, such as `zoho_client_id` or `anthropic_api_key`."""
    name = key.upper()
    return name if name in catalogue() else f"{OURS}{name}"


def suggestion(name: str) -> str:
    """A question that names the known variable nearest to an unknown one."""
    stems = {known.removeprefix(OURS): known for known in catalogue()}
    (nearest,) = difflib.get_close_matches(name.upper().removeprefix(OURS), stems, n=1, cutoff=0.0)
    return f"did you mean {stems[nearest]}?"


def _variables(area: str) -> Iterator[Variable]:
    section, title = Settings.model_fields[area].default, Settings.model_fields[area].title or area
    if isinstance(section, Section):
        for name, field in type(section).model_fields.items():
            yield Variable(
                name=section.variable(name),
                area=area,
                title=title,
                field=name,
                default=getattr(section, name),
                meaning=field.description or "",
            )
        return
    meanings = get_type_hints(SignalPolicy, include_extras=True)
    for threshold in fields(SignalPolicy):
        yield Variable(
            name=f"{PREFIX}{threshold.name.upper()}",
            area=area,
            title=title,
            field=threshold.name,
            default=threshold.default,
            meaning=meanings[threshold.name].__metadata__[0],
        )
