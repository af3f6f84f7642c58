"""Convert Zoho's JSON values to and from the tables' cells, and check the values of writes.

Ids and times are whole numbers (19 digits fit 64 bits; seconds since 1970, as Zoho's times have no fractions), dates are
ISO text: all of them sort and compare in SQL as they do in Zoho.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from integrations.sandbox.history import Json
from integrations.sandbox.zoho.errors import ZohoRefusal
from integrations.sandbox.zoho.fields import PARENT_MODULE, DataType, Field, Module

Cell = str | int | float | None
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def encode(module: Module, fields: Mapping[str, Json]) -> dict[str, Cell]:
    """Encode a record's fields. Raises: ZohoRefusal INVALID_DATA for a value of the wrong type; KeyError for a field that
    the module does not have."""
    fields = _with_parent_module(module, fields)
    return {name: encode_value(module.fields[name], value) for name, value in fields.items()}


def encode_value(field: Field, value: Json) -> Cell:
    """Encode one cell. Raises: ZohoRefusal INVALID_DATA naming the field and the expected type."""
    if value is None:
        return None
    convert, expected = _ENCODERS[field.data_type]
    try:
        return convert(value)
    except (TypeError, ValueError, KeyError, OverflowError) as exc:
        raise invalid_value(field, expected) from exc


def check_value(field: Field, cell: Cell, choices: Callable[[Field], tuple[str, ...]]) -> None:
    """Check what Zoho checks beyond the type: length, picklist values, the form of an e-mail address. Raises: ZohoRefusal."""
    if not isinstance(cell, str):
        return
    if len(cell) > field.length:
        details: dict[str, Json] = {"maximum_length": field.length, "api_name": field.api_name}
        raise ZohoRefusal("INVALID_DATA", "invalid data", details)
    if field.data_type == "picklist" and cell not in choices(field):
        raise invalid_value(field, "picklist")
    if field.data_type == "email" and not _EMAIL.fullmatch(cell):
        raise invalid_value(field, "email")


def invalid_value(field: Field, expected: str) -> ZohoRefusal:
    return ZohoRefusal("INVALID_DATA", "invalid data", {"expected_data_type": expected, "api_name": field.api_name})


def record_id(value: Json) -> int:
    """Parse an id as clients send it: digits in a string, or (the official SDK) a JSON integer. Raises: ValueError,
    TypeError."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError("an id is digits")
    number = int(value)
    if not 0 < number < 2**63:
        raise ValueError("an id has at most 19 digits")
    return number


def _with_parent_module(module: Module, fields: Mapping[str, Json]) -> Mapping[str, Json]:
    """A note's lookup names its parent's module; move that to where activities have it."""
    parent = fields.get("Parent_Id")
    if module.api_name != "Notes" or not isinstance(parent, Mapping):
        return fields
    named = parent.get("module")
    name = named.get("api_name") if isinstance(named, Mapping) else named
    return {**fields, PARENT_MODULE: name} if name is not None else fields


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("text is expected")
    value.encode()  # half a surrogate pair is not text
    return value


def _integer(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a whole number is expected")
    if abs(value) >= 2**63:
        raise OverflowError("the number is too long")
    return value


def _number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a number is expected")
    return float(value)


def _boolean(value: Json) -> int:
    if not isinstance(value, bool):
        raise TypeError("true or false is expected")
    return int(value)


def _date(value: Json) -> str:
    return date.fromisoformat(_text(value)).isoformat()


def seconds(value: Json) -> int:
    """Parse a time with its offset into seconds since 1970. Raises: ValueError for anything else."""
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a time needs its offset")
    return int(moment.timestamp())


def _reference(value: Json) -> int:
    return record_id(value["id"] if isinstance(value, Mapping) else value)


_ENCODERS: Mapping[DataType, tuple[Callable[[Json], Cell], str]] = {
    "text": (_text, "text"),
    "textarea": (_text, "textarea"),
    "picklist": (_text, "picklist"),
    "email": (_text, "email"),
    "phone": (_text, "phone"),
    "website": (_text, "website"),
    "integer": (_integer, "integer"),
    "double": (_number, "double"),
    "currency": (_number, "double"),
    "boolean": (_boolean, "boolean"),
    "date": (_date, "date"),
    "datetime": (seconds, "datetime"),
    "lookup": (_reference, "jsonobject"),
    "ownerlookup": (_reference, "jsonobject"),
    "bigint": (_reference, "bigint"),
}
