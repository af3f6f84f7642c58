"""`sergas signals`: signals that say nothing in this CRM."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.common import run

app = typer.Typer(help="Signals that say nothing in this CRM, and the answers about them.", no_args_is_help=True)


@app.command("list")
def signals_list(as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False) -> None:
    """List the signals that say nothing in this CRM, with the figures and the administrators' answers."""
    from bot.commands.signals import run_list

    run(lambda: run_list(as_json=as_json), as_json=as_json)


SignalName = Annotated[str, typer.Argument(help="The signal's name, such as no_next_step.")]


@app.command("off")
def signals_off(signal: SignalName) -> None:
    """Switch a signal that says nothing off for everyone."""
    from bot.commands.signals import run_switch

    run(lambda: run_switch(signal, on=False))


@app.command("on")
def signals_on(signal: SignalName) -> None:
    """Let a signal speak again as soon as the company uses what it relies on."""
    from bot.commands.signals import run_switch

    run(lambda: run_switch(signal, on=True))
