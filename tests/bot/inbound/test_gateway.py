"""Signed HTTP: what Slack signs is served, everything else is refused with the status that the manual names."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.inbound.gateway import BODY_LIMIT, WINDOW_SECONDS, Refusal
from tests.bot.desk import ANNA, TEAM
from tests.bot.door import VALUE, Door, form, opened, press, sign
from tests.bot.fuzz.genuine import FORM, JSON
from tests.bot.fuzz.wire import CLOSED, Headers, chunked, http
from tests.documents import read, table

SECONDS = 0.3
STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with opened(read_seconds=SECONDS, idle_seconds=SECONDS) as made:
        yield made


# What passes


async def test_a_signed_press_is_decided_and_acknowledged(door: Door) -> None:
    receipt = await door.slack.click(ANNA, "approve_proposal", value=VALUE)
    assert receipt.acknowledged
    assert door.desk.approvals == [VALUE[:32]]


async def test_a_signed_question_and_a_signed_command_are_answered(door: Door) -> None:
    root = door.slack.dm(ANNA)[0]["ts"]
    await door.slack.message(ANNA, "why?", thread_ts=root)
    await door.slack.until(lambda: "It moved." in door.slack.dm(ANNA)[-1]["text"])
    assert (await door.slack.command(ANNA, "/review-account", "acme 1")).acknowledged
    await door.slack.until(lambda: "Review: Acme 1" in str(door.slack.dm(ANNA)[-1]))


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("directmessage", "Looking at “acme 1”…"),
        ("sales", "Looking at “acme 1”; the review comes in our direct message."),
    ],
)
async def test_a_command_typed_elsewhere_says_where_its_review_comes(door: Door, channel: str, said: str) -> None:
    typed = {"command": "/review-account", "text": "acme 1", "team_id": TEAM, "user_id": ANNA, "channel_name": channel}
    body = urlencode({**typed, "channel_id": "C0SALES", "api_app_id": "A0SERGAS", "trigger_id": "1.2.3"}).encode()
    async with aiohttp.ClientSession() as session, session.post(door.url, data=body, headers=sign(body)) as answer:
        assert (await answer.json())["text"] == said


async def test_a_command_that_names_a_payload_is_understood(door: Door) -> None:
    """Bolt's own parsing takes it for an empty interaction."""
    await door.slack.command(ANNA, "/review-account", "payload logistics")
    await door.slack.until(lambda: "no account called “payload logistics”" in str(door.slack.ephemerals(ANNA)))


async def test_a_body_in_chunks_is_served(door: Door) -> None:
    body = form(press())
    headers = [*sign(body).items(), ("Transfer-Encoding", "chunked")]
    assert await door.send(http(headers, chunked(body, size=100), length=None)) == 200
    assert door.desk.approvals == [VALUE[:32]]


async def test_the_address_check_of_slack_is_answered(door: Door) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c-1"}).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.post(door.url, data=body, headers=sign(body, content_type=JSON)) as answer,
    ):
        assert (answer.status, await answer.json()) == (200, {"challenge": "c-1"})
    assert await door.signed(b"ssl_check=1&token=x", FORM) == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_health_is_told_to_anybody_and_nothing_else(door: Door, method: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, door.url.replace("/slack/events", "/healthz")) as answer,
    ):
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
        assert await answer.text() == ('{"ok": true}' if method == "GET" else "")
        assert not {"Server", "X-Powered-By"} & set(answer.headers)


# What decides nothing all the same


async def test_nothing_is_acknowledged_that_could_not_be_kept(door: Door) -> None:
    door.desk.inbox_down = True
    receipt = await door.slack.click(ANNA, "approve_proposal", value=VALUE)
    assert not receipt.acknowledged
    assert door.slack.warnings(ANNA)
    assert door.desk.approvals == []
    assert await door.signed(form(press()), FORM) == 503


