"""`sergas zoho`: sign in to Zoho, and choose how to read it."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.common import run

app = typer.Typer(help="Sign in to Zoho, and choose how to read it.", no_args_is_help=True)
mcp = typer.Typer(help="Read through the MCP server that Zoho hosts.", no_args_is_help=True)
app.add_typer(mcp, name="mcp")


@app.command("login")
def zoho_login(
    browser: Annotated[
        bool, typer.Option("--browser", help="Consent in a browser on this machine instead of a self-client's code.")
    ] = False,
    code: Annotated[
        str | None, typer.Option(help="The self-client's code; by default the command asks for it.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port of 127.0.0.1 for the browser's redirect; 0 picks a free one.")] = 8976,
) -> None:
    """Get the refresh token and store it in SERGAS_ZOHO_REFRESH_TOKEN_STORE."""
    from bot.commands.zoho import run_login

    run(lambda: run_login(browser=browser, code=code, port=port))


@mcp.command("pin")
def zoho_mcp_pin(
    choose: Annotated[
        list[str] | None, typer.Option(help="OPERATION=TOOL if several tools fit equally well; repeatable.")
    ] = None,
) -> None:
    """Pin the hosted server's tools to read through. A tool that changes later is not used."""
    from bot.commands.zoho_mcp import run_pin

    run(lambda: run_pin(choose or []))
