"""What the files of commands share: options, and how a command runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from bot.commands.run import Command

Port = Annotated[int, typer.Option(help="Port to listen on; 0 picks a free one.", min=0, max=65535)]
Host = Annotated[str, typer.Option(help="Address to listen on.")]


def run(command: Command, *, as_json: bool = False) -> NoReturn:
    """Run a command, and end with its exit code."""
    from bot.commands.run import run as exit_code

    raise typer.Exit(exit_code(command, as_json=as_json))
