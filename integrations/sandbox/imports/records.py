"""Turn the lines of mapped files into events in the CRM."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from integrations.sandbox.history import MODULES, CrmEvent, Json
from integrations.sandbox.imports.cells import at_hour, moment_of, number_of, value_of
from integrations.sandbox.imports.faults import Faults
from integrations.sandbox.imports.keys import Keys
from integrations.sandbox.imports.mapping import USERS, CsvMapping
from integrations.sandbox.imports.past import Moment, with_past
from integrations.sandbox.imports.sheets import Line, Sheet
from integrations.sandbox.imports.sources import Event, Source
from integrations.sandbox.imports.users import People
from integrations.sandbox.zoho.fields import PARENT_MODULE, Field, Module, schema

Fields = dict[str, Json]


@dataclass(slots=True)
class Records:
    """All mapped files together: a record may point to one in any other file. Faults go to `faults`: a field is then
    left empty, or takes the mapping's default, and a record that lacks a mandatory one is left out."""

    plan: CsvMapping
    people: People
    sheets: Mapping[str, Sheet]
    histories: Mapping[str, Sheet]
    faults: Faults
    _modules: Mapping[str, Module] = field(init=False)
    _keys: dict[str, Keys] = field(init=False, default_factory=dict)
    _made: dict[str, Fields] = field(init=False, default_factory=dict)
    _owners: dict[str, dict[str, str]] = field(init=False, default_factory=dict)
    _default_owner: str | None = field(init=False)
    _pasts: dict[str, dict[str, list[Moment]]] = field(init=False, default_factory=dict)
    _faulty: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self._modules = schema(self.plan.stages)
        self._default_owner = self.people.find(self.plan.default_owner or "")
        for name, sheet in self.sheets.items():
            spec = self.plan.modules[name]
            self._keys[name] = Keys(name, spec, [line for line in sheet.lines if spec.takes(line)], self.faults)
        for name, sheet in self.histories.items():
            self._pasts[name] = self._past(name, sheet)

    def events(self) -> Iterator[CrmEvent]:
        """Yield the events, module by module; a record's owner counts as the author of its events."""
        for name in MODULES:
            keys = self._keys.get(name)
            for record_id, line in keys.lines() if keys else ():
                with self.faults.caught():
                    yield from self._history(name, record_id, line)

    def _history(self, name: str, record_id: str, line: Line) -> list[CrmEvent]:
        """Return what happens to a record: nothing if it cannot be made. Raises: Fault."""
        spec = self.plan.modules[name]
        creation, *updates = spec.events
        self._faulty.clear()
        fields = {**self._fields(name, spec.fields, line), **self._fields(name, creation.fields, line)}
        owner = self._owner(name, fields, line)
        if name == "Deals" and self.plan.default_stage:
            fields.setdefault("Stage", self.plan.default_stage)
        created = self._moment(creation, line) or self._at_hour(self.plan.start)
        whole = self._is_whole(name, fields, line)
        changes = [
            (at, self._fields(name, event.fields, line))
            for event in updates
            if (at := self._update_moment(event, line, created))
        ]
        if past := self._pasts.get(name, {}).get(record_id):
            fields, changes = with_past(fields, created, changes, past)
        if owner is None or not whole or not self._keys[name].counts(record_id):
            if self.plan.faults == "leave out":
                self._keys[name].drop(record_id)
            return []
        self._made[record_id] = fields
        known = {"module": name, "id": record_id, "user_id": owner}
        return [
            CrmEvent(at=created, op="create", fields=fields, **known),
            *(CrmEvent(at=at, op="update", fields=changed, **known) for at, changed in changes),
        ]

    def _past(self, name: str, sheet: Sheet) -> dict[str, list[Moment]]:
        """Return the records' past from another file, by their ids."""
        spec = self.plan.modules[name].history
        found: dict[str, list[Moment]] = {}
        for line in filter(spec.takes, sheet.lines) if spec else ():
            assert spec is not None
            with self.faults.caught():
                key = line.cells[spec.record]
                if (record_id := self._keys[name].find(key)) is None:
                    raise line.fault(spec.record, f"there is no “{key}” among the {name}.")
                at = at_hour(moment_of(line.cells[spec.on], line=line, column=spec.on), self.plan.hour).astimezone(UTC)
                fields, before = (self._fields(name, sources, line) for sources in (spec.fields, spec.before))
                found.setdefault(record_id, []).append(Moment(at=at, fields=fields, before=before))
        return found

    def _moment(self, event: Event, line: Line) -> datetime | None:
        """Return when something happens; None if its columns are empty or faulty."""
        moment: date | datetime | None = None
        column = next((name for name in event.on if line.cells[name]), None)
        with self.faults.caught():
            if column is not None:
                moment = moment_of(line.cells[column], line=line, column=column)
            elif event.days_ago is not None and line.cells[event.days_ago]:
                column = event.days_ago
                days = number_of(line.cells[column], line=line, column=column)
                moment = self.plan.as_of - timedelta(days=int(min(max(days, 0), _MOST_DAYS)))
        if moment is None:
            return None
        at = at_hour(moment, self.plan.hour).astimezone(UTC)
        if at.date() < self.plan.start:
            problem = f"{at.date()} is before the start of the mapping ({self.plan.start})."
            self.faults.add(line.fault(column, problem))
            return None
        return at

    def _update_moment(self, event: Event, line: Line, created: datetime) -> datetime | None:
        """Return when a record changes: never before it was created, and right after that if the moment is faulty, or if the
        event is that of certain lines and has none."""
        if not event.takes(line):
            return None
        known = self.faults.raised
        at, soonest = self._moment(event, line), created + timedelta(minutes=1)
        if at is None:
            return soonest if event.only or self.faults.raised > known else None
        if at.date() < created.date():
            place = ", ".join(event.on) or event.days_ago
            problem = f"{at.date()} is before the record was created ({created.date()})."
            self.faults.add(line.fault(place, problem))
        return max(at, soonest)

    def _at_hour(self, day: date) -> datetime:
        return datetime.combine(day, time(self.plan.hour), tzinfo=UTC)

    def _fields(self, name: str, sources: Mapping[str, Source], line: Line) -> Fields:
        fields: Fields = {}
        known = self._modules[name].fields
        for api_name, source in sources.items():
            value: Json = None
            raised = self.faults.raised
            with self.faults.caught():
                value = self._value(name, known[api_name], source, line)
            if self.faults.raised > raised:
                self._faulty.add(api_name)
            if value is not None:
                fields[api_name] = value
                if known[api_name].lookup == PARENT_MODULE:
                    fields[PARENT_MODULE] = self._target(source)
        return fields

    def _value(self, name: str, of: Field, source: Source, line: Line) -> Json:
        if source.owner_of_most is not None:
            return self._owner_of_most(name, source.owner_of_most, line)
        text, column = source.text_and_place(line)
        if source.lookup is not None and text:
            return self._reference(source, text, line, column)
        value = value_of(of, text, line=line, column=column, hour=self.plan.hour)
        if of.api_name == "Stage" and value is not None and value not in {stage.name for stage in self.plan.stages}:
            raise line.fault(column, f"“{value}” is not one of the mapping's stages.")
        return value * source.times if source.times is not None and isinstance(value, int | float) else value

    def _target(self, source: Source) -> str | None:
        """Return the module that a lookup points to."""
        return source.lookup if source.via is None else self._modules[str(source.lookup)].fields[source.via].lookup

    def _reference(self, source: Source, text: str, line: Line, column: str) -> Json:
        keys = self._keys.get(str(source.lookup))
        found = self.people.find(text) if source.lookup == USERS else keys.find(text) if keys else None
        if found is None:
            same = len(keys.named(text)) if keys else 0
            if keys and keys.left_out(text):
                raise line.fault(column, f"“{text}” is left out of the {source.lookup}.")
            why = (
                f"{same} {source.lookup} are named “{text}”"
                if same > 1
                else f"there is no “{text}” among the {source.lookup}"
            )
            raise line.fault(column, f"{why}.")
        return {"id": found} if source.via is None else self._made.get(found, {}).get(source.via)

    def _owner(self, name: str, fields: Fields, line: Line) -> str | None:
        """Return the owner's id, and put the default owner if there is none; None if there is no such person either."""
        owner = fields.get("Owner")
        if isinstance(owner, Mapping):
            return str(owner["id"])
        if self._default_owner is None:
            source = self.plan.modules[name].fields.get("Owner")
            if "Owner" not in self._faulty:
                self.faults.add(line.fault(source.place if source else None, "the record has no owner."))
            return None
        fields["Owner"] = {"id": self._default_owner}
        return self._default_owner

    def _owner_of_most(self, name: str, child: str, line: Line) -> Json:
        """Return who owns most of the records that point here; None if none does and there is a default owner. Raises: Fault."""
        found = self._owners_by_most(name, child).get(self._keys[name].id_of(line))
        if found is None and self._default_owner is None:
            key = " ".join(line.cells[column] for column in self.plan.modules[name].key)
            raise line.fault(None, f"none of the {child} points to “{key}”, so it has no owner.")
        return {"id": found} if found else None

    def _owners_by_most(self, name: str, child: str) -> dict[str, str]:
        """Return the user who owns most of the `child` records of each record of a module, by ids; the first by name in a
        tie."""
        if name not in self._owners:
            sources = self.plan.modules[child].fields
            pointers = {field: source for field, source in sources.items() if source.lookup == name or field == "Owner"}
            counts: dict[str, Counter[str]] = {}
            for _, line in self._keys[child].lines():
                fields = self._fields(child, pointers, line)
                owner = fields.get("Owner")
                for target in (fields[field] for field in pointers if field != "Owner" and field in fields):
                    if isinstance(target, Mapping) and isinstance(owner, Mapping):
                        counts.setdefault(str(target["id"]), Counter())[str(owner["id"])] += 1
            self._owners[name] = {key: self._first(owners) for key, owners in counts.items()}
        return self._owners[name]

    def _first(self, owners: Counter[str]) -> str:
        return min(owners, key=lambda owner: (-owners[owner], self.people.names[owner]))

    def _is_whole(self, name: str, fields: Fields, line: Line) -> bool:
        """Whether a record has all mandatory fields. Adds a fault for each empty one, unless its cell already has one."""
        module = self._modules[name]
        missing = [of for of in module.fields.values() if of.mandatory and fields.get(of.api_name) in (None, "")]
        for of in (of for of in missing if of.api_name not in self._faulty):
            source = self.plan.modules[name].fields.get(of.api_name)
            self.faults.add(
                line.fault(source.place if source else None, f"the {module.singular.lower()} has no {of.label}.")
            )
        return not missing


_MOST_DAYS = 36_500
