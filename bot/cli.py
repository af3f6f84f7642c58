"""`sergas`: the command line. Heavy imports wait until a command runs."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from bot.commands.run import Command

app = typer.Typer(
    name="sergas",
    help="One brief per morning for every account executive, and no CRM write without a person's approval.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
audit = typer.Typer(help="Verify and read the audit trail.", no_args_is_help=True)
writes = typer.Typer(help="Approved writes that need attention: inspect, retry, resolve.", no_args_is_help=True)
signals = typer.Typer(help="Signals that say nothing in this CRM, and the answers about them.", no_args_is_help=True)
sandbox = typer.Typer(
    help="Local stand-ins for Zoho, Slack and Claude that speak the real protocols.", no_args_is_help=True
)
mcp = typer.Typer(help="Serve our tools to other MCP hosts.", no_args_is_help=True)
memory = typer.Typer(help="Serve the memory of accounts, and rebuild its index.")
link = typer.Typer(help="Links between Slack users and CRM users.", no_args_is_help=True)
zoho = typer.Typer(help="Sign in to Zoho, and choose how to read it.", no_args_is_help=True)
zoho_mcp = typer.Typer(help="Read through the MCP server that Zoho hosts.", no_args_is_help=True)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(version("sergas-super-account-manager"))
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None: ...


app.add_typer(audit, name="audit")
app.add_typer(link, name="link")
app.add_typer(writes, name="writes")
app.add_typer(signals, name="signals")
app.add_typer(sandbox, name="sandbox")
app.add_typer(mcp, name="mcp")
app.add_typer(memory, name="memory")
app.add_typer(zoho, name="zoho")
zoho.add_typer(zoho_mcp, name="mcp")

Port = Annotated[int, typer.Option(help="Port to listen on; 0 picks a free one.", min=0, max=65535)]
Part = Literal["all", "slack", "worker", "clock"]
Host = Annotated[str, typer.Option(help="Address to listen on.")]


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page; 0 picks a free one.", min=0, max=65535)] = 3990,
    seed: Annotated[int, typer.Option(help="Another seed makes another company.")] = 7,
    days: Annotated[int, typer.Option(help="How many mornings to replay.", min=1, max=60)] = 1,
    owners: Annotated[int, typer.Option(help="Owners in the made-up company.", min=1, max=500)] = 6,
    accounts: Annotated[int, typer.Option(help="Accounts per owner.", min=1, max=200)] = 20,
    data: Annotated[
        Path | None, typer.Option(help="Folder of CSV files to use instead of the made-up company.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML file that maps the columns of --data.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Without a page: press Approve as the owners and print one JSON line.")
    ] = False,
    author: Annotated[
        Literal["claude", "playbook"],
        typer.Option(
            help="Who words the briefs: claude (the real one if ANTHROPIC_API_KEY is set, else a sandbox) or playbook (rules only)."
        ),
    ] = "claude",
) -> None:
    """Start the sandboxes (CRM, Slack, Claude) and the bot on this machine, and print the page's address."""
    from bot.commands.demo import DemoOptions, run_demo

    options = DemoOptions(
        port=port,
        seed=seed,
        days=days,
        owners=owners,
        accounts=accounts,
        data=data,
        mapping=mapping,
        check=check,
        author=author,
    )
    _run(lambda: run_demo(options))


@app.command()
def serve(
    role: Annotated[
        Part, typer.Option(help="Only this part of the bot; several processes share one PostgreSQL.")
    ] = "all",
) -> None:
    """Run the bot: Slack listeners, clock and worker in one process, with settings from the environment."""
    from bot.commands.serve import run_serve

    _run(lambda: run_serve(role=role))


@app.command()
def sync() -> None:
    """Read changes from the CRM now."""
    from bot.commands.operate import run_sync

    _run(run_sync)


@app.command()
def brief(
    owner: Annotated[str, typer.Argument(help="The owner: CRM e-mail address, name or id.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print it here; send and store nothing.")] = False,
) -> None:
    """Prepare today's brief for an owner and send it, or print it."""
    from bot.commands.operate import run_brief

    _run(lambda: run_brief(owner, dry_run=dry_run))


@app.command()
def why(
    account: Annotated[str, typer.Argument(help="Name or id of the account.")],
    everything: Annotated[
        bool, typer.Option("--all", help="Also the factors of its worth, and why each other signal doesn't fire.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one line of JSON.")] = False,
) -> None:
    """Say why an account was or wasn't in its owner's last brief, and which signals fire."""
    from bot.commands.explain import run_why

    _run(lambda: run_why(account, everything=everything, as_json=as_json), as_json=as_json)


