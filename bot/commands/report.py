"""`sergas report`: what the morning briefs led to, beside the pilot's targets."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime

from rich.table import Column, Table

from agents.flows.pilot.show_pilot import measured
from bot.commands.console import Terminal, write_json
from bot.settings import load_settings
from bot.telemetry import configure_logging
from bot.views.pilot import in_minutes, in_percent
from bot.wiring.database import open_store_as_it_is
from store.domain.errors import BadInput
from store.domain.pilot.measures import (
    ACCEPTED,
    REVIEW,
    USED,
    VALUABLE,
    Cell,
    Measured,
    Share,
    by_kind,
    by_person,
    by_week,
    label_of,
)
from store.domain.pilot.report import Report, Scope
from store.domain.pilot.survey import LEAST
from store.domain.text.controls import harmless

console = Terminal()
FIRST = date(2000, 1, 1)
_COUNTS = ("shown", "opened", "decided", "accepted", "executed", "measured", "improved", "undone")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOTES = (
    "Opened: the reader opened the Home or the bot's messages, pressed something, asked Why? or wrote to the bot after the brief "
    "came. Slack tells no app what is read.",
    "Review: from the first of these to the last decision, in the middle of all briefs; one with a single sign is left out.",
)


async def run_report(*, since: datetime | None, as_json: bool, as_csv: bool) -> int:
    """Raises: BadInput for both forms at once."""
    if as_json and as_csv:
        raise BadInput("Choose --json or --csv, not both.")
    settings = load_settings()
    configure_logging(level="ERROR", form="console")
    async with open_store_as_it_is(settings.storage) as database, database.reading() as tx:
        names = await tx.people.names()
        found = await measured(tx, Scope.EVERYONE, since=since.date() if since else FIRST)
    if as_csv:
        _write_csv(found, names)
    elif as_json:
        write_json(_as_json(found, names))
    else:
        _print(found, names)
    return 0


def _print(report: Report, names: Mapping[str, str]) -> None:
    if not report.total.briefs:
        console.print("No morning brief is in Slack in this time.")
        return
    console.print(_targets(report))
    people = sorted((names.get(each, each), found) for each, found in by_person(report.cells, report.sittings).items())
    console.print()
    console.print(_table("Person", people))
    console.print()
    weeks = by_week(report.cells, report.sittings)
    console.print(_table("Week from", [(week.isoformat(), each) for week, each in weeks.items()]))
    console.print()
    kinds = by_kind(report.cells)
    console.print(_table("Kind", [(label_of(kind), each) for kind, each in kinds.items()], of_briefs=False))
    console.print()
    for note in _NOTES:
        console.print(note)


def _targets(report: Report) -> Table:
    total, opinion = report.total, report.opinion
    table = Table(Column("Target"), Column("Is", justify="right"), Column("Of"), Column("Should be"), box=None)
    valuable = opinion.valuable if opinion else None
    table.add_row(
        "Find it worth its minutes",
        in_percent(valuable) if valuable else "–",
        _of(valuable, "people who answered") if valuable else f"fewer than {LEAST} answers",
        f"{VALUABLE:.0%}",
    )
    table.add_row("Accepted", in_percent(total.acceptance), _of(total.acceptance, "decisions"), f"{ACCEPTED:.0%}")
    quick = _of(total.quick, "briefs under it")
    unit = "" if total.review_seconds is None else " min"
    table.add_row(
        "Review", f"{in_minutes(total.review_seconds)}{unit}", quick, f"under {in_minutes(REVIEW.total_seconds())}"
    )
    table.add_row("Weekly use", in_percent(total.use), _of(total.use, "weeks with a brief"), f"{USED:.0%}")
    if opinion and opinion.showed.of:
        showed = opinion.showed
        table.add_row("Saw what they would have missed", in_percent(showed), _of(showed, "people who answered"), "")
    return table


def _table(first: str, rows: Iterable[tuple[str, Measured]], *, of_briefs: bool = True) -> Table:
    """Only the table by kind has the results of decisions: a line with everything is wider than eighty columns."""
    briefs = ("Briefs opened", "Weeks used", "Review") if of_briefs else ()
    counts = ("Shown", "Opened", "Decided", "Accepted", *(() if of_briefs else ("Undone", "Executed", "Improved")))
    names = (Column(name, justify="right") for name in (*briefs, *counts))
    table = Table(Column(first, overflow="fold"), *names, box=None)
    for name, each in rows:
        use = (
            f"{each.opened_briefs} of {each.briefs}",
            f"{each.used_weeks} of {each.weeks}",
            in_minutes(each.review_seconds),
        )
        steps = [str(count) for count in (each.shown, each.opened, each.decided, each.accepted)]
        after = (str(each.undone), str(each.executed), f"{each.improved} of {each.measured}")
        table.add_row(name, *((*use, *steps) if of_briefs else (*steps, *after)))
    return table


def _of(share: Share, what: str) -> str:
    return f"{share.part:,} of {share.of:,} {what}"


def _as_json(report: Report, names: Mapping[str, str]) -> dict[str, object]:
    opinion = report.opinion
    return {
        "since": report.since.isoformat() if report.since > FIRST else None,
        "targets": {
            "valuable": VALUABLE,
            "accepted": ACCEPTED,
            "review_seconds": REVIEW.total_seconds(),
            "weekly_use": USED,
        },
        "total": _figures(report.total),
        "survey": {"valuable": _share(opinion.valuable), "showed": _share(opinion.showed)} if opinion else None,
        "people": [
            {"id": id, "name": names.get(id, ""), **_figures(each)}
            for id, each in by_person(report.cells, report.sittings).items()
        ],
        "weeks": [{"week": week, **_figures(each)} for week, each in by_week(report.cells, report.sittings).items()],
        "kinds": [{"kind": kind, **_counts(each)} for kind, each in by_kind(report.cells).items()],
        "cells": [asdict(each) for each in _in_order(report.cells)],
    }


def _figures(found: Measured) -> dict[str, object]:
    return {
        "people": found.people,
        "briefs": found.briefs,
        "briefs_opened": found.opened_briefs,
        "weekly_use": _share(found.use),
        "review": {"median_seconds": found.review_seconds, "under_target": _share(found.quick)},
        "acceptance": _share(found.acceptance),
        **_counts(found),
    }


def _counts(found: Measured) -> dict[str, int]:
    return {name: getattr(found, name) for name in _COUNTS}


def _share(share: Share) -> dict[str, object]:
    return {"part": share.part, "of": share.of, "share": share.value}


def _write_csv(report: Report, names: Mapping[str, str]) -> None:
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("week", "person_id", "person", "kind", *_COUNTS))
    for each in _in_order(report.cells):
        name = _cell(names.get(each.person_id, ""))
        counts = (getattr(each, count) for count in _COUNTS)
        out.writerow((each.week.isoformat(), _cell(each.person_id), name, each.kind, *counts))


def _cell(text: str) -> str:
    """A name as a spreadsheet may read it: never as a formula."""
    text = harmless(text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _in_order(cells: Iterable[Cell]) -> list[Cell]:
    return sorted(cells, key=lambda each: (each.week, each.person_id, each.kind))
