"""`sergas writes`: approved writes that need attention."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.common import run

app = typer.Typer(help="Approved writes that need attention: inspect, retry, resolve.", no_args_is_help=True)


WriteId = Annotated[str, typer.Argument(help="Id of the write, or its first characters (at least six).")]


@app.command("list")
def writes_list(
    everything: Annotated[bool, typer.Option("--all", help="Include successful writes.")] = False,
    limit: Annotated[int, typer.Option(help="Number of writes, latest approval first.", min=1)] = 50,
) -> None:
    """List approved writes that are waiting, unknown or dead."""
    from bot.commands.writes import run_list

    run(lambda: run_list(everything=everything, limit=limit))


@app.command("show")
def writes_show(write: WriteId) -> None:
    """Show one write and its history."""
    from bot.commands.writes import run_show

    run(lambda: run_show(write))


@app.command("retry")
def writes_retry(write: WriteId) -> None:
    """Retry a dead write, or look again for one whose outcome is unknown."""
    from bot.commands.writes import run_retry

    run(lambda: run_retry(write))


@app.command("resolve")
def writes_resolve(
    write: WriteId,
    written: Annotated[
        bool, typer.Option("--written/--not-written", help="Whether you found it in Zoho.", show_default=False)
    ],
    crm_id: Annotated[str | None, typer.Option(help="Id of the record in Zoho, if it was written.")] = None,
) -> None:
    """Record the outcome of an unknown write after looking in Zoho."""
    from bot.commands.writes import run_resolve

    run(lambda: run_resolve(write, written=written, crm_id=crm_id))
