"""Classify failed calls to Slack."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

# The errors that a call to Slack may raise, apart from our own mistakes.
SLACK_ERRORS = (SlackClientError, ClientError, TimeoutError)

# Slack had a fault. Its method pages say that part of the work may still have happened.
_UNWELL = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
# The installation is at fault. Once an operator fixes it, everything waiting goes out.
_SIGN_IN = frozenset(
    {
        "access_denied",
        "account_inactive",
        "accesslimited",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)


class Fate(StrEnum):
    """`not_done`: certainly not done, worth a retry. `throttled`: the same, after a pause. `refused`: permanently. `unwell`: Slack
    answered, may have done it, and has finished with it. `unknown`: it may still happen."""

    NOT_DONE = "not_done"
    THROTTLED = "throttled"
    REFUSED = "refused"
    UNWELL = "unwell"
    UNKNOWN = "unknown"


def fate_of(error: Exception) -> Fate:
    """For the errors in SLACK_ERRORS (https://docs.slack.dev/reference/methods/chat.postMessage#errors)."""
    if isinstance(error, ClientConnectorError):
        return Fate.NOT_DONE
    if not isinstance(error, SlackApiError):
        return Fate.UNKNOWN
    code = error_code(error)
    if getattr(error.response, "status_code", None) == 429 or code == "ratelimited":
        return Fate.THROTTLED
    if code is None:  # an answer without an error name is from a gateway
        return Fate.UNKNOWN
    if code in _UNWELL:
        return Fate.UNWELL
    return Fate.NOT_DONE if code in _SIGN_IN else Fate.REFUSED


def error_code(error: SlackApiError) -> str | None:
    """Slack's name for the error; None for an answer that isn't Slack's."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, Mapping) else None
    return code if isinstance(code, str) else None


def error_name(error: Exception) -> str:
    """The error's name for the log: Slack's, or ours."""
    code = error_code(error) if isinstance(error, SlackApiError) else None
    return code or type(error).__name__


def retry_after(error: Exception, *, default: float = 1.0) -> float:
    """The number of seconds that Slack asks us to wait."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    text = given[0] if isinstance(given, list) and given else given
    return float(text) if isinstance(text, str) and text.isdigit() else default
