"""Requests as Slack sends them, to be mutated: captured from the sandbox Slack, and the kinds it does not send written by hand.

https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from integrations.sandbox.slack import SlackSandbox, forms
from tests.flows.stage import ANNAS, BOBS, EVES, MIAS, TEAM, Stage

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
NOWHERE = "http://127.0.0.1:9/"
Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Genuine:
    """A payload and how it travels: `json` (events), `payload` (interactions, a form with one field) or `form` (commands)."""

    carried: str
    payload: Payload

    def encoded(self) -> tuple[bytes, str]:
        return encode(self.carried, self.payload)


def encode(carried: str, payload: Any) -> tuple[bytes, str]:
    """The body and its media type."""
    if carried == "form" and isinstance(payload, dict):
        return urlencode({key: _field(value) for key, value in payload.items()}, errors="surrogatepass").encode(), FORM
    if carried == "payload":
        return urlencode({"payload": json.dumps(payload)}).encode(), FORM
    return json.dumps(payload).encode(), JSON


def signature(body: bytes, *, secret: str, at: float | None = None) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


async def captured(stage: Stage) -> list[Genuine]:
    """What the people of a stage can send on the morning after: every element of their messages, their Home and their modals,
    a question, a command. Nothing of it reaches the bot."""
    slack = stage.slack
    await _fill(stage)
    async with _unplugged(slack):
        for user_id in (ANNAS, BOBS, MIAS, EVES):
            await _use_everything(slack, user_id)
    kinds = {"events_api": "json", "interactive": "payload", "slash_commands": "form"}
    parcels = [parcel for parcel, receipt in slack.deliveries if parcel.attempt == 0 and not receipt.acknowledged]
    found = [Genuine(kinds[parcel.kind], copy.deepcopy(parcel.payload)) for parcel in parcels]
    return [*found, *_by_hand(found)]


async def _fill(stage: Stage) -> None:
    """Have the bot show what has elements to use: a Home, a choice of accounts, a modal."""
    slack = stage.slack
    for user_id in (ANNAS, MIAS):
        await slack.home(user_id)
        await slack.until(lambda user_id=user_id: slack.home_view(user_id) is not None)  # type: ignore[misc]  # mypy cannot infer the lambda
    await slack.command(ANNAS, "/review-account", "acme")
    await slack.until(lambda: bool(slack.ephemerals(ANNAS)))
    await stage.open_modal("reject_proposal", await stage.proposal())


@asynccontextmanager
async def _unplugged(slack: SlackSandbox) -> AsyncIterator[None]:
    plugged = slack.request_url
    slack.request_url = NOWHERE
    yield
    await slack.settled()
    assert plugged is not None
    slack.request_url = plugged


async def _use_everything(slack: SlackSandbox, user_id: str) -> None:
    places = [slack.dm(ANNAS), slack.ephemerals(user_id)]
    for message in [message for place in places for message in place]:
        for block, element in forms.elements(message.get("blocks", [])):
            named = {"ts": message["ts"], "block_id": block["block_id"], "value": _chosen(element)}
            await slack.click(user_id, element["action_id"], channel=slack.channel(ANNAS), **named)
    for block, element in forms.elements((slack.home_view(user_id) or {"blocks": []})["blocks"]):
        view_id = (slack.home_view(user_id) or {})["id"]
        await slack.click_in_view(
            user_id, element["action_id"], view_id=view_id, block_id=block["block_id"], value=_chosen(element)
        )
    if slack.modal(user_id):
        await slack.submit(user_id, {"reason": {"reason": "other"}, "comment": {"comment": "Next quarter."}})
    await slack.home(user_id)
    await slack.command(user_id, "/review-account", "Acme Robotics")
    asked = await slack.message(user_id, "Why is Acme Robotics at risk?")
    await slack.message(user_id, "approve", thread_ts=asked["ts"])


def _chosen(element: Payload) -> Any:
    """What to choose of a list of options."""
    return element["options"][0]["value"] if element["type"] in ("static_select", "overflow") else element.get("value")


def _by_hand(found: list[Genuine]) -> Iterator[Genuine]:
    press = next(each.payload for each in found if each.payload.get("type") == "block_actions")
    submission = next(each.payload for each in found if each.payload.get("type") == "view_submission")
    common = {key: press[key] for key in ("team", "user", "api_app_id", "token", "trigger_id")}
    closed = {key: value for key, value in submission.items() if key != "trigger_id"}
    yield Genuine("payload", closed | {"type": "view_closed", "is_cleared": False})
    yield Genuine("payload", common | {"type": "shortcut", "callback_id": "review", "action_ts": "1.2"})
    yield Genuine(
        "payload",
        common
        | {key: press[key] for key in ("message", "channel", "response_url")}
        | {"type": "message_action", "callback_id": "review", "message_ts": "1.2"},
    )
    yield Genuine(
        "payload",
        common
        | {
            "type": "block_suggestion",
            "action_id": "account",
            "block_id": "b",
            "value": "ac",
            "container": press["container"],
        },
    )
    yield Genuine(
        "json", {"type": "url_verification", "token": "t", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkv"}
    )
    yield Genuine(
        "json", {"type": "app_rate_limited", "token": "t", "team_id": TEAM, "minute_rate_limited": 1518467820}
    )
    yield Genuine("form", {"ssl_check": "1", "token": "t"})


def _field(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
