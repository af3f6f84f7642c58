"""Turn CSV files and a mapping into a company, or raise an error: nothing is half imported."""

from __future__ import annotations

from pathlib import Path

from integrations.sandbox.history import Company, pipelines_named
from integrations.sandbox.imports.mapping import read_mapping
from integrations.sandbox.imports.records import Records
from integrations.sandbox.imports.sheets import read_sheet
from integrations.sandbox.imports.users import read_users


def load_csv(directory: Path, mapping: Path) -> Company:
    """Load the company described by these files. Events after the mapping's `as_of` are kept: that day is only the
    viewpoint.

    Raises: BadInput naming file, line and column of the first fault.
    """
    plan = read_mapping(mapping)
    users = read_users(directory, plan)
    sheets = {name: read_sheet(directory / module.file) for name, module in plan.modules.items()}
    events = sorted(Records(plan, users, sheets).events(), key=lambda event: event.at)
    return Company(
        name=plan.name,
        users=tuple(users.values()),
        stages=plan.stages,
        events=events,
        as_of=plan.as_of,
        currency=plan.currency,
        pipelines=pipelines_named(events, plan.stages),
    )
