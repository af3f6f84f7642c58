"""`sergas sandbox`: local stand-ins, and the import of CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import Host, Port, run

app = typer.Typer(
    help="Local stand-ins for Zoho, Slack, Claude and a mail server that speak the real protocols.",
    no_args_is_help=True,
)


@app.command("zoho")
def sandbox_zoho(
    port: Port = 3991,
    mcp_port: Annotated[
        int, typer.Option(help="Port of the hosted MCP server's stand-in; 0 picks a free one.", min=0, max=65535)
    ] = 3992,
    host: Host = "127.0.0.1",
    seed: Annotated[int, typer.Option(help="Another seed makes another company.")] = 7,
    owners: Annotated[int, typer.Option(help="Owners in the made-up company.", min=1, max=500)] = 6,
    accounts: Annotated[int, typer.Option(help="Accounts per owner.", min=1, max=200)] = 20,
    database: Annotated[Path | None, typer.Option(help="Serve this file from `sergas sandbox import`.")] = None,
) -> None:
    """Run only the sandbox CRM, with a stand-in for Zoho's hosted MCP server."""
    from bot.commands.sandbox import ZohoOptions, run_zoho

    run(
        lambda: run_zoho(
            ZohoOptions(
                host=host,
                port=port,
                mcp_port=mcp_port,
                seed=seed,
                owners=owners,
                accounts=accounts,
                database=database,
            )
        )
    )


@app.command("slack")
def sandbox_slack(port: Port = 3990, host: Host = "127.0.0.1") -> None:
    """Run only the sandbox Slack, with the people of the sandbox CRM's made-up company."""
    from bot.commands.sandbox import run_slack

    run(lambda: run_slack(host=host, port=port))


@app.command("claude")
def sandbox_claude(
    port: Port = 3993,
    host: Host = "127.0.0.1",
    character: Annotated[
        str, typer.Option(help="Who answers: competent, obedient, sloppy, mix-up or failing.")
    ] = "competent",
    seed: Annotated[int, typer.Option(help="With the same seed, the same request gets the same answer.")] = 7,
    first_token: Annotated[float, typer.Option(help="Seconds to an answer's first token.", min=0, max=600)] = 0.0,
    tokens_per_second: Annotated[
        float, typer.Option(help="Tokens per second after that; 0 sends all at once.", min=0)
    ] = 0.0,
    batch_seconds: Annotated[float, typer.Option(help="Seconds that a message batch takes.", min=0)] = 60.0,
) -> None:
    """Run only the sandbox Claude: the Messages API with a scripted character instead of a model."""
    from bot.commands.sandbox import ClaudeOptions, run_claude

    options = ClaudeOptions(
        host=host,
        port=port,
        character=character,
        seed=seed,
        first_token=first_token,
        tokens_per_second=tokens_per_second,
        batch_seconds=batch_seconds,
    )
    run(lambda: run_claude(options))


@app.command("mail")
def sandbox_mail(port: Port = 3994, host: Host = "127.0.0.1") -> None:
    """Run only the sandbox mail server, which prints every e-mail and sends none on."""
    from bot.commands.sandbox import run_mail

    run(lambda: run_mail(host=host, port=port))


@app.command("import")
def sandbox_import(
    directory: Annotated[Path, typer.Argument(help="Folder of CSV files: a Zoho export, or any other with --mapping.")],
    mapping: Annotated[Path | None, typer.Option(help="TOML file that maps the columns.")] = None,
    suggest: Annotated[
        bool,
        typer.Option(
            "--suggest", help="Draft a mapping from the headers and cells, and print it or write it to --out."
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="The sandbox CRM file to write.", show_default="sandbox-zoho.db")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON, with every fault.")] = False,
) -> None:
    """Load CSV files into a sandbox CRM: all of them or, on any fault, nothing.

    One run tells all faults of all files, each with its file, line and column. For files of another system:

    1. sergas sandbox import --suggest FOLDER --out mapping.toml

    2. Look at each “check” in mapping.toml.

    3. sergas demo --data FOLDER --mapping mapping.toml, or sergas sandbox import FOLDER --mapping mapping.toml
    """
    from bot.commands.imports import ImportOptions, run_import, run_suggest

    if suggest:
        run(lambda: run_suggest(directory, out=out, as_json=as_json), as_json=as_json)
    options = ImportOptions(directory=directory, mapping=mapping, out=out, as_json=as_json)
    run(lambda: run_import(options), as_json=as_json)
