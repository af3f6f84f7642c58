"""Zoho's own CSV exports (Setup → Export Data): `Users.csv`, `Accounts.csv` and any of the other modules.

A column's header may be a field's label or API name. Ids come as `zcrm_4150868000000624001` or bare, lookups in a column
`<label>.id` beside the name. Times without an offset are UTC. A record modified after its creation plays as created whole
and touched again at that time, since an export does not contain the change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from integrations.sandbox.history import (
    MODULES,
    STANDARD_STAGES,
    Company,
    CrmEvent,
    CrmUser,
    Json,
    StageDef,
    pipelines_named,
)
from integrations.sandbox.imports.cells import at_hour, moment_of, value_of, zone_of
from integrations.sandbox.imports.faults import Fault, Faults, ImportFaults
from integrations.sandbox.imports.idle import as_of_checks
from integrations.sandbox.imports.report import PEOPLE, Report, Tally, noun_of
from integrations.sandbox.imports.sheets import Line, Sheet, read_sheet
from integrations.sandbox.zoho.fields import PARENT_MODULE, Field, Module, schema
from store.domain.errors import BadInput

_NEEDED = ("Accounts",)
_ID = "id"
_SYSTEM = ("id", "Created_Time", "Modified_Time", "Created_By", "Modified_By")
_USER_COLUMNS = {
    "id": ("Record Id", "User Id", "id"),
    "first_name": ("First Name", "first_name"),
    "last_name": ("Last Name", "last_name"),
    "email": ("Email", "email"),
    "time_zone": ("Time Zone", "time_zone"),
    "role": ("Role", "role"),
    "profile": ("Profile", "profile"),
    "manager": ("Reporting To.id", "Reporting To", "Reporting_To"),
    "status": ("Status", "status"),
}


def load_zoho_export(directory: Path, *, tell: Callable[[Report], None] = lambda _: None) -> Company:
    """Load an export's company, as of its latest time; `tell` gets the report. Raises: ImportFaults with every fault."""
    if not directory.is_dir():
        raise BadInput(f"There is no folder {directory}.")
    try:
        return _load(directory, tell)
    except (Fault, ImportFaults) as exc:
        if any((fault.line or 1) == 1 for fault in (exc.faults if isinstance(exc, ImportFaults) else (exc,))):
            draft = f"sergas sandbox import --suggest {directory} --out mapping.toml"
            raise BadInput(f"{exc}\nThe files of another system need a mapping; draft one: {draft}") from exc
        raise


def _load(directory: Path, tell: Callable[[Report], None]) -> Company:
    faults, tally = Faults(), Tally()
    users: dict[str, CrmUser] = {}
    sheets: dict[str, Sheet] = {}
    with faults.caught():
        people = read_sheet(directory, "Users.csv", faults=faults)
        users = _read_users(people)
        tally.made_of_all(people, PEOPLE)
    for name in (name for name in MODULES if _is_there(directory, name)):
        with faults.caught():
            sheets[name] = read_sheet(directory, f"{name}.csv", faults=faults)
            tally.made_of_all(sheets[name], noun_of(name))
    faults.end()
    stages = _stages(sheets.get("Deals"))
    export = _Export(schema(stages), sheets, users, faults)
    events = sorted((event for name in sheets for event in export.events(name)), key=lambda event: event.at)
    faults.end()
    if not events:
        raise BadInput(f"{directory}: the export has no records.")
    as_of = events[-1].at.date()
    for check in as_of_checks(as_of):
        tally.check(check)
    tell(tally.report(directory.resolve().name, ()))
    return Company(
        name=directory.resolve().name,
        users=tuple(users.values()),
        stages=stages,
        events=events,
        as_of=as_of,
        pipelines=pipelines_named(events, stages),
    )


