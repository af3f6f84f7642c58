"""Ask Zoho to notify us of changes. A notification only triggers the next read early; its content is never trusted.

Source: zoho.com/crm/developer/docs/api/v8/notifications/overview.html: a channel lasts a week at most, notes are not
watched, each notification carries the token we chose, and Zoho doesn't resend a notification that failed.
"""

from __future__ import annotations

from datetime import datetime

from integrations.zoho.errors import complaint_in, unexpected
from integrations.zoho.reading.queries import STREAMS, stamp
from integrations.zoho.transport import Answer, Call, ZohoTransport
from store.domain.crm.accounts import Stream
from store.domain.errors import CrmRefused

WATCHED = tuple(module for stream, module in STREAMS.items() if stream is not Stream.NOTES)


class Watches:
    """This client's channels at Zoho, by their ids."""

    def __init__(self, transport: ZohoTransport) -> None:
        self._transport = transport

    async def open(self, channel: str, *, url: str, token: str, until: datetime) -> None:
        """Make sure the channel exists until then and notifies this address, whether new or not. Raises: CrmError."""
        wanted: dict[str, object] = {
            "channel_id": channel,
            "events": [f"{module}.all" for module in WATCHED],
            "channel_expiry": stamp(until),
            "token": token,
            "notify_url": url,
        }
        try:
            await self._ask("POST", wanted)
        except CrmRefused:  # it exists already: update it
            await self._ask("PUT", wanted)

    async def close(self, channel: str) -> None:
        """Raises: CrmError."""
        answer = await self._transport.read(
            Call(method="DELETE", path="/actions/watch", params={"channel_ids": channel})
        )
        _check(answer)

    async def _ask(self, method: str, wanted: dict[str, object]) -> None:
        call = Call(method="POST" if method == "POST" else "PUT", path="/actions/watch", json={"watch": [wanted]})
        _check(await self._transport.read(call))


def _check(answer: Answer | None) -> None:
    """Raises: CrmRefused if Zoho did not do it."""
    results = (answer or {}).get("watch")
    if not isinstance(results, list) or not results:
        raise unexpected("it does not say what became of the channel")
    for result in results:
        if result.get("status") != "success":
            complaint = complaint_in(result, otherwise="CHANNEL_REFUSED")
            raise CrmRefused(complaint.sentence, code=complaint.code, field=complaint.field)
