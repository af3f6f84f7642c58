"""A number within a schema's limits, as near as possible to a wanted one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

Schema = Mapping[str, Any]


def number_within(node: Schema, wanted: Sequence[Any], *, whole: bool) -> int | float:
    """Return the first wanted number that fits, else the one nearest to 0 that does."""
    step = Fraction(str(node.get("multipleOf", 1 if whole else 0)))
    if whole and step.denominator != 1:
        step = Fraction(step.numerator)  # the least whole multiple
    low, high = _bounds(node)
    for each in wanted:
        if isinstance(each, int | float) and not isinstance(each, bool) and math.isfinite(each):
            number = Fraction(str(each))
            if _is_in(number, low, high) and (step == 0 or number % step == 0):
                return _told(number, whole)
    return _told(_least(low, high, step), whole)


Bound = tuple[Fraction, bool] | None


def _bounds(node: Schema) -> tuple[Bound, Bound]:
    """Return the lowest and the highest number, each with whether it is left out itself."""
    lows = [
        (Fraction(str(node[key])), key.startswith("ex")) for key in ("minimum", "exclusiveMinimum") if _given(node, key)
    ]
    highs = [
        (Fraction(str(node[key])), key.startswith("ex")) for key in ("maximum", "exclusiveMaximum") if _given(node, key)
    ]
    return max(lows, default=None), min(highs, key=lambda each: (each[0], not each[1]), default=None)


def _given(node: Schema, key: str) -> bool:
    return isinstance(node.get(key), int | float) and not isinstance(node[key], bool)


def _is_in(number: Fraction, low: Bound, high: Bound) -> bool:
    above = low is None or number > low[0] or (number == low[0] and not low[1])
    below = high is None or number < high[0] or (number == high[0] and not high[1])
    return above and below


def _least(low: Bound, high: Bound, step: Fraction) -> Fraction:
    if _is_in(Fraction(0), low, high):
        return Fraction(0)
    if low is not None and low[0] >= 0:
        number = low[0] if step == 0 else step * math.ceil(low[0] / step)
        if low[1] and number == low[0]:
            number += step or _half_way(low, high)
        return number
    assert high is not None
    number = high[0] if step == 0 else step * math.floor(high[0] / step)
    if high[1] and number == high[0]:
        number -= step or _half_way(low, high)
    return number


def _half_way(low: Bound, high: Bound) -> Fraction:
    return (high[0] - low[0]) / 2 if low is not None and high is not None else Fraction(1)


def _told(number: Fraction, whole: bool) -> int | float:
    return int(number) if whole or number.denominator == 1 else float(number)
