"""`sergas audit`: verify and read the audit trail."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import run

app = typer.Typer(help="Verify and read the audit trail.", no_args_is_help=True)


@app.command("verify")
def audit_verify(
    anchor: Annotated[
        str | None, typer.Option(help="Compare with the anchors in this file or bucket instead of the configured ones.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Verify this export instead of the database.")] = None,
) -> None:
    """Verify the whole audit trail against every anchor. Exit code 1 if it was edited, truncated or rewritten."""
    from bot.commands.audit import run_verify

    run(lambda: run_verify(anchor=anchor, file=file))


@app.command("list")
def audit_list(
    limit: Annotated[int, typer.Option(help="Number of entries, newest first.", min=1)] = 20,
    subject: Annotated[str | None, typer.Option(help="Only entries about this proposal or brief id.")] = None,
    since: Annotated[str | None, typer.Option(help="Only entries since this day (UTC) or time.")] = None,
) -> None:
    """Show the latest entries."""
    from bot.commands.audit import run_list

    run(lambda: run_list(limit=limit, subject=subject, since=since))


@app.command("export")
def audit_export(
    since: Annotated[str | None, typer.Option(help="Since this day (UTC) or time; default: all.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this day (UTC) or time.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only entries about this proposal or brief id.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None,
) -> None:
    """Export the entries as JSON Lines, oldest first, with their hashes."""
    from bot.commands.audit import run_export

    run(lambda: run_export(since=since, until=until, subject=subject, out=out))
