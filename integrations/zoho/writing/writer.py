"""The one way into the CRM: an approved change becomes one request, and its answer becomes a verdict.

Nothing is ever repeated here. Zoho has no idempotency key, so each kind of write, in the file of its name beside this one,
says how `find` can tell later whether a request of unknown fate arrived.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import httpx
import structlog

from integrations.zoho.cells import moment
from integrations.zoho.errors import (
    ALREADY_MODIFIED,
    EXPIRED_TOKEN,
    complaint_in,
    complaint_of,
    error_of,
    json_of,
    retry_after,
)
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.transport import Call
from integrations.zoho.writing.kind import ZohoKind, zoho_kinds
from store.domain.errors import CrmError, CrmRefused, CrmUnavailable, Refused
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.verdicts import Verdict, WriteResult

log = structlog.get_logger()

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class ZohoWriter:
    """`timeout`, in seconds, limits a whole attempt: a write older than that may be looked for."""

    def __init__(self, client: ZohoClient, *, timeout: float = 30.0) -> None:
        self._client = client.hurried()  # a person waits for every look and every write here
        self._timeout = timeout
        self._kinds = zoho_kinds()

    async def write(self, change: ApprovedChange) -> WriteResult:
        """Send the change once. Never raises for failures of the CRM or the network: the verdict reports them."""
        try:
            kind = self._kind(change)
            call = kind.request(change.write, change)
        except Refused as exc:
            return WriteResult(verdict=Verdict.REFUSED, error=str(exc))
        until = asyncio.get_running_loop().time() + self._timeout
        result = await self._known_before(kind, change, until) or await self._send(call, until)
        if result.verdict is Verdict.REFUSED and kind.looks_if_refused:
            result = await self._unless_found(change, result)
        log.info("zoho.written", proposal_id=change.proposal_id, write=change.write.kind, verdict=str(result.verdict))
        return result

    async def find(self, change: ApprovedChange) -> WriteResult:
        """Look for the change in the CRM: DONE; NOT_SENT if it is not there now; UNKNOWN if neither is certain."""
        try:
            return await self._kind(change).find(change.write, change, self._client)
        except (CrmError, Refused) as exc:
            return WriteResult(verdict=Verdict.UNKNOWN, error=str(exc))

    def _kind(self, change: ApprovedChange) -> ZohoKind[Any]:
        kind = self._kinds.get(change.write.kind)
        if kind is None:
            raise Refused(f"Zoho does not execute “{change.write.kind}”.")
        return kind

    async def _known_before(self, kind: ZohoKind[Any], change: ApprovedChange, until: float) -> WriteResult | None:
        """The verdict on a change that must not be sent; None if it may be. Nothing has been sent if this fails."""
        try:
            async with asyncio.timeout_at(until):
                return await kind.before(change.write, change, self._client)
        except CrmRefused as exc:
            return WriteResult(verdict=Verdict.REFUSED, error=f"{exc} [{exc.code}]")
        except CrmError as exc:
            return _not_sent(exc)
        except TimeoutError:
            return WriteResult(verdict=Verdict.NOT_SENT, error="Zoho took too long to answer; nothing was sent.")

    async def _unless_found(self, change: ApprovedChange, refused: WriteResult) -> WriteResult:
        """After a refusal, check whether someone else did the same a moment ago."""
        found = await self.find(change)
        return found if found.verdict is Verdict.DONE else refused

    async def _send(self, call: Call, until: float) -> WriteResult:
        try:
            async with asyncio.timeout_at(until):
                response = await self._client.transport.attempt(call)
        except CrmError as exc:  # the sign-in failed, so nothing was sent
            return _not_sent(exc)
        except _NEVER_LEFT:
            return WriteResult(verdict=Verdict.NOT_SENT, error="Zoho can't be reached; please try again later.")
        except (httpx.HTTPError, TimeoutError):
            return _unknown("The connection to Zoho ended before it answered.")
        return verdict_of(response)


def verdict_of(response: httpx.Response) -> WriteResult:
    """The verdict that an answer to a write proves."""
    status, complaint = response.status_code, complaint_of(response)
    if status == 412 or complaint.code == ALREADY_MODIFIED:
        return WriteResult(verdict=Verdict.DRIFTED, error=complaint.sentence)
    if status == 429 or (status == 401 and complaint.code in EXPIRED_TOKEN):  # refused before processing
        return WriteResult(verdict=Verdict.NOT_SENT, error=str(error_of(response)), retry_after=retry_after(response))
    if 400 <= status < 500 and status != 408:
        return WriteResult(verdict=Verdict.REFUSED, error=f"{error_of(response)} [{complaint.code}]")
    if 200 <= status < 300:
        return _record_verdict(json_of(response))
    return _unknown(f"Zoho answered with status {status}, which does not say whether it wrote.")


def _record_verdict(body: dict[str, Any]) -> WriteResult:
    match body.get("data"):
        case [{"code": "SUCCESS", "details": {"id": crm_id, **details}}]:
            modified_at = _moment(details.get("Modified_Time"))
            return WriteResult(verdict=Verdict.DONE, crm_id=str(crm_id), modified_at=modified_at)
        case [{"status": "error", "code": str()} as record]:
            complaint = complaint_in(record, otherwise="")
            return WriteResult(verdict=Verdict.REFUSED, error=f"{complaint.sentence} [{complaint.code}]")
        case _:
            return _unknown("Zoho's answer does not say whether it wrote.")


def _moment(value: object) -> datetime | None:
    try:
        return moment(str(value)) if value else None
    except ValueError:  # the record is there; only its undo won't be offered
        return None


def _not_sent(error: CrmError) -> WriteResult:
    asked = error.retry_after if isinstance(error, CrmUnavailable) else None
    return WriteResult(verdict=Verdict.NOT_SENT, error=str(error), retry_after=asked)


def _unknown(problem: str) -> WriteResult:
    return WriteResult(verdict=Verdict.UNKNOWN, error=problem)
