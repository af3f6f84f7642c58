"""The REST operations that reading needs, and the matching tools of a hosted server.

Tools are matched by their input schema, `{path_variables, query_params, body}` as in Zoho's OpenAPI files, because names
drift (`ZohoCRM_getRecords`, `ZohoCRM_Get_Records`). A name only decides between tools whose schemas fit alike, and whether
a tool counts as reading: a tool that may write is never used, whatever its schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mcp_types import Tool

from integrations.zoho.errors import unexpected
from integrations.zoho.transport import Call
from store.domain.errors import CrmRefused

_READING = r"get|list|read|fetch|search|find|show|view|coql"
_WRITING = r"create|add|insert|post|update|upsert|edit|set|put|patch|delete|remove|convert|merge|clone|send|mass|bulk|associate"
_VERB = re.compile(f"(?P<reading>{_READING})|{_WRITING}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A REST operation. `path` holds the roles of its path variables. Parameter names are compared by their letters alone:
    `needs` must exist; `may` is left out if a tool lacks it or doesn't take our value; `never` marks a different operation;
    `always` holds values that only the hosted tools require. `named` decides between tools that fit alike.
    """

    name: str
    path: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    body: frozenset[str] = frozenset()
    always: Mapping[str, str] = field(default_factory=dict)
    named: str = ""


_PAGED = frozenset({"page", "perpage"})
_SORTED = frozenset({"sortby", "sortorder", "pagetoken"})
_SEARCHED = frozenset({"criteria", "word", "email", "phone"})

