"""`/{module}/search`: criteria such as `((Account_Name:starts_with:Ac)and(Rating:equals:Active))`, a word, an e-mail address or
a telephone number (Zoho: Search Records API v8)."""

from __future__ import annotations

import re

from integrations.sandbox.zoho.errors import ZohoRefusal
from integrations.sandbox.zoho.fields import Field, Module
from integrations.sandbox.zoho.paging import Params
from integrations.sandbox.zoho.reads import Condition
from integrations.sandbox.zoho.values import Cell, encode_value

MOST_CRITERIA = 15
_WAYS = ("criteria", "email", "phone", "word")
_COMPARISONS = {
    "equals": "=", "not_equal": "<>", "greater_than": ">", "greater_equal": ">=", "less_than": "<", "less_equal": "<=",
}  # fmt: skip
_PATTERNS = {"starts_with": "{}%", "contains": "%{}%"}
_CRITERION = re.compile(r"\(([\w$]+):(\w+):((?:[^()\\]|\\.)*)\)", re.DOTALL)
_JOINT = re.compile(r"\s*(and|or)\s*", re.IGNORECASE)


def condition(module: Module, params: Params) -> Condition:
    """Parse the search. Raises: ZohoRefusal if it is empty or malformed."""
    if module.api_name == "Notes":
        raise ZohoRefusal("NOT_SUPPORTED", "The search is not supported for this module", {"module": module.api_name})
    way = next((way for way in _WAYS if params.get(way)), None)
    if way is None:
        raise ZohoRefusal(
            "EXPECTED_PARAM_MISSING", "One of the expected parameter is missing", {"param_names": list(_WAYS)}
        )
    if way == "criteria":
        if params["criteria"].count("(") > 4 * MOST_CRITERIA:  # more than that many criteria can need
            raise _too_many()
        return _Criteria(module, params["criteria"]).condition()
    columns = [field.api_name for field in module.fields.values() if _searched(field, way)]
    if not columns:
        return Condition("0")
    value = params[way] if way != "word" else f"%{_escaped(params[way])}%"
    test = "= ? collate nocase" if way != "word" else "like ? escape '\\'"
    return Condition(" or ".join(f'"{name}" {test}' for name in columns), (value,) * len(columns))


def counting(module: Module, params: Params) -> Condition:
    """Parse the condition of `/{module}/actions/count`: everything, or a search (Zoho: Get Record Count API v8).

    Raises: ZohoRefusal if it cannot be counted or is malformed.
    """
    if module.api_name == "Notes":
        message = "the given module is not supported for count"
        raise ZohoRefusal("NOT_SUPPORTED", message, {"module": module.api_name})
    searched = any(params.get(way) for way in _WAYS)
    if "cvid" in params and searched:
        message = "Please use either Cvid or Search Params. Combination of both the params is not allowed"
        named = [{"param_name": name} for name in ("cvid", next(way for way in _WAYS if params.get(way)))]
        raise ZohoRefusal("AMBIGUITY_DURING_PROCESSING", message, {"ambiguity_due_to": named})
    if "cvid" in params:  # the sandbox has no custom views
        raise ZohoRefusal("INVALID_DATA", "invalid data", {"param_name": "cvid"})
    return condition(module, params) if searched else Condition()


class _Criteria:
    """Reads criteria from left to right; brackets nest."""

    def __init__(self, module: Module, text: str) -> None:
        self._module = module
        self._text = text.strip()
        self._at = 0
        self._count = 0

    def condition(self) -> Condition:
        found = self._group()
        if self._at != len(self._text):
            raise _invalid("criteria", "the criteria cannot be understood")
        return found

    def _group(self) -> Condition:
        found = self._operand()
        while joint := _JOINT.match(self._text, self._at):
            self._at = joint.end()
            right = self._operand()
            found = Condition(f"({found.sql} {joint[1].lower()} {right.sql})", found.values + right.values)
        return found

    def _operand(self) -> Condition:
        if match := _CRITERION.match(self._text, self._at):
            self._at = match.end()
            return self._criterion(match[1], match[2], match[3])
        if not self._text.startswith("(", self._at):
            raise _invalid("criteria", "the criteria cannot be understood")
        self._at += 1
        found = self._group()
        if not self._text.startswith(")", self._at):
            raise _invalid("criteria", "the criteria cannot be understood")
        self._at += 1
        return found

    def _criterion(self, name: str, operator: str, raw: str) -> Condition:
        self._count += 1
        if self._count > MOST_CRITERIA:
            raise _too_many()
        field = self._module.fields.get(name)
        if field is None or field.data_type == "textarea":
            raise _invalid(name, "the field is not available for search")
        place = f'"{name}"'
        if operator in _COMPARISONS:
            return Condition(f"{place} {_COMPARISONS[operator]} ? collate nocase", (_cell(field, _plain(raw)),))
        if operator in _PATTERNS:
            return Condition(f"{place} like ? escape '\\'", (_PATTERNS[operator].format(_escaped(_plain(raw))),))
        parts = tuple(_cell(field, _plain(part)) for part in re.split(r"(?<!\\),", raw))
        if operator == "in":
            return Condition(f"{place} in ({', '.join('?' for _ in parts)})", parts)
        if operator == "between" and len(parts) == 2:
            return Condition(f"{place} between ? and ?", parts)
        raise _invalid(name, f"the operator {operator} is not supported")


def _searched(field: Field, way: str) -> bool:
    return (
        field.data_type == way
        if way in ("email", "phone")
        else field.data_type in ("text", "email", "phone") and not field.hidden
    )


def _cell(field: Field, text: str) -> Cell:
    try:
        if field.data_type in ("integer", "currency", "double"):
            return float(text)
        return encode_value(field, text)
    except (ZohoRefusal, ValueError) as exc:
        raise _invalid(field.api_name, f"a {field.data_type} is expected") from exc


def _plain(raw: str) -> str:
    """Remove the backslashes that values have before brackets, commas and backslashes."""
    return re.sub(r"\\(.)", r"\1", raw)


def _escaped(text: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", text)


def _too_many() -> ZohoRefusal:
    return ZohoRefusal("CRITERIA_LIMIT_EXCEEDED", f"no of criterium that can be given exceed the limit {MOST_CRITERIA}")


def _invalid(name: str, reason: str) -> ZohoRefusal:
    return ZohoRefusal("INVALID_QUERY", "Invalid query formed", {"reason": reason, "api_name": name})
