"""Check JSON Schemas for structured outputs and strict tools, and fit values to them.

The real service decodes under a grammar made from the schema, so its answers always fit. Here a value is made to fit
instead: extra fields are removed, missing ones filled in.

Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry
from referencing.exceptions import Unresolvable

from integrations.sandbox.claude.errors import invalid

Schema = Mapping[str, Any]

STRICT_TOOLS, OPTIONAL_PARAMETERS, UNION_PARAMETERS = 20, 24, 16
FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"})
_COMMON = frozenset(
    {"type", "title", "description", "default", "enum", "const", "$ref", "$defs", "definitions", "anyOf", "allOf"}
    | {"examples", "$schema", "$id"}
)
_OF_TYPE: Mapping[str, frozenset[str]] = {
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "array": frozenset({"items", "minItems"}),
    "string": frozenset({"format", "pattern"}),
    "integer": frozenset(),
    "number": frozenset(),
    "boolean": frozenset(),
    "null": frozenset(),
}
_DEPTH = 40


def check_schema(schema: Schema, where: str) -> None:
    """Raises: Refusal in the API's words, for `where` such as `output_config.format.schema`."""
    _check_once(json.dumps(schema, sort_keys=True), where)


@lru_cache(maxsize=512)  # the real service compiles a schema once, too; checking one takes a tenth of a second
def _check_once(dumped: str, where: str) -> None:
    schema = json.loads(dumped)
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as exc:
        raise invalid(f"{where}: JSON schema is invalid: {exc.message[:200]}") from exc
    _check(schema, schema, where, ())


def check_tool_schema(schema: Schema, where: str) -> None:
    """Raises: Refusal for a value that is no JSON Schema, as the API checks for every tool."""
    if not _is_schema(json.dumps(schema, sort_keys=True)):
        raise invalid(
            f"{where}: JSON schema is invalid. It must match JSON Schema draft 2020-12 "
            "(https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.claude.com/en/docs/tool-use."
        )


@lru_cache(maxsize=512)
def _is_schema(dumped: str) -> bool:
    try:
        Draft202012Validator.check_schema(json.loads(dumped))
    except SchemaError:
        return False
    return True


def check_complexity(schemas: Sequence[Schema], strict_tools: int) -> None:
    """Check the limits on everything that is compiled into one grammar. Raises: Refusal."""
    if strict_tools > STRICT_TOOLS:
        raise invalid(
            f"Too many strict tools ({strict_tools}). The maximum number of strict tools supported is {STRICT_TOOLS}. "
            "Try reducing the number of tools marked as strict."
        )
    objects = [each for schema in schemas for each in _nodes(schema)]
    optional = sum(len(set(each.get("properties", {})) - set(each.get("required", ()))) for each in objects)
    if optional > OPTIONAL_PARAMETERS:
        raise invalid(
            f"Schemas contains too many optional parameters ({optional}), which would make grammar compilation inefficient. "
            f"Reduce the number of optional parameters in your tool schemas (limit: {OPTIONAL_PARAMETERS})."
        )
    unions = sum("anyOf" in each or isinstance(each.get("type"), list) for each in objects)
    if unions > UNION_PARAMETERS:
        raise invalid(
            f"Schemas contains too many parameters with union types ({unions} parameters with type arrays or anyOf). "
            "This causes exponential compilation cost. Reduce the number of nullable or union-typed parameters "
            f"(limit: {UNION_PARAMETERS} parameters with unions)."
        )


def fits(value: object, schema: Schema) -> bool:
    # The empty registry keeps a schema from fetching others over the network.
    try:
        return bool(Draft202012Validator(dict(schema), registry=Registry()).is_valid(value))
    except (
        re.error,
        Unresolvable,
        RecursionError,
    ):  # a pattern in another language, a reference to nowhere or to itself
        return False


def conform(value: object, schema: Schema) -> Any:
    """Fit the value to a schema that has passed `check_schema`."""
    return _conform(value, schema, schema, 0)


def _check(node: object, root: Schema, where: str, within: tuple[str, ...]) -> None:
    if not isinstance(node, Mapping):
        raise invalid(f"{where}: Schemas must be objects; boolean schemas are not supported")
    if "$ref" in node:
        reference = str(node["$ref"])
        if reference in within:
            raise invalid(f"{where}: Circular reference detected in schema definitions: {reference}")
        _check(_resolved(root, reference, where), root, where, (*within, reference))
        return
    types = node.get("type", [])
    known = [types] if isinstance(types, str) else list(types)
    if not known and not {"anyOf", "allOf", "enum", "const"} & node.keys():
        raise invalid(f"{where}: Schema must have a 'type', 'anyOf', 'allOf', 'enum' or 'const' field")
    _check_keywords(node, known, where)
    for each in (*node.get("anyOf", ()), *node.get("allOf", ()), *node.get("properties", {}).values()):
        _check(each, root, where, within)
    if "items" in node:
        _check(node["items"], root, where, within)
    if any("$ref" in each for each in node.get("allOf", ()) if isinstance(each, Mapping)):
        raise invalid(f"{where}: 'allOf' with '$ref' is not supported")