OPERATIONS: Mapping[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation(
            name="records",
            path=("module",),
            needs=_SORTED | {"fields"},
            may=frozenset({"perpage"}),
            never=_SEARCHED,
            named="records$",
        ),
        Operation(
            name="record",
            path=("module", "id"),
            may=frozenset({"fields"}),
            never=_SORTED | _PAGED | {"wftrigger"},
            named="record(byid)?$",
        ),
        Operation(
            name="related",
            path=("module", "id", "related"),
            needs=frozenset({"fields", "page", "pagetoken"}),
            may=frozenset({"perpage"}),
            named="relatedrecords$",
        ),
        Operation(
            name="timeline", path=("module", "id"), needs=_SORTED, may=frozenset({"perpage"}), named="timelines?$"
        ),
        Operation(
            name="deleted",
            path=("module",),
            needs=_PAGED | {"type"},
            never=_SEARCHED | {"fields"},
            named="deletedrecords$",
        ),
        Operation(name="users", needs=_PAGED | {"type"}, never=_SEARCHED | {"module", "fields"}, named="users$"),
        Operation(
            name="fields",
            needs=frozenset({"module", "type"}),
            never=frozenset({"mode", "layoutid"}),
            always={"include": "allowed_permissions_to_update"},
            named="(?<!custom)fields$",
        ),
        Operation(name="layouts", needs=frozenset({"module"}), never=frozenset({"type", "layoutid"}), named="layouts$"),
        Operation(name="coql", body=frozenset({"selectquery"}), named="(coql|query)"),
    )
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as an operation: the values of its path variables by role."""

    operation: Operation
    path: Mapping[str, str]


def asked_by(call: Call) -> Asked:
    """Raises: CrmRefused for anything but a read."""
    match call.method, call.path.strip("/").split("/"):
        case "POST", ["coql"]:
            return Asked(OPERATIONS["coql"], {})
        case "GET", ["users"]:
            return Asked(OPERATIONS["users"], {})
        case "GET", ["settings", ("fields" | "layouts") as name]:
            return Asked(OPERATIONS[name], {})
        case "GET", ["org"]:
            raise unexpected("the hosted server is not asked about the organisation")
        case "GET", [module]:
            return Asked(OPERATIONS["records"], {"module": module})
        case "GET", [module, "deleted"]:
            return Asked(OPERATIONS["deleted"], {"module": module})
        case "GET", [module, key]:
            return Asked(OPERATIONS["record"], {"module": module, "id": key})
        case "GET", [module, key, "__timeline"]:
            return Asked(OPERATIONS["timeline"], {"module": module, "id": key})
        case "GET", [module, key, related]:
            return Asked(OPERATIONS["related"], {"module": module, "id": key, "related": related})
        case "GET", _:
            raise unexpected("there is no tool for this address")
        case _:
            raise CrmRefused(
                "Zoho's hosted MCP server is for reading only; approved writes go through Zoho's REST API.",
                code="WRITES_NOT_OFFERED",
            )


def fitting(operation: Operation, tools: Iterable[Tool]) -> list[Tool]:
    """Return the tools that read and whose schemas match this operation."""
    return [tool for tool in tools if may_read(tool) and fits(operation, tool)]


def fits(operation: Operation, tool: Tool) -> bool:
    """Whether the tool takes everything the operation sends and requires nothing else."""
    path, query, body = (_part(tool, name) for name in ("path_variables", "query_params", "body"))
    known, wanted = _letters(query["properties"]), _letters(query["required"])
    sent = operation.needs | operation.may | operation.always.keys()
    return (
        sorted(role_of(name) for name in path["properties"]) == sorted(operation.path)
        and operation.needs <= known
        and not operation.never & known
        and wanted <= sent
        and operation.body <= _letters(body["properties"])
        and _letters(body["required"]) <= operation.body
        and bool(operation.body) == bool(body["properties"])
        and set(tool.input_schema.get("required", ())) <= {"path_variables", "query_params", "body"}
    )


def may_read(tool: Tool) -> bool:
    """Whether the tool counts as reading: it says so, or its name begins with a reading verb."""
    hints = tool.annotations
    if hints and (hints.read_only_hint is False or hints.destructive_hint):
        return False
    if hints and hints.read_only_hint:
        return True
    verb = _VERB.search(letters(tool.name))
    return verb is not None and verb["reading"] is not None


def arguments_for(call: Call, asked: Asked, tool: Tool) -> dict[str, Any]:
    """Return the call as the tool's arguments. Raises: CrmRefused for a value that matters but that the tool doesn't take."""
    operation, query = asked.operation, _part(tool, "query_params")
    values = {letters(name): value for name, value in (call.params or {}).items()}
    if query["required"]:
        values |= {name: values.get(name, value) for name, value in operation.always.items()}
    parts = {
        "path_variables": {name: asked.path[role_of(name)] for name in _part(tool, "path_variables")["properties"]},
        "query_params": _taken(operation, query["properties"], values),
        "body": _body(call, tool),
    }
    return {name: part for name, part in parts.items() if part}


def letters(name: str) -> str:
    """Reduce a name to its letters: `per_page`, `perPage` and `Per-Page` are one name."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def role_of(variable: str) -> str:
    """Return a path variable's role: module for `parentRecordModule`, id for `recordID`, list for `relatedList`."""
    name = letters(variable)
    if name.startswith("related"):
        return "related"
    if "module" in name:
        return "module"
    return "id" if "record" in name or name.endswith("id") else name


def _taken(operation: Operation, properties: Mapping[str, Any], values: Mapping[str, str | int]) -> dict[str, Any]:
    by_letters = {letters(name): name for name in properties}
    taken: dict[str, Any] = {}
    for key, value in values.items():
        schema = properties.get(by_letters.get(key, ""))
        if isinstance(schema, Mapping) and value in schema.get("enum", (value,)):
            taken[by_letters[key]] = str(value) if schema.get("type") == "string" else value
        elif key not in operation.may:
            raise unexpected(f"the hosted tool for “{operation.name}” does not take {key}")
    return taken


def _body(call: Call, tool: Tool) -> dict[str, Any]:
    if not isinstance(call.json, Mapping):
        return {}
    given = {letters(str(name)): value for name, value in call.json.items()}
    return {name: given[letters(name)] for name in _part(tool, "body")["properties"] if letters(name) in given}


def _part(tool: Tool, name: str) -> dict[str, Any]:
    """Return the properties and required names of one part of the input; both empty if the part is missing."""
    properties = tool.input_schema.get("properties")
    part = properties.get(name) if isinstance(properties, Mapping) else None
    part = part if isinstance(part, Mapping) else {}
    found, required = part.get("properties"), part.get("required")
    return {
        "properties": found if isinstance(found, Mapping) else {},
        "required": required if isinstance(required, list) else [],
    }


def _letters(names: Iterable[Any]) -> frozenset[str]:
    return frozenset(letters(str(name)) for name in names)
