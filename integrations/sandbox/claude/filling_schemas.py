"""Read JSON Schemas for `filling`: references, parts that apply together, limits in descriptions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]
_LIMITS = re.compile(r"\{([^{}]{1,300})\}")
_LIMIT = re.compile(
    r"\b(minLength|maxLength|minItems|maxItems|minimum|maximum|exclusiveMinimum|exclusiveMaximum|multipleOf): "
    r"(-?\d{1,18}(?:\.\d{1,18})?)"
)
_LISTS = frozenset({"required", "allOf", "anyOf", "oneOf"})


def pointed(root: Schema, reference: str) -> Schema:
    place: Any = root
    for step in reference.removeprefix("#").strip("/").split("/") if reference != "#" else ():
        place = place.get(step.replace("~1", "/").replace("~0", "~"), {}) if isinstance(place, Mapping) else {}
    return place if isinstance(place, Mapping) else {}


def merged(nodes: Sequence[Schema]) -> Schema:
    """Join schemas that all apply."""
    whole: dict[str, Any] = {}
    for node in nodes:
        for key, each in node.items():
            held = whole.get(key)
            if key == "properties" and isinstance(held, Mapping):
                both = {name: merged([held[name], part]) for name, part in each.items() if name in held}
                whole[key] = {**held, **each, **both}
            elif key in _LISTS and isinstance(held, list):
                whole[key] = [*held, *each]
            elif key.startswith(("min", "exclusiveMin")) and held is not None:
                whole[key] = max(held, each)
            elif key.startswith(("max", "exclusiveMax")) and held is not None:
                whole[key] = min(held, each)
            elif key == "enum" and isinstance(held, list):
                whole[key] = [one for one in held if one in each] or each
            else:
                whole[key] = each
    return whole


def limits(node: Schema) -> dict[str, Any]:
    """Return the limits that an SDK moved into the description."""
    found = _LIMITS.search(str(node.get("description", ""))[:4000])
    named = _LIMIT.findall(found[1]) if found else []
    return {key: float(value) if "." in value else int(value) for key, value in named}


def alone(node: Schema, root: Schema) -> Schema:
    """Return a part as a schema of its own."""
    return {**node, **{key: root[key] for key in ("$defs", "definitions") if key in root}}


def only_one_of(node: Schema) -> dict[str, Any]:
    return {"oneOf": node["oneOf"]} if "oneOf" in node else {}


def type_by_keywords(node: Schema) -> str:
    if node.keys() & {"properties", "required", "additionalProperties", "minProperties", "patternProperties"}:
        return "object"
    if node.keys() & {"items", "prefixItems", "minItems", "contains", "uniqueItems"}:
        return "array"
    if node.keys() & {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}:
        return "number"
    return "string"


def about(node: Schema) -> str:
    return f"{node.get('title', '')} {node.get('description', '')}"[:1000]
