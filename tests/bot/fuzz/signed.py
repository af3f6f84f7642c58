"""Requests that our secret signs, whatever they hold; and which presses may stand behind a decision."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any
from urllib.parse import parse_qsl

from tests.bot.fuzz.genuine import Genuine, signature
from tests.bot.fuzz.mutations import mutated
from tests.bot.fuzz.wire import Request, chunked, http
from tests.flows.stage import TEAM

NAMES_OF_ONE = ("action_ts", "trigger_id", "event_id", "client_msg_id")  # what the inbox knows a request by
Press = tuple[str, str]  # the Slack user and the `id:version` of a proposal


def renewed(rng: Random, genuine: Genuine, *, proposals: dict[str, str]) -> Genuine:
    """The same as a new request of its own, about other proposals: old `id:version` to new."""
    text = json.dumps(genuine.payload)
    for old, new in proposals.items():
        text = text.replace(old, new)
    return Genuine(genuine.carried, _renamed(json.loads(text), str(rng.getrandbits(48))))


def _renamed(value: Any, fresh: str) -> Any:
    if isinstance(value, dict):
        return {key: fresh if key in NAMES_OF_ONE else _renamed(part, fresh) for key, part in value.items()}
    return [_renamed(part, fresh) for part in value] if isinstance(value, list) else value


def absurdity(rng: Random, genuine: Genuine, others: Sequence[Genuine], *, secret: str) -> Request:
    """A mutated payload under our signature, at times in an odd envelope; now and then one that is as Slack sends it."""
    body, media_type = genuine.encoded() if rng.random() < 0.05 else mutated(rng, genuine, others)
    headers: list[tuple[str, str | bytes]] = [("Content-Type", media_type), *signature(body, secret=secret).items()]
    if rng.random() < 0.1:
        headers += [("X-Slack-Retry-Num", rng.choice(("1", "x", "-1"))), ("X-Slack-Retry-Reason", "http_timeout")]
    if rng.random() < 0.1:
        headers = [(rng.choice((name, name.lower(), name.upper())), value) for name, value in headers]
        rng.shuffle(headers)
    if rng.random() < 0.1 and body:
        headers.append(("Transfer-Encoding", "chunked"))
        data = http(headers, chunked(body, size=rng.choice((1_000, 4_096))), length=None)
    else:
        data = http(headers, body)
    return Request(label="signed", data=data, signed=True, body=body, media_type=media_type)


def press_in(request: Request) -> Press | None:
    """Whose press or submission about which proposal a body may be taken for, read as generously as it can be."""
    try:
        payload = json.loads(_json_of(request.body.decode()))
        person, home = payload["user"]["id"], payload["user"].get("team_id") or payload["team"]["id"]
        pressed = {
            "block_actions": lambda: payload["actions"][0]["value"],
            "view_submission": lambda: payload["view"]["private_metadata"].partition("|")[0],
        }[payload["type"]]()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return (person, pressed) if home == TEAM and isinstance(person, str) and isinstance(pressed, str) else None


def _json_of(text: str) -> str:
    return text if text.lstrip().startswith("{") else dict(parse_qsl(text, keep_blank_values=True))["payload"]
