"""Draft a mapping, and try it on the files: it loads as it is, and its comments list the faults it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from integrations.sandbox.imports.company import company_of
from integrations.sandbox.imports.faults import Fault, Faults, ImportFaults, summary
from integrations.sandbox.imports.keys import NAMES, name_of
from integrations.sandbox.imports.mapping import parsed_mapping
from integrations.sandbox.imports.sources import Source, spelled_out
from integrations.sandbox.imports.suggest.activities import activity_parts, notes_part
from integrations.sandbox.imports.suggest.deals import deals_part
from integrations.sandbox.imports.suggest.joins import Target, keys_of, target
from integrations.sandbox.imports.suggest.money import currency_of_deals
from integrations.sandbox.imports.suggest.others import accounts_from, accounts_part, contacts_part
from integrations.sandbox.imports.suggest.parts import Part, days_of, without_totals
from integrations.sandbox.imports.suggest.past import Past, past_of
from integrations.sandbox.imports.suggest.people import People, people_of
from integrations.sandbox.imports.suggest.roles import Cast, cast
from integrations.sandbox.imports.suggest.stages import Stages, has_outcomes, stages_of, with_more
from integrations.sandbox.imports.suggest.tables import Table, other_files, read_tables
from integrations.sandbox.imports.suggest.toml import comment, heading, pair
from integrations.sandbox.imports.suggest.zones import zone_lines
from store.domain.errors import BadInput


@dataclass(frozen=True)
class Suggestion:
    """A mapping to check. `checks` counts its comments that ask for a look, `left_out` the faults it leaves out."""

    text: str
    checks: int
    left_out: int


def suggest_mapping(directory: Path) -> Suggestion:
    """Draft a mapping for the tables of a folder. Raises: BadInput if they are unreadable or none has deals or accounts."""
    if not directory.is_dir():
        raise BadInput(f"There is no folder {directory}.")
    faults = Faults()
    tables = read_tables(directory, faults)
    if not tables:
        faults.end()
        others = other_files(directory)
        raise BadInput(f"There are no CSV files in {directory}{f'; save {others[0]} as CSV' if others else ''}.")
    if not any(table.lines for table in tables):
        raise BadInput(f"The CSV files in {directory} have no lines below their headers.")
    found = cast(tables)
    if not {"deals", "accounts"} & set(found.roles) and not any(map(has_outcomes, tables)):
        names = ", ".join(table.file for table in tables)
        raise BadInput(
            f"None of {names} looks like deals or accounts; write the mapping yourself, see docs/sandbox.md."
        )
    read = {table.file for table in tables}
    draft = _Draft(directory, tables, found, unread=[fault for fault in faults.found if fault.file not in read])
    text = draft.text(left_out=())
    left_out = _tried(directory, text)
    if left_out:
        text = draft.text(left_out=left_out)
        _tried(directory, text)
    return Suggestion(text, text.count("# check"), len(left_out))


def _tried(directory: Path, text: str) -> tuple[Fault, ...]:
    """Load the draft, and return the faults it left out. Raises: BadInput for faults that leave nothing."""
    told: list[Fault] = []
    try:
        company_of(directory, parsed_mapping(text, name="the draft"), tell=lambda report: told.extend(report.left_out))
    except ImportFaults as exc:
        return exc.faults
    return tuple(told)


_FRIDAY = 4


class _Draft:
    def __init__(self, directory: Path, tables: Sequence[Table], found: Cast, *, unread: Sequence[Fault]) -> None:
        self._unread = unread
        self._directory = directory
        self._tables = tables
        self._cast = found
        roles = found.roles
        self._deals = roles.get("deals") or next(filter(has_outcomes, tables), None)
        owning = list(filter(None, (self._deals, roles.get("accounts"), roles.get("contacts"))))
        self._people: People = people_of(roles.get("users"), owning)
        self._stages: Stages | None = stages_of(self._deals, roles.get("stages")) if self._deals else None
        self._past: Past | None = None
        if self._deals and self._stages:
            key = keys_of(self._deals, own="deal")
            named = target("Deals", *(self._deals.columns[name].cells for name in (key,) if name))
            self._past = past_of(found.unused, named, self._stages)
            self._stages = with_more(self._stages, self._past.cells if self._past else ())
        self._parts = list(self._modules())
        self._check_owners()

    def text(self, *, left_out: tuple[Fault, ...]) -> str:
        sections = [self._head(left_out), self._formats(), self._users(), self._stage_tables()]
        sections += [list(part.lines()) for part in self._parts]
        return "\n\n".join("\n".join(section) for section in sections if section) + "\n"

    def _modules(self) -> Iterator[Part]:
        roles, people = self._cast.roles, self._people.target
        by_deals = self._deals is not None and people is not None
        accounts = roles.get("accounts")
        if accounts is not None:
            account: Part | None = accounts_part(accounts, people, by_deals=by_deals)
        else:
            account = self._accounts_elsewhere(by_deals=by_deals)
        targets = {name: target(name) for name in ("Accounts", "Contacts", "Deals")}
        if account:
            targets["Accounts"] = _target(account)
            yield account
        contacts = roles.get("contacts")
        contact = contacts_part(contacts, targets["Accounts"], people) if contacts else None
        if contact:
            targets["Contacts"] = _target(contact)
            yield contact
        if self._deals and self._stages:
            deal = deals_part(self._deals, self._stages, targets["Accounts"], targets["Contacts"], people)
            targets["Deals"] = _target(deal)
            deal.history = self._past.said(self._stages) if self._past else {}
            yield deal
        yield from self._activities(targets, people)

    def _check_owners(self) -> None:
        """Leave the accounts to the default owner if the deals do not tell whose they are."""
        fields = {part.module: part.fields for part in self._parts}
        by_deals = "owner_of_most" in repr(fields.get("Accounts", {}).get("Owner"))
        if by_deals and not {"Owner", "Account_Name"} <= set(fields.get("Deals", {})):
            del fields["Accounts"]["Owner"]

    def _activities(self, targets: Mapping[str, Target], people: Target | None) -> Iterator[Part]:
        taken: list[str] = []
        if notes := self._cast.roles.get("notes"):
            taken.append("Notes")
            yield notes_part(notes, targets, people)
        for table in self._cast.activities:
            for part in activity_parts(table, targets, people, taken):
                taken.append(part.module)
                yield part

    def _accounts_elsewhere(self, *, by_deals: bool) -> Part | None:
        tables = filter(None, (self._deals, self._cast.roles.get("contacts")))
        return next(filter(None, (accounts_from(table, by_deals=by_deals) for table in tables)), None)

    def _head(self, left_out: tuple[Fault, ...]) -> list[str]:
        start, as_of, why = self._span()
        lines = [
            comment(
                f"Drafted from the files in {self._directory.name}. Look at each “check”; docs/sandbox.md explains the rest."
            ),
            pair("name", self._directory.resolve().name),
            pair("start", start, "the creation day of records without one"),
            pair("as_of", as_of, why),
        ]
        if self._deals:
            said = currency_of_deals(self._deals)
            lines.append(pair("currency", said.value, said.why))
        lines.append(pair("default_owner", self._people.default_owner.value, self._people.default_owner.why))
        if self._stages and self._stages.column:
            lines.append(pair("default_stage", self._stages.first, "that of deals without one"))
        if left_out:
            lines.append(pair("faults", "leave out", f"check: {len(left_out):,} in these files"))
            lines += [comment(line) for line in summary(left_out).split("\n")]
        lines += [comment(f"check: {fault}") for fault in self._unread]
        unused = [
            table.file for table in self._tables if not any(table is each for each in self._used())
        ] + other_files(self._directory)
        if unused:
            lines.append(comment(f"Files not used: {', '.join(unused)}"))
        return lines

    def _used(self) -> list[Table]:
        past = [self._past.table] if self._past else []
        users = self._cast.roles.get("users")
        stages = self._cast.roles.get("stages")
        read = [*(part.table for part in self._parts), *filter(None, (users, stages)), *past]
        return [table for table in self._tables if any(table is each for each in read)]

    def _span(self) -> tuple[date, date, str]:
        """Return the first day, the last one to look at, and what to check about it."""
        past = [day for part in self._parts for day in (*days_of(part.table, *part.dated), *part.ended)]
        planned = [day for part in self._parts for day in days_of(part.table, *part.planned)]
        if not past and not planned:
            past = [day for part in self._parts for day in days_of(part.table, *part.table.days)]
        if not past and not planned:
            return date(2020, 1, 1), date(2020, 12, 31), "check: the files have no days"
        last = max(past or planned)
        as_of = _working_day_after(last)
        named = f"the last day of the files, {last}"
        why = f"the working day after {named}" if past else f"check: the files only have planned days; after {named}"
        start = min([*past, *(day for day in planned if day < last)] or [last])
        return start - timedelta(days=30), as_of, f"{why}; the day to look at"

    def _formats(self) -> list[str]:
        lines = zone_lines(self._used(), "time_zone" in self._people.said)
        for table in self._used():
            said = table.form.model_dump(exclude_unset=True)
            if said:
                lines += [heading("files", table.file), *(pair(name, value) for name, value in said.items())]
            lines += [comment(f"check: {table.file}: {note}") for note in table.notes]
        return lines

    def _users(self) -> list[str]:
        said = self._people.said
        table = next((each for each in self._tables if said and each.file == said["file"].value), None)
        said = without_totals(said, table) if table else said
        return [heading("users"), *(pair(name, each.value, each.why) for name, each in said.items())] if said else []

    def _stage_tables(self) -> list[str]:
        lines: list[str] = []
        for stage in {each.name: each for each in self._stages.all}.values() if self._stages else ():
            lines += [
                heading("stages", each=True),
                pair("name", stage.name),
                pair("probability", stage.probability, stage.why),
            ]
            if stage.outcome:
                lines.append(pair("forecast_type", stage.outcome))
        return lines


def _working_day_after(day: date) -> date:
    """Return the first morning that knows all of a day."""
    return day + timedelta(days=max(1, 7 - day.weekday()) if day.weekday() >= _FRIDAY else 1)


def _target(part: Part) -> Target:
    """Return what the records of a part may be pointed to by: their keys and names."""
    named = (part.fields[name] for name in NAMES[part.module] if name in part.fields)
    sources = [Source.model_validate(spelled_out(said.value)) for said in named]
    key = part.settings.get("key")
    keys = part.table.columns[str(key.value)].cells if key else ()
    return target(part.module, keys, (name_of(line, sources) for line in part.table.lines))
