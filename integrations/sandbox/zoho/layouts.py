"""Answers of `/settings/layouts` and `/settings/pipeline`: one standard layout per module, the meaning of each deal stage,
and the stages of each pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from integrations.sandbox.history import PipelineDef, StageDef
from integrations.sandbox.zoho.fields import Module
from integrations.sandbox.zoho.ids import category_id, field_id, layout_id, option_id, section_id
from integrations.sandbox.zoho.metadata import Metadata

_CATEGORIES = ("Pipeline", "Closed", "Omitted")
_CATEGORY_OF = dict(zip(("Open", "Closed Won", "Closed Lost"), _CATEGORIES, strict=True))
_SECTION_ACTIONS = (
    "add_field",
    "rename",
    "change_tab_traversal",
    "reorder",
    "delete",
    "remove_field",
    "change_column_count",
)
_LAYOUT_ACTIONS = ("edit", "rename", "clone", "downgrade", "delete", "deactivate", "set_layout_permissions")
_COLOUR = "#63a0ff"


class Layouts:
    def __init__(
        self,
        metadata: Metadata,
        modules: Mapping[str, Module],
        stages: Sequence[StageDef],
        pipelines: Sequence[PipelineDef],
    ) -> None:
        self._metadata = metadata
        self._modules = modules
        self._stages = {stage.name: stage for stage in stages}
        self._pipelines = {pipeline.name: pipeline for pipeline in pipelines}

    def layouts(self, module: Module) -> list[dict[str, Any]]:
        return [
            {
                "id": layout_id(self._modules, module.api_name),
                **dict.fromkeys(("api_name", "name", "display_label"), "Standard"),
                "visible": True,
                "status": "active",
                "source": "crm",
                "generated_type": "system",
                "has_more_profiles": False,
                "show_business_card": True,
                "actions_allowed": dict.fromkeys(_LAYOUT_ACTIONS, False),
                "sections": [self._section(module)],
                **dict.fromkeys(
                    ("created_for", "created_time", "created_by", "modified_time", "modified_by", "profiles")
                ),
            }
        ]

    def withdraw(self, name: str) -> None:
        """Offer a stage no longer; the deals in it keep it, and nothing states its meaning any more."""
        self._stages.pop(name, None)
        self._pipelines = {
            key: replace(each, stages=tuple(stage for stage in each.stages if stage != name))
            for key, each in self._pipelines.items()
        }

    def pipelines(self, wanted: str | None) -> list[dict[str, Any]] | None:
        """Return the pipelines of the deals' layout; None if `wanted` is not an id of one."""
        if wanted != layout_id(self._modules, "Deals"):
            return None
        deals = self._modules["Deals"]
        names = self._metadata.choices(deals, deals.fields["Pipeline"])
        return [
            self._named("Pipeline", name, position) | {"default": position == 1, "maps": self._maps(name)}
            for position, name in enumerate(names, start=1)
        ]

    def stages_of(self, pipeline: str) -> tuple[str, ...]:
        """Return the names of a pipeline's stages in order: all of them if the company doesn't define it."""
        known = self._pipelines.get(pipeline)
        return known.stages if known else tuple(self._stages)

    def _maps(self, pipeline: str) -> list[dict[str, Any]]:
        return [
            self._meaning(self._stages[name]) | self._stage(name) | {"sequence_number": position}
            for position, name in enumerate(self.stages_of(pipeline), start=1)
        ]

    def _section(self, module: Module) -> dict[str, Any]:
        name = f"{module.singular} Information"
        return {
            "id": section_id(self._modules, module.api_name),
            "api_name": name.replace(" ", "_"),
            "name": name,
            "display_label": name,
            "generated_type": "default",
            "isSubformSection": False,
            "mode": "all",
            "sequence_number": 1,
            "column_count": 2,
            "tab_traversal": "left_to_right",
            "actions_allowed": dict.fromkeys(_SECTION_ACTIONS, False),
            "fields": [self._field(field) for field in self._metadata.layout_fields(module)],
        }

    def _field(self, field: dict[str, Any]) -> dict[str, Any]:
        """A layout's picklist values map to those of other fields (pipelines to stages), and stages state their meaning."""
        options = [option | {"maps": []} for option in field["pick_list_values"]]
        if field["api_name"] == "Stage":
            options = [option | self._told(option["actual_value"]) for option in options]
        if field["api_name"] == "Pipeline":
            options = [option | {"maps": [self._offered(option["actual_value"])]} for option in options]
        return field | {"pick_list_values": options}

    def _offered(self, pipeline: str) -> dict[str, Any]:
        """The stages that a deal of this pipeline may be in."""
        stages = [self._stage(name) | {"colour_code": _COLOUR} for name in self.stages_of(pipeline)]
        return {
            "api_name": "Stage",
            "id": field_id(self._modules, "Deals", "Stage"),
            "pick_list_values": stages,
        }

    def _told(self, name: str) -> dict[str, Any]:
        stage = self._stages.get(name)
        return self._meaning(stage) | {"probability": stage.probability} if stage else {}

    def _meaning(self, stage: StageDef) -> dict[str, Any]:
        category = _CATEGORY_OF[stage.forecast_type]
        return {
            "forecast_type": stage.forecast_type,
            "forecast_category": {"name": category, "id": category_id(_CATEGORIES.index(category) + 1)},
            "colour_code": _COLOUR,
        }

    def _stage(self, name: str) -> dict[str, Any]:
        """A stage has one id, in whichever pipelines it is."""
        return self._named("Stage", name, list(self._stages).index(name) + 1)

    def _named(self, field: str, name: str, position: int) -> dict[str, Any]:
        names = dict.fromkeys(("display_value", "actual_value"), name)
        return {"id": option_id(self._modules, "Deals", field, position), **names}
