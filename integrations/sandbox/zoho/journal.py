"""How a record comes to be, changes and goes: the one path into the tables, for events that play and for API writes."""

from __future__ import annotations

from collections.abc import Mapping

from integrations.sandbox.history import CrmEvent, StageDef
from integrations.sandbox.zoho.errors import ZohoRefusal
from integrations.sandbox.zoho.fields import Module
from integrations.sandbox.zoho.tables import Source, Tables
from integrations.sandbox.zoho.values import Cell, encode
from store.domain.errors import BadInput


class Journal:
    """Applies changes with what Zoho derives from them. Callers hold the transaction."""

    def __init__(self, tables: Tables, modules: Mapping[str, Module], stages: tuple[StageDef, ...]) -> None:
        self._tables = tables
        self._modules = modules
        self._probability = {stage.name: stage.probability for stage in stages}

    def apply(self, event: CrmEvent) -> None:
        """Play one event. Raises: BadInput where it does not fit the CRM."""
        at, user_id, record_id = int(event.at.timestamp()), int(event.user_id), int(event.id)
        try:
            cells = encode(self._modules[event.module], event.fields)
        except (KeyError, ZohoRefusal) as exc:
            raise BadInput(
                f"The {event.op} of {event.module} {event.id} has a field the CRM cannot take: {exc}."
            ) from exc
        if event.op == "create":
            self.create(event.module, record_id, cells, at=at, user_id=user_id)
        elif event.op == "update":
            self.update(event.module, record_id, cells, at=at, user_id=user_id, source="crm_ui")
        else:
            self._tables.delete(event.module, record_id, at=at, user_id=user_id)

    def create(self, module: str, record_id: int, cells: Mapping[str, Cell], *, at: int, user_id: int) -> None:
        row: dict[str, Cell] = {"Owner": user_id, **cells, "id": record_id}
        row |= {"Created_Time": at, "Modified_Time": at, "Created_By": user_id, "Modified_By": user_id}
        self._tables.insert(module, row | self._derived(module, row, cells, at))

    def update(
        self, module: str, record_id: int, cells: Mapping[str, Cell], *, at: int, user_id: int, source: Source
    ) -> None:
        """Change a record and stamp it; its parent's Modified_Time stays as it is. Raises: BadInput where there is none."""
        before = self._tables.row(module, record_id)
        if before is None:
            raise BadInput(f"{module} {record_id} cannot be updated: it does not exist at that time.")
        changed = {**cells, **self._derived(module, {**before, **cells}, cells, at)}
        self._tables.update(module, record_id, changed | {"Modified_Time": at, "Modified_By": user_id})
        self._tables.note_change(module, before, changed, at=at, user_id=user_id, source=source)

    def _derived(self, module: str, row: Mapping[str, Cell], cells: Mapping[str, Cell], at: int) -> dict[str, Cell]:
        """What Zoho fills in by itself: a contact's full name, a deal's probability, when a task was closed."""
        if module == "Contacts" and ("First_Name" in cells or "Last_Name" in cells):
            return {"Full_Name": f"{row.get('First_Name') or ''} {row.get('Last_Name') or ''}".strip()}
        if module == "Deals" and "Stage" in cells and "Probability" not in cells:
            return {"Probability": self._probability.get(str(cells["Stage"]))}
        if module == "Tasks" and "Status" in cells and "Closed_Time" not in cells:
            return {"Closed_Time": at if cells["Status"] == "Completed" else None}
        return {}
