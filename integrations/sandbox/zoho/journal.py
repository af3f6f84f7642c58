"""Create, change and delete records: the one path into the tables, for played events and for API writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, Protocol

from integrations.sandbox.history import CrmEvent, StageDef
from integrations.sandbox.zoho.errors import ZohoRefusal
from integrations.sandbox.zoho.fields import Module
from integrations.sandbox.zoho.tables import Source, Tables
from integrations.sandbox.zoho.values import Cell, encode
from store.domain.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change to one record; `fields` are the given ones or, in an update, those whose values changed."""

    module: str
    id: int
    operation: Literal["insert", "update", "delete"]
    fields: tuple[str, ...] = ()


class Listener(Protocol):
    """Gets changes once they are committed, for the modules it `wants`."""

    def wants(self, module: str) -> bool: ...

    def hear(self, changes: Sequence[Change]) -> None: ...


class Journal:
    """Applies changes with the values Zoho derives from them, inside a `transaction`."""

    def __init__(
        self, tables: Tables, modules: Mapping[str, Module], stages: tuple[StageDef, ...], listener: Listener
    ) -> None:
        self._tables = tables
        self._modules = modules
        self._listener = listener
        self._changes: list[Change] = []
        self._probability = {stage.name: stage.probability for stage in stages}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Apply everything or, if it raises, nothing; afterwards notify the listeners."""
        try:
            with self._tables.transaction():
                yield
        except BaseException:
            self._changes.clear()
            raise
        changes, self._changes = self._changes, []
        if changes:
            self._listener.hear(changes)

    def apply(self, event: CrmEvent) -> None:
        """Play one event. Raises: BadInput if it does not fit the CRM."""
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
            self.delete(event.module, record_id, at=at, user_id=user_id)

    def create(self, module: str, record_id: int, cells: Mapping[str, Cell], *, at: int, user_id: int) -> None:
        row: dict[str, Cell] = {"Owner": user_id, **cells, "id": record_id}
        row |= {"Created_Time": at, "Modified_Time": at, "Created_By": user_id, "Modified_By": user_id}
        self._tables.insert(module, row | self._derived(module, row, cells, at))
        self._note(module, record_id, "insert", cells)

    def update(
        self, module: str, record_id: int, cells: Mapping[str, Cell], *, at: int, user_id: int, source: Source
    ) -> None:
        """Change a record and stamp it; its parent's Modified_Time is unchanged. Raises: BadInput if there is none."""
        before = self._tables.row(module, record_id)
        if before is None:
            raise BadInput(f"{module} {record_id} cannot be updated: it does not exist at that time.")
        changed = {**cells, **self._derived(module, {**before, **cells}, cells, at)}
        self._tables.update(module, record_id, changed | {"Modified_Time": at, "Modified_By": user_id})
        self._tables.note_change(module, before, changed, at=at, user_id=user_id, source=source)
        self._note(module, record_id, "update", [name for name, cell in changed.items() if before[name] != cell])

    def delete(self, module: str, record_id: int, *, at: int, user_id: int) -> None:
        """Move a record to the recycle bin, if it exists."""
        if self._tables.delete(module, record_id, at=at, user_id=user_id):
            self._note(module, record_id, "delete", ())

    def _note(
        self, module: str, record_id: int, operation: Literal["insert", "update", "delete"], fields: Iterable[str]
    ) -> None:
        if self._listener.wants(module):
            change = Change(module=module, id=record_id, operation=operation, fields=tuple(fields))
            self._changes.append(change)

    def _derived(self, module: str, row: Mapping[str, Cell], cells: Mapping[str, Cell], at: int) -> dict[str, Cell]:
        """Return the values Zoho fills in: a contact's full name, a deal's probability, a task's closing time."""
        if module == "Contacts" and ("First_Name" in cells or "Last_Name" in cells):
            return {"Full_Name": f"{row.get('First_Name') or ''} {row.get('Last_Name') or ''}".strip()}
        if module == "Deals" and "Stage" in cells and "Probability" not in cells:
            return {"Probability": self._probability.get(str(cells["Stage"]))}
        if module == "Tasks" and "Status" in cells and "Closed_Time" not in cells:
            return {"Closed_Time": at if cells["Status"] == "Completed" else None}
        return {}
