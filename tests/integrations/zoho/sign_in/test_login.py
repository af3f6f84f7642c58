"""Getting a refresh token: a code counts once, comes back to whoever asked, and its scopes are exactly those needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from integrations.sandbox.zoho import ZohoCredentials, ZohoSandbox
from integrations.zoho.sign_in.datacenters import datacenter
from integrations.zoho.sign_in.login import Client, Consent, Granted, exchange
from integrations.zoho.sign_in.scopes import SCOPES
from store.domain.errors import CrmAuth, CrmUnavailable
from tests.integrations.zoho.bench import CREDENTIALS, SetClock
from tests.integrations.zoho.company import company

CLIENT = Client(id=CREDENTIALS.client_id, secret=CREDENTIALS.client_secret)


class Desk:
    """A sandbox to sign in to, and somebody's browser."""

    def __init__(self, sandbox: ZohoSandbox, clock: SetClock, http: httpx.AsyncClient) -> None:
        self.sandbox, self.clock, self.http = sandbox, clock, http

    async def exchanged(self, code: str, *, client: Client = CLIENT, **more: str) -> Granted:
        center = datacenter("com", accounts_url=self.sandbox.url)
        return await exchange(client, center, self.http, code=code, region="com", **more)

    async def agree(self, consent: Consent) -> httpx.Response:
        return await self.http.get(f"{consent.address}&agreed", follow_redirects=True)


@asynccontextmanager
async def desk(scopes: tuple[str, ...] = SCOPES) -> AsyncIterator[Desk]:
    clock = SetClock()
    sandbox = ZohoSandbox(company(), clock=clock, credentials=ZohoCredentials(scopes=scopes))
    await sandbox.start()
    async with httpx.AsyncClient(trust_env=False) as http:
        yield Desk(sandbox, clock, http)
    await sandbox.stop()


async def test_a_self_clients_code_becomes_the_refresh_token() -> None:
    async with desk() as at:
        granted = await at.exchanged(CREDENTIALS.code)

    assert granted.refresh_token == CREDENTIALS.refresh_token
    assert set(granted.scopes) == set(SCOPES)
    assert CREDENTIALS.refresh_token not in repr(granted)
    assert CREDENTIALS.client_secret not in repr(CLIENT)


async def test_consent_in_a_browser_becomes_the_refresh_token_once() -> None:
    async with desk() as at:
        consent = Consent(CLIENT, scopes=SCOPES, region="com", accounts_url=at.sandbox.url)
        async with consent.listening():
            page = await at.http.get(consent.address)
            assert "Accept" in page.text
            assert (await at.agree(consent)).status_code == 200
            back = await consent.returned(timeout=30)
            assert (await at.agree(consent)).status_code == 409
        uri, verifier = consent.redirect_uri, consent.verifier
        assert (
            await at.exchanged(back.code, redirect_uri=uri, verifier=verifier)
        ).refresh_token == CREDENTIALS.refresh_token

        with pytest.raises(CrmAuth, match="works once"):
            await at.exchanged(back.code, redirect_uri=uri, verifier=verifier)


@pytest.mark.parametrize("wrong", ["verifier", "late"])
async def test_a_code_that_somebody_else_took_or_that_is_late_is_worth_nothing(wrong: str) -> None:
    async with desk() as at:
        consent = Consent(CLIENT, scopes=SCOPES, region="com", accounts_url=at.sandbox.url)
        async with consent.listening():
            await at.agree(consent)
            back = await consent.returned(timeout=30)
        if wrong == "late":
            at.clock.advance(timedelta(minutes=2))
        verifier = "another" if wrong == "verifier" else consent.verifier
        with pytest.raises(CrmAuth, match="does not accept this code"):
            await at.exchanged(back.code, redirect_uri=consent.redirect_uri, verifier=verifier)


async def test_an_answer_to_a_question_that_was_not_ours_is_not_taken() -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        consent = Consent(CLIENT, scopes=SCOPES, region="com")
        async with consent.listening():
            answer = await http.get(consent.redirect_uri, params={"code": "1000.x", "state": "guessed"})
            assert answer.status_code == 400
            with pytest.raises(CrmAuth, match="in time"):
                await consent.returned(timeout=0.01)


async def came_back(**told: str) -> Consent:
    consent = Consent(CLIENT, scopes=SCOPES, region="com")
    async with httpx.AsyncClient(trust_env=False) as http, consent.listening():
        state = parse_qs(urlsplit(consent.address).query)["state"][0]
        await http.get(consent.redirect_uri, params={"state": state, **told})
    return consent


async def test_the_data_centre_that_zoho_names_is_followed() -> None:
    told = {"code": "1000.x", "location": "eu", "accounts-server": "https://accounts.zoho.eu"}
    back = await (await came_back(**told)).returned(timeout=30)
    assert (back.region, back.accounts_url) == ("eu", "https://accounts.zoho.eu")

    back = await (await came_back(code="1000.x", location="au")).returned(timeout=30)
    assert back.accounts_url == "https://accounts.zoho.com.au"


@pytest.mark.parametrize(
    "told",
    [
        {"code": "1000.x", "location": "eu", "accounts-server": "https://accounts.zoho.eu.example.net"},
        {"code": "1000.x", "location": "mars"},
        {"error": "access_denied"},
    ],
)
async def test_a_stranger_or_a_refusal_ends_in_one_sentence(told: dict[str, str]) -> None:
    with pytest.raises(CrmAuth, match=r"data centre|no code"):
        await (await came_back(**told)).returned(timeout=30)


async def test_missing_scopes_and_scopes_beyond_need_are_refused_by_name() -> None:
    async with desk(SCOPES[:-1]) as at:
        with pytest.raises(CrmAuth, match=r"lacks ZohoCRM\.modules\.Notes\.DELETE"):
            await at.exchanged(CREDENTIALS.code)
    async with desk((*SCOPES, "ZohoCRM.org.ALL")) as at:
        with pytest.raises(CrmAuth, match=r"than the bot needs \(ZohoCRM\.org\.ALL\)"):
            await at.exchanged(CREDENTIALS.code)


async def test_a_wrong_code_client_or_address_each_say_what_to_do() -> None:
    async with desk() as at:
        with pytest.raises(CrmAuth, match="does not accept this code"):
            await at.exchanged("1000.wrong")
        with pytest.raises(CrmAuth, match="SERGAS_ZOHO_REGION"):
            await at.exchanged(CREDENTIALS.code, client=Client(id="another", secret="x"))
        nowhere = datacenter("com", accounts_url="http://127.0.0.1:9")
        with pytest.raises(CrmUnavailable, match="cannot be reached"):
            await exchange(CLIENT, nowhere, at.http, code="x", region="com")
