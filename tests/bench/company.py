"""A company of a given size, read into a store over the wire: what the benchmarks start from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.clock import SimulatedClock
from bot.demo.demo import slack_users
from bot.settings import Settings, load_settings
from bot.wiring.resources import Services, open_services
from integrations.sandbox.history import Company
from integrations.sandbox.world import build_world
from integrations.sandbox.zoho import ZohoSandbox
from integrations.sandbox.zoho.people import ADMIN_PROFILE_ID
from tests.links import confirm_everyone

END = datetime(2026, 6, 12, 5, 0, tzinfo=UTC)


def company_of(*, owners: int, accounts: int) -> Company:
    """A seeded company with a history of four months that ends on a Friday morning."""
    each = max(1, accounts // owners)
    return build_world(seed=7, owners=owners, accounts_per_owner=each, end=END.date()).company


@asynccontextmanager
async def filled_services(
    company: Company, home: Path, *, slack_api_url: str = "", **more: object
) -> AsyncIterator[tuple[Services, ZohoSandbox]]:
    """The sandbox CRM played to the last night and read twice: a first look ten days before, then what changed.
    Everyone has confirmed who they are."""
    clock = SimulatedClock(END - timedelta(days=10))
    zoho = ZohoSandbox(company, clock=clock.now)
    await zoho.start()
    try:
        async with open_services(settings_for(zoho, home, slack_api_url=slack_api_url, **more), clock) as services:
            for moment in (END - timedelta(days=10), END):
                clock.advance_to(moment)
                zoho.play(clock.now())
                await services.sync()
            await confirm_everyone(services.database, slack_users(company), clock.now())
            clock.advance_to(datetime.combine(END.date(), time(15, 30), tzinfo=UTC))
            yield services, zoho
    finally:
        await zoho.stop()


def settings_for(zoho: ZohoSandbox, home: Path, *, slack_api_url: str, **more: object) -> Settings:
    known = zoho.credentials
    signing_in = {"url": zoho.url, "client_id": known.client_id, "client_secret": known.client_secret}
    return settings_of(signing_in | {"refresh_token": known.refresh_token}, home, slack_api_url=slack_api_url, **more)  # type: ignore[arg-type]  # given as plain keywords


def settings_of(
    zoho: Mapping[str, str],
    home: Path,
    *,
    slack_api_url: str = "",
    requests_per_minute: int = 0,
    database_url: str = "",
    **more: object,
) -> Settings:
    """For a sandbox CRM of this `url`, `client_id`, `client_secret` and `refresh_token`; 0 requests a minute is no ceiling."""
    return load_settings(
        {
            "home": home,
            "database_url": database_url or f"sqlite+aiosqlite:///{home / 'sergas.db'}",
            "zoho_accounts_url": zoho["url"],
            "memory_url": "off",
            "zoho_client_id": zoho["client_id"],
            "zoho_client_secret": zoho["client_secret"],
            "zoho_refresh_token": zoho["refresh_token"],
            "admin_profile_ids": ADMIN_PROFILE_ID,
            "zoho_requests_per_minute": requests_per_minute,
            "slack_rate_percent": 0,
            "slack_api_url": slack_api_url or "http://127.0.0.1:9/api/",
            "slack_bot_token": "xoxb-sandbox",
            "slack_app_token": "xapp-sandbox",
            "slack_signing_secret": "sandbox-signing-secret",
            **more,
        },
        env_file=None,
    )
