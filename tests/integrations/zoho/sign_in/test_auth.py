"""Signing in: as seldom as possible, never to a stranger, and without showing a secret."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest

from integrations.zoho.sign_in.auth import ZohoAuth
from integrations.zoho.sign_in.datacenters import datacenter
from integrations.zoho.sign_in.tokens import Token
from store.domain.errors import CrmAuth, CrmUnavailable
from tests.integrations.zoho.bench import CREDENTIALS, Bench, SetClock, bench
from tests.integrations.zoho.company import company

TOKEN_PATH = "/oauth/v2/token"


async def test_fifty_callers_at_once_cost_one_token(crm: Bench) -> None:
    tokens = await asyncio.gather(*(crm.auth.token() for _ in range(50)))

    assert len({token.value for token in tokens}) == 1
    assert len(crm.sent(TOKEN_PATH)) == 1


async def test_fifty_calls_whose_token_is_rejected_cost_one_new_token(crm: Bench) -> None:
    await crm.client.me()
    crm.sandbox.faults.refuse_token("GET", "/users$", times=10)

    found = await asyncio.gather(*(crm.client.me() for _ in range(50)))

    assert len(set(found)) == 1
    assert len(crm.sent(TOKEN_PATH)) == 2


async def test_a_token_is_kept_until_shortly_before_its_end(crm: Bench) -> None:
    first = await crm.auth.token()
    crm.clock.advance(timedelta(minutes=57))
    assert await crm.auth.token() is first

    crm.clock.advance(timedelta(minutes=2))
    assert (await crm.auth.token()).value != first.value


async def test_renewing_a_token_that_was_renewed_meanwhile_asks_nobody(crm: Bench) -> None:
    old = await crm.auth.token()
    new = await crm.auth.renew(old)

    assert await crm.auth.renew(old) is new
    assert len(crm.sent(TOKEN_PATH)) == 2


async def test_a_wrong_refresh_token_says_which_setting_to_mend_and_is_not_tried_over_and_over() -> None:
    async with bench(company(), refresh_token="1000.wrong") as crm:
        for _ in range(3):
            with pytest.raises(CrmAuth, match="SERGAS_ZOHO_REFRESH_TOKEN"):
                await crm.auth.token()
        assert len(crm.sent(TOKEN_PATH)) == 1

        crm.clock.advance(timedelta(minutes=1))
        with pytest.raises(CrmAuth):
            await crm.auth.token()
        assert len(crm.sent(TOKEN_PATH)) == 2


async def test_all_who_wait_share_one_refusal() -> None:
    async with bench(company(), refresh_token="1000.wrong") as crm:
        outcomes = await asyncio.gather(*(crm.auth.token() for _ in range(50)), return_exceptions=True)

        assert {type(outcome) for outcome in outcomes} == {CrmAuth}
        assert len(crm.sent(TOKEN_PATH)) == 1


async def test_when_zoho_throttles_tokens_nobody_asks_until_the_window_is_over(crm: Bench) -> None:
    token: Token | None = None
    for _ in range(10):
        token = await crm.auth.renew(token)
    with pytest.raises(CrmUnavailable) as told:
        await crm.auth.renew(token)
    assert told.value.retry_after == 600
    with pytest.raises(CrmUnavailable):
        await crm.auth.renew(token)
    assert len(crm.sent(TOKEN_PATH)) == 11

    crm.clock.advance(timedelta(minutes=10, seconds=1))
    await crm.auth.renew(token)


async def test_a_token_is_not_taken_when_it_names_somebody_elses_address_for_the_api(crm: Bench) -> None:
    body = {"access_token": "1000.x", "api_domain": "https://zohoapis.com.example.net", "expires_in": 3600}
    crm.sandbox.faults.answer("POST", TOKEN_PATH, status=200, body=body)

    with pytest.raises(CrmAuth, match="not Zoho's"):
        await crm.client.me()
    assert {request.url.path for request in crm.requests} == {TOKEN_PATH}


async def test_a_sign_in_that_is_unwell_or_unreachable_counts_as_unavailable(crm: Bench) -> None:
    crm.sandbox.faults.answer("POST", TOKEN_PATH, status=503)
    with pytest.raises(CrmUnavailable, match="503"):
        await crm.auth.token()
    crm.sandbox.faults.drop("POST", TOKEN_PATH)
    with pytest.raises(CrmUnavailable, match="cannot be reached"):
        await crm.auth.token()

    assert (await crm.auth.token()).value


async def test_no_secret_shows_in_what_is_printed_or_raised(capsys: pytest.CaptureFixture[str]) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        auth = ZohoAuth(
            datacenter("com", accounts_url="http://127.0.0.1:9"),
            client_id=CREDENTIALS.client_id,
            client_secret="hush-secret",
            refresh_token="hush-refresh",
            http=http,
            clock=SetClock(),
        )
        with pytest.raises(CrmUnavailable) as raised:
            await auth.token()
    token = Token(value="hush-access", api_url="https://www.zohoapis.com", expires_at=SetClock()())

    shown = f"{auth!r} {token!r} {raised.value!r} {raised.value.__cause__!r} {capsys.readouterr()}"
    assert "hush" not in shown


async def test_the_log_of_a_sign_in_holds_no_secret(crm: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    token = await crm.auth.token()

    logged = capsys.readouterr().out
    assert "zoho.signed_in" in logged
    assert token.value not in logged
    assert CREDENTIALS.refresh_token not in logged
