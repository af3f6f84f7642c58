"""The CRM, wired: all processes share one access token, one pace and one daily allowance of credits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from pydantic import SecretStr

from agents.ports import Clock
from bot.settings import require
from bot.settings.zoho import ZohoSettings
from integrations.secret_stores import open_store
from integrations.zoho.http import open_http
from integrations.zoho.limits.credits import CreditMeter
from integrations.zoho.limits.pace import SharedPace
from integrations.zoho.limits.throttle import Throttle
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.sign_in.auth import ZohoAuth
from integrations.zoho.sign_in.datacenters import Datacenter, datacenter
from integrations.zoho.sign_in.tokens import SharedTokens, credentials_key
from integrations.zoho.writing.kind import forms
from store.database import Database
from store.domain.running.limits import CreditPolicy


@asynccontextmanager
async def open_crm(zoho: ZohoSettings, database: Database, clock: Clock) -> AsyncIterator[ZohoClient]:
    """The client; it stores the credits it counted when the block ends. Raises: SettingError if a credential is missing."""
    require(zoho, "client_id", "client_secret", "refresh_token")
    throttle, meter = _throttle(zoho, database), CreditMeter(database, key_of(zoho), credit_policy(zoho))
    async with open_http(timeout=zoho.timeout_seconds) as http:
        auth = auth_of(zoho, database, clock, http)
        client = ZohoClient(
            auth,
            http=http,
            clock=clock.now,
            throttle=throttle,
            meter=meter,
            fields=zoho.field_map,
            forms=forms(),
            administrators=zoho.named_administrators,
        )
        try:
            yield client
        finally:
            await auth.close()
            await client.rest.limits.close()


async def with_refresh_token(zoho: ZohoSettings) -> ZohoSettings:
    """The settings with the refresh token from the store they name. Raises: BadInput, SettingError."""
    store = open_store(zoho.refresh_token_store)
    if store is None or zoho.refresh_token.get_secret_value():
        return zoho
    secret = await asyncio.to_thread(store.read)
    return zoho.model_copy(update={"refresh_token": SecretStr(secret)})


def center_of(zoho: ZohoSettings) -> Datacenter:
    return datacenter(zoho.region, accounts_url=zoho.accounts_url, ui_url=zoho.ui_url)


def key_of(zoho: ZohoSettings) -> str:
    """The key of these credentials in the database."""
    return credentials_key(client_id=zoho.client_id, refresh_token=zoho.refresh_token.get_secret_value())


def auth_of(zoho: ZohoSettings, database: Database, clock: Clock, http: httpx.AsyncClient) -> ZohoAuth:
    center, refresh_token = center_of(zoho), zoho.refresh_token.get_secret_value()
    tokens = SharedTokens(
        database,
        client_id=zoho.client_id,
        refresh_token=refresh_token,
        clock=clock.now,
        may_serve=center.may_serve,
    )
    return ZohoAuth(
        center,
        client_id=zoho.client_id,
        client_secret=zoho.client_secret.get_secret_value(),
        refresh_token=refresh_token,
        http=http,
        clock=clock.now,
        tokens=tokens,
    )


def _throttle(zoho: ZohoSettings, database: Database) -> Throttle:
    """Limits for all processes that share a PostgreSQL; on SQLite, for this one."""
    turns, places = zoho.requests_per_minute or None, zoho.concurrency
    hold = 2 * zoho.timeout_seconds  # the timeout is for each part of a call
    pace = SharedPace(database, key_of(zoho), turns=turns, places=places, hold=hold) if database.is_postgres else None
    return Throttle(concurrency=places, requests_per_minute=turns, pace=pace)


def credit_policy(zoho: ZohoSettings) -> CreditPolicy:
    """How many credits a day allows, and how many are kept for approved writes."""
    return CreditPolicy(allowance=zoho.daily_credits, reserve=zoho.credit_reserve)
