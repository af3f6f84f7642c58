"""`sergas`: the command line. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from bot.commands.run import Command

app = typer.Typer(
    name="sergas",
    help="One brief a morning for every account executive, and no CRM write without a person's approval.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
audit = typer.Typer(help="Walk and read the audit trail.", no_args_is_help=True)
writes = typer.Typer(
    help="Approved writes that did not end by themselves: look, try again, resolve.", no_args_is_help=True
)
sandbox = typer.Typer(help="Local stand-ins for Zoho, Slack and Claude that speak the real wire.", no_args_is_help=True)
mcp = typer.Typer(help="Serve our tools to other MCP hosts.", no_args_is_help=True)
memory = typer.Typer(help="Serve what is remembered of accounts, and build its index.")
link = typer.Typer(help="Which Slack user is which CRM user.", no_args_is_help=True)
zoho = typer.Typer(help="Sign in to Zoho, and choose how it is read.", no_args_is_help=True)
zoho_mcp = typer.Typer(help="Reading through the MCP server that Zoho hosts.", no_args_is_help=True)


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
app.add_typer(sandbox, name="sandbox")
app.add_typer(mcp, name="mcp")
app.add_typer(memory, name="memory")
app.add_typer(zoho, name="zoho")
zoho.add_typer(zoho_mcp, name="mcp")

Port = Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)]
Part = Literal["all", "slack", "worker", "clock"]
Host = Annotated[str, typer.Option(help="Address to listen on.")]


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page; 0 takes a free one.", min=0, max=65535)] = 3990,
    seed: Annotated[int, typer.Option(help="Another seed makes another company.")] = 7,
    days: Annotated[int, typer.Option(help="How many mornings to replay.", min=1, max=60)] = 1,
    owners: Annotated[int, typer.Option(help="Owners in the made-up company.", min=1, max=500)] = 6,
    accounts: Annotated[int, typer.Option(help="Accounts of each owner.", min=1, max=200)] = 20,
    data: Annotated[
        Path | None, typer.Option(help="Folder of CSV files to use instead of the made-up company.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML file that says what the columns of --data mean.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="No page: press Approve as the owners, print one JSON line.")
    ] = False,
    author: Annotated[
        Literal["claude", "playbook"],
        typer.Option(
            help="Who writes: claude is the real one where ANTHROPIC_API_KEY is set, else a sandbox; playbook is rules alone."
        ),
    ] = "claude",
) -> None:
    """Start the sandboxes (CRM, Slack, Claude) and the bot on this machine, and print the address of the page."""
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
        Part, typer.Option(help="Only this part of the bot; several processes share a PostgreSQL.")
    ] = "all",
) -> None:
    """Run the bot: Slack listeners, the clock and the worker, in one process, with the settings of the environment."""
    from bot.commands.serve import run_serve

    _run(lambda: run_serve(role=role))


@app.command()
def sync() -> None:
    """Read what changed in the CRM, now."""
    from bot.commands.operate import run_sync

    _run(run_sync)


@app.command()
def brief(
    owner: Annotated[str, typer.Argument(help="The owner: CRM e-mail address, name or id.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print it here; send and keep nothing.")] = False,
) -> None:
    """Prepare an owner's brief of today and send it, or print it."""
    from bot.commands.operate import run_brief

    _run(lambda: run_brief(owner, dry_run=dry_run))


@app.command()
def why(account: Annotated[str, typer.Argument(help="Name of the account.")]) -> None:
    """Say what was noticed about an account, and why the other signals stayed silent."""
    from bot.commands.explain import run_why

    _run(lambda: run_why(account))


@app.command()
def settings(
    changed: Annotated[bool, typer.Option("--changed", help="Only settings that differ from their default.")] = False,
    describe: Annotated[bool, typer.Option("--describe", help="Also say what each setting means.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> None:
    """Show every setting's value and where it comes from: the environment, `.env` or the default. Secrets are masked."""
    from bot.commands.settings import run_settings

    _run(lambda: run_settings(changed=changed, describe=describe, as_json=as_json))


@app.command()
def migrate() -> None:
    """Bring the database up to the version of this release."""
    from bot.commands.migrate import run_migrate

    _run(run_migrate)


@app.command()
def away(
    person: Annotated[str, typer.Argument(help="Who is away: CRM e-mail address, name or id.")],
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day, where they are.")] = None,
    delegate: Annotated[str | None, typer.Option(help="Who decides for them meanwhile.")] = None,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day; default: today.")
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="They are back.")] = False,
) -> None:
    """Say that somebody is away and who decides for them meanwhile, or that they are back."""
    from bot.commands.link import run_away

    _run(lambda: run_away(person, first=since, last=until, delegate=delegate, back=back))


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Also make one call to Zoho.")] = False,
) -> None:
    """Show on one screen how everything stands; exit code 1 where something needs a person."""
    from bot.commands.status import run_status

    _run(lambda: run_status(as_json=as_json, live=live))


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False) -> None:
    """Look once at everything outside and say what to do; exit code 1 where anything is not well."""
    from bot.commands.doctor import run_doctor

    _run(lambda: run_doctor(as_json=as_json))


