"""Parse the body of `POST /crm/bulk/v8/read` into a checked query, or refuse it as Zoho does.

Zoho: Create Bulk Read Job API v8. The sandbox has no custom views, writes only CSV and sends no callbacks: a client polls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

from integrations.sandbox.history import Json
from integrations.sandbox.zoho.coql import Column, Criterion, Pair, Query, Scalar, Where, criteria
from integrations.sandbox.zoho.coql_sql import Statement
from integrations.sandbox.zoho.errors import ZohoRefusal
from integrations.sandbox.zoho.fields import Field, Module, in_use
from integrations.sandbox.zoho.ids import field_id, module_id
from integrations.sandbox.zoho.reads import Condition

MOST_PAGES = 500
MOST_CRITERIA = 25
UNREADABLE = ("Notes", "Attachments", "Emails")
EVERY_RECORD = Criterion("id", "is not null")
_EMPTY = "${EMPTY}"
_SIMPLE = {
    "equal": "=", "not_equal": "!=", "less_than": "<", "less_equal": "<=", "greater_than": ">", "greater_equal": ">=",
}  # fmt: skip
_LISTS = {"in": "in", "not_in": "not in"}
_PATTERNS = {
    "contains": ("like", "%{}%"), "not_contains": ("not like", "%{}%"), "starts_with": ("like", "{}%"),
    "ends_with": ("like", "%{}"),
}  # fmt: skip
_RANGES = ("between", "not_between")
_SAME = ("equal", "not_equal", "in", "not_in")
_COMPARATORS = (*_SIMPLE, *_LISTS, *_PATTERNS, *_RANGES)
_ORDERED = (*_SIMPLE, *_LISTS, *_RANGES)
_ORDERED_TYPES = ("integer", "double", "currency", "bigint", "date", "datetime")


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkQuery:
    """`fields` are the columns after `Id`; `echo` is the query as the job's details repeat it."""

    module: Module
    page: int
    fields: tuple[str, ...]
    where: Where
    echo: Mapping[str, Any]


def bulk_query(body: Json, modules: Mapping[str, Module], *, may_read: Callable[[str], None]) -> BulkQuery:
    """`may_read` raises if the caller may not read a module. Raises: ZohoRefusal with one of Zoho's bulk codes."""
    query = _query_of(body)
    module = _module(query.get("module"), modules)
    may_read(module.api_name)
    if query.get("cvid") is not None:
        raise refused("CVID_NOT_SUPPORTED", "the sandbox has no custom views")
    page = _page(query.get("page"))
    reader = _Reader(module, modules)
    asked = reader.fields(query.get("fields"))
    asked_for = query.get("criteria")
    where = EVERY_RECORD if asked_for is None else reader.where(asked_for)
    echo: dict[str, Any] = {"module": reader.named, "page": page}
    if asked:
        echo["fields"] = list(asked)
    if asked_for is not None:
        echo["criteria"] = reader.echo(asked_for)
    every = tuple(name for name, field in module.fields.items() if not field.hidden and name != "id")
    return BulkQuery(module=module, page=page, fields=asked or every, where=where, echo=echo)


def refused(code: str, message: str, **details: Json) -> ZohoRefusal:
    return ZohoRefusal(code, message, details)


def _query_of(body: Json) -> Mapping[str, Json]:
    """Return the `query` of a body whose other keys are acceptable."""
    if not isinstance(body, Mapping):
        raise refused("REQUEST_BODY_NOT_SUPPORTED", "the request body given is not supported")
    callback = body.get("callback")
    if isinstance(callback, Mapping) and callback.get("method") != "post":
        supported = ["post"]
        raise refused("INVALID_CALLBACK_METHOD", "invalid callback method found", supported_callback_methods=supported)
    if callback is not None:
        raise refused("INVALID_CALLBACK_URL", "the sandbox sends no callbacks: leave the callback out and poll the job")
    if body.get("file_type", "csv") != "csv":
        raise refused("NOT_SUPPORTED_FEATURE", "the sandbox writes only csv")
    query = body.get("query")
    if not isinstance(query, Mapping):
        raise refused("QUERY_NOT_SUPPORTED", "the query given is not supported")
    return query


