"""The settings in force: each one's value, masked if it is secret, and its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from bot.settings.areas import Settings
from bot.settings.catalogue import Variable, catalogue
from bot.settings.environment import Given, Source

MASK = "********"

_PASSWORD = re.compile(r"(?<=://)([^:@\s]*:)\S*(?=@)")  # up to the last @, since a password may contain one
_TOKEN = re.compile(r"(?<=https://)[^:/?#@\s]+(?=@)|(?<=http://)[^:/?#@\s]+(?=@)")
_PARAMETER = re.compile(r"([?&][^=&#\s]*(?:pass|pwd|secret|token|key|sig)[^=&#\s]*=)[^&#\s]*", re.IGNORECASE)


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
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if isinstance(value, frozenset):
        return "all" if value == variable.default else ",".join(sorted(map(str, value)))
    return without_passwords(str(value))


def without_passwords(text: str) -> str:
    """The text with the passwords, tokens and keys in its addresses masked; all of it if it looks like a malformed address."""
    if "://" not in text and re.search(r":\S*@", text):
        return MASK
    return _PARAMETER.sub(rf"\1{MASK}", _TOKEN.sub(MASK, _PASSWORD.sub(rf"\1{MASK}", text)))
