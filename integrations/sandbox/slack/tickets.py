"""Trigger ids and response URLs, which Slack sends with an interaction and accepts back for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from integrations.sandbox.slack.installation import Clock, Refusal

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_URL_LIFE = timedelta(minutes=30)
RESPONSE_URL_USES = 5


class Triggers:
    """Ids that open one modal within three seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, tuple[str, datetime]] = {}
        self._used: set[str] = set()

    def issue(self, user_id: str) -> str:
        trigger_id = f"{int(self._clock().timestamp() * 1000)}.{token_hex(4)}.{token_hex(16)}"
        self._issued[trigger_id] = (user_id, self._clock())
        return trigger_id

    def redeem(self, trigger_id: str | None) -> str:
        """Return the person it was issued for. Raises: Refusal `invalid_`, `exchanged_` or `expired_trigger_id`."""
        if not trigger_id or trigger_id not in self._issued:
            raise Refusal("invalid_trigger_id")
        user_id, issued = self._issued[trigger_id]
        if trigger_id in self._used:
            raise Refusal("exchanged_trigger_id")
        if self._clock() - issued > TRIGGER_LIFE:
            raise Refusal("expired_trigger_id")
        self._used.add(trigger_id)
        return user_id


@dataclass(slots=True)
class ResponseTicket:
    """The target of an answer to a response URL; `ts` is the message of the interaction, if there was one."""

    channel: str
    user_id: str
    ts: str | None
    issued: datetime
    uses: int = 0


class ResponseTickets:
    """Tickets behind response URLs: five uses in thirty minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, ResponseTicket] = {}

    def issue(self, *, channel: str, user_id: str, ts: str | None) -> str:
        name = token_hex(12)
        self._issued[name] = ResponseTicket(channel, user_id, ts, self._clock())
        return name

    def use(self, name: str) -> ResponseTicket:
        """Raises: Refusal `expired_url` or `used_url`."""
        ticket = self._issued.get(name)
        if ticket is None or self._clock() - ticket.issued > RESPONSE_URL_LIFE:
            raise Refusal("expired_url")
        if ticket.uses >= RESPONSE_URL_USES:
            raise Refusal("used_url")
        ticket.uses += 1
        return ticket
