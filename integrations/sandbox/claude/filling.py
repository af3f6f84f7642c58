"""Make a value that fits a JSON Schema, with the values that a text has for it.

Every required field gets a value; an optional one only if the text has it. It knows more keywords than the service compiles
(`schemas`), since tools that are not strict may have any schema, and the limits that SDKs write into descriptions, such as
`{minLength: 3}`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from integrations.sandbox.claude.filling_numbers import number_within
from integrations.sandbox.claude.filling_schemas import (
    about,
    alone,
    limits,
    merged,
    only_one_of,
    pointed,
    type_by_keywords,
)
from integrations.sandbox.claude.filling_strings import string_within
from integrations.sandbox.claude.schemas import fits

Schema = Mapping[str, Any]
_DEPTH, _ITEMS = 24, 200


class Finder(Protocol):
    """Finds values in a text. `name` is that of the field, `about` its title and description."""

    def choice(self, name: str, options: Sequence[Any]) -> Any | None: ...

    def text(self, name: str, about: str) -> str | None: ...

    def number(self, name: str, about: str) -> float | None: ...

    def flag(self, name: str, about: str) -> bool | None: ...

    def parts(self, name: str, about: str, *, of_objects: bool) -> Sequence[Finder]:
        """Return one finder for each item that the text lists."""
        ...

    def surely(self) -> Finder:
        """Return a finder that finds a value only beside the field's own name."""
        ...


class Nothing:
    """Finds nothing."""

    def choice(self, name: str, options: Sequence[Any]) -> Any | None:
        return None

    def text(self, name: str, about: str) -> str | None:
        return None

    def number(self, name: str, about: str) -> float | None:
        return None

    def flag(self, name: str, about: str) -> bool | None:
        return None

    def parts(self, name: str, about: str, *, of_objects: bool) -> Sequence[Finder]:
        return ()

    def surely(self) -> Finder:
        return self


def filled(schema: Schema, finder: Finder | None = None) -> Any:
    """Return a value that fits the schema, unless no value can or a keyword such as `not` would need a search for one."""
    return _Filler(schema).value(schema, "", finder or Nothing(), 0)


