"""What the sections of the settings have in common: frozen values, each set by one environment variable."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, SecretStr

from store.domain.errors import SettingError

OFF = "off"  # turns off a part that would otherwise run by itself
MASK = "********"

_PASSWORD = re.compile(r"(?<=://)([^:@\s]*:)\S*(?=@)")  # up to the last @, since a password may contain one
_NO_PORT = re.compile(r"://[^/?#@\[\]]*:(?!\d*(?:[/?#]|$))[^/?#@]*(?:[/?#]|$)")  # `user:password` without a host
_TOKEN = re.compile(r"(?<=https://)[^:/?#@\s]+(?=@)|(?<=http://)[^:/?#@\s]+(?=@)")
_PARAMETER = re.compile(r"([?&][^=&#\s]*(?:pass|pwd|secret|token|key|sig)[^=&#\s]*=)[^&#\s]*", re.IGNORECASE)


class SecretAddress(SecretStr):
    """An address that may contain a password. Shown anywhere, it has asterisks in the password's place."""

    def _display(self) -> str:
        address = self.get_secret_value()
        if address and ("://" not in address or _NO_PORT.search(address)):
            return MASK
        return without_passwords(address)


class Section(BaseModel):
    """The settings of one area.

    A field is set by the variable `prefix` + its name in capitals, or by the one its `validation_alias` names.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_by_name=True, loc_by_alias=False
    )
    prefix: ClassVar[str] = "SERGAS_"

    @classmethod
    def variable(cls, field: str) -> str:
        """The environment variable that sets a field."""
        named = cls.model_fields[field].validation_alias
        return named if isinstance(named, str) else f"{cls.prefix}{field.upper()}"


def require(section: Section, *fields: str) -> None:
    """Raises: SettingError for the first of these fields that is empty."""
    for field in fields:
        value = getattr(section, field)
        if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
            raise SettingError(
                section.variable(field), "is missing. Set it, or try everything without accounts by `sergas demo`."
            )


def split(value: str) -> list[str]:
    """The entries of a list separated by commas."""
    return [entry.strip() for entry in value.split(",") if entry.strip()]


def check_names(value: str, names: Collection[str]) -> str:
    """Return the list unchanged if it contains only these names; a misspelt one would do nothing. Raises: ValueError."""
    for name in split(value):
        if name not in names:
            near = nearest(name, names)
            guess = f"did you mean {near}? Known are" if near else "give some of"
            raise ValueError(f"“{name}” is not known; {guess} {', '.join(sorted(names))}")
    return value


def nearest(name: str, names: Collection[str]) -> str | None:
    """The name that this one probably misspells; None if none is near."""
    return next(iter(difflib.get_close_matches(name, list(names), n=1, cutoff=0.65)), None)


def without_passwords(text: str) -> str:
    """The text with the passwords, tokens and keys in its addresses masked; all of it if it looks like a malformed address."""
    if "://" not in text and re.search(r":\S*@", text):
        return MASK
    return _PARAMETER.sub(rf"\1{MASK}", _TOKEN.sub(MASK, _PASSWORD.sub(rf"\1{MASK}", text)))
