"""`sergas mcp`: our tools for other MCP hosts."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.common import Host, Port, run

app = typer.Typer(help="Serve our tools to other MCP hosts.", no_args_is_help=True)


@app.command("crm")
def mcp_crm(
    owner: Annotated[
        str | None, typer.Option(help="Show only this owner's accounts (e-mail, name or id); default: all.")
    ] = None,
    http: Annotated[
        bool, typer.Option("--http", help="Over streamable HTTP, for clients with SERGAS_MCP_TOKEN.")
    ] = False,
    host: Host = "127.0.0.1",
    port: Port = 8765,
) -> None:
    """Serve the CRM tools to an MCP host, over standard input and output or over HTTP."""
    from bot.commands.mcp import run_crm, run_crm_http

    run((lambda: run_crm_http(owner=owner, host=host, port=port)) if http else (lambda: run_crm(owner=owner)))
