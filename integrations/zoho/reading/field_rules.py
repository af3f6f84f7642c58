"""Turn Zoho's description of the fields we write into rules.

Source: zoho.com/crm/developer/docs/api/v8/field-meta.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from store.domain.gate.fields import FieldRule, RecordRules

Row = Mapping[str, Any]

# Fields that a write sets besides its own, or that Zoho fills in itself.
_GIVEN = frozenset({"What_Id", "Parent_Id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of a module that a kind of write fills in: our name of each by Zoho's. `creates` a record, or changes one."""

    module: str
    fields: Mapping[str, str]
    creates: bool = True


def rules_from(form: Form, rows: Iterable[Row]) -> RecordRules:
    """Return the rules for one kind of write, from the fields of its module. An update leaves unnamed fields alone, so
    other mandatory fields do not matter to it."""
    ours, creates = form.fields, form.creates
    visible = [row for row in rows if row.get("visible") is not False]
    return RecordRules(
        fields={ours[name]: _rule(row, creates) for row in visible if (name := str(row.get("api_name"))) in ours},
        also_required=tuple(_label(row) for row in visible if creates and _is_unmet(row, ours)),
    )


def _rule(row: Row, creates: bool) -> FieldRule:
    return FieldRule(
        label=_label(row),
        type=str(row.get("data_type") or ""),
        length=int(row.get("length") or 0) or None,
        required=bool(row.get("system_mandatory")),
        read_only=_is_read_only(row, creates),
        choices=tuple(
            str(option["actual_value"])
            for option in row.get("pick_list_values") or ()
            if option.get("actual_value") != "-None-"
        ),
    )


def _is_unmet(row: Row, ours: Mapping[str, str]) -> bool:
    name = row.get("api_name")
    return bool(row.get("system_mandatory")) and name not in ours and name not in _GIVEN and not row.get("read_only")


def _is_read_only(row: Row, creates: bool) -> bool:
    allowed = (row.get("operation_type") or {}).get("api_create" if creates else "api_update", True)
    return bool(row.get("read_only") or row.get("field_read_only") or not allowed)


def _label(row: Row) -> str:
    return str(row.get("field_label") or row.get("api_name"))
