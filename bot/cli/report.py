"""`sergas report`: how the pilot goes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from bot.cli.common import run


def report(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of the briefs to count; default: all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A row for each person, week and kind.")] = False,
) -> None:
    """Show what the briefs led to, beside the pilot's targets: by person, week and kind."""
    from bot.commands.report import run_report

    run(lambda: run_report(since=since, as_json=as_json, as_csv=as_csv), as_json=as_json)
