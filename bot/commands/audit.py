"""Commands over the audit trail: verify it, list it, export it."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from pathlib import Path

from rich.table import Column, Table

from agents.flows.records.anchor_audit import gone, name_of, places_of, verify_audit
from agents.ports import AuditAnchors
from bot.commands.audit_export import ExportReport, entries_in, export_to, moment, range_of
from bot.commands.console import Terminal, write_line
from bot.settings import load_settings
from bot.telemetry import configure_logging
from bot.wiring.anchors import audit_anchors
from bot.wiring.database import open_store_as_it_is
from store.database import Database
from store.domain.errors import BadInput
from store.domain.gate.audit import AnchorsDamaged, AnchorsUnavailable, AuditAnchor, WrittenEntry
from store.domain.gate.audit_walk import AuditReport, walk
from store.domain.text.redaction import clean

console = Terminal(soft_wrap=True)

EVIDENCE = (
    "Don't change the database or the anchors: copy both and compare them with a backup. No new anchors are written until "
    "this is resolved."
)
BLIND = "a truncated or rewritten trail would go unnoticed"


async def run_verify(*, anchor: str | None, file: Path | None) -> int:
    """Verify the chain against every anchor. Exit code 1 if it is broken or can't be verified."""
    settings = load_settings()
    configure_logging(level="WARNING", form="console")
    anchors = audit_anchors(settings.audit, settings.storage, place=anchor)
    if file is not None:
        return await _verify_file(file, anchors if anchor else None)
    async with open_store_as_it_is(settings.storage) as database:
        return await _verify(database, anchors, asked_for=anchor is not None)


async def run_list(*, limit: int, subject: str | None, since: str | None) -> int:
    """Print the newest entries."""
    settings, start = load_settings(), moment(since)
    configure_logging(level="WARNING", form="console")
    async with open_store_as_it_is(settings.storage) as database, database.reading() as tx:
        found = tx.audit.written(subject=subject, since=start, limit=limit, newest_first=True)
        entries = [entry async for entry in found]
        names = await tx.people.names()
    if not entries:
        console.print("No entries.")
        return 0
    when, about = Column("When (UTC)", no_wrap=True), Column("Subject", no_wrap=True)
    table = Table("#", when, "Who", "What", about, box=None)
    for entry in entries:
        table.add_row(*(clean(cell, limit=80) for cell in _cells(entry, names)))
    console.print(table)
    return 0


async def run_export(*, since: str | None, until: str | None, subject: str | None, out: Path | None) -> int:
    """Write the entries as JSON Lines to standard output or a file, with a summary on standard error."""
    settings, start, end = load_settings(), moment(since), moment(until)
    if start and end and start >= end:
        raise BadInput("--until must be later than --since.")
    configure_logging(level="WARNING", form="console")
    async with open_store_as_it_is(settings.storage) as database, database.reading() as tx:
        names = await tx.people.names()
        async with aclosing(tx.audit.written(subject=subject, since=start, until=end)) as entries:
            exported = await export_to(out, entries, names)
    write_line(_told(exported), sys.stderr)  # standard output carries only the entries
    return 0


async def _verify(database: Database, anchors: AuditAnchors | None, *, asked_for: bool) -> int:
    try:
        report = await verify_audit(database, anchors)
    except (AnchorsUnavailable, AnchorsDamaged) as exc:
        report = await verify_audit(database, None)
        return _broken(report) if not report.ok else _fail(f"{exc} {_chain(report)}, but {BLIND}. {_remedy(exc)}")
    if not report.ok:
        return _broken(report)
    async with database.reading() as tx:
        places = await places_of(tx)
    if anchors is None:
        return _warn(
            f"{_chain(report)}. Anchoring is off, so {BLIND}: set SERGAS_AUDIT_ANCHOR to a file or a bucket.", places
        )
    if report.anchors:
        return _whole(report, anchors)
    if name_of(anchors.place) in places:
        return _fail(gone(anchors.place))
    if asked_for:
        raise BadInput(f"{anchors.place} has no anchors; check --anchor.")
    if not report.entries:
        console.print("The audit trail is empty, and there are no anchors.")
        return 0
    return _warn(
        f"{_chain(report)}. {anchors.place} has no anchors yet, so {BLIND}: `sergas serve` writes them.", places
    )


async def _verify_file(file: Path, anchors: AuditAnchors | None) -> int:
    span = range_of(file)

    async def within() -> AsyncIterator[AuditAnchor]:
        if anchors is not None:
            async for anchor in anchors.all():
                if span.first <= anchor.seq <= span.last:
                    yield anchor

    report = await walk(entries_in(file), anchors=within(), after=AuditAnchor(span.first - 1, span.previous))
    if not report.ok:
        return _fail(f"The export is broken: {report.problem} An export of one subject has gaps and can't be verified.")
    against = (
        f"matches all {report.anchors:,} anchors in its range"
        if anchors
        else "was not compared with anchors (--anchor)"
    )
    console.print(
        f"The export is intact: entries {span.first:,} to {span.last:,}, head {report.head[:16]}…; it {against}."
    )
    return 0


def _whole(report: AuditReport, anchors: AuditAnchors) -> int:
    console.print(
        f"The audit trail is intact: {report.entries:,} entries, head {report.head[:16]}…. It matches all {report.anchors:,} "
        f"anchors in {anchors.place}; the latest is entry {report.anchored:,}"
        + (
            f". Until the next anchor, only the chain protects the {report.entries - report.anchored:,} after it."
            if report.entries > report.anchored
            else "."
        )
    )
    return 0


def _broken(report: AuditReport) -> int:
    return _fail(f"The audit trail is broken at entry {report.first_bad}: {report.problem} {EVIDENCE}")


def _fail(sentence: str) -> int:
    console.print(sentence, style="bold red")
    return 1


def _warn(sentence: str, places: list[str]) -> int:
    earlier = f" Earlier anchors exist: check with --anchor {places[-1]}." if places else ""
    console.print(f"WARNING: {sentence}{earlier}", style="bold yellow")
    return 0


def _chain(report: AuditReport) -> str:
    return f"The chain itself is intact: {report.entries:,} entries, head {report.head[:16]}…"


def _remedy(problem: Exception) -> str:
    if isinstance(problem, AnchorsUnavailable):
        return "Try again once it is reachable."
    return "Restore it from a backup, or inspect the changes there."


def _cells(entry: WrittenEntry, names: Mapping[str, str]) -> tuple[str, ...]:
    actor = entry.actor or ""
    return (
        str(entry.seq),
        (entry.at or "")[:19].replace("T", " "),
        names.get(actor, actor),
        _words(entry),
        entry.subject or "",
    )


def _words(entry: WrittenEntry) -> str:
    """The action in words, with the version decided or the reason for a refusal."""
    action = (entry.action or "").replace(".", " ").replace("_", " ")
    try:
        detail = json.loads(entry.detail or "")
    except (ValueError, RecursionError):
        return f"{action} (unreadable)"
    if not isinstance(detail, dict):
        return f"{action} (unreadable)"
    more = [f"version {detail['version']}"] if "version" in detail else []
    more += [str(detail[key]) for key in ("asked", "why") if detail.get(key)]
    return f"{action} ({', '.join(more)})" if more else action


def _told(exported: ExportReport) -> str:
    if not exported.count:
        return "No entries."
    return f"{exported.count:,} entries, {exported.first:,} to {exported.last:,}, head {exported.head}."
