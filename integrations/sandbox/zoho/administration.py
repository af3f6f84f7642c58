"""An administrator's work in the CRM's own pages: switch modules off, change fields, merge duplicates, lock records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from integrations.sandbox.zoho.fields import PARENT_MODULE, Field, Module
from integrations.sandbox.zoho.journal import Journal
from integrations.sandbox.zoho.people import People
from integrations.sandbox.zoho.tables import Tables
from integrations.sandbox.zoho.values import record_id
from store.domain.errors import BadInput


@dataclass(slots=True, kw_only=True)
class Administration:
    """Changes `modules`, which the whole sandbox reads. `locked` holds the records that the API may not write."""

    tables: Tables
    modules: dict[str, Module]
    journal: Journal
    people: People
    clock: Callable[[], datetime]
    locked: set[tuple[str, int]] = field(init=False, default_factory=set)

    def switch(self, module: str, *, on: bool) -> None:
        self.modules[module] = replace(self._module(module), enabled=on)

    def redefine(self, module: str, name: str, **changes: Any) -> None:
        """Raises: BadInput if `api_name` renames a field that cannot be renamed."""
        old = self._field(module, name)
        new = replace(old, **changes)
        if new.api_name != name:
            self._rename(module, old, new.api_name)
        of = self.modules[module]
        fields = {
            key if key != name else new.api_name: known if key != name else new for key, known in of.fields.items()
        }
        order = tuple(key if key != name else new.api_name for key in of.order)
        self.modules[module] = replace(of, fields=fields, order=order)

    def remove_field(self, module: str, name: str) -> None:
        """Raises: BadInput for a field that is not custom."""
        self._need_custom(self._field(module, name))
        self.hide_field(module, name)

    def hide_field(self, module: str, name: str) -> None:
        of = self._module(module)
        self.modules[module] = replace(of, fields={key: known for key, known in of.fields.items() if key != name})

    def merge(self, module: str, winner: int, loser: int, *, touch_children: bool) -> None:
        """Raises: BadInput if there are not two records."""
        if winner == loser or any(
            self.tables.row(self._module(module).api_name, key) is None for key in (winner, loser)
        ):
            raise BadInput(f"{module} {winner} and {loser} cannot be merged: both records must exist.")
        at, user_id = int(self.clock().timestamp()), int(self.people.api_user.id)
        with self.journal.transaction():
            for child, lookup in self._pointing_to(module):
                self._move(child, lookup, module, loser, winner, touch=touch_children, at=at, user_id=user_id)
            self.journal.update(module, winner, {}, at=at, user_id=user_id, source="crm_ui")
            self.journal.delete(module, loser, at=at, user_id=user_id)

    def restore(self, module: str, key: str) -> None:
        """Raises: BadInput if the record is not in the recycle bin."""
        with self.journal.transaction():
            if not self.tables.restore(self._module(module).api_name, record_id(key)):
                raise BadInput(f"{module} {key} cannot be restored: it is not in the recycle bin.")

    def lock(self, module: str, key: str) -> None:
        self.locked.add((self._module(module).api_name, record_id(key)))

    def unlock(self, module: str, key: str) -> None:
        self.locked.discard((module, record_id(key)))

    def _move(
        self, child: Module, lookup: Field, parent: str, old: int, new: int, *, touch: bool, at: int, user_id: int
    ) -> None:
        """Move the children of one record to another; unless touched, they keep their Modified_Time and notify no one."""
        name = lookup.api_name
        if not touch:
            self.tables.repoint(
                child.api_name, name, old, new, parent=parent if lookup.lookup == PARENT_MODULE else None
            )
            return
        for key in self.tables.pointing(
            child.api_name, name, old, parent=parent if lookup.lookup == PARENT_MODULE else None
        ):
            self.journal.update(child.api_name, key, {name: new}, at=at, user_id=user_id, source="crm_ui")

    def _pointing_to(self, module: str) -> Iterator[tuple[Module, Field]]:
        for child in self.modules.values():
            for of in child.fields.values():
                if of.lookup in (module, PARENT_MODULE):
                    yield child, of

    def _rename(self, module: str, old: Field, name: str) -> None:
        self._need_custom(old)
        if name in self.modules[module].fields:
            raise BadInput(f"{module} has a field {name} already.")
        self.tables.rename_column(module, old.api_name, name)

    def _module(self, name: str) -> Module:
        if name not in self.modules:
            raise BadInput(f"The sandbox CRM has no module {name}.")
        return self.modules[name]

    def _field(self, module: str, name: str) -> Field:
        found = self._module(module).field(name)
        if found is None:
            raise BadInput(f"{module} has no field {name}.")
        return found

    @staticmethod
    def _need_custom(of: Field) -> None:
        if not of.custom:
            raise BadInput(f"{of.api_name} is a standard field: only custom fields are renamed or removed.")
