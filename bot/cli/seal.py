"""`sergas seal`: texts sealed in the database."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.common import run

app = typer.Typer(
    help="Texts sealed in the database by SERGAS_SEAL_KEYS: see which are, change the key.", no_args_is_help=True
)


@app.command("status")
def seal_status(
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> None:
    """Count the texts in each table: plain, and sealed with which key. Exit code 1 if some are plain or under an older key."""
    from bot.commands.seal import run_seal_status

    run(lambda: run_seal_status(as_json=as_json), as_json=as_json)


@app.command("rotate")
def seal_rotate() -> None:
    """Seal all texts with the first key of SERGAS_SEAL_KEYS.

    Put the new key first and keep the older ones after it. Once this has ended, they can go. It can be stopped and run again,
    and the bot may run meanwhile if it has the same keys. With “off” in the first place, all texts are opened for good.
    """
    from bot.commands.seal import run_seal_rotate

    run(run_seal_rotate)