@app.command()
def settings(
    changed: Annotated[bool, typer.Option("--changed", help="Only settings that differ from their default.")] = False,
    describe: Annotated[bool, typer.Option("--describe", help="Also say what each setting means.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> None:
    """Show every setting's value and where it comes from: the environment, `.env` or the default. Secrets are masked."""
    from bot.commands.settings import run_settings

    _run(lambda: run_settings(changed=changed, describe=describe, as_json=as_json), as_json=as_json)


@app.command()
def migrate() -> None:
    """Upgrade the database to this release."""
    from bot.commands.migrate import run_migrate

    _run(run_migrate)


@app.command()
def away(
    person: Annotated[str, typer.Argument(help="Who is away: CRM e-mail address, name or id.")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day, in their time zone.")
    ] = None,
    delegate: Annotated[str | None, typer.Option(help="Their delegate for the absence.")] = None,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day; default: today.")
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="They are back.")] = False,
) -> None:
    """Mark someone as away and name their delegate, or end the absence."""
    from bot.commands.link import run_away

    _run(lambda: run_away(person, first=since, last=until, delegate=delegate, back=back))


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Also make one call to Zoho.")] = False,
) -> None:
    """Show the state of the whole system on one screen. Exit code 1 if something needs attention."""
    from bot.commands.status import run_status

    _run(lambda: run_status(as_json=as_json, live=live), as_json=as_json)


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False) -> None:
    """Check every external service once and say what to fix. Exit code 1 if anything fails."""
    from bot.commands.doctor import run_doctor

    _run(lambda: run_doctor(as_json=as_json), as_json=as_json)