class _Export:
    def __init__(
        self, modules: Mapping[str, Module], sheets: Mapping[str, Sheet], users: Mapping[str, CrmUser], faults: Faults
    ) -> None:
        self._faults = faults
        self._modules = modules
        self._sheets = sheets
        self._users = users
        self._columns = {name: _columns(modules[name], sheet) for name, sheet in sheets.items()}
        self._ids = {name: _ids(self._columns[name][_ID], sheet) for name, sheet in sheets.items()}

    def events(self, name: str) -> Iterator[CrmEvent]:
        """Yield each record's creation and, if it was modified later, an update that changes no field."""
        for line in self._sheets[name].lines:
            with self._faults.caught():
                yield from self._history(name, self._columns[name], line)

    def _history(self, name: str, columns: Mapping[str, str], line: Line) -> list[CrmEvent]:
        created = self._time(columns, "Created_Time", line)
        modified = self._time(columns, "Modified_Time", line) if "Modified_Time" in columns else created
        fields = self._fields(name, line)
        owner = fields.get("Owner")
        if not isinstance(owner, Mapping):
            raise line.fault(columns.get("Owner"), "the record has no owner.")
        key = _bare(line.cells[columns[_ID]])
        by = self._user(columns, "Created_By", line) or str(owner["id"])
        events = [CrmEvent(at=created, op="create", module=name, id=key, user_id=by, fields=fields)]
        if modified > created:
            by = self._user(columns, "Modified_By", line) or by
            events.append(CrmEvent(at=modified, op="update", module=name, id=key, user_id=by))
        return events

    def _fields(self, name: str, line: Line) -> dict[str, Json]:
        fields: dict[str, Json] = {}
        module = self._modules[name]
        for api_name, column in self._columns[name].items():
            text = line.cells[column]
            if api_name in _SYSTEM or not text:
                continue
            of = module.fields[api_name]
            if of.is_lookup:
                fields |= self._reference(of, text, line, column)
            else:
                fields[api_name] = value_of(of, text, line=line, column=column)
        for of in module.fields.values():
            if of.mandatory and of.api_name not in fields:
                raise line.fault(
                    self._columns[name].get(of.api_name), f"the {module.singular.lower()} has no {of.label}."
                )
        return fields

    def _reference(self, of: Field, text: str, line: Line, column: str) -> dict[str, Json]:
        """Return a lookup; one that may point to several modules is searched in all of them."""
        key = _bare(text)
        if of.is_user:
            targets = ["Users"] if key in self._users else []
        else:
            among = self._sheets if of.lookup == PARENT_MODULE else (str(of.lookup),)
            targets = [name for name in among if key in self._ids.get(name, ())]
        if not targets:
            raise line.fault(column, f"there is no record “{text}” in the export.")
        more: dict[str, Json] = {PARENT_MODULE: targets[0]} if of.lookup == PARENT_MODULE else {}
        return {of.api_name: {"id": key}, **more}

    def _time(self, columns: Mapping[str, str], name: str, line: Line) -> datetime:
        column = columns[name]
        return at_hour(moment_of(line.cells[column], line=line, column=column), 0).astimezone(UTC)

    def _user(self, columns: Mapping[str, str], name: str, line: Line) -> str | None:
        key = _bare(line.cells[columns[name]]) if name in columns else ""
        return key if key in self._users else None


def _is_there(directory: Path, name: str) -> bool:
    """Accounts count as present: reading them reports their absence."""
    return name in _NEEDED or (directory / f"{name}.csv").exists()


def _columns(module: Module, sheet: Sheet) -> dict[str, str]:
    """Map columns to fields. Raises: BadInput if a required one is missing."""
    found: dict[str, str] = {}
    for of in module.fields.values():
        labels = (of.label, of.api_name, *((f"{module.singular} Owner",) if of.api_name == "Owner" else ()))
        names = [f"{label}.id" for label in labels] if of.is_lookup else []
        column = next((name for name in (*names, *labels) if name in sheet.columns), None)
        if column is not None and not of.hidden:
            found[of.api_name] = column
    for needed, label in ((_ID, "Record Id"), ("Owner", "Owner.id"), ("Created_Time", "Created Time")):
        if needed not in found:
            sheet.need(label)
    return found


def _ids(column: str, sheet: Sheet) -> set[str]:
    ids: set[str] = set()
    for line in sheet.lines:
        key = _bare(line.cells[column])
        if not key.isdecimal() or len(key) > 19:
            raise line.fault(column, f"“{line.cells[column]}” is not a record id.")
        if key in ids:
            raise line.fault(column, f"the key “{line.cells[column]}” appears twice.")
        ids.add(key)
    return ids


def _read_users(sheet: Sheet) -> dict[str, CrmUser]:
    columns = {
        what: column
        for what, names in _USER_COLUMNS.items()
        if (column := next((n for n in names if n in sheet.columns), None))
    }
    for what in ("id", "last_name", "email"):
        if what not in columns:
            sheet.need(_USER_COLUMNS[what][0])
    _ids(columns["id"], sheet)
    users = (_user(columns, line) for line in sheet.lines)
    by_id = {user.id: user for user in users}
    if not any(user.active for user in by_id.values()):
        raise BadInput(f"{sheet.file}: none of the users is active.")
    return by_id


def _user(columns: Mapping[str, str], line: Line) -> CrmUser:
    def cell(what: str, default: str = "") -> str:
        return (line.cells[columns[what]] if what in columns else "") or default

    return CrmUser(
        id=_bare(cell("id")),
        first_name=cell("first_name"),
        last_name=cell("last_name"),
        email=cell("email"),
        time_zone=zone_of(cell("time_zone", "UTC"), line=line, column=columns.get("time_zone")),
        role=cell("role", "Account Executive"),
        profile=cell("profile", "Standard"),
        manager_id=_bare(cell("manager")) or None,
        active=cell("status", "active").lower() == "active",
    )


def _stages(deals: Sheet | None) -> tuple[StageDef, ...]:
    """Return the standard stages, and any others that the deals use: an export does not say what a stage means, so “won”
    and “lost” in its name decide, and everything else is open."""
    known = {stage.name for stage in STANDARD_STAGES}
    used = {line.cells["Stage"] for line in deals.lines if line.cells.get("Stage")} if deals else set()
    return (*STANDARD_STAGES, *(_stage(name) for name in sorted(used - known)))


def _stage(name: str) -> StageDef:
    if "won" in name.lower().split():
        return StageDef(name=name, probability=100, forecast_type="Closed Won")
    if "lost" in name.lower().split():
        return StageDef(name=name, probability=0, forecast_type="Closed Lost")
    return StageDef(name=name, probability=50)


def _bare(text: str) -> str:
    return text.removeprefix("zcrm_")
