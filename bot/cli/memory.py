"""`sergas memory`: the memory of accounts."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.common import Host, Port, run

app = typer.Typer(help="Serve the memory of accounts, and rebuild its index.")


@app.callback(invoke_without_command=True)
def memory_serve(
    context: typer.Context,
    owner: Annotated[
        str | None, typer.Option(help="Serve only this person's accounts (name, e-mail or id), to every caller.")
    ] = None,
    http: Annotated[
        bool, typer.Option("--http", help="Over streamable HTTP instead of standard input and output.")
    ] = False,
    host: Host = "127.0.0.1",
    port: Port = 8766,
    env_file: Annotated[
        bool, typer.Option("--env-file/--no-env-file", help="Whether to read `.env` as well as the environment.")
    ] = True,
) -> None:
    """Without a subcommand: serve over standard input and output until interrupted."""
    if context.invoked_subcommand is not None:
        return
    from bot.commands.memory import run_memory, run_memory_http

    if http:
        run(lambda: run_memory_http(owner=owner, host=host, port=port, env_file=env_file))
    else:
        run(lambda: run_memory(owner=owner, env_file=env_file))


@app.command("rebuild")
def memory_rebuild() -> None:
    """Rebuild the index from our own tables, without losing anything."""
    from bot.commands.memory import run_rebuild

    run(run_rebuild)


@app.command("status")
def memory_status(as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False) -> None:
    """Show how much is remembered and how far the index lags behind."""
    from bot.commands.memory import run_memory_status

    run(lambda: run_memory_status(as_json=as_json), as_json=as_json)
