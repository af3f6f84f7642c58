"""The settings in force: each one's value, masked if it is secret, and its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from bot.settings.areas import Settings
from bot.settings.catalogue import Variable, catalogue
from bot.settings.environment import Given, Source
from bot.settings.section import MASK, SecretAddress, without_passwords


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """A setting in force; `value` and `default` are shown with their secrets masked."""

    variable: Variable
    value: str
    default: str
    source: Source
    is_changed: bool


def effective(settings: Settings, given: Mapping[str, Given]) -> list[Effective]:
    """Every setting, in the catalogue's order."""
    return [
        Effective(
            variable=variable,
            value=shown(variable, variable.value_in(settings)),
            default=shown(variable, variable.default),
            source=given[name].source if name in given else Source.DEFAULT,
            is_changed=variable.value_in(settings) != variable.default,
        )
        for name, variable in catalogue().items()
    ]


def shown(variable: Variable, value: object) -> str:
    """A value as text; a secret, and a password in an address, as asterisks."""
    if isinstance(value, SecretAddress):
        return str(value)
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if isinstance(value, frozenset):
        return "all" if value == variable.default else ",".join(sorted(map(str, value)))
    return without_passwords(str(value))
