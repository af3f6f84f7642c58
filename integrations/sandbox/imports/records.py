"""Turn the lines of mapped files into events in the CRM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC

from integrations.sandbox.history import MODULES, CrmEvent, Json
from integrations.sandbox.imports.cells import at_hour, moment_of, value_of
from integrations.sandbox.imports.faults import Faults
from integrations.sandbox.imports.keys import Keys
from integrations.sandbox.imports.mapping import USERS, CsvMapping
from integrations.sandbox.imports.moments import Moments
from integrations.sandbox.imports.near import near
from integrations.sandbox.imports.owners import Owners
from integrations.sandbox.imports.past import Moment, with_past
from integrations.sandbox.imports.report import CHANGES, Tally, noun_of
from integrations.sandbox.imports.sheets import Line, Sheet
from integrations.sandbox.imports.sources import Source
from integrations.sandbox.imports.users import People
from integrations.sandbox.zoho.fields import PARENT_MODULE, Field, Module, schema

Fields = dict[str, Json]


@dataclass(slots=True)
class Records:
    """All mapped files together: a record may point to one in any other file. Faults go to `faults`: a field is then
    left empty, or takes the mapping's default, and a record that lacks a mandatory one is left out. `tally` counts."""

    plan: CsvMapping
    people: People
    sheets: Mapping[str, Sheet]
    histories: Mapping[str, Sheet]
    faults: Faults
    tally: Tally
    _modules: Mapping[str, Module] = field(init=False)
    _keys: dict[str, Keys] = field(init=False, default_factory=dict)
    _made: dict[str, Fields] = field(init=False, default_factory=dict)
    _owners: Owners = field(init=False)
    _moments: Moments = field(init=False)
    _pasts: dict[str, dict[str, list[Moment]]] = field(init=False, default_factory=dict)
    _faulty: dict[str, tuple[int, int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._modules = schema(self.plan.stages)
        default = self.people.find(self.plan.default_owner or "")
        self._moments = Moments(self.plan, self.faults)
        self._owners = Owners(self.people, default, self._targets)
        for name, sheet in self.sheets.items():
            spec = self.plan.modules[name]
            lines = [line for line in sheet.lines if spec.takes(line)]
            for line in lines:
                self.tally.took(line)
            began = self.faults.raised
            self._keys[name] = Keys(name, spec, lines, self.faults)
            self.tally.dropped(sheet.file, noun_of(name), self._keys[name].without_key)
            self.faults.settle(f"The {self._singular(name)} is left out.", since=began)
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
        began = self.faults.raised
        fields = {**self._fields(name, spec.fields, line), **self._fields(name, creation.fields, line)}
        owner = self._owner(name, fields, line)
        if name == "Deals" and self.plan.default_stage:
            fields.setdefault("Stage", self.plan.default_stage)
        created = self._moments.creation(creation, line)
        whole = self._is_whole(name, fields, line)
        changes = [
            (at, self._fields(name, event.fields, line))
            for event in updates
            if (at := self._moments.update(event, line, created))
        ]
        if past := self._pasts.get(name, {}).get(record_id):
            fields, changes = with_past(fields, created, changes, past)
        if owner is None or not whole or not self._keys[name].counts(record_id):
            self.faults.settle(f"The {self._singular(name)} is left out.", since=began, all_of_them=True)
            self.tally.dropped(line.file, noun_of(name))
            if self.plan.faults == "leave out":
                self._keys[name].drop(record_id)
            return []
        self._settle_kept(name, since=began)
        self.tally.made(line.file, noun_of(name))
        self._made[record_id] = fields
        known = {"module": name, "id": record_id, "user_id": owner}
        return [
            CrmEvent(at=created, op="create", fields=fields, **known),
            *(CrmEvent(at=at, op="update", fields=changed, **known) for at, changed in changes),
        ]

    def _singular(self, name: str) -> str:
        return self._modules[name].singular.lower()

    def _settle_kept(self, name: str, *, since: int) -> None:
        """Say what a record that is kept has instead of its faulty cells."""
        instead = {"Owner": f"goes to {self._owners.default_name}"} if self._owners.default else {}
        if self.plan.default_stage:
            instead["Stage"] = f"gets the stage {self.plan.default_stage}"
        for api_name, (first, last) in self._faulty.items():
            said = instead.get(api_name, "is kept without it")
            self.faults.settle(f"The {self._singular(name)} {said}.", since=first, until=last)
        self.faults.settle(f"The {self._singular(name)} is kept all the same.", since=since)

    def _past(self, name: str, sheet: Sheet) -> dict[str, list[Moment]]:
        """Return the records' past from another file, by their ids."""
        spec = self.plan.modules[name].history
        found: dict[str, list[Moment]] = {}
        began = self.faults.raised
        for line in filter(spec.takes, sheet.lines) if spec else ():
            assert spec is not None
            self.tally.took(line)
            with self.faults.caught():
                key = line.cells[spec.record]
                if (record_id := self._keys[name].find(key)) is None:
                    raise line.fault(spec.record, f"there is no “{key}” among the {name}.")
                at = at_hour(moment_of(line.cells[spec.on], line=line, column=spec.on), self.plan.hour).astimezone(UTC)
                fields, before = (self._fields(name, sources, line) for sources in (spec.fields, spec.before))
                found.setdefault(record_id, []).append(Moment(at=at, fields=fields, before=before))
                self.tally.made(line.file, CHANGES)
        self.faults.settle("This change is left out.", since=began)
        return found

    def _fields(self, name: str, sources: Mapping[str, Source], line: Line) -> Fields:
        fields: Fields = {}
        known = self._modules[name].fields
        for api_name, source in sources.items():
            value: Json = None
            raised = self.faults.raised
            with self.faults.caught():
                value = self._value(name, known[api_name], source, line)
            if self.faults.raised > raised:
                self._faulty[api_name] = (raised, self.faults.raised)
            if value is not None:
                fields[api_name] = value
                if known[api_name].lookup == PARENT_MODULE:
                    fields[PARENT_MODULE] = self._target(source)
        return fields

    def _value(self, name: str, of: Field, source: Source, line: Line) -> Json:
        if source.owner_of_most is not None:
            found = self._owners.of_most(name, source.owner_of_most, self._keys[name].id_of(line))
            return {"id": found} if found else None
        text, column = source.text_and_place(line)
        if source.lookup is not None and text:
            return self._reference(source, text, line, column)
        value = value_of(of, text, line=line, column=column, hour=self.plan.hour)
        stages = [stage.name for stage in self.plan.stages]
        if of.api_name == "Stage" and value is not None and value not in stages:
            meant = near(str(value), stages) or "."
            raise line.fault(column, f"“{value}” is not one of the mapping's stages{meant}")
        return value * source.times if source.times is not None and isinstance(value, int | float) else value

    def _target(self, source: Source) -> str | None:
        """Return the module that a lookup points to."""
        return source.lookup if source.via is None else self._modules[str(source.lookup)].fields[source.via].lookup

    def _reference(self, source: Source, text: str, line: Line, column: str) -> Json:
        keys = self._keys.get(str(source.lookup))
        found = self.people.find(text) if source.lookup == USERS else keys.find(text) if keys else None
        if found is None:
            same = len(keys.named(text)) if keys else self.people.named(text)
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
        """Return the owner's id, and put the default owner if there is none, which a person should check; None if there is no
        such person either."""
        owner = fields.get("Owner")
        if isinstance(owner, Mapping):
            return str(owner["id"])
        source = self.plan.modules[name].fields.get("Owner")
        why = self._why_no_owner(name, source, line)
        if self._owners.default is None:
            if "Owner" not in self._faulty:
                place = source.place if source and source.columns else None
                self.faults.add(line.fault(place, f"{why}, so the {self._singular(name)} has no owner."))
            return None
        fields["Owner"] = {"id": self._owners.default}
        if "Owner" not in self._faulty and len(self.people.users) > 1:
            goes = f"so the {self._singular(name)} goes to {self._owners.default_name}"
            self.tally.check(f"{line.file}, line {line.number}: {why}, {goes}.", name, "owner", why.partition("“")[0])
        return self._owners.default

    def _why_no_owner(self, name: str, source: Source | None, line: Line) -> str:
        if source is None or source.owner_of_most is None:
            return "no owner is named"
        key = " ".join(line.cells[column] for column in self.plan.modules[name].key)
        child = source.owner_of_most
        if self._owners.have_left(name, child, self._keys[name].id_of(line)):
            return f"only people who have left own the {child} of “{key}”"
        return f"none of the {child} points to “{key}”"

    def _targets(self, name: str, child: str) -> Iterator[Fields]:
        """Yield the owner and the lookups to a module of each record of another. Their faults come with those records."""
        sources = self.plan.modules[child].fields
        pointers = {field: source for field, source in sources.items() if source.lookup == name or field == "Owner"}
        loud = (self.faults, self._faulty)
        self.faults, self._faulty = Faults(), {}
        found = [self._fields(child, pointers, line) for _, line in self._keys[child].lines()]
        quiet, (self.faults, self._faulty) = self.faults, loud
        self.faults.foresee(quiet)
        yield from found

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