def _module(named: Json, modules: Mapping[str, Module]) -> Module:
    name = named.get("api_name") if isinstance(named, Mapping) else named
    if not isinstance(name, str):
        raise refused("INVALID_REQUEST", "the module is missing in the query")
    if name in UNREADABLE:
        raise refused("MODULE_NOT_SUPPORTED", "the module given is not supported in bulk read api")
    module = in_use(modules, name)
    if module is None:
        raise refused("MODULE_NOT_AVAILABLE", "the module given is not available")
    return module


def _page(page: Json) -> int:
    if page is None:
        return 1
    if isinstance(page, bool) or not isinstance(page, int) or page < 1:
        raise refused("PAGE_NOT_SUPPORTED", "the page given is not supported")
    if page > MOST_PAGES:
        raise refused("PAGE_RANGE_EXCEEDED", "the page given exceeds the range", max_limit=MOST_PAGES)
    return page


class _Reader:
    """Reads the fields and criteria of one query of one module."""

    def __init__(self, module: Module, modules: Mapping[str, Module]) -> None:
        self._module = module
        self._modules = modules
        self._count = 0
        self.named = {"api_name": module.api_name, "id": module_id(modules, module.api_name)}

    def fields(self, given: Json) -> tuple[str, ...]:
        """Return the requested columns without the id, which always comes first; none means all."""
        if given is None:
            return ()
        if not isinstance(given, Sequence) or isinstance(given, str):
            raise refused("INVALID_REQUEST", "fields must be a list of API names")
        for name in given:
            if self._field(name) is None:
                details: dict[str, Json] = {"api_name": str(name), "module": self._module.api_name}
                raise refused("FIELD_NOT_SUPPORTED", "the field given is not supported", **details)
        return tuple(str(name) for name in given if name != "id")

    def where(self, given: Json) -> Where:
        if not isinstance(given, Mapping):
            raise refused("CRITERIA_NOT_SUPPORTED", "the criteria given is not supported")
        if "group" in given and "field" in given:
            raise refused("AMBIGUOUS_CRITERIA", "a criterion is a group or a comparison", api_name="group_operator")
        return self._group(given) if "group" in given else self._comparison(given)

    def echo(self, given: Json) -> dict[str, Any]:
        """Return the criteria as a job's details repeat them, each field with its id."""
        of = given if isinstance(given, Mapping) else {}
        if "group" in of:
            group = of["group"] if isinstance(of["group"], Sequence) else ()
            operator = str(of["group_operator"]).lower()
            return {"group_operator": operator, "group": [self.echo(one) for one in group]}
        name = _name_of(of)
        key = field_id(self._modules, self._module.api_name, name) if name in self._module.fields else None
        field = {"api_name": name, "id": key}
        return {
            "field": field, "id": None, "value": of.get("value"), "type": "value", "comparator": of.get("comparator"),
        }  # fmt: skip

    def _group(self, given: Mapping[str, Json]) -> Where:
        operator, group = str(given.get("group_operator")).lower(), given["group"]
        if operator not in ("and", "or"):
            raise refused(
                "GROUP_OPERATOR_NOT_SUPPORTED", "the group operator is not supported", supported=["and", "or"]
            )
        if not isinstance(group, Sequence) or isinstance(group, str) or not group:
            raise refused("CRITERIA_NOT_SUPPORTED", "the group given is not supported")
        joined: Literal["and", "or"] = "and" if operator == "and" else "or"
        return reduce(lambda left, right: Pair(joined, left, right), [self.where(one) for one in group])

    def _comparison(self, given: Mapping[str, Json]) -> Where:
        self._count += 1
        if self._count > MOST_CRITERIA:
            raise refused("CRITERIA_LIMIT_EXCEEDED", f"at most {MOST_CRITERIA} criteria can be given")
        name, comparator, value = _name_of(given), given.get("comparator"), given.get("value")
        field = self._field(name)
        if field is None:
            raise refused(
                "FIELD_IN_CRITERIA_NOT_AVAILABLE", "the field in the criteria is not available", api_name=name
            )
        if field.data_type == "textarea" or field.hidden:
            raise refused(
                "FIELD_IN_CRITERIA_NOT_SUPPORTED", "the field in the criteria is not supported", api_name=name
            )
        if comparator not in _COMPARATORS:
            details: dict[str, Json] = {"comparator": str(comparator)}
            raise refused("FIELD_COMPARATOR_IN_CRITERIA_NOT_SUPPORTED", "the comparator is not supported", **details)
        _check_comparator(field, name, str(comparator))
        where = _compared(name, str(comparator), value)
        self._check_values(name, where)
        return where

    def _check_values(self, name: str, where: Where) -> None:
        """Raises: ZohoRefusal if a value does not fit its field."""
        for criterion in criteria(where):
            try:
                self._statement(criterion).criterion(criterion)
            except ZohoRefusal as refusal:
                code = "FIELD_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE"
                raise refused(code, "the value does not fit the field", api_name=name) from refusal

    def _field(self, name: Json) -> Field | None:
        if not isinstance(name, str):
            return None
        try:
            return self._statement(EVERY_RECORD).column(name)[1]
        except ZohoRefusal:
            return None

    def _statement(self, where: Where) -> Statement:
        query = Query(columns=(Column("id"),), module=self._module.api_name, where=where)
        return Statement(query, self._module, self._modules, Condition())