@app.command()
def trace(
    brief: Annotated[str, typer.Argument(help="The id of a brief or conversation, or the beginning of it.")],
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> None:
    """Show which models and tools a brief was made with, and what each call came to and cost."""
    from bot.commands.trace import run_trace

    _run(lambda: run_trace(brief, as_json=as_json))


@memory.callback(invoke_without_command=True)
def memory_serve(
    context: typer.Context,
    owner: Annotated[
        str | None, typer.Option(help="Serve the accounts of this person alone (name, e-mail or id), to whoever calls.")
    ] = None,
    http: Annotated[
        bool, typer.Option("--http", help="Over streamable HTTP instead of standard input and output.")
    ] = False,
    host: Host = "127.0.0.1",
    port: Port = 8766,
    env_file: Annotated[
        bool, typer.Option("--env-file/--no-env-file", help="Whether `.env` is read beside the environment.")
    ] = True,
) -> None:
    """Without a command: serve until interrupted, over standard input and output."""
    if context.invoked_subcommand is not None:
        return
    from bot.commands.memory import run_memory, run_memory_http

    if http:
        _run(lambda: run_memory_http(owner=owner, host=host, port=port, env_file=env_file))
    else:
        _run(lambda: run_memory(owner=owner, env_file=env_file))


@memory.command("rebuild")
def memory_rebuild() -> None:
    """Build the index anew from our own tables; nothing is lost by it."""
    from bot.commands.memory import run_rebuild

    _run(run_rebuild)


@memory.command("status")
def memory_status(as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False) -> None:
    """Say how much is remembered and how far the index is behind."""
    from bot.commands.memory import run_memory_status

    _run(lambda: run_memory_status(as_json=as_json))


@app.command()
def forget(
    account: Annotated[str, typer.Argument(help="Name of the account.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove everything that is held of an account, for good, and never read it in again."""
    from bot.commands.memory import run_forget

    _run(lambda: run_forget(account, yes=yes))


@app.command()
def export(
    account: Annotated[str, typer.Argument(help="Name of the account.")],
    out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None,
) -> None:
    """Write everything that is held of an account as JSON."""
    from bot.commands.memory import run_export

    _run(lambda: run_export(account, out=out))


@zoho.command("login")
def zoho_login(
    browser: Annotated[
        bool, typer.Option("--browser", help="By consent in a browser on this machine instead of a self-client's code.")
    ] = False,
    code: Annotated[str | None, typer.Option(help="The self-client's code; default: it is asked for.")] = None,
    port: Annotated[
        int, typer.Option(help="Port of 127.0.0.1 that the browser comes back to; 0 takes a free one.")
    ] = 8976,
) -> None:
    """Get the refresh token and keep it where SERGAS_ZOHO_REFRESH_TOKEN_STORE says."""
    from bot.commands.zoho import run_login

    _run(lambda: run_login(browser=browser, code=code, port=port))


@link.command("list")
def link_list() -> None:
    """Show who is bound to which Slack user, and what they said to that."""
    from bot.commands.link import run_list

    _run(run_list)


@link.command("unlink")
def link_unlink(person: Annotated[str, typer.Argument(help="CRM e-mail address, name or id.")]) -> None:
    """Take a CRM user's binding away; it is made and asked about anew with their next message."""
    from bot.commands.link import run_unlink

    _run(lambda: run_unlink(person))


@audit.command("verify")
def audit_verify(
    anchor: Annotated[
        str | None, typer.Option(help="Compare with the anchors in this file or bucket, whatever the settings say.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Verify this export instead of the database.")] = None,
) -> None:
    """Walk the whole audit trail past every head noted outside; exit code 1 when it was edited, cut or written anew."""
    from bot.commands.audit import run_verify

    _run(lambda: run_verify(anchor=anchor, file=file))


@audit.command("list")
def audit_list(
    limit: Annotated[int, typer.Option(help="How many entries, newest first.", min=1)] = 20,
    subject: Annotated[str | None, typer.Option(help="Only entries about this proposal or brief id.")] = None,
    since: Annotated[str | None, typer.Option(help="Only entries from this day (UTC) or moment on.")] = None,
) -> None:
    """Show the latest entries."""
    from bot.commands.audit import run_list

    _run(lambda: run_list(limit=limit, subject=subject, since=since))


@audit.command("export")
def audit_export(
    since: Annotated[str | None, typer.Option(help="From this day (UTC) or moment on; default: all.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this day (UTC) or moment.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only entries about this proposal or brief id.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write; default: standard output.")] = None,
) -> None:
    """Write the entries as JSON Lines, oldest first, with their hashes."""
    from bot.commands.audit import run_export

    _run(lambda: run_export(since=since, until=until, subject=subject, out=out))


WriteId = Annotated[str, typer.Argument(help="Id of the write, or its first characters (at least six).")]


@writes.command("list")
def writes_list(
    everything: Annotated[bool, typer.Option("--all", help="Also those that were written.")] = False,
    limit: Annotated[int, typer.Option(help="How many, the latest approval first.", min=1)] = 50,
) -> None:
    """List approved writes that are waiting, unknown or dead."""
    from bot.commands.writes import run_list

    _run(lambda: run_list(everything=everything, limit=limit))


@writes.command("show")
def writes_show(write: WriteId) -> None:
    """Show one write and everything that happened to it."""
    from bot.commands.writes import run_show

    _run(lambda: run_show(write))


@writes.command("retry")
def writes_retry(write: WriteId) -> None:
    """Try a dead write again, or look again for one of unknown fate."""
    from bot.commands.writes import run_retry

    _run(lambda: run_retry(write))


@writes.command("resolve")
def writes_resolve(
    write: WriteId,
    written: Annotated[bool, typer.Option("--written/--not-written", help="What you saw in Zoho.", show_default=False)],
    crm_id: Annotated[str | None, typer.Option(help="Id of the record in Zoho, where it was written.")] = None,
) -> None:
    """Say what became of a write of unknown fate, having looked in Zoho."""
    from bot.commands.writes import run_resolve

    _run(lambda: run_resolve(write, written=written, crm_id=crm_id))


@sandbox.command("zoho")
def sandbox_zoho(
    port: Port = 3991,
    mcp_port: Annotated[
        int, typer.Option(help="Port of the hosted MCP server's stand-in; 0 takes a free one.", min=0, max=65535)
    ] = 3992,
    host: Host = "127.0.0.1",
    seed: Annotated[int, typer.Option(help="Another seed makes another company.")] = 7,
    owners: Annotated[int, typer.Option(help="Owners in the made-up company.", min=1, max=500)] = 6,
    accounts: Annotated[int, typer.Option(help="Accounts of each owner.", min=1, max=200)] = 20,
    database: Annotated[Path | None, typer.Option(help="Serve this file, made by `sergas sandbox import`.")] = None,
) -> None:
    """Serve the sandbox CRM alone, and beside it the stand-in for Zoho's hosted MCP server."""
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
    """Serve the sandbox Slack alone, with the people of the sandbox CRM's made-up company."""
    from bot.commands.sandbox import run_slack

    _run(lambda: run_slack(host=host, port=port))


@sandbox.command("claude")
def sandbox_claude(
    port: Port = 3993,
    host: Host = "127.0.0.1",
    character: Annotated[str, typer.Option(help="Who answers: competent, obedient, sloppy or failing.")] = "competent",
    seed: Annotated[int, typer.Option(help="The same seed answers the same request in the same way.")] = 7,
    first_token: Annotated[float, typer.Option(help="Seconds until an answer begins.", min=0, max=600)] = 0.0,
    tokens_per_second: Annotated[float, typer.Option(help="How fast it goes on; 0 is at once.", min=0)] = 0.0,
    batch_seconds: Annotated[float, typer.Option(help="How long a message batch takes.", min=0)] = 60.0,
) -> None:
    """Serve the sandbox Claude alone: the Messages API with a character in place of a model."""
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
    mapping: Annotated[Path | None, typer.Option(help="TOML file that says what the columns mean.")] = None,
    out: Annotated[Path, typer.Option(help="Where the sandbox CRM is written.")] = Path("sandbox-zoho.db"),
) -> None:
    """Load CSV files into a sandbox CRM. All of it or, on any fault, nothing."""
    from bot.commands.sandbox import run_import

    _run(lambda: run_import(directory, mapping=mapping, out=out))


@mcp.command("crm")
def mcp_crm(
    owner: Annotated[
        str | None, typer.Option(help="Show only this owner's accounts (e-mail, name or id); default: all.")
    ] = None,
    http: Annotated[
        bool, typer.Option("--http", help="Over streamable HTTP, for holders of SERGAS_MCP_TOKEN.")
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
        list[str] | None, typer.Option(help="OPERATION=TOOL where several tools fit alike; may be repeated.")
    ] = None,
) -> None:
    """Keep which tools of the hosted server are read through; whatever changes later is not used."""
    from bot.commands.zoho_mcp import run_pin

    _run(lambda: run_pin(choose or []))


def _run(command: Command) -> None:
    from bot.commands.run import run

    raise typer.Exit(run(command))


def main() -> None:
    """Entry point of `sergas` and `python -m bot`."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
