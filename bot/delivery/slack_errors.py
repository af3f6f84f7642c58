"""What became of a call to Slack that was not answered well."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

# What a call to Slack may raise; our own mistakes are not among it.
SLACK_ERRORS = (SlackClientError, ClientError, TimeoutError)

# Slack was not well; the method's pages say that some of it may have been done all the same.
_UNWELL = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
# The installation is at fault: an operator can mend it, and then everything that waits goes out.
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
    """`not_done` for certain, and worth another try; `throttled` the same, after a while; `refused` for good; `unwell`: Slack
    answered, may have done it, and is no longer at it; `unknown`: it may even be done only now."""

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
    if code is None:  # an answer that names no error is a gateway's
        return Fate.UNKNOWN
    if code in _UNWELL:
        return Fate.UNWELL
    return Fate.NOT_DONE if code in _SIGN_IN else Fate.REFUSED


def error_code(error: SlackApiError) -> str | None:
    """Slack's own name for what went wrong; None for an answer that is not Slack's."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, Mapping) else None
    return code if isinstance(code, str) else None


def error_name(error: Exception) -> str:
    """For the log: Slack's name for it, or ours."""
    code = error_code(error) if isinstance(error, SlackApiError) else None
    return code or type(error).__name__


def retry_after(error: Exception, *, default: float = 1.0) -> float:
    """How many seconds Slack asks to wait."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    text = given[0] if isinstance(given, list) and given else given
    return float(text) if isinstance(text, str) and text.isdigit() else default
