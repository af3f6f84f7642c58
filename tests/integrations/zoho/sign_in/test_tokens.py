"""One access token for all processes, through the database, which alone gives nothing of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from integrations.sandbox.zoho import ZohoSandbox
from integrations.zoho.sign_in.auth import ZohoAuth
from integrations.zoho.sign_in.datacenters import datacenter
from integrations.zoho.sign_in.tokens import AT_MOST, Seal, SharedTokens, Token, credentials_key
from store.database import Database
from store.domain.errors import CrmAuth, CrmUnavailable
from store.domain.running.limits import Claim
from tests.integrations.zoho.bench import CREDENTIALS, SetClock
from tests.integrations.zoho.company import company

TOKEN_PATH = "/oauth/v2/token"
KEY = credentials_key(client_id=CREDENTIALS.client_id, refresh_token=CREDENTIALS.refresh_token)


class Office:
    """A sandbox CRM, one database, and as many processes as are asked for, each with a connection of its own to both."""

    def __init__(self, url: str, stack: AsyncExitStack) -> None:
        self.url = url
        self.clock = SetClock()
        self.sandbox = ZohoSandbox(company(), clock=self.clock)
        self._stack = stack

    async def database(self) -> Database:
        opened = Database(self.url, clock=self.clock)
        self._stack.push_async_callback(opened.close)
        return opened

    async def process(self, *, refresh_token: str = CREDENTIALS.refresh_token, **more: Any) -> ZohoAuth:
        center = datacenter("com", accounts_url=self.sandbox.url)
        http = await self._stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        tokens = SharedTokens(
            await self.database(),
            client_id=CREDENTIALS.client_id,
            refresh_token=refresh_token,
            clock=self.clock,
            may_serve=center.may_serve,
            **more,
        )
        return ZohoAuth(
            center,
            client_id=CREDENTIALS.client_id,
            client_secret=CREDENTIALS.client_secret,
            refresh_token=refresh_token,
            http=http,
            clock=self.clock,
            tokens=tokens,
        )

    async def row(self) -> dict[str, Any]:
        engine = create_async_engine(self.url)
        async with engine.connect() as connection:
            found = (await connection.execute(text("SELECT * FROM crm_sign_in"))).mappings().one()
        await engine.dispose()
        return dict(found)


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        made = Office(database_url, stack)
        await made.sandbox.start()
        stack.push_async_callback(made.sandbox.stop)
        yield made


async def test_eight_processes_that_start_at_once_make_one_token_request(office: Office) -> None:
    processes = [await office.process() for _ in range(8)]

    tokens = await asyncio.gather(*(each.token() for each in processes * 5))

    assert len({token.value for token in tokens}) == 1
    assert office.sandbox.tokens_issued == 1


async def test_a_process_that_starts_later_asks_nobody(office: Office) -> None:
    first = await (await office.process()).token()
    office.clock.advance(timedelta(minutes=30))

    second = await (await office.process()).token()

    assert (second.value, second.scopes) == (first.value, CREDENTIALS.scopes)
    assert abs(second.expires_at - first.expires_at) < timedelta(seconds=1)
    assert office.sandbox.tokens_issued == 1


async def test_a_token_that_zoho_revoked_is_replaced_once_for_all(office: Office) -> None:
    processes = [await office.process() for _ in range(4)]
    old = [await each.token() for each in processes]
    office.sandbox.revoke_tokens()

    new = await asyncio.gather(*(each.renew(token) for each, token in zip(processes, old, strict=True)))

    assert len({token.value for token in new}) == 1
    assert new[0].value != old[0].value
    assert office.sandbox.tokens_issued == 2


async def test_a_token_about_to_end_is_replaced_by_whoever_comes_first(office: Office) -> None:
    first, second = await office.process(), await office.process()
    await first.token()
    await second.token()
    office.clock.advance(timedelta(minutes=59))

    assert (await first.token()).value == (await second.token()).value
    assert office.sandbox.tokens_issued == 2


async def test_a_process_that_died_while_asking_is_overtaken(office: Office) -> None:
    database = await office.database()
    async with database.transaction() as tx:
        lease = timedelta(seconds=0.3)
        assert await tx.sign_ins.claim(KEY, holder="dead", seen=None, lease=lease, at_most=8) is Claim.OURS

    token = await (await office.process()).token()

    assert token.value
    assert office.sandbox.tokens_issued == 1
    async with database.transaction() as tx:
        assert not await tx.sign_ins.keep(KEY, holder="dead", sealed="late", lifetime=timedelta(hours=1))
    assert (await office.row())["sealed"] != "late"


async def test_who_waits_for_another_process_waits_no_longer_than_its_patience(office: Office) -> None:
    database = await office.database()
    async with database.transaction() as tx:
        await tx.sign_ins.claim(KEY, holder="slow", seen=None, lease=timedelta(minutes=1), at_most=8)

    with pytest.raises(CrmUnavailable, match="Another process"):
        await (await office.process(patience=0.2)).token()
    assert office.sandbox.tokens_issued == 0


async def test_we_stop_asking_before_zoho_stops_answering(office: Office) -> None:
    first, second = await office.process(), await office.process()
    token: Token | None = None
    for _ in range(AT_MOST):
        token = await first.renew(token)
    await second.token()

    for process in (first, second):
        with pytest.raises(CrmUnavailable, match="8 access tokens within ten minutes"):
            await process.renew(await process.token())
    assert office.sandbox.tokens_issued == AT_MOST

    office.clock.advance(timedelta(minutes=10, seconds=1))
    await first.renew(token)


async def test_what_zoho_refused_is_not_asked_again_by_any_process(office: Office) -> None:
    requests = 0

    async def count(_: httpx.Request) -> None:
        nonlocal requests
        requests += 1

    processes = [await office.process(refresh_token="1000.wrong") for _ in range(3)]
    for process in processes:
        process._http.event_hooks["request"].append(count)
        with pytest.raises(CrmAuth, match="SERGAS_ZOHO_REFRESH_TOKEN"):
            await process.token()
    assert requests == 1

    office.clock.advance(timedelta(minutes=1, seconds=1))
    with pytest.raises(CrmAuth):
        await processes[2].token()
    assert requests == 2


async def test_when_zoho_throttles_one_process_no_other_asks(office: Office) -> None:
    office.sandbox.faults.answer("POST", TOKEN_PATH, status=400, body={"error": "Access Denied"})

    for process in [await office.process() for _ in range(2)]:
        with pytest.raises(CrmUnavailable, match="ten minutes") as told:
            await process.token()
        assert told.value.retry_after == pytest.approx(600, abs=1)
    assert office.sandbox.tokens_issued == 0


async def test_a_sign_in_that_cannot_be_reached_gives_the_lease_back(office: Office) -> None:
    office.sandbox.faults.drop("POST", TOKEN_PATH)
    with pytest.raises(CrmUnavailable, match="cannot be reached"):
        await (await office.process()).token()

    assert (await (await office.process()).token()).value


async def test_what_zoho_was_never_asked_or_could_not_answer_does_not_count_as_a_token(office: Office) -> None:
    process = await office.process()
    office.sandbox.faults.answer("POST", TOKEN_PATH, status=503, times=AT_MOST + 1)
    for _ in range(AT_MOST + 1):
        with pytest.raises(CrmUnavailable, match="503"):
            await process.token()

    assert (await process.token()).value


async def test_the_row_holds_nothing_of_the_token_that_can_be_read(office: Office) -> None:
    token = await (await office.process()).token()
    row = await office.row()

    shown = " ".join(str(value) for value in row.values())
    for secret in (token.value, *token.value.split(".")[1:], CREDENTIALS.refresh_token, CREDENTIALS.client_id):
        assert secret not in shown
    assert token.api_url not in shown
    stranger = Seal(KEY, client_id=CREDENTIALS.client_id, refresh_token="another")
    owner = Seal(KEY, client_id=CREDENTIALS.client_id, refresh_token=CREDENTIALS.refresh_token)
    assert stranger.open(row["sealed"]) is None
    assert (owner.open(row["sealed"]) or {})["value"] == token.value


async def test_a_row_that_was_tampered_with_is_worth_nothing_and_a_new_token_is_asked_for(office: Office) -> None:
    await (await office.process()).token()
    engine = create_async_engine(office.url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE crm_sign_in SET sealed = 'QUJD' || substr(sealed, 5)"))
    await engine.dispose()

    assert (await (await office.process()).token()).value
    assert office.sandbox.tokens_issued == 2


async def test_a_shared_token_for_an_address_that_is_not_ours_to_trust_is_not_used(office: Office) -> None:
    seal = Seal(KEY, client_id=CREDENTIALS.client_id, refresh_token=CREDENTIALS.refresh_token)
    sealed = seal.close({"value": "1000.x", "api_url": "https://zohoapis.com.example.net", "scopes": ""})
    database = await office.database()
    async with database.transaction() as tx:
        await tx.sign_ins.claim(KEY, holder="else", seen=None, lease=timedelta(seconds=9), at_most=8)
        await tx.sign_ins.keep(KEY, holder="else", sealed=sealed, lifetime=timedelta(hours=1))

    assert (await (await office.process()).token()).api_url == office.sandbox.url


async def test_a_database_that_is_gone_ends_in_one_sentence(office: Office) -> None:
    process = await office.process()
    process._tokens._database = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")  # type: ignore[attr-defined]  # reaches inside on purpose

    with pytest.raises(CrmUnavailable, match="our database"):
        await process.token()


async def test_the_log_of_a_shared_sign_in_holds_no_secret(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    token = await (await office.process()).token()
    sealed = (await office.row())["sealed"]
    with pytest.raises(CrmAuth):
        await (await office.process(refresh_token="1000.wrong")).token()

    logged = capsys.readouterr().out
    assert "zoho.signed_in" in logged
    assert "zoho.sign_in_refused" in logged
    for secret in (token.value, sealed, CREDENTIALS.refresh_token, CREDENTIALS.client_secret, "1000.wrong"):
        assert secret not in logged
