"""Sign-in as Zoho's accounts server does it."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from integrations.sandbox.zoho import ZohoCredentials, ZohoSandbox
from tests.integrations.sandbox_zoho.company import StillClock, Wire, company


async def test_a_token_names_its_scopes_life_and_api_address(wire: Wire) -> None:
    body = (await wire.sign_in()).json()
    assert body["expires_in"] == 3600
    assert body["api_domain"] == wire.sandbox.url
    assert "ZohoCRM.coql.READ" in body["scope"].split()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"refresh_token": "wrong"}, "invalid_code"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "authorization_code", "code": "wrong"}, "invalid_code"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_a_refused_sign_in_is_http_200_with_an_error(wire: Wire, changed: dict[str, str], error: str) -> None:
    answer = await wire.sign_in(**changed)
    assert (answer.status_code, answer.json()) == (200, {"error": error})


async def test_a_grant_code_is_exchanged_for_the_refresh_token(wire: Wire) -> None:
    credentials = wire.sandbox.credentials
    answer = await wire.sign_in(grant_type="authorization_code", code=credentials.code)
    assert answer.json()["refresh_token"] == credentials.refresh_token


async def test_a_self_clients_code_counts_once_for_two_minutes_and_gives_the_scopes_it_was_made_for(wire: Wire) -> None:
    code, late = (wire.sandbox.generate_code("ZohoCRM.users.READ, ZohoCRM.coql.READ") for _ in range(2))
    granted = (await wire.sign_in(grant_type="authorization_code", code=code)).json()
    wire.headers["Authorization"] = f"Zoho-oauthtoken {granted['access_token']}"
    refused = await wire.get("/org")

    assert granted["scope"].split() == ["ZohoCRM.users.READ", "ZohoCRM.coql.READ"]
    assert (await wire.get("/users")).status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (401, "OAUTH_SCOPE_MISMATCH")
    assert (await wire.sign_in()).json()["scope"] == granted["scope"]
    assert (await wire.sign_in(grant_type="authorization_code", code=code)).json() == {"error": "invalid_code"}
    wire.clock.forward(timedelta(minutes=2))
    assert (await wire.sign_in(grant_type="authorization_code", code=late)).json() == {"error": "invalid_code"}


@pytest.mark.parametrize("scope", ["", "ZohoCRM.everything.ALL", "ZohoBooks.fullaccess.ALL"])
async def test_scopes_that_zoho_does_not_know_get_no_code(wire: Wire, scope: str) -> None:
    answer = await wire.http.get("/self-client", params={"scope": scope})
    assert (answer.status_code, "scope" in answer.text) == (400, True)


async def test_the_eleventh_token_in_ten_minutes_is_denied_until_the_window_has_passed(wire: Wire) -> None:
    for _ in range(9):  # the fixture took the first
        assert (await wire.sign_in()).status_code == 200
    denied = await wire.sign_in()
    assert (denied.status_code, denied.json()["error"]) == (400, "Access Denied")
    assert wire.sandbox.tokens_issued == 10
    wire.clock.forward(timedelta(minutes=10))
    assert "access_token" in (await wire.sign_in()).json()


async def test_a_token_ends_after_an_hour(wire: Wire) -> None:
    wire.clock.forward(timedelta(seconds=3599))
    assert (await wire.get("/org")).status_code == 200
    wire.clock.forward(timedelta(seconds=1))
    refused = await wire.get("/org")
    assert (refused.status_code, refused.json()["code"]) == (401, "INVALID_TOKEN")


@pytest.mark.parametrize("header", ["", "Bearer {}", "Zoho-oauthtoken nonsense"])
async def test_a_call_without_a_valid_token_is_refused(wire: Wire, header: str) -> None:
    token = wire.headers["Authorization"].partition(" ")[2]
    refused = await wire.http.get("/crm/v8/users", headers={"Authorization": header.format(token)})
    assert (refused.status_code, refused.json()["code"]) == (401, "INVALID_TOKEN")


async def test_revoked_tokens_are_refused(wire: Wire) -> None:
    wire.sandbox.revoke_tokens()
    assert (await wire.get("/org")).status_code == 401


async def test_a_revoked_refresh_token_is_an_invalid_code_until_access_is_granted_anew(wire: Wire) -> None:
    wire.sandbox.revoke_refresh_token()
    assert (await wire.get("/org")).json()["code"] == "INVALID_TOKEN"
    refused = await wire.sign_in()
    assert (refused.status_code, refused.json()) == (200, {"error": "invalid_code"})
    await wire.sign_in(grant_type="authorization_code", code=wire.sandbox.credentials.code)
    assert (await wire.sign_in()).json()["token_type"] == "Bearer"
    assert (await wire.get("/org")).status_code == 200


async def test_a_client_can_revoke_one_access_token_or_its_refresh_token(wire: Wire) -> None:
    async def revoke(token: str) -> dict[str, str]:
        answer: dict[str, str] = (await wire.http.post("/oauth/v2/token/revoke", params={"token": token})).json()
        return answer

    access = wire.headers["Authorization"].partition(" ")[2]
    assert await revoke(access) == {"status": "success"}
    assert (await wire.get("/org")).status_code == 401
    assert await revoke(access) == {"error": "invalid_code"}
    assert await revoke(wire.sandbox.credentials.refresh_token) == {"status": "success"}
    assert (await wire.sign_in()).json() == {"error": "invalid_code"}


async def test_a_token_or_client_of_another_data_centre_is_told_apart(wire: Wire) -> None:
    elsewhere = await wire.sign_in(refresh_token="1000.of-another-data-centre")
    assert (elsewhere.status_code, elsewhere.json()) == (200, {"error": "invalid_code"})
    unknown = await wire.sign_in(client_id="1000.REGISTERED-ELSEWHERE")
    assert (unknown.status_code, unknown.json()) == (200, {"error": "invalid_client"})


async def test_a_scope_that_was_not_granted_is_refused() -> None:
    clock = StillClock()
    scopes = ("ZohoCRM.modules.Accounts.READ", "ZohoCRM.modules.Tasks.ALL", "ZohoCRM.coql.READ")
    sandbox = ZohoSandbox(company(), clock=clock.now, credentials=ZohoCredentials(scopes=scopes))
    sandbox.play(clock.now())
    await sandbox.start()
    async with httpx.AsyncClient(base_url=sandbox.url) as http:
        wire = Wire(http, sandbox, clock)
        await wire.sign_in()
        assert (await wire.get("/Accounts", fields="id")).status_code == 200
        assert (await wire.post("/Tasks", {"Subject": "Call"})).status_code == 201
        refusals = [
            await wire.get("/Deals", fields="id"),
            await wire.post("/Accounts", {"Account_Name": "New"}),
            await wire.coql("select id from Deals where id > 0"),
            await wire.get("/users"),
        ]
    await sandbox.stop()
    assert [(refusal.status_code, refusal.json()["code"]) for refusal in refusals] == [
        (401, "OAUTH_SCOPE_MISMATCH")
    ] * 4


def test_secrets_are_not_shown() -> None:
    credentials = ZohoCredentials()
    for secret in (credentials.client_secret, credentials.refresh_token, credentials.code):
        assert secret not in repr(credentials)