def _name_of(given: Mapping[str, Json]) -> str:
    field = given.get("field")
    name = field.get("api_name") if isinstance(field, Mapping) else None
    if not isinstance(name, str):
        raise refused("CRITERIA_NOT_SUPPORTED", "each criterion needs field, comparator and value")
    return name


def _check_comparator(field: Field, name: str, comparator: str) -> None:
    supported = _supported(field)
    if comparator not in supported:
        details: dict[str, Json] = {"api_name": name, "comparator": comparator, "supported": list(supported)}
        raise refused(
            "FIELD_AND_COMPARATOR_IN_CRITERIA_NOT_COMPATIBLE", "the comparator does not fit the field", **details
        )


def _supported(field: Field) -> tuple[str, ...]:
    if field.data_type in _ORDERED_TYPES:
        return _ORDERED
    return _SAME if field.is_lookup or field.data_type == "boolean" else (*_SAME, *_PATTERNS)


def _compared(name: str, comparator: str, value: Json) -> Where:
    """Parse one comparison. `${EMPTY}` means no value at all."""
    if value == _EMPTY and comparator in ("equal", "not_equal"):
        return Criterion(name, "is null" if comparator == "equal" else "is not null")
    values = _scalars(name, value)
    if comparator in _LISTS:
        return Criterion(name, _LISTS[comparator], values)
    if len(values) != (2 if comparator in _RANGES else 1):
        raise refused(
            "VALUE_IN_CRITERIA_NOT_SUPPORTED", "the number of values does not fit the comparator", api_name=name
        )
    if comparator == "not_between":
        return Pair("or", Criterion(name, "<", values[:1]), Criterion(name, ">", values[1:]))
    if comparator == "between":
        return Criterion(name, "between", values)
    operator, pattern = _PATTERNS.get(comparator, (_SIMPLE.get(comparator, ""), ""))
    return Criterion(name, operator, (pattern.format(values[0]),) if pattern else values)


def _scalars(name: str, value: Json) -> tuple[Scalar, ...]:
    given = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    scalars = [one for one in given if isinstance(one, str | int | float)]
    if not given or len(scalars) != len(given):
        raise refused("VALUE_IN_CRITERIA_NOT_SUPPORTED", "the value in the criteria is not supported", api_name=name)
    return tuple(scalars)
