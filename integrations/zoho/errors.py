"""Turn Zoho's error answers into our errors: one sentence each, with Zoho's code but never its text or ours (both may hold
CRM data).

Source: "Status codes and errors", zoho.com/crm/developer/docs/api/v8/status-codes.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from store.domain.errors import CrmAuth, CrmError, CrmRefused, CrmUnavailable
from store.domain.text.outside_json import MOST_OF_AN_ANSWER, NotJson, read_object

EXPIRED_TOKEN = frozenset({"INVALID_TOKEN", "AUTHENTICATION_FAILURE"})
SCOPE_MISSING = "OAUTH_SCOPE_MISMATCH"
ALREADY_MODIFIED = "ALREADY_MODIFIED"
UNEXPECTED = "UNEXPECTED_ANSWER"  # our own code: an answer that Zoho does not document

_WORD = re.compile(r"[\w$.-]{1,80}")

SENTENCES: Mapping[str, str] = {
    "INVALID_DATA": "Zoho does not accept a value that was sent{field}.",
    "MANDATORY_NOT_FOUND": "Zoho requires a value that was not sent{field}.",
    "DUPLICATE_DATA": "Zoho has a record like this already{field}.",
    "RECORD_LOCKED": "The record is locked in Zoho; unlock it there and try again.",
    "NO_PERMISSION": "The Zoho user we sign in as may not do this; ask a Zoho administrator for the permission.",
    ALREADY_MODIFIED: "The record was changed in Zoho since it was read.",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error answer's code and, if it names one, the field."""

    code: str
    field: str | None = None

    @property
    def sentence(self) -> str:
        field = f" (field {self.field})" if self.field else ""
        return SENTENCES.get(self.code, "Zoho refused the request ({code}){field}.").format(code=self.code, field=field)


def complaint_of(response: httpx.Response) -> Complaint:
    """Read the code of an error answer; its status if the body has none."""
    body = json_of(response)
    records = body.get("data")
    source = records[0] if isinstance(records, list) and records and isinstance(records[0], dict) else body
    return complaint_in(source, otherwise=f"HTTP_{response.status_code}")


def complaint_in(record: Mapping[str, Any], *, otherwise: str) -> Complaint:
    """Return the complaint in one record's status."""
    details = record.get("details")
    field = _word(details.get("api_name")) if isinstance(details, dict) else None
    return Complaint(_word(record.get("code")) or otherwise, field)


def error_of(response: httpx.Response) -> CrmError:
    """Return the error for an unsuccessful answer."""
    status, complaint = response.status_code, complaint_of(response)
    if complaint.code == SCOPE_MISSING:
        return CrmAuth(
            "Zoho's sign-in lacks a permission scope; authorise the client again with the scopes in the manual."
        )
    if status == 401:
        return CrmAuth("Zoho does not accept our sign-in; check the refresh token and the region.")
    if status == 429:
        return CrmUnavailable("Zoho asks us to slow down; try again in a minute.", retry_after=retry_after(response))
    if status >= 500 or status == 408:
        return CrmUnavailable(f"Zoho is having problems (status {status}); try again later.")
    return CrmRefused(complaint.sentence, code=complaint.code, field=complaint.field)


def unexpected(what: str) -> CrmRefused:
    """Return the error for an answer that Zoho does not document."""
    return CrmRefused(f"Zoho sent an unexpected answer: {what}.", code=UNEXPECTED)


def retry_after(response: httpx.Response) -> float | None:
    """Seconds to wait. Zoho documents no Retry-After; proxies in front of it may send one."""
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdigit() else None


def json_of(response: httpx.Response) -> dict[str, Any]:
    """Return the body as an object; empty if it is not one."""
    try:
        return read_object(response.content, most=MOST_OF_AN_ANSWER, cells=True)
    except NotJson:
        return {}


def _word(value: object) -> str | None:
    """Return a code or field name; other content in its place is not shown to people."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None
