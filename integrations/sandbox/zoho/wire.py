"""Render rows of the tables as Zoho's JSON: lookups with their names, times in the signed-in user's zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from integrations.sandbox.zoho.fields import PARENT_MODULE, Field, Module
from integrations.sandbox.zoho.ids import module_id
from integrations.sandbox.zoho.people import People
from integrations.sandbox.zoho.tables import Row, Tables
from integrations.sandbox.zoho.values import Cell

LABEL_LENGTH = 255
Names = dict[tuple[str, Cell], str | None]


class Renderer:
    def __init__(self, tables: Tables, modules: Mapping[str, Module], people: People) -> None:
        self._tables = tables
        self._modules = modules
        self._people = people
        self.odd: dict[tuple[str, str], dict[str, Any]] = {}  # values that no field of this type has, by module and id

    def records(self, module: Module, rows: Sequence[Row], names: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Render records as in lists and single reads; `names` None means every field."""
        wanted = list(module.fields.values()) if names is None else _known(module, names)
        called = self._lookup_names(rows, [field for field in wanted if field.data_type == "lookup"])
        return [self.distorted(module.api_name, self._record(row, wanted, called)) for row in rows]

    def distorted(self, module: str, record: dict[str, Any]) -> dict[str, Any]:
        """Return the record with the odd values that were put into it."""
        odd = self.odd.get((module, str(record.get("id"))), {})
        return record | {name: value for name, value in odd.items() if name in record}

    def brief_value(self, field: Field, cell: Cell) -> Any:
        """Render a value as COQL does: a lookup is only its id."""
        if field.is_lookup:
            return None if cell is None else {"id": str(cell)}
        return self.plain(field, cell)

    def plain(self, field: Field, cell: Cell) -> Any:
        """Render a value other than a lookup."""
        if cell is None:
            return None
        if field.data_type == "datetime":
            return self.time(cell)
        if field.data_type == "bigint":
            return str(cell)
        return bool(cell) if field.data_type == "boolean" else cell

    def time(self, seconds: Cell) -> str:
        return datetime.fromtimestamp(int(seconds or 0), self._people.zone).isoformat()

    def user(self, user_id: Cell) -> dict[str, Any] | None:
        return self._people.reference(user_id)

    def label(self, row: Row, field: Field, cell: Cell) -> str | None:
        """Render a value as the timeline shows it: text, cut if it is long."""
        if cell is None or not field.is_lookup:
            return None if cell is None else str(self.plain(field, cell))[:LABEL_LENGTH]
        if field.is_user:
            return (self._people.reference(cell) or {}).get("name")
        target = _target(field, row)
        return self._tables.names(target, [cell]).get(cell) if target in self._modules else None

    def stamps(self, row: Row, *, approval: bool = True) -> dict[str, Any]:
        """Return a successful write's answer about its record."""
        return {
            "Modified_Time": self.time(row["Modified_Time"]),
            "Modified_By": self._people.reference(row["Modified_By"]),
            "Created_Time": self.time(row["Created_Time"]),
            "id": str(row["id"]),
            "Created_By": self._people.reference(row["Created_By"]),
        } | ({"$approval_state": "approved"} if approval else {})

    def _record(self, row: Row, wanted: Iterable[Field], called: Names) -> dict[str, Any]:
        record: dict[str, Any] = {"id": str(row["id"])}
        for field in wanted:
            name, cell = field.api_name, row[field.api_name]
            if field.is_user:
                record[name] = self._people.reference(cell, email=name == "Owner")
            elif field.data_type == "lookup":
                record[name] = self._lookup(field, row, called)
                if field.lookup == PARENT_MODULE:
                    record[PARENT_MODULE] = row[PARENT_MODULE]
            else:
                record[name] = self.plain(field, cell)
        return record

    def _lookup(self, field: Field, row: Row, called: Names) -> dict[str, Any] | None:
        cell, target = row[field.api_name], _target(field, row)
        if cell is None:
            return None
        value: dict[str, Any] = {"name": called.get((target, cell)), "id": str(cell)}
        if field.api_name == "Parent_Id":
            value["module"] = {"api_name": target, "id": module_id(self._modules, target)}
        return value

    def _lookup_names(self, rows: Sequence[Row], fields: Sequence[Field]) -> Names:
        """Return the names of all lookups in these rows, with one query per module."""
        wanted: dict[str, set[Cell]] = {}
        for field in fields:
            for row in rows:
                if row[field.api_name] is not None and (target := _target(field, row)) in self._modules:
                    wanted.setdefault(target, set()).add(row[field.api_name])
        return {
            (target, key): name
            for target, ids in wanted.items()
            for key, name in self._tables.names(target, ids).items()
        }


def _known(module: Module, names: Sequence[str]) -> list[Field]:
    """Leave out fields that Zoho does not know, as it does."""
    return [field for name in names if (field := module.fields.get(name)) is not None]


def _target(field: Field, row: Row) -> str:
    return str(row[PARENT_MODULE]) if field.lookup == PARENT_MODULE else str(field.lookup)
