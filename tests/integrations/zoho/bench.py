"""What every test of the Zoho client stands on: a sandbox CRM, a clock to set, and the client as the product wires it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from tenacity import wait_none

from integrations.sandbox.history import Company
from integrations.sandbox.zoho import ZohoCredentials, ZohoSandbox
from integrations.sandbox.zoho.people import ADMIN_PROFILE_ID
from integrations.zoho.administrators import Administrators
from integrations.zoho.limits.throttle import Throttle
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.sign_in.auth import ZohoAuth
from integrations.zoho.sign_in.datacenters import datacenter
from integrations.zoho.writing.kind import forms
from integrations.zoho.writing.writer import ZohoWriter
from tests.integrations.zoho.company import NOW

CREDENTIALS = ZohoCredentials()


@dataclass
class SetClock:
    """A clock that stands still until it is moved."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


class Time:
    """Seconds that pass only when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def wait(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)  # others get their turn, as they would


def no_waiting(*, concurrency: int = 10) -> Throttle:
    """No ceiling a minute, and pauses that pass at once."""
    time = Time()
    return Throttle(concurrency=concurrency, requests_per_minute=None, now=time, sleep=time.wait)


@dataclass(kw_only=True)
class Bench:
    """`requests` are all that were sent, in their order."""

    sandbox: ZohoSandbox
    clock: SetClock
    auth: ZohoAuth
    http: httpx.AsyncClient
    client: ZohoClient
    writer: ZohoWriter
    requests: list[httpx.Request] = field(default_factory=list)

    def sent(self, part: str) -> list[httpx.Request]:
        """The requests whose path holds this."""
        return [request for request in self.requests if part in request.url.path]


@asynccontextmanager
async def bench(
    company: Company,
    *,
    refresh_token: str = CREDENTIALS.refresh_token,
    scopes: tuple[str, ...] = CREDENTIALS.scopes,
    timeout: float = 5.0,
    coql_notes: bool = False,
) -> AsyncIterator[Bench]:
    """A running sandbox that has played the company's history up to now, and a client signed in to it with these scopes, for
    which waiting for an export moves the clock."""
    clock, requests = SetClock(), list[httpx.Request]()

    async def note(request: httpx.Request) -> None:
        requests.append(request)

    async def sleep(seconds: float) -> None:
        clock.advance(timedelta(seconds=seconds))

    sandbox = ZohoSandbox(company, clock=clock, credentials=ZohoCredentials(scopes=scopes), coql_notes=coql_notes)
    await sandbox.start()
    try:
        sandbox.play(clock())
        async with httpx.AsyncClient(timeout=timeout, trust_env=False, event_hooks={"request": [note]}) as http:
            auth = ZohoAuth(
                datacenter("com", accounts_url=sandbox.url),
                client_id=CREDENTIALS.client_id,
                client_secret=CREDENTIALS.client_secret,
                refresh_token=refresh_token,
                http=http,
                clock=clock,
            )
            client = ZohoClient(
                auth,
                http=http,
                clock=clock,
                throttle=no_waiting(),
                wait=wait_none(),
                forms=forms(),
                administrators=Administrators(profiles=frozenset({ADMIN_PROFILE_ID})),
                sleep=sleep,
            )
            writer = ZohoWriter(client, timeout=timeout)
            yield Bench(
                sandbox=sandbox,
                clock=clock,
                auth=auth,
                http=http,
                client=client,
                writer=writer,
                requests=requests,
            )
    finally:
        await sandbox.stop()
