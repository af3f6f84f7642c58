"""Turn the lines of mapped files into events in the CRM."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from integrations.sandbox.history import MODULES, CrmEvent, CrmUser, Json
from integrations.sandbox.imports.cells import day_of, value_of
from integrations.sandbox.imports.mapping import USERS, CsvMapping, Event, Source
from integrations.sandbox.imports.sheets import Line, Sheet
from integrations.sandbox.zoho.fields import PARENT_MODULE, Field, Module, schema

_FIRST_ID = 4_200_000_000_000_000_001
_IDS_A_MODULE = 1_000_000_000_000
Fields = dict[str, Json]


@dataclass(slots=True)
class Records:
    """All mapped files together: a record may point to one in any other file."""

    plan: CsvMapping
    users: Mapping[str, CrmUser]
    sheets: Mapping[str, Sheet]
    _modules: Mapping[str, Module] = field(init=False)
    _ids: dict[str, dict[str, str]] = field(init=False, default_factory=dict)
    _owners: dict[str, dict[str, str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._modules = schema(self.plan.stages)
        for name, sheet in self.sheets.items():
            self._need_columns(name, sheet)
            self._ids[name] = self._keyed(name, sheet)

    def events(self) -> Iterator[CrmEvent]:
        """Yield the events, module by module; a record's owner counts as the author of its events. Raises: BadInput."""
        for name in MODULES:
            for line in self.sheets[name].lines if name in self.sheets else ():
                yield from self._history(name, line)

    def _history(self, name: str, line: Line) -> Iterator[CrmEvent]:
        spec = self.plan.modules[name]
        key = self._ids[name][line.cells[spec.key]]
        fields = self._fields(name, spec.fields, line)
        user_id = self._owner_id(name, fields, line)
        creation, *updates = spec.events
        created = self._moment(creation, line) or self._at_hour(self.plan.start)
        first = {**fields, **self._fields(name, creation.fields, line)}
        self._need_mandatory(name, first, line)
        yield CrmEvent(at=created, op="create", module=name, id=key, user_id=user_id, fields=first)
        for event in updates:
            if at := self._moment(event, line):
                if at < created:
                    raise line.fault(event.on, f"{at.date()} is before the record was created ({created.date()}).")
                changed = self._fields(name, event.fields, line)
                yield CrmEvent(at=at, op="update", module=name, id=key, user_id=user_id, fields=changed)

    def _moment(self, event: Event, line: Line) -> datetime | None:
        """Return an event's time; None if its column is empty. Raises: BadInput for a day before the start."""
        if event.on is None or not line.cells[event.on]:
            return None
        day = day_of(line.cells[event.on], line=line, column=event.on)
        if day < self.plan.start:
            raise line.fault(event.on, f"{day} is before the start of the mapping ({self.plan.start}).")
        return self._at_hour(day)

    def _at_hour(self, day: date) -> datetime:
        return datetime.combine(day, time(self.plan.hour), tzinfo=UTC)

    def _fields(self, name: str, sources: Mapping[str, Source], line: Line) -> Fields:
        fields: Fields = {}
        known = self._modules[name].fields
        for api_name, source in sources.items():
            value = self._value(name, known[api_name], source, line)
            if value is not None:
                fields[api_name] = value
                if known[api_name].lookup == PARENT_MODULE:
                    fields[PARENT_MODULE] = source.lookup
        return fields

    def _value(self, name: str, of: Field, source: Source, line: Line) -> Json:
        if source.owner_of_most is not None:
            return {"id": self._owner_of_most(name, source.owner_of_most, line)}
        text = _text(source, line)
        if source.lookup is not None and text:
            return self._reference(source, text, line)
        value = value_of(of, text, line=line, column=source.place)
        if of.api_name == "Stage" and value is not None and value not in {stage.name for stage in self.plan.stages}:
            raise line.fault(source.place, f"“{value}” is not one of the mapping's stages.")
        return value * source.times if source.times is not None and isinstance(value, int | float) else value

    def _reference(self, source: Source, text: str, line: Line) -> Json:
        if source.lookup == USERS:
            user = self.users.get(text)
            found = user.id if user else None
        else:
            found = self._ids.get(str(source.lookup), {}).get(text)
        if found is None:
            raise line.fault(source.place, f"there is no “{text}” among the {source.lookup}.")
        return {"id": found}

    def _owner_id(self, name: str, fields: Fields, line: Line) -> str:
        owner = fields.get("Owner")
        if not isinstance(owner, Mapping):
            source = self.plan.modules[name].fields.get("Owner")
            raise line.fault(source.place if source else None, "the record has no owner.")
        return str(owner["id"])

    def _owner_of_most(self, name: str, child: str, line: Line) -> str:
        key = line.cells[self.plan.modules[name].key]
        owner = self._owners_by_most(name, child).get(self._ids[name][key])
        if owner is None:
            raise line.fault(None, f"none of the {child} points to “{key}”, so it has no owner.")
        return owner

    def _owners_by_most(self, name: str, child: str) -> dict[str, str]:
        """Return the user who owns most of the `child` records of each record of a module, by ids; the first by name in a
        tie."""
        if name not in self._owners:
            sources = self.plan.modules[child].fields
            pointers = {field: source for field, source in sources.items() if source.lookup == name or field == "Owner"}
            counts: dict[str, Counter[str]] = {}
            for line in self.sheets[child].lines:
                fields = self._fields(child, pointers, line)
                owner = self._owner_id(child, fields, line)
                for target in (fields[field] for field in pointers if field != "Owner" and field in fields):
                    if isinstance(target, Mapping):
                        counts.setdefault(str(target["id"]), Counter())[owner] += 1
            self._owners[name] = {key: self._first(owners) for key, owners in counts.items()}
        return self._owners[name]

    def _first(self, owners: Counter[str]) -> str:
        names = {user.id: name for name, user in self.users.items()}
        return min(owners, key=lambda owner: (-owners[owner], names[owner]))

    def _keyed(self, name: str, sheet: Sheet) -> dict[str, str]:
        """Return an id for each key. Raises: BadInput if a key is missing or appears twice."""
        column = self.plan.modules[name].key
        first = _FIRST_ID + _IDS_A_MODULE * (MODULES.index(name) + 1)
        ids: dict[str, str] = {}
        for position, line in enumerate(sheet.lines):
            key = line.cells[column]
            if not key or key in ids:
                raise line.fault(column, f"the key “{key}” appears twice." if key else "the key is missing.")
            ids[key] = str(first + position)
        return ids

    def _need_columns(self, name: str, sheet: Sheet) -> None:
        spec = self.plan.modules[name]
        sources = [*spec.fields.values(), *(source for event in spec.events for source in event.fields.values())]
        wanted = [
            spec.key,
            *(event.on for event in spec.events),
            *(c for source in sources for c in (source.column, *source.join)),
        ]
        for column in filter(None, wanted):
            sheet.need(column)

    def _need_mandatory(self, name: str, fields: Fields, line: Line) -> None:
        module = self._modules[name]
        for of in module.fields.values():
            if of.mandatory and fields.get(of.api_name) in (None, ""):
                raise line.fault(None, f"the {module.singular.lower()} has no {of.label}.")


def _text(source: Source, line: Line) -> str:
    if source.constant is not None:
        return str(source.constant)
    columns = source.join or ((source.column,) if source.column else ())
    cells = [source.values.get(line.cells[column], line.cells[column]) for column in columns]
    return source.separator.join(cell for cell in cells if cell)
