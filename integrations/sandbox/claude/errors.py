"""The sandbox's refusals, in the Messages API's own words: one exception with a status and the type of error.

Source: https://platform.claude.com/docs/en/api/errors
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TYPES: Mapping[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    405: "invalid_request_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}


@dataclass(slots=True)
class Refusal(Exception):
    """An error answer. `headers` are added to those of every answer; `details` are for programs."""

    status: int
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return TYPES.get(self.status, "api_error")

    def body(self, request_id: str | None) -> dict[str, Any]:
        error: dict[str, Any] = {"type": self.type, "message": self.message}
        if self.details:
            error["details"] = dict(self.details)
        return {"type": "error", "error": error, "request_id": request_id}


def invalid(message: str, error_code: str = "", **details: Any) -> Refusal:
    """`error_code` and `details` are for the programs that handle a special error."""
    return Refusal(400, message, details={"error_code": error_code, **details} if error_code else {})


def not_found(message: str) -> Refusal:
    return Refusal(404, message)


def overloaded() -> Refusal:
    return Refusal(529, "Overloaded", {"x-should-retry": "true"})


def server_error(status: int = 500) -> Refusal:
    return Refusal(status, "Internal server error")


def rate_limited(limit: str, *, retry_after: int) -> Refusal:
    """`limit` is such as “50 requests per minute”; the time is in seconds."""
    message = (
        f"This request would exceed your organization's rate limit of {limit}. For details, refer to: "
        "https://docs.claude.com/en/api/rate-limits."
    )
    return Refusal(429, message, {"retry-after": str(retry_after), "x-should-retry": "true"})
