"""The variables that the environment and a `.env` file set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dotenv import dotenv_values

from bot.settings.catalogue import OURS, catalogue, suggestion
from store.domain.errors import BadInput, SettingError

ENV_FILE = Path(".env")
# What earlier releases read and this one has no use for: an upgrade must not stop at it.
RETIRED = frozenset({"SERGAS_MAX_CARDS"})


class Source(StrEnum):
    """Where a setting's value comes from; a variable of the environment wins over one in the file."""

    DEFAULT = "default"
    FILE = ".env"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Given:
    """A variable that is set."""

    value: str
    source: Source


def read_environment(env_file: Path | None = ENV_FILE) -> dict[str, Given]:
    """Our variables that are set, by name; retired ones count as not set.

    Raises: SettingError for unknown ones, with the nearest known names; BadInput for a file that cannot be read.
    """
    found = {name: Given(value, Source.FILE) for name, value in _read(env_file).items()}
    found |= {name: Given(value, Source.ENVIRONMENT) for name, value in os.environ.items()}
    ours = {name: given for name, given in found.items() if _is_ours(name.upper())}
    _refuse_unknown(ours)
    return {name.upper(): given for name, given in ours.items()}


def _is_ours(name: str) -> bool:
    return (name.startswith(OURS) and name not in RETIRED) or name in catalogue()


def _read(env_file: Path | None) -> dict[str, str]:
    if env_file is None or not env_file.is_file():
        return {}
    try:
        return {name: value for name, value in dotenv_values(env_file).items() if value is not None}
    except (OSError, UnicodeDecodeError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8"
        raise BadInput(f"{env_file} cannot be read: {why}.") from exc


def _refuse_unknown(given: Mapping[str, Given]) -> None:
    """A misspelt variable would silently leave its default in force."""
    unknown = sorted(name for name in given if name.upper() not in catalogue())
    if not unknown:
        return
    first, *others = unknown
    where = "in .env " if given[first].source is Source.FILE else ""
    if not others:
        hint = suggestion(first)
        raise SettingError(first, f"{where}is not known; {hint}{'' if hint.endswith('?') else '.'}")
    more = "".join(f", nor is {name} ({suggestion(name)})" for name in others)
    raise SettingError(first, f"{where}is not known ({suggestion(first)}){more}.")
