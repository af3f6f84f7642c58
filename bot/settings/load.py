"""Reads the settings, once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from bot.settings.areas import Settings
from bot.settings.catalogue import Variable, catalogue, variable_of
from bot.settings.environment import ENV_FILE, read_environment
from bot.settings.takes import must_be
from store.domain.errors import SettingError


def load_settings(overrides: Mapping[str, object] | None = None, *, env_file: Path | None = ENV_FILE) -> Settings:
    """The settings that `overrides`, the environment and the file make, the first of them winning.

    `overrides` name variables in lower case without `SERGAS_`, such as `zoho_client_id`.

    Raises: SettingError naming the first variable that is unknown or malformed; BadInput for a file that
    cannot be read.
    """
    values: dict[str, object] = {name: given.value for name, given in read_environment(env_file).items()}
    values |= {variable_of(key): value for key, value in (overrides or {}).items()}
    try:
        return Settings.model_validate(_by_area(values))
    except ValidationError as exc:
        first = exc.errors()[0]
        variable = _variable_at(first["loc"])
        raise SettingError(variable.name, _problem(variable, values[variable.name], first["msg"])) from exc


def _by_area(values: Mapping[str, object]) -> dict[str, dict[str, object]]:
    areas: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        variable = catalogue()[name]
        areas.setdefault(variable.area, {})[variable.field] = value
    return areas


def _variable_at(place: tuple[int | str, ...]) -> Variable:
    """The variable that sets the field at this place."""
    return next(each for each in catalogue().values() if (each.area, each.field) == place[:2])


def _problem(variable: Variable, given: object, message: str) -> str:
    """What is wrong: by our own check, or by the type and range of the setting."""
    why = message.removeprefix("Value error, ")
    if variable.takes and why == message:
        return must_be(variable.takes, default=variable.default, given=given)
    return f"is wrong: {why[0].lower()}{why[1:]}."
