"""`sergas sandbox …`: run single sandboxes."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.commands.console import Terminal
from bot.demo.demo import slack_users
from bot.telemetry import configure_logging
from integrations.sandbox.claude import ClaudeSandbox, Latency
from integrations.sandbox.history import Company
from integrations.sandbox.mail import Caught, MailSandbox
from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.world import build_world
from integrations.sandbox.zoho import ZohoSandbox
from integrations.sandbox.zoho.people import ADMIN_PROFILE_ID
from integrations.sandbox.zoho_mcp import HostedZohoSandbox
from store.domain.errors import BadInput

console = Terminal(soft_wrap=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZohoOptions:
    host: str
    port: int
    mcp_port: int
    seed: int
    owners: int
    accounts: int
    database: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaudeOptions:
    """All times in seconds."""

    host: str
    port: int
    character: str
    seed: int
    first_token: float
    tokens_per_second: float
    batch_seconds: float


async def run_zoho(options: ZohoOptions) -> int:
    """Serve the sandbox CRM until interrupted. Raises: BadInput for a taken port or a missing file."""
    configure_logging(level="WARNING", form="console")
    if options.database and not options.database.is_file():
        raise BadInput(f"There is no sandbox file {options.database}; create one with `sergas sandbox import`.")
    clock = SystemClock()
    company = None if options.database else await asyncio.to_thread(_world, options)
    sandbox = ZohoSandbox(company, clock=clock.now, path=options.database)
    hosted = HostedZohoSandbox(sandbox)
    await sandbox.start(host=options.host, port=options.port)
    try:
        await hosted.start(host=options.host, port=options.mcp_port)
        sandbox.play(clock.now())
        _print_settings(
            "Sandbox Zoho",
            {
                "SERGAS_ZOHO_ACCOUNTS_URL": sandbox.url,
                "SERGAS_ZOHO_CLIENT_ID": sandbox.credentials.client_id,
                "SERGAS_ZOHO_CLIENT_SECRET": sandbox.credentials.client_secret,
                "SERGAS_ZOHO_REFRESH_TOKEN": sandbox.credentials.refresh_token,
                "SERGAS_ADMIN_PROFILE_IDS": ADMIN_PROFILE_ID,
            },
        )
        console.print("To try `sergas zoho login` with it, get the self-client's code for the scopes it lists:\n")
        console.print(f"  curl '{sandbox.url}/self-client?scope=…'\n")
        console.print("To read through the stand-in for Zoho's hosted MCP server instead, pin its tools:\n")
        console.print(f"  export SERGAS_ZOHO_MCP_URL={hosted.url}\n  sergas zoho mcp pin\n")
        await _stopped()
    finally:
        await hosted.stop()
        await sandbox.stop()
    return 0


async def run_slack(*, host: str, port: int) -> int:
    """Serve the sandbox Slack until interrupted. Raises: BadInput for a taken port."""
    configure_logging(level="WARNING", form="console")
    company = build_world(owners=6, accounts_per_owner=1, end=datetime.now(UTC).date()).company
    sandbox = SlackSandbox(users=slack_users(company), clock=SystemClock().now)
    await sandbox.start(host=host, port=port)
    try:
        _print_settings(
            "Sandbox Slack",
            {
                "SERGAS_SLACK_API_URL": sandbox.api_url,
                "SERGAS_SLACK_BOT_TOKEN": sandbox.bot_token,
                "SERGAS_SLACK_APP_TOKEN": sandbox.app_token,
                "SERGAS_SLACK_SIGNING_SECRET": sandbox.signing_secret,
                "SERGAS_ZOHO_UI_URL": f"{sandbox.url}/_sandbox/record",
            },
        )
        console.print(f"The page is at {sandbox.url}")
        await _stopped()
    finally:
        await sandbox.stop()
    return 0


async def run_claude(options: ClaudeOptions) -> int:
    """Serve the sandbox Claude until interrupted. Raises: BadInput for a taken port or an unknown character."""
    configure_logging(level="WARNING", form="console")
    sandbox = ClaudeSandbox(
        options.character,
        clock=SystemClock().now,
        seed=options.seed,
        latency=Latency(first_token=options.first_token, tokens_per_second=options.tokens_per_second),
        batch_seconds=options.batch_seconds,
    )
    await sandbox.start(host=options.host, port=options.port)
    try:
        named = ("SERGAS_ANTHROPIC_URL", "ANTHROPIC_BASE_URL")  # our variable, and the SDK's own
        settings = dict.fromkeys(named, sandbox.url) | {"ANTHROPIC_API_KEY": sandbox.api_key}
        _print_settings(f"Sandbox Claude ({options.character})", settings)
        await _stopped()
    finally:
        await sandbox.stop()
    return 0


async def run_mail(*, host: str, port: int) -> int:
    """Catch e-mails until interrupted, and print their plain text. Raises: BadInput for a taken port."""
    configure_logging(level="WARNING", form="console")
    sandbox = MailSandbox(clock=SystemClock().now, caught=_print_mail)
    await sandbox.start(host=host, port=port)
    try:
        _print_settings(
            "Sandbox mail server",
            {
                "SERGAS_MAIL_HOST": sandbox.host,
                "SERGAS_MAIL_PORT": sandbox.port,
                "SERGAS_MAIL_TLS": "none",
                "SERGAS_MAIL_FROM": "sergas@example.com",
            },
        )
        await _stopped()
    finally:
        await sandbox.stop()
    return 0


def _print_mail(mail: Caught) -> None:
    console.print(f"To {', '.join(mail.recipients)}: {mail.subject}\n", style="bold", markup=False)
    console.print(mail.text, markup=False)


def _world(options: ZohoOptions) -> Company:
    return build_world(
        seed=options.seed,
        owners=options.owners,
        accounts_per_owner=options.accounts,
        end=datetime.now(UTC).date(),
        noise=True,
    ).company


def _print_settings(name: str, values: Mapping[str, Any]) -> None:
    console.print(f"{name} is serving. To point the bot at it:\n", style="bold")
    for variable, value in values.items():
        console.print(f"  export {variable}={value}")
    console.print()


async def _stopped() -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
