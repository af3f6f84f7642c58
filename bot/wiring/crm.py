"""The CRM as the settings say: signed in with the token that all processes share, at the pace and within the credits they share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from pydantic import SecretStr

from agents.ports import Clock
from bot.settings import Settings, require
from integrations.secret_stores import open_store
from integrations.zoho.http import open_http
from integrations.zoho.limits.credits import CreditMeter
from integrations.zoho.limits.pace import SharedPace
from integrations.zoho.limits.throttle import Throttle
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.sign_in.auth import ZohoAuth
from integrations.zoho.sign_in.datacenters import Datacenter, datacenter
from integrations.zoho.sign_in.tokens import SharedTokens, credentials_key
from store.database import Database
from store.domain.running.limits import CreditPolicy


@asynccontextmanager
async def open_crm(settings: Settings, database: Database, clock: Clock) -> AsyncIterator[ZohoClient]:
    """The client; on leaving, what it counted is kept. Raises: SettingError where a credential is missing."""
    require(settings, "zoho_client_id", "zoho_client_secret", "zoho_refresh_token")
    throttle, meter = _throttle(settings, database), CreditMeter(database, key_of(settings), credit_policy(settings))
    async with open_http(timeout=settings.zoho_timeout_seconds) as http:
        auth = auth_of(settings, database, clock, http)
        client = ZohoClient(
            auth, http=http, clock=clock.now, throttle=throttle, meter=meter, fields=settings.zoho_field_map
        )
        try:
            yield client
        finally:
            await auth.close()
            await client.rest.limits.close()


async def with_refresh_token(settings: Settings) -> Settings:
    """The settings with the refresh token from the store that they name. Raises: BadInput, SettingError."""
    store = open_store(settings.zoho_refresh_token_store)
    if store is None or settings.zoho_refresh_token.get_secret_value():
        return settings
    secret = await asyncio.to_thread(store.read)
    return settings.model_copy(update={"zoho_refresh_token": SecretStr(secret)})


def center_of(settings: Settings) -> Datacenter:
    return datacenter(settings.zoho_region, accounts_url=settings.zoho_accounts_url, ui_url=settings.zoho_ui_url)


def key_of(settings: Settings) -> str:
    """What these credentials are known by in the database."""
    return credentials_key(
        client_id=settings.zoho_client_id, refresh_token=settings.zoho_refresh_token.get_secret_value()
    )


def auth_of(settings: Settings, database: Database, clock: Clock, http: httpx.AsyncClient) -> ZohoAuth:
    center, refresh_token = center_of(settings), settings.zoho_refresh_token.get_secret_value()
    tokens = SharedTokens(
        database,
        client_id=settings.zoho_client_id,
        refresh_token=refresh_token,
        clock=clock.now,
        may_serve=center.may_serve,
    )
    return ZohoAuth(
        center,
        client_id=settings.zoho_client_id,
        client_secret=settings.zoho_client_secret.get_secret_value(),
        refresh_token=refresh_token,
        http=http,
        clock=clock.now,
        tokens=tokens,
    )


def _throttle(settings: Settings, database: Database) -> Throttle:
    """Ceilings of all processes where they share a PostgreSQL, else of this one."""
    turns, places = settings.zoho_requests_per_minute or None, settings.zoho_concurrency
    hold = 2 * settings.zoho_timeout_seconds  # the timeout is for each part of a call
    pace = (
        SharedPace(database, key_of(settings), turns=turns, places=places, hold=hold) if database.is_postgres else None
    )
    return Throttle(concurrency=places, requests_per_minute=turns, pace=pace)


def credit_policy(settings: Settings) -> CreditPolicy:
    """How the day's credits are kept under these settings."""
    return CreditPolicy(allowance=settings.zoho_daily_credits, reserve=settings.zoho_credit_reserve)
