"""`sergas link`: links between Slack users and CRM users."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.common import run

app = typer.Typer(help="Links between Slack users and CRM users.", no_args_is_help=True)


@app.command("list")
def link_list() -> None:
    """List which Slack user is linked to which CRM user, and whether they confirmed it."""
    from bot.commands.link import run_list

    run(run_list)


@app.command("unlink")
def link_unlink(person: Annotated[str, typer.Argument(help="CRM e-mail address, name or id.")]) -> None:
    """Remove a CRM user's link. Their next message looks for a match and asks again."""
    from bot.commands.link import run_unlink

    run(lambda: run_unlink(person))
