"""Answers of `/settings/modules` and `/settings/fields`, all from the table of fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.sandbox.zoho.fields import PARENT_MODULE, Field, Module
from integrations.sandbox.zoho.ids import field_id, module_id, option_id
from integrations.sandbox.zoho.tables import Tables

_PROFILES = ({"name": "Administrator", "id": "4150868000000026011"}, {"name": "Standard", "id": "4150868000000026014"})
_JSON_TYPES = {
    "lookup": "jsonobject", "ownerlookup": "jsonobject", "integer": "integer", "boolean": "boolean", "currency": "double",
    "double": "double",
}  # fmt: skip
# Required parts of a field's description that this CRM does not have.
_ABSENT = (
    "webhook", "colour_code_enabled_by_system", "businesscard_supported", "separator", "enable_colour_code", "virtual_field",
    "public", "pick_list_values_sorted_lexically", "display_field", "blueprint_supported", "hipaa_compliance_enabled",
    "history_tracking_enabled",
)  # fmt: skip
_NULL = ("association_details", "external", "global_picklist", "tooltip", "history_tracking", "decimal_place", "range")
_EMPTY = (
    "unique",
    "convert_mapping",
    "rollup_summary",
    "formula",
    "multiselectlookup",
    "auto_number",
    "multi_module_lookup",
)
_MODULE_CAN = (
    "api_supported", "creatable", "deletable", "editable", "viewable", "show_as_tab", "global_search_supported",
    "recycle_bin_on_delete", "filter_supported", "triggers_supported",
)  # fmt: skip
_MODULE_CANNOT = ("public_fields_configured", "has_more_profiles", "sub_menu_available", "convertable")


class Metadata:
    def __init__(self, tables: Tables, modules: Mapping[str, Module]) -> None:
        self._tables = tables
        self._modules = modules

    def choices(self, module: Module, field: Field) -> tuple[str, ...]:
        """Return a picklist's values: the standard ones, then any others that this company's records use."""
        used = self._tables.used_values(module.api_name, field)
        return tuple(dict.fromkeys((*field.choices, *used)))

    def modules(self) -> list[dict[str, Any]]:
        return [
            self._module(module, position)
            for position, module in enumerate(self._modules.values(), start=1)
            if module.enabled
        ]

    def fields(self, module: Module) -> list[dict[str, Any]]:
        return [self._core(module, field) | _rest(field) for field in module.fields.values() if not field.hidden]

    def layout_fields(self, module: Module) -> list[dict[str, Any]]:
        """Return the fields as a layout shows them."""
        visible = [field for field in module.fields.values() if field.visible and not field.hidden]
        return [
            self._core(module, field) | {"required": field.mandatory, "sequence_number": position}
            for position, field in enumerate(visible, start=1)
        ]

    def _core(self, module: Module, field: Field) -> dict[str, Any]:
        return {
            "id": field_id(self._modules, module.api_name, field.api_name),
            "api_name": field.api_name,
            "field_label": field.label,
            "display_label": field.label,
            "data_type": field.data_type,
            "json_type": _JSON_TYPES.get(field.data_type, "string"),
            "length": field.length,
            "custom_field": field.custom,
            "read_only": field.read_only,
            "system_mandatory": field.mandatory,
            "visible": field.visible,
            "lookup": self._lookup(field),
            "pick_list_values": self._options(module, field),
        }

    def _lookup(self, field: Field) -> dict[str, Any]:
        if field.data_type != "lookup" or field.lookup in (None, PARENT_MODULE):
            return {}
        target = str(field.lookup)
        module = {"api_name": target, "crypt": False, "id": module_id(self._modules, target)}
        return {"display_label": field.label, "api_name": field.api_name, "module": module}

    def _options(self, module: Module, field: Field) -> list[dict[str, Any]]:
        if field.data_type != "picklist":
            return []
        return [
            dict.fromkeys(("display_value", "actual_value", "reference_value"), name)
            | {"id": option_id(self._modules, module.api_name, field.api_name, position)}
            | {"sequence_number": position, "type": "used"}
            for position, name in enumerate(self.choices(module, field), start=1)
        ]

    def _module(self, module: Module, position: int) -> dict[str, Any]:
        plural = "Meetings" if module.api_name == "Events" else module.api_name
        return {
            "id": module_id(self._modules, module.api_name),
            "api_name": module.api_name,
            "module_name": plural,
            "singular_label": module.singular,
            "plural_label": plural,
            "actual_singular_label": module.singular,
            "actual_plural_label": plural,
            "generated_type": "default",
            "module_type": "ENTITIES",
            "status": "visible",
            "sequence_number": position,
            "profile_count": len(_PROFILES),
            "profiles": list(_PROFILES),
            "arguments": [],
            **dict.fromkeys(("description", "modified_time", "modified_by", "web_link")),
            **dict.fromkeys(_MODULE_CAN, True),
            **dict.fromkeys(_MODULE_CANNOT, False),
        }


def _rest(field: Field) -> dict[str, Any]:
    writable = not field.read_only
    return {
        "created_source": "default",
        "type": "used",
        "field_read_only": field.read_only,
        "operation_type": dict.fromkeys(("web_update", "api_create", "web_create", "api_update"), writable),
        "view_type": {"view": True, "edit": writable, "quick_create": False, "create": writable},
        "currency": {"rounding_option": "normal", "precision": 2} if field.data_type == "currency" else {},
        "profiles": [{"permission_type": "read_write", **profile} for profile in _PROFILES],
        "email_parser": {"fields_update_supported": True, "record_operations_supported": False},
        "ui_type": 1,
        "display_type": -1,
        **dict.fromkeys(("filterable", "searchable", "sortable", "mass_update"), True),
        **dict.fromkeys(_ABSENT, False),
        **dict.fromkeys(_NULL),
        **{name: {} for name in _EMPTY},
    }