def _check_keywords(node: Schema, types: Sequence[str], where: str) -> None:
    allowed = _COMMON.union(*(_OF_TYPE[each] for each in types if each in _OF_TYPE))
    named = next((each for each in types if each != "null"), "any")
    odd = sorted(node.keys() - allowed)
    if odd:
        word, be = ("property", "is") if len(odd) == 1 else ("properties", "are")
        raise invalid(f"{where}: For '{named}' type, {word} {', '.join(map(repr, odd))} {be} not supported")
    if "object" in types and node.get("additionalProperties") is not False:
        raise invalid(f"{where}: For 'object' type, 'additionalProperties' must be explicitly set to false")
    if node.get("minItems", 0) not in (0, 1):
        raise invalid(f"{where}: For 'array' type, 'minItems' values other than 0 or 1 are not supported")
    if "format" in node and node["format"] not in FORMATS:
        raise invalid(f"{where}: For 'string' type, format '{node['format']}' is not supported")
    if node.get("enum") == []:
        raise invalid(f"{where}: 'enum' must have at least one value")
    if any(isinstance(each, list | dict) for each in node.get("enum", ())):
        raise invalid(f"{where}: 'enum' values must be strings, numbers, booleans or null")


def _resolved(root: Schema, reference: str, where: str = "schema") -> Schema:
    place: Any = root
    if not reference.startswith("#/"):
        raise invalid(f"{where}: External '$ref' is not supported: {reference}")
    for step in reference[2:].split("/"):
        if not isinstance(place, Mapping) or step not in place:
            raise invalid(f"{where}: '$ref' does not resolve: {reference}")
        place = place[step]
    found: Schema = place
    return found


def _nodes(node: object) -> Iterator[Schema]:
    if isinstance(node, Mapping):
        yield node
        for key, each in node.items():
            if key in ("properties", "$defs", "definitions"):
                for inner in each.values():
                    yield from _nodes(inner)
            elif key in ("items", "anyOf", "allOf"):
                for inner in each if isinstance(each, list) else [each]:
                    yield from _nodes(inner)


def _conform(value: object, node: Schema, root: Schema, depth: int) -> Any:
    if depth > _DEPTH:
        return None
    if "$ref" in node:
        return _conform(value, _resolved(root, node["$ref"]), root, depth + 1)
    if "const" in node:
        return node["const"]
    if "enum" in node:
        return value if value in node["enum"] else node["enum"][0]
    if "anyOf" in node:
        return _of_several(value, node["anyOf"], root, depth)
    if "allOf" in node:
        for each in node["allOf"]:
            value = _conform(value, each, root, depth + 1)
        return value
    types = node["type"]
    if isinstance(types, list):
        return _of_several(value, [{**node, "type": each} for each in types], root, depth)
    if types == "object":
        return _object(value, node, root, depth)
    if types == "array":
        items: list[Any] = [
            _conform(each, node.get("items", {"type": "string"}), root, depth + 1) for each in _list(value)
        ]
        empty = node.get("minItems") == 1 and not items
        return [_conform(None, node.get("items", {"type": "string"}), root, depth + 1)] if empty else items
    return _scalar(value, types)


def _of_several(value: object, choices: Sequence[Schema], root: Schema, depth: int) -> Any:
    """Return the value in the first choice that it fits as it is; else in the first that can be filled."""
    for each in choices:
        if fits(value, {**each, **{key: root[key] for key in ("$defs", "definitions") if key in root}}):
            return value
    made = next((each for each in choices if value is None and each.get("type") == "null"), None)
    if isinstance(value, Mapping):
        made = next((each for each in choices if each.get("type") == "object" or "$ref" in each), made)
    elif isinstance(value, list):
        made = next((each for each in choices if each.get("type") == "array"), made)
    return _conform(value, made or choices[0], root, depth + 1)


def _object(value: object, node: Schema, root: Schema, depth: int) -> dict[str, Any]:
    given = value if isinstance(value, Mapping) else {}
    wanted = node.get("properties", {})
    needed = set(node.get("required", ()))
    return {
        name: _conform(given.get(name), each, root, depth + 1)
        for name, each in wanted.items()
        if name in given or name in needed
    }


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else []


def _scalar(value: object, kind: str) -> Any:
    if kind == "string":
        return value if isinstance(value, str) else "" if value is None else str(value)
    if kind == "boolean":
        return value is True
    if kind == "null":
        return None
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else 0
    return int(number) if kind == "integer" else number
