"""`sergas zoho login`: turn a person's consent into a stored refresh token."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx

from bot.commands.console import Terminal
from bot.settings import load_settings, require
from bot.settings.zoho import ZohoSettings
from integrations.secret_stores import SecretStore, open_store
from integrations.zoho.http import open_http
from integrations.zoho.sign_in.datacenters import datacenter
from integrations.zoho.sign_in.login import Client, Consent, Granted, exchange
from integrations.zoho.sign_in.scopes import wanted
from store.domain.errors import BadInput

console = Terminal(soft_wrap=True)
TIMEOUT = 300.0  # seconds for a person to read a page and consent


async def run_login(*, browser: bool, code: str | None, port: int, ask: Callable[[str], str] = input) -> int:
    """Exchange a self-client's code, or one from the browser, and store the refresh token. Raises: BadInput, CrmError."""
    zoho = load_settings().zoho
    require(zoho, "client_id", "client_secret")
    store = open_store(zoho.refresh_token_store)  # check that it works before using up a code
    client = Client(id=zoho.client_id, secret=zoho.client_secret.get_secret_value())
    async with open_http(timeout=zoho.timeout_seconds) as http:
        granted = await (_by_browser(zoho, client, http, port) if browser else _by_code(zoho, client, http, code, ask))
    await _keep(zoho, store, granted)
    return 0


async def _by_code(
    zoho: ZohoSettings, client: Client, http: httpx.AsyncClient, code: str | None, ask: Callable[[str], str]
) -> Granted:
    if code is None:
        console.print("Open the Self Client at the API console of your data centre, choose Generate Code, and ask for:")
        console.print(",".join(_scopes(zoho)))
        try:
            code = await asyncio.to_thread(ask, "Code: ")
        except EOFError as exc:
            raise BadInput("Give the code with --code.") from exc
    if not code.strip():
        raise BadInput("There was no code. Run `sergas zoho login` again and paste the code from Generate Code.")
    center = datacenter(zoho.region, accounts_url=zoho.accounts_url)
    return await exchange(client, center, http, code=code.strip(), region=zoho.region)


def _scopes(zoho: ZohoSettings) -> tuple[str, ...]:
    return wanted(notified=bool(zoho.notify_url))


async def _by_browser(zoho: ZohoSettings, client: Client, http: httpx.AsyncClient, port: int) -> Granted:
    consent = Consent(client, scopes=_scopes(zoho), region=zoho.region, accounts_url=zoho.accounts_url)
    async with consent.listening(port=port):
        console.print(f"Register this redirect address with the client: {consent.redirect_uri}")
        console.print("Open this address as the CRM user whose name should appear on the bot's writes:")
        console.print(consent.address)
        back = await consent.returned(timeout=TIMEOUT)
        center = datacenter(back.region, accounts_url=back.accounts_url)
        return await exchange(
            client,
            center,
            http,
            code=back.code,
            region=back.region,
            redirect_uri=consent.redirect_uri,
            verifier=consent.verifier,
        )


async def _keep(zoho: ZohoSettings, store: SecretStore | None, granted: Granted) -> None:
    if store is None:
        console.print("Set this where the bot starts, and keep it secret:")
        console.print(f"SERGAS_ZOHO_REFRESH_TOKEN={granted.refresh_token}")
    else:
        await asyncio.to_thread(store.write, granted.refresh_token)
        console.print(f"The refresh token is stored in {zoho.refresh_token_store}.")
    if granted.region != zoho.region:
        console.print(f"Your organisation is in another data centre. Also set SERGAS_ZOHO_REGION={granted.region}")
