"""Run COQL: turn a parsed query into one SQL statement over the tables, and its rows into Zoho's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.sandbox.zoho.coql import Column, Criterion, Pair, Query, Scalar, Where
from integrations.sandbox.zoho.errors import ZohoRefusal
from integrations.sandbox.zoho.fields import PARENT_MODULE, Field, Module, in_use
from integrations.sandbox.zoho.reads import Condition
from integrations.sandbox.zoho.tables import Tables
from integrations.sandbox.zoho.values import Cell, encode_value
from integrations.sandbox.zoho.wire import Renderer

_EXPLAINED = ("=", "!=", "<", "<=", ">", ">=", "is null", "is not null")
_NUMERIC = ("integer", "double", "currency", "bigint")
_WHOLE = Field(api_name="", label="", data_type="integer")
_ORDERED = (*_NUMERIC, "date", "datetime")
_NUMBERS = ("integer", "double", "currency")
# The field types each aggregate accepts; COUNT takes every field.
_MEASURED = {"SUM": _NUMBERS, "AVG": _NUMBERS, "MIN": _ORDERED, "MAX": _ORDERED}


def answer(
    query: Query, *, tables: Tables, modules: Mapping[str, Module], render: Renderer, indexed: Condition, notes: bool
) -> dict[str, Any] | None:
    """Return the body of the answer, from `indexed` rows only; None if nothing is found. `notes` says whether notes may be
    queried.

    Raises: ZohoRefusal INVALID_QUERY.
    """
    module = in_use(modules, query.module)
    if module is None or (query.module == "Notes" and not notes):
        raise ZohoRefusal("INVALID_QUERY", "the module name given seems to be invalid", {"module": query.module})
    statement = Statement(query, module, modules, indexed)
    rows = tables.query(statement.sql(), statement.values)
    if not rows:
        return None
    data = [statement.record(row, render) for row in rows[: query.limit]]
    return {"data": data, "info": {"count": len(data), "more_records": len(rows) > query.limit}}


@dataclass(slots=True)
class Statement:
    """A checked query as SQL: call `sql()` once, then `record` for each row."""

    query: Query
    module: Module
    modules: Mapping[str, Module]
    indexed: Condition
    values: list[Cell] = field(init=False, default_factory=list)
    _joins: dict[str, str] = field(init=False, default_factory=dict)

    def sql(self) -> str:
        """Build the statement and bind `values`. It asks for one row too many to learn whether more follow."""
        selected = [f"{self._selected(column)} as c{n}" for n, column in enumerate(self.query.columns)]
        if not self._grouped:
            selected.append("m.id as id")
        where = f"{self._where(self.query.where)} and {self.indexed.sql}"
        self.values += self.indexed.values
        group = ", ".join(self.column(name, "group by")[0] for name in self.query.group_by)
        order = ", ".join(f"{self._ordered(name)} {way}" for name, way in self.query.order_by)
        joins = " ".join(
            f'left join "{target}" as "{via}" on "{via}".id = m."{via}"' for via, target in self._joins.items()
        )
        self.values += [self.query.limit + 1, self.query.offset]
        return (
            f'select {", ".join(selected)} from "{self.module.api_name}" as m {joins} where {where}'  # noqa: S608 - names of our own schema; values are bound
            + (f" group by {group}" if group else "")
            + (f" order by {order}" if order else "")
            + " limit ? offset ?"
        )

    @property
    def _grouped(self) -> bool:
        return bool(self.query.group_by) or any(column.aggregate for column in self.query.columns)

    def record(self, row: Mapping[str, Cell], render: Renderer) -> dict[str, Any]:
        record: dict[str, Any] = {"id": str(row["id"])} if "id" in row else {}
        for position, column in enumerate(self.query.columns):
            cell = row[f"c{position}"]
            if column.aggregate == "COUNT":
                value: Any = cell
            else:
                of = self.column(column.name)[1]
                is_id = column.name.endswith(".id") and cell is not None
                value = str(cell) if is_id else render.brief_value(of, cell)
            record[column.key] = value
        return record if self._grouped else render.distorted(self.module.api_name, record)

    def _selected(self, column: Column) -> str:
        place, of = self.column(column.name)
        if column.aggregate is None and self._grouped and column.name not in self.query.group_by:
            raise _bad_column(column.name, "group by")
        if column.aggregate in _MEASURED and of.data_type not in _MEASURED[column.aggregate]:
            raise _bad_operator(column.name, "=", f"{column.aggregate} does not fit a {of.data_type}")
        return f"{column.aggregate}({place})" if column.aggregate else place

    def _ordered(self, name: str) -> str:
        """Find a selected column by its name in the answer, or any other column of the module."""
        for place, column in enumerate(self.query.columns):
            if name in (column.key, Column(column.name, column.aggregate).key) and (column.aggregate or column.alias):
                return f"c{place}"
        return self.column(name, "order by")[0]

    def _where(self, where: Where) -> str:
        if isinstance(where, Pair):
            return f"({self._where(where.left)} {where.joined_by} {self._where(where.right)})"
        return self.criterion(where)

    def criterion(self, criterion: Criterion) -> str:
        place, of = self.column(criterion.column, "where")
        operator = criterion.operator
        if operator in ("is null", "is not null"):
            return f"{place} {operator}"
        if operator in ("<", "<=", ">", ">=", "between") and of.data_type not in _ORDERED:
            raise _bad_operator(criterion.column, operator, "the operator is not supported for this field")
        if operator in ("like", "not like") and (of.is_lookup or of.data_type in _ORDERED):
            raise _bad_operator(criterion.column, operator, "the operator is not supported for this field")
        self.values += [self._bound(criterion, of, value) for value in criterion.values]
        if operator == "between":
            return f"{place} between ? and ?"
        # compare text ignoring case, as Zoho does
        folded = place if of.data_type in _ORDERED or of.is_lookup else f"{place} collate nocase"
        if operator in ("in", "not in"):
            return f"{folded} {operator} ({', '.join('?' for _ in criterion.values)})"
        return f"{folded} {operator} ?"

    def _bound(self, criterion: Criterion, of: Field, value: Scalar) -> Cell:
        """Convert a literal to a cell of its field. Numbers and ids may be quoted."""
        try:
            if of.is_lookup or of.data_type in ("bigint", "integer"):
                return encode_value(_WHOLE, int(value))
            if of.data_type in _NUMERIC:
                return float(value)
            return encode_value(of, value)
        except (ZohoRefusal, ValueError) as exc:
            raise _bad_operator(criterion.column, criterion.operator, f"a {of.data_type} is expected") from exc

    def column(self, name: str, clause: str | None = None) -> tuple[str, Field]:
        """Return a column's SQL name and field, joining if the name is dotted."""
        first, _, second = name.partition(".")
        of = self.module.fields.get(first)
        if of is None:
            raise _bad_column(name, clause)
        if second and second != "id":
            target = in_use(self.modules, of.lookup or "") if of.lookup != PARENT_MODULE else None
            inner = target.fields.get(second) if target else None
            if target is None or inner is None:
                raise _bad_column(name, clause)
            self._joins[first] = target.api_name
            place, of = f'"{first}"."{second}"', inner
        elif second and not of.is_lookup:
            raise _bad_column(name, clause)
        else:
            place = f'm."{first}"'
        if clause and of.data_type == "textarea":
            raise _bad_column(name, clause)
        return place, of


def _bad_column(name: str, clause: str | None) -> ZohoRefusal:
    details = {"column_name": name} | ({"clause": clause} if clause else {})
    return ZohoRefusal("INVALID_QUERY", "column given seems to be invalid", details)


def _bad_operator(name: str, operator: str, reason: str) -> ZohoRefusal:
    """Zoho gives the reason only for comparisons."""
    told = {"reason": reason, "operator": operator} if operator in _EXPLAINED else {}
    return ZohoRefusal("INVALID_QUERY", "invalid query formed", {"column_name": name, **told})