@pytest.mark.parametrize("changes", [{"team": {"id": "T0OTHER"}}, {"user": {"id": ANNA, "team_id": "T0OTHER"}}])
async def test_a_press_from_another_workspace_decides_nothing(door: Door, changes: dict[str, Any]) -> None:
    assert await door.signed(form(press(**changes)), FORM) == 200
    assert door.desk.approvals == []


async def test_a_replayed_payload_counts_once(door: Door) -> None:
    body = form(press())
    for _ in range(3):
        assert await door.signed(body, FORM) == 200
    assert door.desk.approvals == [VALUE[:32]]


# The signature


async def test_every_changed_byte_of_body_time_and_signature_is_refused(door: Door) -> None:
    body = form(press())
    headers = sign(body)
    for at in range(len(body)):
        assert await door.post(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :], headers) == 401
    for name in (STAMP, SIGNATURE):
        for at, char in enumerate(headers[name]):
            forged = headers[name][:at] + ("0" if char != "0" else "1") + headers[name][at + 1 :]
            assert await door.post(body, headers | {name: forged}) == 401
    assert door.desk.approvals == []


@pytest.mark.parametrize("name", [STAMP, SIGNATURE])
async def test_a_header_that_is_missing_or_given_twice_is_refused(door: Door, name: str) -> None:
    body = form(press())
    signed = sign(body)
    assert await door.post(body, {key: value for key, value in signed.items() if key != name}) == 401
    for second in (signed[name], "0", sign(body, secret="another")[name]):
        for headers in ([*signed.items(), (name.lower(), second)], [(name.upper(), second), *signed.items()]):
            assert await door.post(body, headers) == 401
    assert door.desk.approvals == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((STAMP, value) for value in ("", "abc", "-1", "1" * 400, "1" * 13, "١٢٣", "1e9", "+1", "0", "NaN", "01")),
        *((SIGNATURE, value) for value in ("", "v0=ä", "v0=", "v1=" + "0" * 64, "v0=" + "0" * 63, "v0=" + "A" * 64)),
    ],
)
async def test_a_malformed_signature_or_time_is_refused(door: Door, name: str, value: str) -> None:
    body = form(press())
    assert await door.post(body, sign(body) | {name: value}) == 401


@pytest.mark.parametrize(("seconds", "status"), [(-310, 401), (-290, 200), (290, 200), (310, 401)])
async def test_a_signature_counts_for_five_minutes(door: Door, seconds: int, status: int) -> None:
    assert abs(abs(seconds) - WINDOW_SECONDS) == 10
    body = form(press())
    assert await door.post(body, sign(body, at=time.time() + seconds)) == status


async def test_another_secret_is_refused(door: Door) -> None:
    body = form(press())
    assert await door.post(body, sign(body, secret="another")) == 401


# Each check and its status


def offence(refusal: Refusal) -> bytes:
    """A request that all checks before this one let pass."""
    body = form(press())
    headers = list(sign(body).items())
    stale, forged = sign(body, at=time.time() - 900), sign(body, secret="another")
    return {
        Refusal.PATH: http(headers, body, target="/slack", method="GET"),
        Refusal.METHOD: http([], body, method="PUT"),
        Refusal.UNSIGNED: http([("Content-Type", "text/plain")], body),
        Refusal.STALE: http(list((stale | {"Content-Type": "text/plain"}).items()), body),
        Refusal.MEDIA_TYPE: http(list((forged | {"Content-Type": "text/plain"}).items()), length=str(BODY_LIMIT + 1)),
        Refusal.TOO_LARGE: http(list(forged.items()), length=str(BODY_LIMIT + 1)),
        Refusal.TOO_SLOW: http(list(forged.items()), body, length=str(len(body) + 1)),
        Refusal.FORGED: http(list(sign(b"{", secret="another", content_type=JSON).items()), b"{"),
        Refusal.MALFORMED: http(list(sign(b"{", content_type=JSON).items()), b"{"),
    }[refusal]


