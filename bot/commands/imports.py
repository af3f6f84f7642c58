"""`sergas sandbox import`: load CSV files into a sandbox CRM, or draft the mapping for them."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.clock import SystemClock
from bot.commands.console import write_json, write_line
from bot.commands.files import private_file
from integrations.sandbox.history import Company
from integrations.sandbox.imports import (
    ImportFaults,
    Report,
    Suggestion,
    load_csv,
    load_zoho_export,
    suggest_mapping,
)
from integrations.sandbox.zoho import ZohoSandbox
from store.domain.errors import BadInput

DEFAULT_OUT = Path("sandbox-zoho.db")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    directory: Path
    mapping: Path | None
    out: Path | None
    as_json: bool


async def run_import(options: ImportOptions) -> int:
    """Write a sandbox CRM from CSV files. The file appears only once complete. With faults, nothing is written, unless the
    mapping says to leave them out. Raises: BadInput."""
    try:
        figures = await asyncio.to_thread(_import, options)
    except ImportFaults as exc:
        if not options.as_json:
            raise
        write_json({"error": str(exc), "faults": [fault.as_json() for fault in exc.faults]})
        return 2
    if options.as_json:
        write_json(figures)
    else:
        told = "{file}: {events:,} events of {company}. Serve it: sergas sandbox zoho --database {file}"
        write_line(told.format(**figures))
    return 0


def read_company(directory: Path, mapping: Path | None, *, tell: bool = True) -> tuple[Company, Report]:
    """Return a company from its files, and the report of their import, which `tell` says on standard error.

    Raises: BadInput.
    """
    reports: list[Report] = []
    load = partial(load_csv, directory, mapping) if mapping else partial(load_zoho_export, directory)
    company = load(tell=reports.append)
    if tell:
        write_line(f"{reports[0]}\n", sys.stderr)
    return company, reports[0]


async def run_suggest(directory: Path, *, out: Path | None, as_json: bool) -> int:
    """Print a mapping for the files of a folder, or write it to a file that does not exist yet. Raises: BadInput."""
    drafted = await asyncio.to_thread(_suggest, directory, out)
    if as_json:
        write_json({"mapping": drafted.text, "checks": drafted.checks, "left_out": drafted.left_out})
        return 0
    if not out:
        sys.stdout.write(drafted.text)
    where = f"in {out}" if out else "above"
    look = f"Look at the {drafted.checks} comments with “check” {where}"
    write_line(f"{look}; it leaves out {drafted.left_out} faults.", sys.stderr)
    return 0


def _suggest(directory: Path, out: Path | None) -> Suggestion:
    if out:
        _must_be_new(out)
    drafted = suggest_mapping(directory)
    if out:
        with private_file(out) as file:
            file.write(drafted.text)
    return drafted


def _must_be_new(out: Path) -> None:
    if out.exists():
        raise BadInput(f"{out} exists already; choose another --out or remove it.")


def _import(options: ImportOptions) -> dict[str, object]:
    out = options.out or DEFAULT_OUT
    _must_be_new(out)
    if not out.parent.is_dir():
        raise BadInput(f"There is no folder {out.parent} to write {out.name} to.")
    company, report = read_company(options.directory, options.mapping, tell=not options.as_json)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".sandbox-") as folder:
        unfinished = Path(folder) / out.name
        unfinished.touch(mode=0o600)  # it may hold a real company
        sandbox = ZohoSandbox(company, clock=SystemClock().now, path=unfinished)
        try:
            played = sandbox.play(datetime.max.replace(tzinfo=UTC))
        finally:
            asyncio.run(sandbox.stop())
        unfinished.rename(out)
    return {"file": str(out), "company": company.name, "events": played, **report.as_json()}
