"""One call to Zoho's API: signed, within the ceilings, counted. Reads are retried when that may help; writes never are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import httpx
import structlog
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_base

from integrations.zoho.errors import EXPIRED_TOKEN, complaint_of, error_of, json_of, unexpected
from integrations.zoho.limits.ceiling import Limits
from integrations.zoho.sign_in.auth import ZohoAuth
from integrations.zoho.sign_in.tokens import Token
from store.domain.errors import CrmUnavailable
from store.retry import CRM_READ

log = structlog.get_logger()

API = "/crm/v8"
ATTEMPTS = 4
SUCCESSES = frozenset({200, 201, 204, 304})  # 201: a bulk read was ordered
PATIENCE = 30.0  # seconds: a longer requested wait becomes an error instead

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: `path` is below the root `api`, `json` its body, `charge` its cost in Zoho's credits; an `urgent` call
    doesn't queue behind reads."""

    method: Literal["GET", "POST", "PUT", "DELETE"] = "GET"
    path: str
    api: str = API
    params: Mapping[str, str | int] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    json: object = None
    charge: int = 1
    urgent: bool = False


@dataclass(slots=True)
class Tally:
    """Requests sent to the API, and their cost in Zoho's credits (a call is 1, COQL up to 3)."""

    calls: int = 0
    credits: int = 0

    def count(self, call: Call) -> None:
        self.calls += 1
        self.credits += call.charge


class ReadTransport(ABC):
    """A way to send a read to Zoho and get its answer. `tally` counts this process's requests, `limits` restrict them."""

    def __init__(self, limits: Limits, *, wait: wait_base = CRM_READ) -> None:
        self._wait = wait
        self.limits = limits
        self._urgent = False
        self.tally = Tally()

    def hurried(self) -> Self:
        """Return the same transport with every call urgent."""
        other = copy(self)
        other._urgent = True
        return other

    @abstractmethod
    async def attempt(self, call: Call) -> httpx.Response:
        """Make the call and return any answer. Raises: httpx.HTTPError if none came; CrmError."""

    async def get(
        self, path: str, *, params: Mapping[str, str | int] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer | None:
        """GET below the API root. None if Zoho has nothing (204) or nothing newer (304).

        Raises: CrmUnavailable after the last attempt, CrmRefused, CrmAuth.
        """
        return await self.read(Call(path=path, params=params, headers=headers or {}))

    async def query(self, select_query: str, *, limit: int) -> Answer | None:
        """Run a COQL query whose LIMIT is `limit`. None and errors as for `get`."""
        charge = 1 if limit <= 200 else 2 if limit <= 1000 else 3
        call = Call(method="POST", path="/coql", json={"select_query": select_query}, charge=charge)
        return await self.read(call)

    async def read(self, call: Call) -> Answer | None:
        """Make a call that may be repeated, until it is answered. None and errors as for `get`."""
        response = await self._answered(call)
        if response.status_code in (204, 304):
            return None
        body = json_of(response)
        if not body:
            raise unexpected("the body is no JSON object")
        return body

    async def download(self, call: Call) -> bytes:
        """Return the bytes of a file. Errors as for `get`."""
        return (await self._answered(call)).content

    async def _answered(self, call: Call) -> httpx.Response:
        retrying = AsyncRetrying(
            retry=retry_if_exception(_may_pass),
            stop=stop_after_attempt(ATTEMPTS),
            wait=self._wait_for,
            before_sleep=_log_retry,
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                return await self._answered_once(call)
        raise AssertionError("tenacity ends with an answer or an error")

    async def _answered_once(self, call: Call) -> httpx.Response:
        try:
            response = await self.attempt(call)
        except httpx.HTTPError as exc:
            raise CrmUnavailable("Zoho cannot be reached; try again later.") from exc
        if response.status_code not in SUCCESSES:
            raise error_of(response)
        return response

    def _wait_for(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, CrmUnavailable) else None
        return max(asked or 0.0, self._wait(state))


class ZohoTransport(ReadTransport):
    """Sends over Zoho's REST API, for the writer too."""

    def __init__(self, auth: ZohoAuth, *, http: httpx.AsyncClient, limits: Limits, wait: wait_base = CRM_READ) -> None:
        super().__init__(limits, wait=wait)
        self._auth = auth
        self._http = http

    async def signed_in(self) -> Token:
        """Return the token that signs calls. Raises: CrmAuth, CrmUnavailable."""
        return await self._auth.token()

    async def attempt(self, call: Call) -> httpx.Response:
        """Make the call and return any answer.

        An answer that our token has expired proves that Zoho did not process the call, so it is made once more with a new
        token.
        Raises: httpx.HTTPError if no answer came; CrmAuth or CrmUnavailable if the sign-in failed, so that nothing was
        sent.
        """
        token = await self._auth.token()
        response = await self._send(call, token)
        if response.status_code == 401 and complaint_of(response).code in EXPIRED_TOKEN:
            response = await self._send(call, await self._auth.renew(token))
        return response

    async def _send(self, call: Call, token: Token) -> httpx.Response:
        async with self.limits.call(call.charge, urgent=call.urgent or self._urgent):
            self.tally.count(call)
            response = await self._http.request(
                call.method,
                f"{token.api_url}{call.api}{call.path}",
                params=call.params,
                headers={**call.headers, "Authorization": f"Zoho-oauthtoken {token.value}"},
                json=call.json,
            )
            await self.limits.heed(response)
            return response


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, CrmUnavailable) and (error.retry_after or 0.0) <= PATIENCE


def _log_retry(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.info("zoho.retried", attempt=state.attempt_number, problem=str(error))
