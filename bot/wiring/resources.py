"""The services that everything uses: the store, the CRM, the Slack client, the memory, the models. Each is closed after the
block."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import aiohttp
import httpx
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.records.sync_accounts import SyncAccounts
from agents.ports import Clock, Crm, Writers
from bot.clock import SystemClock
from bot.delivery.web_api.client import SlackClient
from bot.delivery.web_api.ledgers import OwnLedger, SharedLedger
from bot.delivery.web_api.tokens import RotatingToken
from bot.delivery.web_api.turns import Turns
from bot.settings import Settings, require
from bot.settings.slack import SlackSettings
from bot.settings.storage import PINS_FILE, StorageSettings
from bot.settings.zoho import ZohoSettings
from bot.views.reader import RecordLinks, ZohoLinks
from bot.wiring.crm import center_of, open_crm, with_refresh_token
from bot.wiring.database import open_store
from bot.wiring.memory_link import MemoryLink, open_memory_link
from bot.wiring.models import ModelDesk, open_model_desk
from bot.wiring.writers import Surroundings, open_writers
from integrations.loopback import LOOPBACK
from integrations.zoho.limits.ceiling import Limits
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.transport import ReadTransport
from store.database import Database
from store.domain.crm.accounts import Person, Role

if TYPE_CHECKING:
    from integrations.zoho_mcp.session import HostedSession


Client = TypeVar("Client", bound=AsyncWebClient)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services that everything else uses: the store, the CRM, the Slack client."""

    settings: Settings
    clock: Clock
    database: Database
    crm: ZohoClient
    writers: Writers
    slack: SlackClient
    sync: SyncAccounts
    links: RecordLinks
    memory: MemoryLink | None
    models: ModelDesk | None  # None if the playbook writes everything


@asynccontextmanager
async def open_services(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    """The store and the CRM. Raises: SettingError if a credential is missing."""
    zoho, slack, storage = await with_refresh_token(settings.zoho), settings.slack, settings.storage
    require(zoho, "client_id", "client_secret", "refresh_token")
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_store(storage, clock=clock, usual=settings.working_time.usual))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=slack.timeout_seconds))
        )
        by_rest = crm = await stack.enter_async_context(open_crm(zoho, database, clock))
        if zoho.mcp_url.get_secret_value():
            hosted = await stack.enter_async_context(hosted_session(zoho))
            crm = by_rest.reading_through(_pinned(storage, hosted, by_rest.rest.limits))
        memory = await stack.enter_async_context(
            open_memory_link(settings.memory, clock, storage=storage, logging=settings.log)
        )
        reading: Crm = crm
        around = Surroundings(sections=dict(settings), clock=clock, database=database, zoho=by_rest)
        yield Services(
            settings=settings.model_copy(update={"zoho": zoho}),
            clock=clock,
            database=database,
            crm=crm,
            writers=await stack.enter_async_context(open_writers(around)),
            slack=slack_client(slack, session, database, clock),
            sync=SyncAccounts(database, reading, clock),
            links=ZohoLinks(center_of(zoho).ui_url),
            memory=memory,
            models=await stack.enter_async_context(open_model_desk(settings.claude, database, clock)),
        )


@asynccontextmanager
async def hosted_session(zoho: ZohoSettings) -> AsyncIterator[HostedSession]:
    """The MCP server that Zoho hosts for us; connected at the first call. Raises: SettingError for an unsuitable address."""
    from integrations.zoho_mcp.session import HostedSession

    session = HostedSession(zoho.mcp_url.get_secret_value(), timeout=zoho.timeout_seconds)
    try:
        yield session
    finally:
        await session.close()


def _pinned(storage: StorageSettings, session: HostedSession, limits: Limits) -> ReadTransport:
    """Reads through the hosted server's pinned tools. Raises: BadInput if the pins can't be read."""
    from integrations.zoho_mcp import pins
    from integrations.zoho_mcp.transport import HostedTransport

    return HostedTransport(session, pins.load(storage.home / PINS_FILE), limits=limits)


def slack_client(
    slack: SlackSettings, session: aiohttp.ClientSession, database: Database | None = None, clock: Clock | None = None
) -> SlackClient:
    """A Web API client at Slack's pace: all processes' together on PostgreSQL, else this one's."""
    ledger = SharedLedger(database) if database is not None and database.is_postgres else OwnLedger()
    client = SlackClient(
        token=slack.bot_token.get_secret_value(),
        base_url=slack.api_url,
        session=session,
        turns=Turns(ledger, percent=slack.rate_percent),
        rotating=_rotating(slack, session, database, clock or SystemClock()),
    )
    return _directly(client, slack)


def _rotating(
    slack: SlackSettings, session: aiohttp.ClientSession, database: Database | None, clock: Clock
) -> RotatingToken | None:
    """Without a database, no one may use up the refresh token: the next could not be kept."""
    if not slack.rotates or database is None:
        return None
    client = AsyncWebClient(base_url=slack.api_url, session=session, retry_handlers=[])
    return RotatingToken(
        database,
        _directly(client, slack),
        clock,
        client_id=slack.client_id,
        client_secret=slack.client_secret.get_secret_value(),
        refresh_token=slack.refresh_token.get_secret_value(),
    )


def _directly(client: Client, slack: SlackSettings) -> Client:
    """The SDK takes HTTPS_PROXY from the environment and ignores NO_PROXY."""
    if httpx.URL(slack.api_url).host in LOOPBACK:
        client.proxy = None
    return client


async def owners_of(services: Services) -> list[Person]:
    """The people who get a brief: active ones who own accounts or deals, and with `brief_everyone` also those who own
    none."""
    async with services.database.reading() as tx:
        owning = await tx.snapshots.owner_ids()
        active = [person for person in await tx.people.all() if person.active]
    everyone = services.settings.brief.everyone
    return [p for p in active if p.id in owning or (everyone and p.role is Role.OWNER)]