@app.command()
def trace(
    brief: Annotated[str, typer.Argument(help="Id of a brief or conversation, or its first characters.")],
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> None:
    """List the models and tools used for a brief, with the result and cost of each call."""
    from bot.commands.trace import run_trace

    _run(lambda: run_trace(brief, as_json=as_json), as_json=as_json)


@memory.callback(invoke_without_command=True)
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
        _run(lambda: run_memory_http(owner=owner, host=host, port=port, env_file=env_file))
    else:
        _run(lambda: run_memory(owner=owner, env_file=env_file))


@memory.command("rebuild")
def memory_rebuild() -> None:
    """Rebuild the index from our own tables, without losing anything."""
    from bot.commands.memory import run_rebuild

    _run(run_rebuild)


@memory.command("status")
def memory_status(as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False) -> None:
    """Show how much is remembered and how far the index lags behind."""
    from bot.commands.memory import run_memory_status

    _run(lambda: run_memory_status(as_json=as_json), as_json=as_json)


@app.command()
def forget(
    account: Annotated[str, typer.Argument(help="Name of the account.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete all data on an account permanently, and never read it in again."""
    from bot.commands.memory import run_forget

    _run(lambda: run_forget(account, yes=yes))


@app.command()
def export(
    account: Annotated[str, typer.Argument(help="Name of the account.")],
    out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None,
) -> None:
    """Export all data on an account as JSON."""
    from bot.commands.memory import run_export

    _run(lambda: run_export(account, out=out))


@zoho.command("login")
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

    _run(lambda: run_login(browser=browser, code=code, port=port))


@link.command("list")
def link_list() -> None:
    """List which Slack user is linked to which CRM user, and whether they confirmed it."""
    from bot.commands.link import run_list

    _run(run_list)


@link.command("unlink")
def link_unlink(person: Annotated[str, typer.Argument(help="CRM e-mail address, name or id.")]) -> None:
    """Remove a CRM user's link. Their next message looks for a match and asks again."""
    from bot.commands.link import run_unlink

    _run(lambda: run_unlink(person))


@audit.command("verify")
def audit_verify(
    anchor: Annotated[
        str | None, typer.Option(help="Compare with the anchors in this file or bucket instead of the configured ones.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Verify this export instead of the database.")] = None,
) -> None:
    """Verify the whole audit trail against every anchor. Exit code 1 if it was edited, truncated or rewritten."""
    from bot.commands.audit import run_verify

    _run(lambda: run_verify(anchor=anchor, file=file))


@audit.command("list")
def audit_list(
    limit: Annotated[int, typer.Option(help="Number of entries, newest first.", min=1)] = 20,
    subject: Annotated[str | None, typer.Option(help="Only entries about this proposal or brief id.")] = None,
    since: Annotated[str | None, typer.Option(help="Only entries since this day (UTC) or time.")] = None,
) -> None:
    """Show the latest entries."""
    from bot.commands.audit import run_list

    _run(lambda: run_list(limit=limit, subject=subject, since=since))


@audit.command("export")
def audit_export(
    since: Annotated[str | None, typer.Option(help="Since this day (UTC) or time; default: all.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this day (UTC) or time.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only entries about this proposal or brief id.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None,
) -> None:
    """Export the entries as JSON Lines, oldest first, with their hashes."""
    from bot.commands.audit import run_export

    _run(lambda: run_export(since=since, until=until, subject=subject, out=out))


WriteId = Annotated[str, typer.Argument(help="Id of the write, or its first characters (at least six).")]


@signals.command("list")
def signals_list(as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False) -> None:
    """List the signals that say nothing in this CRM, with the figures and the administrators' answers."""
    from bot.commands.signals import run_list

    _run(lambda: run_list(as_json=as_json), as_json=as_json)


SignalName = Annotated[str, typer.Argument(help="The signal's name, such as no_next_step.")]


@signals.command("off")
def signals_off(signal: SignalName) -> None:
    """Switch a signal that says nothing off for everyone."""
    from bot.commands.signals import run_switch

    _run(lambda: run_switch(signal, on=False))


@signals.command("on")
def signals_on(signal: SignalName) -> None:
    """Let a signal speak again as soon as the company uses what it relies on."""
    from bot.commands.signals import run_switch

    _run(lambda: run_switch(signal, on=True))


@writes.command("list")
def writes_list(
    everything: Annotated[bool, typer.Option("--all", help="Include successful writes.")] = False,
    limit: Annotated[int, typer.Option(help="Number of writes, latest approval first.", min=1)] = 50,
) -> None:
    """List approved writes that are waiting, unknown or dead."""
    from bot.commands.writes import run_list

    _run(lambda: run_list(everything=everything, limit=limit))


@writes.command("show")
def writes_show(write: WriteId) -> None:
    """Show one write and its history."""
    from bot.commands.writes import run_show

    _run(lambda: run_show(write))


@writes.command("retry")
def writes_retry(write: WriteId) -> None:
    """Retry a dead write, or look again for one whose outcome is unknown."""
    from bot.commands.writes import run_retry

    _run(lambda: run_retry(write))


@writes.command("resolve")
def writes_resolve(
    write: WriteId,
    written: Annotated[
        bool, typer.Option("--written/--not-written", help="Whether you found it in Zoho.", show_default=False)
    ],
    crm_id: Annotated[str | None, typer.Option(help="Id of the record in Zoho, if it was written.")] = None,
) -> None:
    """Record the outcome of an unknown write after looking in Zoho."""
    from bot.commands.writes import run_resolve

    _run(lambda: run_resolve(write, written=written, crm_id=crm_id))


@sandbox.command("zoho")
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

    _run(
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


@sandbox.command("slack")
def sandbox_slack(port: Port = 3990, host: Host = "127.0.0.1") -> None:
    """Run only the sandbox Slack, with the people of the sandbox CRM's made-up company."""
    from bot.commands.sandbox import run_slack

    _run(lambda: run_slack(host=host, port=port))


@sandbox.command("claude")
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
    _run(lambda: run_claude(options))


@sandbox.command("import")
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
        _run(lambda: run_suggest(directory, out=out, as_json=as_json), as_json=as_json)
    options = ImportOptions(directory=directory, mapping=mapping, out=out, as_json=as_json)
    _run(lambda: run_import(options), as_json=as_json)


@mcp.command("crm")
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

    _run((lambda: run_crm_http(owner=owner, host=host, port=port)) if http else (lambda: run_crm(owner=owner)))


@zoho_mcp.command("pin")
def zoho_mcp_pin(
    choose: Annotated[
        list[str] | None, typer.Option(help="OPERATION=TOOL if several tools fit equally well; repeatable.")
    ] = None,
) -> None:
    """Pin the hosted server's tools to read through. A tool that changes later is not used."""
    from bot.commands.zoho_mcp import run_pin

    _run(lambda: run_pin(choose or []))


def _run(command: Command, *, as_json: bool = False) -> None:
    from bot.commands.run import run

    raise typer.Exit(run(command, as_json=as_json))


def main() -> None:
    """Entry point of `sergas` and `python -m bot`. Only the user who runs it can read the files it creates."""
    os.umask(0o077)
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
