"""What Slack sends is read; what it would not send is refused, in whatever part it is wrong."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.inbound.envelope import inbox_key
from bot.inbound.payload import read_payload
from store.database import Database
from store.domain.text.outside_json import DEPTH
from tests.bot.door import form, press
from tests.bot.fuzz.genuine import FORM, JSON

SUBMISSION = {
    "type": "view_submission",
    "team": {"id": "T0SERGAS"},
    "user": {"id": "U0ANNA"},
    "view": {
        "type": "modal",
        "callback_id": "reject_modal",
        "private_metadata": "0:1||",
        "state": {"values": {"reason": {"reason": {"type": "radio_buttons", "selected_option": {"value": "timing"}}}}},
    },
}
MESSAGE = {
    "type": "event_callback",
    "team_id": "T0SERGAS",
    "event_id": "Ev1",
    "authorizations": [{"team_id": "T0SERGAS", "user_id": "U0BOT", "enterprise_id": None}],
    "event": {
        "type": "message",
        "channel": "D0ANNA",
        "channel_type": "im",
        "ts": "1.2",
        "user": "U0ANNA",
        "text": "Why?",
    },
}
COMMAND = {
    "command": "/review-account",
    "text": "payload {1}",
    "user_id": "U0ANNA",
    "team_id": "T0SERGAS",
    "trigger_id": "1.2",
}
GENUINE: list[dict[str, Any]] = [press(), SUBMISSION, MESSAGE]


@pytest.mark.parametrize("payload", GENUINE)
def test_what_slack_sends_is_read_as_it_is(payload: dict[str, Any]) -> None:
    assert read_payload(form(payload), FORM) == payload
    assert read_payload(json.dumps(payload).encode(), JSON) == payload


def test_a_command_is_read_whatever_its_text_looks_like() -> None:
    assert read_payload(urlencode(COMMAND).encode(), FORM) == COMMAND


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        *((body, media_type) for media_type in (JSON, FORM) for body in (b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}")),
        (b"[" * 100_000, JSON),
        (b'{"a":' * 5_000, JSON),
        (b'{"type": "app_rate_limited", "n": NaN}', JSON),
        (b'{"type": "app_rate_limited", "n": -Infinity}', JSON),
        (b'{"type": "app_rate_limited", "n": 1e999}', JSON),
        (b'{"type": "app_rate_limited", "n": ' + b"9" * 5_000 + b"}", JSON),
        (b'{"type": "app_rate_limited", "\\u0000": 1}', JSON),
        (b'{"type": "app_rate_limited", "n": [{"a": ["\\ud800"]}]}', JSON),
        (b'{"type": "app_rate_limited", "type": "app_rate_limited"}', JSON),
        (b"\xef\xbb\xbf" + b'{"type": "app_rate_limited"}', JSON),
        (b"payload=%7B%7D&payload=%7B%7D", FORM),
        (b"command=%2Fa&command=%2Fb", FORM),
        (b"command=%2Fa&text=%00", FORM),
        (b"command=%2Fa&text=%FF", FORM),
        (b"command=%2Fa&text=%ED%A0%80", FORM),
        (b"command", FORM),
        (b"&".join(b"a%d=1" % n for n in range(200)), FORM),
        (form(press()) + b"&command=%2Freview-account", FORM),
    ],
)  # fmt: skip
def test_broken_bodies_are_refused(body: bytes, media_type: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever says no, it is a ValueError
        read_payload(body, media_type)


@pytest.mark.parametrize("levels", [DEPTH - 2, DEPTH + 2])
def test_nesting_is_limited(levels: int) -> None:
    nested: Any = 1
    for _ in range(levels):
        nested = [nested]
    body = json.dumps({"type": "app_rate_limited", "nested": nested}).encode()
    if levels < DEPTH:
        assert read_payload(body, JSON)["nested"] == nested
    else:
        with pytest.raises(ValueError, match="deep"):
            read_payload(body, JSON)


@pytest.mark.parametrize(
    ("place", "values"),
    [
        ("type", (None, 1, [], "interactive_message", "workflow_step_edit", "view_submissio")),
        ("team", ("T0SERGAS", [], {"id": 5}, {"id": []}, {"id": "T" * 65})),
        ("user", ("U0ANNA", 1, {"id": {}}, {"id": "U", "team_id": 1})),
        ("channel", ("D0ANNA", {"id": 1})),
        ("message", ([], {"ts": 1}, {"thread_ts": {}})),
        ("trigger_id", (1, [], "1" * 256)),
        ("response_url", (1, {})),
        ("actions", (None, [], {}, [None], [{}], [{"action_id": 1}], [{"action_id": "a" * 256}])),
        ("actions.0.value", (1, [], {})),
        ("actions.0.action_ts", (1.2, [], "1" * 65)),
        ("actions.0.selected_option", ("x", {"value": 1}, {"value": "x", "text": "x"})),
        ("view", (None, [], {}, {"type": "workflow_step"})),
        ("event", (None, [], {}, {"type": None}, {"type": "message"}, {"type": "message", "channel": {"id": "C"}, "ts": "1"})),
        ("authorizations", ({}, [None], [{"team_id": 1}])),
        ("response_urls", ([None], {})),
    ],
)  # fmt: skip
def test_every_part_that_is_read_has_its_one_type(place: str, values: tuple[object, ...]) -> None:
    for value in values:
        payload = copy.deepcopy(press())
        part: Any = payload
        *way, last = place.split(".")
        for step in way:
            part = part[int(step)] if step.isdigit() else part[step]
        part[last] = value
        with pytest.raises(ValueError):  # noqa: PT011 - any complaint about the value will do
            read_payload(form(payload), FORM)


@pytest.mark.parametrize("part", ["user", "trigger_id", "actions"])
def test_a_press_without_what_every_press_has_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match=f"there is no {part}"):
        read_payload(form({name: value for name, value in press().items() if name != part}), FORM)


@pytest.mark.parametrize(
    "state",
    [None, [], {}, {"values": []}, {"values": {"reason": []}}, {"values": {"reason": {"reason": {"value": 1}}}}],
)
def test_what_was_entered_into_a_modal_has_its_one_shape(state: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any complaint about the value will do
        read_payload(form(SUBMISSION | {"view": SUBMISSION["view"] | {"state": state}}), FORM)  # type: ignore[operator]  # the value has the right type here


async def test_the_longest_ids_there_may_be_make_a_key_that_every_database_keeps(database: Database) -> None:
    """PostgreSQL refuses rows whose key takes more than a third of a page."""
    rng = Random(1)  # what does not compress
    longest = {name: "".join(chr(rng.randrange(0x20000, 0x2A000)) for _ in range(length)) for name, length in
               {"user": 64, "action_ts": 64, "action_id": 255, "block_id": 255}.items()}  # fmt: skip
    action = {name: text for name, text in longest.items() if name != "user"}
    body = read_payload(form(press(user={"id": longest["user"]}, actions=[action])), FORM)
    key = inbox_key(body)
    assert key is not None
    async with database.transaction() as tx:
        assert await tx.inbox.first_time(key, datetime(2026, 3, 24, tzinfo=UTC))
