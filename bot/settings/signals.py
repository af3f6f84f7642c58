"""The thresholds of the signals as settings: `SERGAS_SIGNALS__` and the name of the threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated

from annotated_types import Ge
from pydantic import AfterValidator, BeforeValidator

from bot.settings.section import check_names, split
from bot.settings.takes import must_be, takes
from store.domain.errors import SettingError
from store.domain.signals.context import SignalPolicy
from store.domain.signals.kinds import SignalKind

PREFIX = "SERGAS_SIGNALS__"
NOT_NEGATIVE = Ge(0)


def _enabled(value: object) -> object:
    """`SERGAS_SIGNALS__ENABLED` lists kinds of signals, separated by commas."""
    if isinstance(value, Mapping) and isinstance(listed := value.get("enabled"), str):
        try:
            return {**value, "enabled": split(check_names(listed, set(SignalKind)))}
        except ValueError as exc:
            raise SettingError(f"{PREFIX}ENABLED", f"is wrong: {exc}.") from exc
    return value


def _not_negative(policy: SignalPolicy) -> SignalPolicy:
    for threshold in fields(policy):
        value = getattr(policy, threshold.name)
        if isinstance(value, int | float) and value < 0:
            what = takes(type(threshold.default), [NOT_NEGATIVE])
            problem = must_be(what, default=threshold.default, given=value)
            raise SettingError(f"{PREFIX}{threshold.name.upper()}", problem)
    return policy


SignalSettings = Annotated[SignalPolicy, BeforeValidator(_enabled), AfterValidator(_not_negative)]