class _Filler:
    def __init__(self, root: Schema) -> None:
        self._root = root

    def value(self, node: Any, name: str, finder: Finder, depth: int) -> Any:
        if not isinstance(node, Mapping) or depth > _DEPTH:
            return None if depth > _DEPTH else ""
        node = self._whole(node, depth)
        if "const" in node:
            return node["const"]
        if node.get("enum"):
            return self._chosen(node, name, finder)
        for kind in ("anyOf", "oneOf"):
            if node.get(kind):
                return self._of_several(node, node[kind], name, finder, depth)
        types = node.get("type") or type_by_keywords(node)
        if isinstance(types, list):
            several = [{**node, "type": each} for each in types]
            return self._of_several({}, several, name, finder, depth)
        return self._of_type(node, str(types), name, finder, depth)

    def _of_type(self, node: Schema, kind: str, name: str, finder: Finder, depth: int) -> Any:
        told = about(node)
        if kind == "object":
            return self._object(node, finder, depth)
        if kind == "array":
            return self._array(node, name, finder, depth)
        if kind == "null":
            return None
        if kind == "boolean":
            found = finder.flag(name, told)
            return found if found is not None else node.get("default") is True
        if kind in ("integer", "number"):
            wanted = [finder.number(name, told), node.get("default"), *node.get("examples", ())]
            return number_within(node, wanted, whole=kind == "integer")
        return string_within(node, [finder.text(name, told), node.get("default"), *node.get("examples", ())], name)

    def _chosen(self, node: Schema, name: str, finder: Finder) -> Any:
        options = [each for each in node["enum"] if fits(each, alone(node, self._root))] or node["enum"]
        found = finder.choice(name, options)
        if found is not None:
            return found
        return node["default"] if node.get("default") in options and "default" in node else options[0]

    def _of_several(self, node: Schema, choices: Sequence[Any], name: str, finder: Finder, depth: int) -> Any:
        """Return the first choice for which the text has a value; else null if that is one; else the first that fits."""
        base = {key: each for key, each in node.items() if key not in ("anyOf", "oneOf")}
        options = [merged([base, self._whole(each, depth)]) for each in choices if isinstance(each, Mapping)]
        made = [(each, self.value(each, name, finder, depth + 1)) for each in options]
        good = [(each, value) for each, value in made if fits(value, alone({**each, **only_one_of(node)}, self._root))]
        plain = [(each, self.value(each, name, Nothing(), depth + 1)) for each, _ in good]
        found = [value for (_, value), (_, bare) in zip(good, plain, strict=True) if value != bare]
        if found:
            return found[0]
        if any(value is None for _, value in good):
            return None
        return (good or made or [({}, None)])[0][1]

    def _object(self, node: Schema, finder: Finder, depth: int) -> dict[str, Any]:
        known = dict(node.get("properties", {}))
        needed = list(dict.fromkeys(node.get("required", ())))
        value: dict[str, Any] = {}
        for key in [*needed, *(key for key in known if key not in needed)]:
            part = known.get(key, self._other(node, key))
            if key in needed:
                value[key] = self.value(part, key, finder, depth + 1)
            elif isinstance(part, Mapping) and (found := self._optional(part, key, finder, depth)) is not None:
                value[key] = found
        for key, more in node.get("dependentRequired", {}).items():
            for each in more if key in value else ():
                value.setdefault(each, self.value(known.get(each, {}), each, finder, depth + 1))
        least = min(int(node.get("minProperties", 0)), _ITEMS)
        for key in [*known, *(f"field{number}" for number in range(1, least + 1))]:
            if len(value) >= least:
                break
            value.setdefault(key, self.value(known.get(key, self._other(node, key)), key, finder, depth + 1))
        return {
            key: value[key] for key in [*(key for key in known if key in value), *(k for k in value if k not in known)]
        }

    def _optional(self, part: Schema, key: str, finder: Finder, depth: int) -> Any | None:
        """Return the value of an optional field if the text has one that fits."""
        whole = self._whole(part, depth)
        if whole.get("type") == "object" or depth > 3:
            return None
        found = self.value(whole, key, finder.surely(), depth + 1)
        if found in (None, "", []) or found == self.value(whole, key, Nothing(), depth + 1):
            return None
        return found if fits(found, alone(whole, self._root)) else None

    def _other(self, node: Schema, key: str) -> Any:
        """Return the schema of a field that is not among the properties."""
        for pattern, each in node.get("patternProperties", {}).items():
            if re.search(pattern, key[:100]):
                return each
        other = node.get("additionalProperties")
        return other if isinstance(other, Mapping) else {"type": "string"}

    def _array(self, node: Schema, name: str, finder: Finder, depth: int) -> list[Any]:
        first = node.get("prefixItems", [])
        each = node.get("items", {"type": "string"})
        value = [self.value(one, name, finder, depth + 1) for one in first]
        least = max(0, min(int(node.get("minItems", 0)), _ITEMS))
        most = int(node.get("maxItems", _ITEMS))
        if "contains" in node:
            least = max(least, 1)
            value += [self.value(node["contains"], name, finder, depth + 1)] * int(node.get("minContains", 1))
        shape = self._whole(each, depth) if isinstance(each, Mapping) else {}
        of_objects = shape.get("type") == "object" or "properties" in shape
        if isinstance(each, Mapping):
            for part in finder.parts(name, f"{about(node)} {about(shape)}", of_objects=of_objects):
                item = self.value(each, name, part, depth + 1)
                if len(value) < most and (not of_objects or item != self.value(each, name, Nothing(), depth + 1)):
                    value.append(item)
        while len(value) < least:
            value.append(self.value(each, name, finder if not value else Nothing(), depth + 1))
        return _each_once(value, least, shape) if node.get("uniqueItems") else value

    def _whole(self, node: Schema, depth: int) -> Schema:
        """Return the node with its references, parts and the limits in its description worked in."""
        if "$ref" in node and depth <= _DEPTH:
            target = pointed(self._root, str(node["$ref"]))
            rest = {key: each for key, each in node.items() if key != "$ref"}
            node = merged([self._whole(target, depth + 1), rest])
        if node.get("allOf"):
            parts = [self._whole(each, depth + 1) for each in node["allOf"] if isinstance(each, Mapping)]
            node = merged([{key: each for key, each in node.items() if key != "allOf"}, *parts])
        return {**limits(node), **node}


def _each_once(items: Sequence[Any], least: int, shape: Schema) -> list[Any]:
    """Drop repeats; if too few are left, add others of the same kind."""
    kept: list[Any] = []
    more = [*shape.get("enum", ()), *(_next(items, number) for number in range(1, least + len(items) + 1))]
    for each in [*items, *more]:
        enough = len(kept) >= max(least, 1) and each in more
        if each not in kept and not enough and fits(each, {key: one for key, one in shape.items() if key != "$ref"}):
            kept.append(each)
    return kept


def _next(items: Sequence[Any], number: int) -> Any:
    last = items[0] if items else ""
    if isinstance(last, str):
        return f"{last}{number}"
    return (
        last + number if isinstance(last, int | float) and not isinstance(last, bool) and math.isfinite(last) else last
    )
