"""The catalogue of settings: one entry for each environment variable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import get_type_hints

from pydantic import SecretStr

from bot.settings.areas import Settings
from bot.settings.section import Section, nearest
from bot.settings.signals import NOT_NEGATIVE, PREFIX
from bot.settings.takes import takes
from store.domain.signals.context import SignalPolicy

OURS = "SERGAS_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """An environment variable and the field it sets: `field` of the section `area`, shown under `title`. `takes` says what a
    value is, "" for text with a check of its own."""

    name: str
    area: str
    title: str
    field: str
    default: object
    meaning: str
    takes: str

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
    """A question that names the known variable nearest to an unknown one, or where to find all if none is near."""
    stems = {known.removeprefix(OURS): known for known in catalogue()}
    near = nearest(name.upper().removeprefix(OURS), stems)
    return f"did you mean {stems[near]}?" if near else "docs/settings.md lists all settings"


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
                takes=takes(field.annotation, field.metadata),
            )
        return
    meanings = get_type_hints(SignalPolicy, include_extras=True)
    types = get_type_hints(SignalPolicy)
    for threshold in fields(SignalPolicy):
        yield Variable(
            name=f"{PREFIX}{threshold.name.upper()}",
            area=area,
            title=title,
            field=threshold.name,
            default=threshold.default,
            meaning=meanings[threshold.name].__metadata__[0],
            takes=takes(types[threshold.name], [NOT_NEGATIVE]),
        )
