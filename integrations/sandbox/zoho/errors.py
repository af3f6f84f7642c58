"""The sandbox CRM's refusals, in Zoho's own words: one exception with a status and Zoho's error object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from integrations.sandbox.history import Json


@dataclass(slots=True)
class ZohoRefusal(Exception):
    """An answer with an error code. `details` are Zoho's, e.g. `{"api_name": "Subject"}` or `{"param_name": "fields"}`."""

    code: str
    message: str
    details: Mapping[str, Json] = field(default_factory=dict)
    status: int = 400

    def body(self) -> dict[str, Json]:
        """The error object as Zoho puts it at the top of an answer or, for writes, in place of a record."""
        return {"code": self.code, "details": dict(self.details), "message": self.message, "status": "error"}

    def wrapped(self) -> dict[str, Json]:
        """The same under `data`, as in Zoho's contract of the record endpoints, where `details` always name the part of the
        path at fault."""
        body = self.body() | {"details": {"resource_path_index": 0, **self.details}}
        return {"data": [body]}


def invalid_token() -> ZohoRefusal:
    return ZohoRefusal("INVALID_TOKEN", "invalid oauth token", status=401)


def invalid_module() -> ZohoRefusal:
    return ZohoRefusal("INVALID_MODULE", "the module name given seems to be invalid", {"resource_path_index": 0})


def invalid_param(name: str, message: str = "invalid value for the parameter") -> ZohoRefusal:
    return ZohoRefusal("INVALID_DATA", message, {"param_name": name})


def missing_param(name: str) -> ZohoRefusal:
    return ZohoRefusal("REQUIRED_PARAM_MISSING", "One of the expected parameter is missing", {"param_name": name})


def invalid_id(position: int = 1) -> ZohoRefusal:
    return ZohoRefusal("INVALID_DATA", "the id given seems to be invalid", {"resource_path_index": position})


def record_locked(key: int, *, body: bool) -> ZohoRefusal:
    """The record is locked against every write; `body` says whether the request has a body that contains the id."""
    details: dict[str, Json] = {"api_name": "id", "action": "record_locking"} if body else {"id": str(key)}
    return ZohoRefusal("RECORD_LOCKED", "Sorry, you cannot perform this operation as the record is locked.", details)


def invalid_url() -> ZohoRefusal:
    return ZohoRefusal("INVALID_URL_PATTERN", "Please check if the URL trying to access is a correct one", status=404)
