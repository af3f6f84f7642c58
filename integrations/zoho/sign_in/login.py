"""Get a refresh token once: with a self-client's grant code, or by consent in a browser that returns to this machine.

A code works once and for two minutes. We send PKCE (RFC 7636) with the consent: Zoho documents it for desktop applications,
and where a client type ignores it, the state alone protects. Source:
zoho.com/accounts/protocol/oauth/mobile-and-desktop-apps/get-authorization-code.html and …/web-apps/authorization.html.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx
from aiohttp import web

from integrations.doors.keeper import Doorkeeper
from integrations.doors.limits import DoorLimits
from integrations.doors.on_aiohttp import GuardedRunner, at_the_door
from integrations.zoho.errors import json_of
from integrations.zoho.sign_in.auth import scopes_in, what_to_do
from integrations.zoho.sign_in.datacenters import DATACENTERS, Datacenter, datacenter
from integrations.zoho.sign_in.scopes import beyond, missing
from store.domain.errors import BadInput, CrmAuth, CrmUnavailable

PATH = "/zoho/callback"
LOCATIONS = {"us": "com", "au": "com.au", "cn": "com.cn"}  # other regions use their own name


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An OAuth client of Zoho's API console."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """The result of signing in: the refresh token, its region and its scopes."""

    refresh_token: str = field(repr=False)
    region: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The browser's answer: the code, and the sign-in address of the person's own data centre."""

    code: str = field(repr=False)
    accounts_url: str
    region: str


class Consent:
    """One consent in progress. `address` is the page to open; `returned` waits for the browser to come back, once."""

    def __init__(self, client: Client, *, scopes: Sequence[str], region: str, accounts_url: str = "") -> None:
        self._client = client
        self._scopes = scopes
        self._region = region
        self._center = datacenter(region, accounts_url=accounts_url)
        self._own_address = bool(accounts_url)  # a sandbox, or a proxy in front of Zoho
        self._state = secrets.token_urlsafe(32)
        self.verifier = secrets.token_urlsafe(64)
        self.redirect_uri = ""
        self._came: asyncio.Future[Returned] = asyncio.get_running_loop().create_future()

    @asynccontextmanager
    async def listening(self, *, port: int = 0) -> AsyncIterator[None]:
        """Listen on 127.0.0.1 while the block lasts. Raises: BadInput if the port is taken."""
        keeper = Doorkeeper("sign_in", DoorLimits(connections=32))
        app = web.Application(middlewares=[at_the_door(keeper)])
        app.add_routes([web.get(PATH, self._take)])
        runner = GuardedRunner(app, keeper, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            self.redirect_uri = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
            yield
        except OSError as exc:
            raise BadInput(f"Port {port} of 127.0.0.1 is not available; choose another with --port.") from exc
        finally:
            await runner.cleanup()

    @property
    def address(self) -> str:
        challenge = urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "scope": ",".join(self._scopes),
            "redirect_uri": self.redirect_uri,
            "access_type": "offline",
            "prompt": "consent",
            "state": self._state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._center.accounts_url}/oauth/v2/auth?{urlencode(asked)}"

    async def returned(self, *, timeout: float) -> Returned:
        """Raises: CrmAuth if the person or Zoho refused, or the browser did not return within `timeout` seconds."""
        try:
            return await asyncio.wait_for(asyncio.shield(self._came), timeout)
        except TimeoutError as exc:
            raise CrmAuth("Zoho's consent page did not return in time; run the command again.") from exc

    async def _take(self, request: web.Request) -> web.Response:
        told = request.query
        if not hmac.compare_digest(told.get("state", "").encode(), self._state.encode()):
            return web.Response(status=400, text="This answer belongs to another request; open the address again.")
        if self._came.done():
            return web.Response(status=409, text="This request was already answered.")
        try:
            self._came.set_result(self._read(told.get("code"), told.get("error"), told.get("location"), told))
        except CrmAuth as exc:
            self._came.set_exception(exc)
            return web.Response(status=400, text=str(exc))
        return web.Response(text="Zoho agrees. Go back to the terminal; you may close this page.")

    def _read(self, code: str | None, error: str | None, location: str | None, told: object) -> Returned:
        if error or not code:
            raise CrmAuth(
                "Zoho gave no code: the consent was refused, or the client does not know this redirect address."
            )
        region = LOCATIONS.get(location or "", location or self._region)
        server = (told.get("accounts-server") or "").rstrip("/")  # type: ignore[attr-defined]  # told is a mapping by then
        if self._own_address:
            return Returned(code=code, accounts_url=self._center.accounts_url, region=self._region)
        if region not in DATACENTERS or (server and server != DATACENTERS[region].accounts_url):
            raise CrmAuth("Zoho named a data centre that is not known here; update Sergas, or use a self-client.")
        return Returned(code=code, accounts_url=DATACENTERS[region].accounts_url, region=region)


async def exchange(
    client: Client,
    center: Datacenter,
    http: httpx.AsyncClient,
    *,
    code: str,
    region: str,
    redirect_uri: str = "",
    verifier: str = "",
) -> Granted:
    """Exchange a code for a refresh token, if its scopes are exactly those needed.

    Raises: CrmAuth with what to do, CrmUnavailable.
    """
    more = {"redirect_uri": redirect_uri, "code_verifier": verifier} if redirect_uri else {}
    form = {"grant_type": "authorization_code", "client_id": client.id, "client_secret": client.secret, "code": code}
    try:
        response = await http.post(f"{center.accounts_url}/oauth/v2/token", data={**form, **more})
    except httpx.HTTPError as exc:
        raise CrmUnavailable("Zoho's sign-in cannot be reached; try again later.") from exc
    body = json_of(response)
    if response.status_code >= 500:
        raise CrmUnavailable(f"Zoho's sign-in is having problems (status {response.status_code}).")
    if body.get("error") == "invalid_code":
        raise CrmAuth(
            "Zoho does not accept this code: it works once and for a few minutes, and only in the data centre that made it "
            "(SERGAS_ZOHO_REGION); get a new one."
        )
    if "error" in body:
        raise CrmAuth(what_to_do(body["error"]))
    return _granted(body, region)


def _granted(body: dict[str, object], region: str) -> Granted:
    scopes, refresh_token = scopes_in(body.get("scope")), body.get("refresh_token")
    if not isinstance(refresh_token, str) or not refresh_token:
        raise CrmAuth("Zoho gave no refresh token; ask for a new code, with offline access.")
    if lacking := missing(scopes):
        raise CrmAuth(f"The sign-in lacks {', '.join(lacking)}; ask for a code with all scopes of the manual.")
    if more := beyond(scopes):
        raise CrmAuth(
            f"The sign-in has more scopes than the bot needs ({', '.join(more)}); ask for a code without them."
        )
    return Granted(refresh_token=refresh_token, region=region, scopes=scopes)
