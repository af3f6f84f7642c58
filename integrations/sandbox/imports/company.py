"""Turn CSV files and a mapping into a company, or raise an error with all faults: nothing is half imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from integrations.sandbox.history import Company, pipelines_named
from integrations.sandbox.imports.faults import Faults
from integrations.sandbox.imports.idle import as_of_checks, idle_filters
from integrations.sandbox.imports.mapping import CsvMapping, read_mapping
from integrations.sandbox.imports.near import instead
from integrations.sandbox.imports.records import Records
from integrations.sandbox.imports.report import Report, Tally
from integrations.sandbox.imports.sheets import Sheet, read_sheet
from integrations.sandbox.imports.users import People, read_people
from store.domain.errors import BadInput

Tell = Callable[[Report], None]


def load_csv(directory: Path, mapping: Path, *, tell: Tell = lambda _: None) -> Company:
    """Load the company described by these files. Events after the mapping's `as_of` are kept: that day is only the
    viewpoint. `tell` gets the report.

    Raises: BadInput for an unusable mapping; ImportFaults with every fault of every file.
    """
    if not directory.is_dir():
        raise BadInput(f"There is no folder {directory}.")
    return company_of(directory, read_mapping(mapping), tell=tell)


def company_of(directory: Path, plan: CsvMapping, *, tell: Tell = lambda _: None) -> Company:
    """Load a company by a mapping that was read. Raises: ImportFaults."""
    faults, tally = Faults(), Tally()
    people: People | None = None
    with faults.caught():
        people = read_people(directory, plan, faults, tally)
    sheets, histories = _sheets(directory, plan, faults, tally)
    if people is None or len(sheets) < len(plan.modules):
        faults.end()
    assert people is not None
    if plan.default_owner and people.find(plan.default_owner) is None:
        more = instead(plan.default_owner, people.names.values(), there="there are")
        raise BadInput(f"The default_owner {plan.default_owner} is not one of the people{more}")
    events = sorted(Records(plan, people, sheets, histories, faults, tally).events(), key=lambda event: event.at)
    if plan.faults == "stop" or not events:
        faults.end()
    if not events:
        raise BadInput("The files have no records that the mapping takes.")
    faults.settle("The line is left out.", since=0)
    for check in (*idle_filters(plan, tally.sheets), *as_of_checks(plan.as_of)):
        tally.check(check)
    tell(tally.report(plan.name, tuple(faults.found)))
    return Company(
        name=plan.name,
        users=people.users,
        stages=plan.stages,
        events=events,
        as_of=plan.as_of,
        currency=plan.currency,
        pipelines=pipelines_named(events, plan.stages),
    )


def _sheets(
    directory: Path, plan: CsvMapping, faults: Faults, tally: Tally
) -> tuple[dict[str, Sheet], dict[str, Sheet]]:
    """Read every mapped file once: those of the modules, and those of their records' past. Leave out unusable ones, with a fault
    for each."""
    read: dict[str, Sheet] = {}
    sheets: dict[str, Sheet] = {}
    histories: dict[str, Sheet] = {}
    for name, module in plan.modules.items():
        for spec, into in ((module, sheets), (module.history, histories)):
            with faults.caught():
                if spec is None:
                    continue
                if spec.file not in read:
                    read[spec.file] = read_sheet(directory, spec.file, faults=faults, form=plan.format_of(spec.file))
                    tally.read(read[spec.file])
                before = faults.raised
                for column in dict.fromkeys(spec.columns):
                    with faults.caught():
                        read[spec.file].need(column)
                if faults.raised == before:
                    into[name] = read[spec.file]
    return sheets, histories
