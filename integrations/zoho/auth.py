"""Signing in to Zoho: one access token for everybody in the process, asked for no more often than needed.

Zoho gives 10 access tokens per 10 minutes and refresh token and then none until the window is over, and answers a bad
refresh token with HTTP 200 and an `error`. Source: zoho.com/crm/developer/docs/api/v8/refresh.html and …/token-validity.html.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
import structlog

from integrations.zoho.datacenters import Datacenter
from integrations.zoho.errors import json_of
from store.domain.errors import CrmAuth, CrmError, CrmUnavailable

log = structlog.get_logger()

MARGIN = timedelta(minutes=2)  # a token this close to its end is replaced before it is used
LIFETIME = 3600  # seconds, where the answer does not say
THROTTLED_FOR = timedelta(minutes=10)
REFUSED_FOR = timedelta(minutes=1)

_WHAT_TO_DO = {
    "invalid_code": "Zoho does not accept the refresh token; create a new one and set SERGAS_ZOHO_REFRESH_TOKEN.",
    "invalid_client": "Zoho does not know this client; check SERGAS_ZOHO_CLIENT_ID and SERGAS_ZOHO_REGION.",
    "invalid_client_secret": "Zoho does not accept the client secret; check SERGAS_ZOHO_CLIENT_SECRET.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token, the API address it is for, and when it ends."""

    value: str = field(repr=False)
    api_url: str
    expires_at: datetime


class ZohoAuth:
    """Holds the credentials and the present token. Nothing of them shows in repr, logs or errors."""

    def __init__(
        self,
        datacenter: Datacenter,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        http: httpx.AsyncClient,
        clock: Callable[[], datetime],
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
        self._token: Token | None = None
        self._asking: asyncio.Task[Token] | None = None
        self._refusal: tuple[CrmError, datetime] | None = None

    async def token(self) -> Token:
        """The token to use now.

        Raises: CrmAuth where Zoho refuses the credentials, CrmUnavailable where it cannot be asked now.
        """
        if self._token is not None and self._clock() < self._token.expires_at - MARGIN:
            return self._token
        return await self.renew(self._token)

    async def renew(self, rejected: Token | None) -> Token:
        """A token other than `rejected`: of many callers one asks Zoho, and all get its answer. Raises: as `token`."""
        if self._token is not None and self._token is not rejected:
            return self._token
        self._raise_refusal()
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(self._asked)
        return await asyncio.shield(self._asking)

    def _asked(self, _task: asyncio.Task[Token]) -> None:
        self._asking = None

    async def _ask(self) -> Token:
        try:
            response = await self._http.post(f"{self._datacenter.accounts_url}/oauth/v2/token", data=self._form)
        except httpx.HTTPError as exc:
            raise CrmUnavailable("Zoho's sign-in cannot be reached; try again later.") from exc
        self._token = self._read(response)
        log.info(
            "zoho.signed_in", api_host=httpx.URL(self._token.api_url).host, until=self._token.expires_at.isoformat()
        )
        return self._token

    def _read(self, response: httpx.Response) -> Token:
        body = json_of(response)
        if response.status_code >= 500:
            raise CrmUnavailable(f"Zoho's sign-in is not well at the moment (status {response.status_code}).")
        if response.status_code == 429 or body.get("error") == "Access Denied":
            raise self._remember(
                CrmUnavailable(
                    "Zoho gives no more access tokens for ten minutes; try again later.",
                    retry_after=THROTTLED_FOR.total_seconds(),
                ),
                THROTTLED_FOR,
            )
        if "error" in body or not isinstance(body.get("access_token"), str):
            problem = _WHAT_TO_DO.get(
                str(body.get("error")), "Zoho's sign-in failed; check the credentials and the region."
            )
            raise self._remember(CrmAuth(problem), REFUSED_FOR)
        return self._accept(body["access_token"], str(body.get("api_domain") or ""), body.get("expires_in"))

    def _accept(self, value: str, api_url: str, seconds: object) -> Token:
        if not self._datacenter.may_serve(api_url):
            raise self._remember(
                CrmAuth("Zoho's sign-in named an API address that is not Zoho's; check SERGAS_ZOHO_ACCOUNTS_URL."),
                REFUSED_FOR,
            )
        lifetime = timedelta(seconds=seconds if isinstance(seconds, int) else LIFETIME)
        return Token(value=value, api_url=api_url.rstrip("/"), expires_at=self._clock() + lifetime)

    def _remember(self, error: CrmError, pause: timedelta) -> CrmError:
        """Asking again at once would only use up the ten: the same answer is given until the pause is over."""
        self._refusal = (error, self._clock() + pause)
        log.warning("zoho.sign_in_refused", problem=str(error))
        return error

    def _raise_refusal(self) -> None:
        if self._refusal is not None and self._clock() < self._refusal[1]:
            raise self._refusal[0]
