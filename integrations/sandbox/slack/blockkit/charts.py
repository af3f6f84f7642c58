"""The data_visualization block: a pie, or bars, lines or areas over categories.

Source: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from integrations.sandbox.slack.blockkit.objects import NAME
from integrations.sandbox.slack.blockkit.rules import anything, by_type, items, number, problem, shape, string

_LABEL = string(at_most=20)
_POINT = shape({"label": _LABEL, "value": number})
_SERIES = shape({"name": _LABEL, "data": items(_POINT, at_most=20)})
_AXIS = shape({"categories": items(_LABEL, at_most=20)}, {"x_label": string(at_most=50), "y_label": string(at_most=50)})


def _positive(value: Mapping[str, Any], at: str) -> Iterator[str]:
    amount = value.get("value")
    if isinstance(amount, int | float) and amount <= 0:
        yield problem("must be a positive number", f"{at}/value")


def _points_match(value: Mapping[str, Any], at: str) -> Iterator[str]:
    """Each series has one point for each category, and a name of its own."""
    series, axis = value.get("series"), value.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    seen: set[str] = set()
    for index, each in enumerate(series if isinstance(series, list) else []):
        if not isinstance(each, dict):
            continue
        name, data = each.get("name"), each.get("data")
        if isinstance(name, str) and name in seen:
            yield problem("series names must be unique", f"{at}/series/{index}/name")
        seen.add(str(name))
        labels = [point.get("label") for point in data if isinstance(point, dict)] if isinstance(data, list) else []
        if isinstance(categories, list) and labels != categories:
            yield problem("must have one data point for each category", f"{at}/series/{index}/data")


_OVER_CATEGORIES = shape(
    {"type": anything, "series": items(_SERIES, at_most=6), "axis_config": _AXIS}, also=_points_match
)
_PIE = shape(
    {
        "type": anything,
        "segments": items(shape({"label": _LABEL, "value": number}, also=_positive), at_most=6),
    }
)
DATA_VISUALIZATION = shape(
    {
        "type": anything,
        "title": string(at_most=50),
        "chart": by_type({"pie": _PIE, "bar": _OVER_CATEGORIES, "line": _OVER_CATEGORIES, "area": _OVER_CATEGORIES}),
    },
    {"block_id": NAME},
)
