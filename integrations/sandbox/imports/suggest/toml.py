"""Write a mapping as TOML. Names and cells come from strangers' files, so every one is quoted, and no comment can end early."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from integrations.sandbox.imports.faults import printable
from store.domain.text.controls import escaped

Value = object


def comment(text: str) -> str:
    return f"# {printable(text)}"


def pair(key: str, value: Value, why: str = "") -> str:
    """Return `key = value`, with what to check behind it."""
    return f"{_key(key)} = {literal(value)}{f'  {comment(why)}' if why else ''}"


def heading(*names: str, each: bool = False) -> str:
    dotted = ".".join(map(_key, names))
    return f"[[{dotted}]]" if each else f"[{dotted}]"


def literal(value: Value) -> str:
    """Return a value; a mapping becomes an inline table, in which a single column is short for its table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return escaped(json.dumps(value, ensure_ascii=False))
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{_key(str(key))} = {literal(each)}" for key, each in value.items()) + " }"
            if value
            else "{}"
        )
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(literal, value)) + "]"
    return str(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else literal(name)
