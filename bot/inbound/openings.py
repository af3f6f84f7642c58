"""After each listener: note what shows that the person looked at their brief (`store.domain.pilot.opening`).

Only listeners come here, so nothing is noted of someone who was turned away. A note that fails costs no one an answer.
"""

from __future__ import annotations

from typing import Protocol

import structlog
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from agents.flows.access.identity import Caller
from bot.inbound.asker import asker_of
from bot.inbound.envelope import Body, is_from_a_person
from bot.views.action_ids import SURVEY, WHY
from bot.views.confirm_link import CONFIRM_LINK, CONFIRM_MODAL, REFUSE_LINK
from store.domain.errors import SergasError
from store.domain.pilot.opening import Sign

log = structlog.get_logger()

_TABS = {"home": Sign.HOME, "messages": Sign.MESSAGES}
_ABOUT_THEMSELVES = (CONFIRM_LINK, REFUSE_LINK, CONFIRM_MODAL)


class Openings(Protocol):
    async def __call__(self, caller: Caller, sign: Sign, /) -> bool:
        """Record a sign of this person; False if there was nothing to record."""
        ...


class Noticing(AsyncListenerCompletionHandler):
    """Satisfies Bolt; `then` ends the request."""

    def __init__(self, openings: Openings, then: AsyncListenerCompletionHandler) -> None:
        self._openings = openings
        self._then = then

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        sign = sign_in(request.body)
        if sign is not None:
            try:
                await self._openings(await asker_of(request.context).at_home(), sign)
            except SergasError as problem:
                log.warning("opening.not_noted", error=type(problem).__name__)
        await self._then.handle(request, response)


def sign_in(body: Body) -> Sign | None:
    """What a request shows; None for one that says nothing about the brief, such as an answer to who someone is or to the
    survey."""
    event = body.get("event")
    if event is not None:
        if event.get("type") == "app_home_opened":
            return _TABS.get(str(event.get("tab")))
        return Sign.SAID if event.get("type") == "message" and is_from_a_person(event) else None
    if body.get("command") is not None:
        return Sign.SAID
    if body.get("type") == "view_submission":
        return None if (body.get("view") or {}).get("callback_id") in _ABOUT_THEMSELVES else Sign.PRESS
    pressed = [str(each.get("action_id")) for each in body.get("actions") or ()]
    if not pressed or pressed[0] in _ABOUT_THEMSELVES or pressed[0].startswith(SURVEY):
        return None
    return Sign.WHY if pressed[0] == WHY else Sign.PRESS
