"""Notification channels: read from requests and checked (Zoho: Notification APIs v8).

A channel ends by the sandbox's clock: after an hour, or at the requested time, at most a week ahead. A request for longer
gets the hour, as with Zoho. Channels live as long as the sandbox runs.

Two rules are the sandbox's own: `notify_url` must be an address on this machine, since the sandbox never calls others, and
`notification_condition` is refused. `notify_on_related_action` is stored and returned, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from integrations.sandbox.history import Json
from integrations.sandbox.zoho.errors import ZohoRefusal
from integrations.sandbox.zoho.fields import Module, in_use

MOST_CHANNELS = 50
MOST_EVENTS = 50
TOKEN_LENGTH = 50
URL_LENGTH = 255
DEFAULT_LIFE = timedelta(hours=1)
LONGEST_LIFE = timedelta(days=7)
_NOT_WATCHED = ("Notes", "Attachments", "Emails")
# The requested operation, and Zoho's word for it in a notification.
OPERATIONS = {"create": ("insert",), "edit": ("update",), "delete": ("delete",), "all": ("insert", "update", "delete")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """`events` are such as `Deals.all` or `Accounts.edit`; with `values`, notifications include the new values."""

    id: str
    notify_url: str
    events: tuple[str, ...]
    expires: datetime
    token: str | None = None
    values: bool = False
    related: bool = False

    @property
    def modules(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(event.rpartition(".")[0] for event in self.events))

    def of(self, module: str) -> list[str]:
        """Return its events for one module."""
        return [event for event in self.events if event.rpartition(".")[0] == module]

    def hears(self, module: str, operation: str) -> bool:
        return any(operation in OPERATIONS[event.rpartition(".")[2]] for event in self.of(module))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelReader:
    """Reads channels from requests. `may_read` raises if the caller may not read a module."""

    modules: Mapping[str, Module]
    now: datetime
    may_read: Callable[[str], None]

    def channel(self, given: Json, at: str, *, before: Channel | None = None) -> Channel:
        """Read one channel; `at` is its place in the request, e.g. `$.watch[0]`. Omitted values stay as in `before`, if
        that is given.

        Raises: ZohoRefusal.
        """
        if not isinstance(given, Mapping):
            raise refused("INVALID_DATA", "watch", at, expected_data_type="jsonobject")
        if given.get("notification_condition") is not None:
            raise refused("NOT_SUPPORTED", "notification_condition", f"{at}.notification_condition")
        left_out = _left_out(before)
        told = {**left_out, **given}
        return Channel(
            id=channel_id(told.get("channel_id"), at),
            notify_url=_url(told.get("notify_url"), at),
            events=self._events(told.get("events"), at),
            expires=self._expiry(given.get("channel_expiry"), at, before),
            token=_token(told.get("token"), at),
            values=_flag(told, "return_affected_field_values", at),
            related=_flag(told, "notify_on_related_action", at),
        )

    def _events(self, given: Json, at: str) -> tuple[str, ...]:
        if given is None:
            raise _missing("events", at)
        if not isinstance(given, Sequence) or isinstance(given, str) or not given:
            raise refused("INVALID_DATA", "events", f"{at}.events", expected_data_type="jsonarray")
        if len(given) > MOST_EVENTS:
            raise refused("LIMIT_REACHED", "events", f"{at}.events", maximum_length=MOST_EVENTS)
        return tuple(self._event(event, f"{at}.events[{place}]") for place, event in enumerate(given))

    def _event(self, given: Json, at: str) -> str:
        module, _, operation = str(given).rpartition(".")
        if module in _NOT_WATCHED:
            raise refused("NOT_SUPPORTED", "events", at)
        if operation not in OPERATIONS or in_use(self.modules, module) is None:
            raise refused("INVALID_DATA", "events", at)
        self.may_read(module)
        return str(given)

    def _expiry(self, given: Json, at: str, before: Channel | None) -> datetime:
        if given is None:
            return before.expires if before else self.now + DEFAULT_LIFE
        try:
            until = datetime.fromisoformat(str(given))
        except ValueError as exc:
            raise _bad_expiry(at) from exc
        if until.tzinfo is None or until <= self.now:
            raise _bad_expiry(at)
        return until if until <= self.now + LONGEST_LIFE else self.now + DEFAULT_LIFE


def refused(code: str, name: str, at: str, **details: Json) -> ZohoRefusal:
    """Refuse the part of a request at this JSON path."""
    return ZohoRefusal(code, _MESSAGES.get(code, "invalid data"), {"api_name": name, "json_path": at, **details})


def channel_id(given: Json, at: str) -> str:
    """Read digits in a string or (the official SDK) a JSON integer. Raises: ZohoRefusal."""
    if given is None:
        raise _missing("channel_id", at)
    text = "" if isinstance(given, bool) else str(given)
    if not (text.isascii() and text.isdigit() and int(text) < 2**63):
        raise refused("INVALID_DATA", "channel_id", f"{at}.channel_id", expected_data_type="long")
    return text


def is_on_this_machine(url: str) -> bool:
    """Whether a URL names a loopback address: the sandbox calls no others."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme in ("http", "https") and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False


_MESSAGES = {
    "NOT_SUPPORTED": "the sandbox does not support this",
    "LIMIT_REACHED": "the limit is exceeded",
    "NOT_SUBSCRIBED": "the channel is not subscribed",
    "MANDATORY_NOT_FOUND": "required field not found",
    "EXPECTED_PARAM_MISSING": "one of the expected parameters is missing",
}


def _left_out(before: Channel | None) -> dict[str, Json]:
    if before is None:
        return {}
    return {
        "notify_url": before.notify_url,
        "events": before.events,
        "token": before.token,
        "return_affected_field_values": before.values,
        "notify_on_related_action": before.related,
    }


def _url(given: Json, at: str) -> str:
    if given is None:
        raise _missing("notify_url", at)
    if not isinstance(given, str) or len(given) > URL_LENGTH:
        raise refused("INVALID_DATA", "notify_url", f"{at}.notify_url", expected_data_type="website")
    if not is_on_this_machine(given):
        message = "the sandbox only notifies addresses on this machine: use http://127.0.0.1:PORT/…"
        raise ZohoRefusal("INVALID_DATA", message, {"api_name": "notify_url", "json_path": f"{at}.notify_url"})
    return given


def _token(given: Json, at: str) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str) or len(given) > TOKEN_LENGTH:
        raise refused("INVALID_DATA", "token", f"{at}.token", maximum_length=TOKEN_LENGTH)
    return given


def _flag(told: Mapping[str, Json], name: str, at: str) -> bool:
    given = told.get(name, False)
    if not isinstance(given, bool):
        raise refused("INVALID_DATA", name, f"{at}.{name}", expected_data_type="boolean")
    return given


def _missing(name: str, at: str) -> ZohoRefusal:
    return refused("MANDATORY_NOT_FOUND", name, f"{at}.{name}")


def _bad_expiry(at: str) -> ZohoRefusal:
    return refused("INVALID_DATA", "channel_expiry", f"{at}.channel_expiry", expected_data_type="datetime")
