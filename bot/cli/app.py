"""The commands without a group, the groups, and the entry point."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli import audit, link, mcp, memory, report, sandbox, seal, signals, writes, zoho
from bot.cli.common import run

app = typer.Typer(
    name="sergas",
    help="One brief per morning for every account executive, and no CRM write without a person's approval.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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


app.add_typer(audit.app, name="audit")
app.add_typer(link.app, name="link")
app.add_typer(writes.app, name="writes")
app.add_typer(signals.app, name="signals")
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(mcp.app, name="mcp")
app.add_typer(memory.app, name="memory")
app.add_typer(zoho.app, name="zoho")
app.add_typer(seal.app, name="seal")
app.command("report")(report.report)

Part = Literal["all", "slack", "worker", "clock"]


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
    run(lambda: run_demo(options))


@app.command()
def serve(
    role: Annotated[
        Part, typer.Option(help="Only this part of the bot; several processes share one PostgreSQL.")
    ] = "all",
) -> None:
    """Run the bot: Slack listeners, clock and worker in one process, with settings from the environment."""
    from bot.commands.serve import run_serve

    run(lambda: run_serve(role=role))


@app.command()
def sync() -> None:
    """Read changes from the CRM now."""
    from bot.commands.operate import run_sync

    run(run_sync)


@app.command()
def brief(
    owner: Annotated[str, typer.Argument(help="The owner: CRM e-mail address, name or id.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print it here; send and store nothing.")] = False,
) -> None:
    """Prepare today's brief for an owner and send it, or print it."""
    from bot.commands.operate import run_brief

    run(lambda: run_brief(owner, dry_run=dry_run))


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

    run(lambda: run_why(account, everything=everything, as_json=as_json), as_json=as_json)


@app.command()
def settings(
    changed: Annotated[bool, typer.Option("--changed", help="Only settings that differ from their default.")] = False,
    describe: Annotated[bool, typer.Option("--describe", help="Also say what each setting means.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> None:
    """Show every setting's value and where it comes from: the environment, `.env` or the default. Secrets are masked."""
    from bot.commands.settings import run_settings

    run(lambda: run_settings(changed=changed, describe=describe, as_json=as_json), as_json=as_json)


@app.command()
def migrate() -> None:
    """Upgrade the database to this release."""
    from bot.commands.migrate import run_migrate

    run(run_migrate)


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

    run(lambda: run_away(person, first=since, last=until, delegate=delegate, back=back))


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Also make one call to Zoho.")] = False,
) -> None:
    """Show the state of the whole system on one screen. Exit code 1 if something needs attention."""
    from bot.commands.status import run_status

    run(lambda: run_status(as_json=as_json, live=live), as_json=as_json)


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False) -> None:
    """Check every external service once and say what to fix. Exit code 1 if anything fails."""
    from bot.commands.doctor import run_doctor

    run(lambda: run_doctor(as_json=as_json), as_json=as_json)


@app.command()
def trace(
    brief: Annotated[str, typer.Argument(help="Id of a brief or conversation, or its first characters.")],
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> None:
    """List the models and tools used for a brief, with the result and cost of each call."""
    from bot.commands.trace import run_trace

    run(lambda: run_trace(brief, as_json=as_json), as_json=as_json)


@app.command()
def forget(
    account: Annotated[str, typer.Argument(help="Name of the account.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete all data on an account permanently, and never read it in again."""
    from bot.commands.memory import run_forget

    run(lambda: run_forget(account, yes=yes))


@app.command()
def export(
    account: Annotated[str, typer.Argument(help="Name of the account.")],
    out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None,
) -> None:
    """Export all data on an account as JSON."""
    from bot.commands.memory import run_export

    run(lambda: run_export(account, out=out))


def main() -> None:
    """Entry point of `sergas` and `python -m bot`. Only the user who runs it can read the files it creates."""
    os.umask(0o077)
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the process ends here; a traceback quotes names, so it is cleaned
        from bot.telemetry import show_trace

        show_trace(error)
        sys.exit(1)