@pytest.mark.parametrize("refusal", [each for each in Refusal if each is not Refusal.BROKEN_OFF])
async def test_each_check_refuses_with_its_status_before_those_that_follow(door: Door, refusal: Refusal) -> None:
    assert await door.send(offence(refusal)) == refusal.value[1]
    assert door.desk.approvals == []


def test_the_manual_lists_the_checks_in_their_order_with_their_statuses() -> None:
    rows = table(read("docs/operating.md"), "Check")
    listed = [(why.strip("`"), int(status)) for _, status, why in rows if "door." not in why]
    assert len(listed) == len(rows) - 1  # the door comes first, and has two
    assert listed == [refusal.value for refusal in Refusal]


async def test_a_body_beyond_the_limit_is_refused_before_its_end(door: Door) -> None:
    body = b"x" * (BODY_LIMIT + 1)
    endless = http([*sign(body).items(), ("Transfer-Encoding", "chunked")], chunked(body, size=4_096)[:-5], length=None)
    assert await door.send(endless) == 413


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP", "identity, gzip"])
async def test_what_would_have_to_be_unpacked_is_refused(door: Door, encoding: str) -> None:
    body = form(press())
    for sent in (body, gzip.compress(body)):
        assert await door.post(sent, sign(sent) | {"Content-Encoding": encoding}) == 415


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "//slack/events",
        "/slack/events/",
        "/slack/%65vents",
        "/slack/./events",
        "/a/../slack/events",
        "/SLACK/events",
        "http://a/slack/events",
    ],
)
async def test_an_address_spelt_otherwise_is_another(door: Door, target: str) -> None:
    body = form(press())
    assert await door.send(http(list(sign(body).items()), body, target=target)) == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "PROPFIND"])
async def test_other_methods_are_told_which_one_there_is(door: Door, method: str) -> None:
    async with aiohttp.ClientSession() as session, session.request(method, door.url) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")


# What is hardly HTTP


def smuggling(headers: Headers, body: bytes) -> list[bytes]:
    inner = http(headers, body)
    return [
        http([*headers, ("Transfer-Encoding", "chunked")], b"0\r\n\r\n" + inner),
        http([*headers, ("Content-Length", "0")], inner),
        http([*headers, ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "identity")], inner, length=None),
        http(headers, body + inner, length="-1"),
        http(headers, body, length="+5"),
        http([*headers, ("X", b"a\r\n b")], body),
        http([*headers, ("X Y", "z")], body),
        http([*headers, ("X", b"a\0b")], body),
        http([*headers, *((f"X-{n}", "x") for n in range(300))], body),
        http([*headers, ("X", "x" * 20_000)], body),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
    ]


async def test_two_readings_of_one_request_are_refused_quietly(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    body = form(press())
    statuses = [await door.send(data, whole=False) for data in smuggling(list(sign(body).items()), body)]
    assert set(statuses) <= {400, CLOSED}, statuses
    assert door.desk.approvals == []
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_length_that_is_too_small_leaves_no_request_behind(door: Door) -> None:
    body = form(press())
    assert await door.send(http(list(sign(body).items()), body, length="5")) in (400, 401)
    assert door.desk.approvals == []


async def test_a_sender_that_hangs_up_in_the_middle_leaves_a_line_in_the_log_and_no_trace(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    body = form(press())
    reader, writer = await asyncio.open_connection(*door.address)
    with capture_logs() as lines:
        writer.write(http(list(sign(body).items()), body[:-1], length=str(len(body))))
        writer.write_eof()
        assert await reader.read() == b""
        assert await door.send(http([], target="/healthz", method="GET")) == 200  # it has noticed by then
    assert {"event": "http.refused", "why": "broken off", "log_level": "info"} in lines
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    writer.close()


async def test_a_connection_on_which_no_request_is_finished_is_closed(door: Door) -> None:
    reader, writer = await asyncio.open_connection(*door.address)
    writer.write(b"POST /slack/events HTTP/1.1\r\nX-Slack-")
    async with asyncio.timeout(10 * SECONDS):
        assert await reader.read() == b""
    writer.close()
