"""Sign in to Zoho: one access token for everyone, requested no more often than needed.

Per refresh token, Zoho issues 10 access tokens in 10 minutes and then none until the window is over. It answers a bad
refresh token with HTTP 200 and an `error`. Source: zoho.com/crm/developer/docs/api/v8/refresh.html and
…/token-validity.html.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import structlog

from integrations.zoho.errors import json_of
from integrations.zoho.sign_in.datacenters import Datacenter
from integrations.zoho.sign_in.tokens import MARGIN, NoToken, OwnTokens, SignInRefusal, Token, Tokens
from store.domain.errors import CrmAuth, CrmUnavailable

log = structlog.get_logger()

LIFETIME = 3600  # seconds, if the answer does not say
THROTTLED_FOR = timedelta(minutes=10)
REFUSED_FOR = timedelta(minutes=1)

_WHAT_TO_DO = {
    "invalid_code": "Zoho does not accept the refresh token; create a new one and set SERGAS_ZOHO_REFRESH_TOKEN.",
    "invalid_client": "Zoho does not know this client; check SERGAS_ZOHO_CLIENT_ID and SERGAS_ZOHO_REGION.",
    "invalid_client_secret": "Zoho does not accept the client secret; check SERGAS_ZOHO_CLIENT_SECRET.",
}


class ZohoAuth:
    """Holds the credentials and the current token. None of them shows in repr, logs or errors.

    `tokens` shares tokens with other processes; without it, this process has its own.
    """

    def __init__(
        self,
        datacenter: Datacenter,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        http: httpx.AsyncClient,
        clock: Callable[[], datetime],
        tokens: Tokens | None = None,
    ) -> None:
        self._datacenter = datacenter
        self._form = {
            "grant_type": "refresh_token",
            "client_id": client_id,
            "client_secret": client_secret,
            "refresh_token": refresh_token,
        }
        self._http = http
        self._clock = clock
        self._tokens = tokens or OwnTokens(clock)
        self._token: Token | None = None
        self._asking: asyncio.Task[Token] | None = None

    async def token(self) -> Token:
        """Return the current token.

        Raises: CrmAuth if Zoho refuses the credentials, CrmUnavailable if it can't be reached now.
        """
        if self._token is not None and self._clock() < self._token.expires_at - MARGIN:
            return self._token
        return await self.renew(self._token)

    async def renew(self, rejected: Token | None) -> Token:
        """Return a token other than `rejected`: one of many callers asks Zoho, and all get its answer. Raises: as `token`."""
        if self._token is not None and self._token is not rejected:
            return self._token
        if self._asking is None:
            self._asking = asyncio.create_task(self._obtain(rejected))
            self._asking.add_done_callback(self._asked)
        return await asyncio.shield(self._asking)

    async def close(self) -> None:
        """Cancel a request to Zoho, if one is running."""
        if (asking := self._asking) is not None:
            asking.cancel()
            await asyncio.wait({asking}, timeout=5)

    def _asked(self, _task: asyncio.Task[Token]) -> None:
        self._asking = None

    async def _obtain(self, rejected: Token | None) -> Token:
        self._token = await self._tokens.obtain(rejected, self._ask)
        return self._token

    async def _ask(self) -> Token:
        """Raises: Refusal, CrmUnavailable."""
        try:
            response = await self._http.post(f"{self._datacenter.accounts_url}/oauth/v2/token", data=self._form)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as exc:
            raise NoToken("Zoho's sign-in cannot be reached; try again later.") from exc
        except httpx.HTTPError as exc:
            raise CrmUnavailable("Zoho's sign-in cannot be reached; try again later.") from exc
        token = self._read(response)
        log.info("zoho.signed_in", api_host=httpx.URL(token.api_url).host, until=token.expires_at.isoformat())
        return token

    def _read(self, response: httpx.Response) -> Token:
        body = json_of(response)
        if response.status_code >= 500:
            raise NoToken(f"Zoho's sign-in is having problems (status {response.status_code}).")
        if response.status_code == 429 or body.get("error") == "Access Denied":
            problem = "Zoho issues no more access tokens for ten minutes; try again later."
            raise _refused(CrmUnavailable(problem, retry_after=THROTTLED_FOR.total_seconds()), THROTTLED_FOR)
        if "error" in body or not isinstance(body.get("access_token"), str):
            raise _refused(CrmAuth(what_to_do(body.get("error"))), REFUSED_FOR)
        api_url = str(body.get("api_domain") or "")
        if not self._datacenter.may_serve(api_url):
            raise _refused(
                CrmAuth("Zoho's sign-in named an API address that is not Zoho's; check SERGAS_ZOHO_ACCOUNTS_URL."),
                REFUSED_FOR,
            )
        seconds = body.get("expires_in")
        lifetime = timedelta(seconds=seconds if isinstance(seconds, int) else LIFETIME)
        return Token(
            value=body["access_token"],
            api_url=api_url.rstrip("/"),
            expires_at=self._clock() + lifetime,
            scopes=scopes_in(body.get("scope")),
        )


def what_to_do(error: object) -> str:
    """Return the sentence for an `error` of Zoho's sign-in."""
    return _WHAT_TO_DO.get(str(error), "Zoho's sign-in failed; check the credentials and the region.")


def scopes_in(told: object) -> tuple[str, ...]:
    """Return the scopes in a token answer, separated by spaces or commas."""
    return tuple(str(told or "").replace(",", " ").split())


def _refused(error: CrmAuth | CrmUnavailable, pause: timedelta) -> SignInRefusal:
    log.warning("zoho.sign_in_refused", problem=str(error))
    return SignInRefusal(error, pause)
