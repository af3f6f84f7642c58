"""What `/settings/…` answers: modules, fields, layouts and pipelines, all of it from the table of fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from integrations.sandbox.history import StageDef
from integrations.sandbox.zoho.fields import PARENT_MODULE, Field, Module
from integrations.sandbox.zoho.tables import Tables
from integrations.sandbox.zoho.wire import module_id

PROFILES = ({"name": "Administrator", "id": "4150868000000026011"}, {"name": "Standard", "id": "4150868000000026014"})
_CATEGORIES = {"Open": "Pipeline", "Closed Won": "Closed", "Closed Lost": "Omitted"}
_JSON_TYPES = {
    "lookup": "jsonobject",
    "ownerlookup": "jsonobject",
    "integer": "integer",
    "boolean": "boolean",
} | dict.fromkeys(("currency", "double"), "double")
_VIEW = {"view": True, "edit": True, "quick_create": False, "create": True}
_NO_FEATURES = (
    "webhook", "colour_code_enabled_by_system", "businesscard_supported", "separator", "enable_colour_code", "virtual_field",
    "public", "pick_list_values_sorted_lexically", "display_field", "blueprint_supported", "hipaa_compliance_enabled",
)  # fmt: skip
_NOTHING = ("association_details", "external", "global_picklist", "tooltip", "history_tracking", "decimal_place")
_EMPTY = ("unique", "convert_mapping", "rollup_summary", "formula", "multiselectlookup", "auto_number")


class Metadata:
    def __init__(self, tables: Tables, modules: Mapping[str, Module], stages: Sequence[StageDef]) -> None:
        self._tables = tables
        self._modules = modules
        self._stages = stages

    def choices(self, module: Module, field: Field) -> tuple[str, ...]:
        """The values of a picklist: the standard ones, then whatever else this company's records use."""
        used = self._tables.used_values(module.api_name, field)
        return tuple(dict.fromkeys((*field.choices, *used)))

    def modules(self) -> list[dict[str, Any]]:
        return [self._module(module, position) for position, module in enumerate(self._modules.values(), start=1)]

    def fields(self, module: Module) -> list[dict[str, Any]]:
        visible = [field for field in module.fields.values() if not field.hidden]
        return [self._field(module, field, position) for position, field in enumerate(visible, start=1)]

    def layouts(self, module: Module) -> list[dict[str, Any]]:
        fields = self.fields(module)
        sequence = {"sequence_number": 1, "column_count": 2, "tab_traversal": "left_to_right", "mode": "all"}
        actions = (
            "add_field",
            "rename",
            "change_tab_traversal",
            "reorder",
            "delete",
            "remove_field",
            "change_column_count",
        )
        section = {
            "id": self.layout_id(module)[:-1] + "5",
            "api_name": f"{module.singular}_Information",
            "name": f"{module.singular} Information",
            "display_label": f"{module.singular} Information",
            "isSubformSection": False,
            "generated_type": "default",
            "actions_allowed": dict.fromkeys(actions, False),
            "fields": [
                field | {"required": field["system_mandatory"], "sequence_number": n}
                for n, field in enumerate(fields, 1)
            ],
            "properties": None,
            **sequence,
        }
        return [
            {
                "id": self.layout_id(module),
                "api_name": "Standard",
                "name": "Standard",
                "display_label": "Standard",
                "visible": True,
                "status": "active",
                "mode": "all",
                "source": "crm",
                "generated_type": "default",
                "created_for": None,
                "created_time": None,
                "created_by": None,
                "modified_time": None,
                "modified_by": None,
                "has_more_profiles": False,
                "show_business_card": True,
                "actions_allowed": {
                    "edit": True,
                    "rename": True,
                    "clone": True,
                    "downgrade": False,
                    "delete": False,
                    "deactivate": False,
                    "set_layout_permissions": True,
                },
                "profiles": None,
                "convert_mapping": None,
                "sections": [section],
            }
        ]

    def layout_id(self, module: Module) -> str:
        return module_id(self._modules, module.api_name)[:-6] + "9" + module_id(self._modules, module.api_name)[-5:]

    def pipelines(self) -> list[dict[str, Any]]:
        maps = [
            {
                "id": _option_id(self._modules, "Deals", "Stage", position),
                "display_value": stage.name,
                "actual_value": stage.name,
                "sequence_number": position,
                "colour_code": "#63a0ff",
                "forecast_type": stage.forecast_type,
                "forecast_category": {"name": _CATEGORIES[stage.forecast_type], "id": f"415086800000005{position:04d}"},
            }
            for position, stage in enumerate(self._stages, start=1)
        ]
        name = "Standard"
        return [
            {"id": "4150868000000059001", "display_value": name, "actual_value": name, "default": True, "maps": maps}
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
            "description": None,
            "modified_time": None,
            "modified_by": None,
            "profile_count": len(PROFILES),
            "profiles": list(PROFILES),
            "web_link": None,
            "arguments": [],
            **dict.fromkeys(("api_supported", "creatable", "deletable", "editable", "viewable", "show_as_tab"), True),
            **dict.fromkeys(
                ("global_search_supported", "recycle_bin_on_delete", "filter_supported", "triggers_supported"), True
            ),
            **dict.fromkeys(
                ("public_fields_configured", "has_more_profiles", "sub_menu_available", "convertable"), False
            ),
        }

    def _field(self, module: Module, field: Field, position: int) -> dict[str, Any]:
        return {
            "id": _field_id(self._modules, module.api_name, field.api_name),
            "api_name": field.api_name,
            "field_label": field.label,
            "display_label": field.label,
            "data_type": field.data_type,
            "json_type": _JSON_TYPES.get(field.data_type, "string"),
            "length": field.length,
            "custom_field": field.custom,
            "created_source": "default",
            "type": "used",
            "read_only": field.read_only,
            "field_read_only": field.read_only,
            "system_mandatory": field.mandatory,
            "operation_type": dict.fromkeys(
                ("web_update", "api_create", "web_create", "api_update"), not field.read_only
            ),
            "view_type": _VIEW,
            "lookup": self._lookup(field),
            "pick_list_values": self._options(module, field),
            "currency": {"rounding_option": "normal", "precision": 2} if field.data_type == "currency" else {},
            "profiles": [{"permission_type": "read_write", **profile} for profile in PROFILES],
            "email_parser": {"fields_update_supported": True, "record_operations_supported": False},
            "multi_module_lookup": {},
            "range": None,
            "ui_type": 1,
            "display_type": -1,
            "quick_sequence_number": str(position),
            **dict.fromkeys(("filterable", "searchable", "sortable", "mass_update", "visible"), True),
            "history_tracking_enabled": False,
            **dict.fromkeys(_NO_FEATURES, False),
            **dict.fromkeys(_NOTHING),
            **{name: {} for name in _EMPTY},
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
        outcomes = {stage.name: stage for stage in self._stages} if field.api_name == "Stage" else {}
        return [
            self._option(module, field, name, position) | _forecast(outcomes.get(name))
            for position, name in enumerate(self.choices(module, field), start=1)
        ]

    def _option(self, module: Module, field: Field, name: str, position: int) -> dict[str, Any]:
        values = dict.fromkeys(("display_value", "actual_value", "reference_value"), name)
        number = _option_id(self._modules, module.api_name, field.api_name, position)
        return {**values, "id": number, "sequence_number": position, "type": "used"}


def _forecast(stage: StageDef | None) -> dict[str, Any]:
    """Layouts tell of each stage what it means."""
    if stage is None:
        return {}
    category = {"name": _CATEGORIES[stage.forecast_type], "id": "4150868000000050001"}
    return {"forecast_type": stage.forecast_type, "forecast_category": category, "probability": stage.probability}


def _field_id(modules: Mapping[str, Module], module: str, field: str) -> str:
    place = 100 * (list(modules).index(module) + 1) + list(modules[module].fields).index(field)
    return f"41508680000001{place:05d}"


def _option_id(modules: Mapping[str, Module], module: str, field: str, position: int) -> str:
    return f"{_field_id(modules, module, field)[:-8]}{int(_field_id(modules, module, field)[-4:]):04d}{position:04d}"
