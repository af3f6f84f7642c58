"""Answer schemas, as JSON Schema for the Messages API: closed objects, every field required."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}


def closed(**properties: Schema) -> dict[str, Any]:
    """An object with exactly these fields."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def listed(**properties: Schema) -> dict[str, Any]:
    """A list of such objects."""
    return {"type": "array", "items": closed(**properties)}


def optional(schema: Schema) -> dict[str, Any]:
    return {"anyOf": [dict(schema), {"type": "null"}]}


def one_of(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}
