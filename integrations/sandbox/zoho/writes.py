"""POST, PUT and DELETE: each record is checked separately, and valid ones are committed even if others fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from integrations.sandbox.history import Json
from integrations.sandbox.zoho.errors import ZohoRefusal, invalid_id, record_locked
from integrations.sandbox.zoho.fields import PARENT_MODULE, Module, in_use
from integrations.sandbox.zoho.journal import Journal
from integrations.sandbox.zoho.layouts import Layouts
from integrations.sandbox.zoho.metadata import Metadata
from integrations.sandbox.zoho.people import People
from integrations.sandbox.zoho.tables import Row, Tables
from integrations.sandbox.zoho.values import Cell, check_value, encode, invalid_value, record_id
from integrations.sandbox.zoho.wire import Renderer

MOST_RECORDS = 100
_TRIGGERS = ("approval", "workflow", "blueprint", "pathfinder", "orchestration")
Result = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """A write committed through the API. `fields` are as sent, without those the CRM does not accept."""

    at: datetime
    op: Literal["create", "update", "delete"]
    module: str
    id: str
    fields: Mapping[str, Json]
    user_id: str


Write = Callable[[Mapping[str, Json]], tuple[Result, LedgerEntry]]


@dataclass(slots=True)
class Writes:
    tables: Tables
    modules: Mapping[str, Module]
    journal: Journal
    metadata: Metadata
    layouts: Layouts
    people: People
    render: Renderer
    clock: Callable[[], datetime]
    locked: Set[tuple[str, int]]
    ledger: list[LedgerEntry] = field(init=False, default_factory=list)

    def create(self, module: Module, body: Json) -> tuple[int, Result]:
        """Raises: ZohoRefusal if the body as a whole is not acceptable."""
        return self._each(records_of(body), lambda record: self._create(module, record), done=201)

    def update(
        self, module: Module, body: Json, *, key: str | None = None, unmodified_since: int | None = None
    ) -> tuple[int, Result]:
        """Update the record `key`, or those whose ids the body names. Raises: ZohoRefusal."""

        def write(record: Mapping[str, Json]) -> tuple[Result, LedgerEntry]:
            return self._update(module, key if key is not None else record.get("id"), record, unmodified_since)

        return self._each(records_of(body), write, done=200)

    def remove(self, module: Module, key: str) -> Result:
        """Move one record to the recycle bin. Raises: ZohoRefusal if there is none with this id."""
        with self.journal.transaction():
            result, entry = self._delete(module, key)
        self.ledger.append(entry)
        return {"data": [result]}

    def delete(self, module: Module, keys: Sequence[str]) -> tuple[int, Result]:
        """Move several to the recycle bin, each separately. Raises: ZohoRefusal if none or too many are named."""
        if not keys or len(keys) > MOST_RECORDS:
            raise ZohoRefusal("INVALID_DATA", "invalid data", {"param_name": "ids", "limit": MOST_RECORDS})
        return self._each([{"id": key} for key in keys], lambda record: self._delete(module, record["id"]), done=200)

    def _each(self, records: Sequence[Mapping[str, Json]], write: Write, *, done: int) -> tuple[int, Result]:
        results, statuses = [], set()
        for position, record in enumerate(records):
            try:
                with self.journal.transaction():
                    result, entry = write(record)
                self.ledger.append(entry)
                results.append(result)
                statuses.add(done)
            except ZohoRefusal as refusal:
                results.append(_placed(refusal, position))
                statuses.add(refusal.status)
        return (statuses.pop() if len(statuses) == 1 else 207), {"data": results}

    def _create(self, module: Module, record: Mapping[str, Json]) -> tuple[Result, LedgerEntry]:
        record, cells = self._checked(module, record)
        _need_mandatory(module, cells)
        key = self.tables.next_id()
        self.journal.create(module.api_name, key, cells, at=self._now(), user_id=int(self.people.api_user.id))
        return self._success(module, key, "record added"), self._entry("create", module, key, record)

    def _update(
        self, module: Module, given: Json, record: Mapping[str, Json], unmodified_since: int | None
    ) -> tuple[Result, LedgerEntry]:
        row = self._existing(module, given)
        self._check_lock(module, row, body=True)
        if unmodified_since is not None and int(row["Modified_Time"] or 0) > unmodified_since:
            message = "the record has been modified after the time given"
            raise ZohoRefusal("ALREADY_MODIFIED", message, self.render.stamps(row, approval=False), status=412)
        record, cells = self._checked(module, record, before=row)
        _need_mandatory(module, {**row, **cells})
        key = record_id(row["id"])
        self.journal.update(
            module.api_name, key, cells, at=self._now(), user_id=int(self.people.api_user.id), source="crm_api"
        )
        return self._success(module, key, "record updated"), self._entry("update", module, key, record)

    def _delete(self, module: Module, given: Json) -> tuple[Result, LedgerEntry]:
        row = self._existing(module, given)
        self._check_lock(module, row, body=False)
        key = record_id(row["id"])
        self.journal.delete(module.api_name, key, at=self._now(), user_id=int(self.people.api_user.id))
        result = {"code": "SUCCESS", "details": {"id": str(key)}, "message": "record deleted", "status": "success"}
        return result, self._entry("delete", module, key, {})

    def _existing(self, module: Module, given: Json) -> Row:
        try:
            row = self.tables.row(module.api_name, record_id(given))
        except (TypeError, ValueError):
            row = None
        if row is None:
            raise invalid_id()
        return row

    def _check_lock(self, module: Module, row: Row, *, body: bool) -> None:
        """Raises: ZohoRefusal RECORD_LOCKED."""
        key = record_id(row["id"])
        if (module.api_name, key) in self.locked:
            raise record_locked(key, body=body)

    def _checked(
        self, module: Module, record: Mapping[str, Json], *, before: Row | None = None
    ) -> tuple[dict[str, Json], dict[str, Cell]]:
        """Return a record's writable part, as sent and as cells. Like Zoho, skip fields that the module does not have or
        that only the CRM writes. Raises: ZohoRefusal for the first value that does not fit."""
        writable = {
            name: value
            for name, value in record.items()
            if (known := module.fields.get(name)) is not None and not known.read_only
        }
        cells = encode(module, writable)
        for name, cell in cells.items():
            check_value(module.fields[name], cell, lambda field: self.metadata.choices(module, field))
            self._check_reference(module, name, cell, {**(before or {}), **cells})
        if module.api_name == "Deals" and not cells.keys().isdisjoint(("Stage", "Pipeline")):
            self._check_stage(module, {**(before or {}), **cells})
        return writable, cells

    def _check_stage(self, module: Module, cells: Mapping[str, Cell]) -> None:
        """A deal's stage is one of its pipeline's."""
        stage, pipeline = cells.get("Stage"), cells.get("Pipeline")
        if pipeline and stage and stage not in self.layouts.stages_of(str(pipeline)):
            raise invalid_value(module.fields["Stage"], "picklist")

    def _check_reference(self, module: Module, name: str, cell: Cell, cells: Mapping[str, Cell]) -> None:
        of = module.fields[name]
        if cell is None or not of.is_lookup:
            return
        if of.is_user:
            found = self.people.exists(cell)
        else:
            target = cells.get(PARENT_MODULE) if of.lookup == PARENT_MODULE else of.lookup
            if target is None:
                raise ZohoRefusal(
                    "DEPENDENT_FIELD_MISSING", "the module of the lookup is missing", {"api_name": PARENT_MODULE}
                )
            found = (
                in_use(self.modules, str(target)) is not None
                and self.tables.row(str(target), record_id(cell)) is not None
            )
        if not found:
            refusal = invalid_value(of, "jsonobject")
            raise ZohoRefusal("INVALID_DATA", "the related id given seems to be invalid", refusal.details)

    def _success(self, module: Module, key: int, message: str) -> Result:
        row = self.tables.row(module.api_name, key) or {}
        details = self.render.stamps(row, approval=module.api_name != "Notes")
        return {"code": "SUCCESS", "details": details, "message": message, "status": "success"}

    def _entry(
        self, op: Literal["create", "update", "delete"], module: Module, key: int, fields: Mapping[str, Json]
    ) -> LedgerEntry:
        user_id = self.people.api_user.id
        return LedgerEntry(at=self.clock(), op=op, module=module.api_name, id=str(key), fields=fields, user_id=user_id)

    def _now(self) -> int:
        return int(self.clock().timestamp())


def records_of(body: Json) -> list[Mapping[str, Json]]:
    """Return the records of a request. Raises: ZohoRefusal if there are none, too many, or the rest of the body is not
    Zoho's."""
    data = body.get("data") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or data is None:
        raise ZohoRefusal("MANDATORY_NOT_FOUND", "required field not found", {"api_name": "data"})
    if not isinstance(data, list) or not data or not all(isinstance(record, Mapping) for record in data):
        raise ZohoRefusal("INVALID_DATA", "invalid data", {"expected_data_type": "jsonarray", "api_name": "data"})
    if len(data) > MOST_RECORDS:
        raise ZohoRefusal(
            "LIMIT_EXCEEDED", "the limit of records is exceeded", {"api_name": "data", "limit": MOST_RECORDS}
        )
    triggers = body.get("trigger", [])
    if not isinstance(triggers, list) or any(trigger not in _TRIGGERS for trigger in triggers):
        raise ZohoRefusal("INVALID_DATA", "invalid data", {"expected_data_type": "jsonarray", "api_name": "trigger"})
    return data


def _need_mandatory(module: Module, cells: Mapping[str, Cell]) -> None:
    for name, of in module.fields.items():
        if of.mandatory and cells.get(name) in (None, ""):
            if module.api_name == "Notes":
                expected = [{"api_name": name, "json_path": f"$.data[0].{name}"}]
                raise ZohoRefusal(
                    "EXPECTED_FIELD_MISSING", "the expected field is missing", {"expected_fields": expected}
                )
            raise ZohoRefusal("MANDATORY_NOT_FOUND", "required field not found", {"api_name": name})


def _placed(refusal: ZohoRefusal, position: int) -> Result:
    """Return the error in place of its record, with the path to the field at fault."""
    body = refusal.body()
    name = refusal.details.get("api_name")
    if isinstance(name, str):
        body["details"] = {**refusal.details, "json_path": f"$.data[{position}].{name}"}
    return body
