"""The thresholds of the signals as settings: `SERGAS_SIGNALS__` and the name of the threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from bot.settings.section import split
from store.domain.errors import SettingError
from store.domain.signals.context import SignalPolicy

PREFIX = "SERGAS_SIGNALS__"


def _enabled(value: object) -> object:
    """`SERGAS_SIGNALS__ENABLED` lists kinds of signals, separated by commas."""
    if isinstance(value, Mapping) and isinstance(listed := value.get("enabled"), str):
        return {**value, "enabled": split(listed)}
    return value


def _not_negative(policy: SignalPolicy) -> SignalPolicy:
    for threshold in fields(policy):
        value = getattr(policy, threshold.name)
        if isinstance(value, int | float) and value < 0:
            raise SettingError(f"{PREFIX}{threshold.name.upper()}", "is wrong: it must not be negative.")
    return policy


SignalSettings = Annotated[SignalPolicy, BeforeValidator(_enabled), AfterValidator(_not_negative)]
