"""What Zoho says changed hastens a read where it carries our token, and does nothing else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.inbound.gateway import BODY_LIMIT
from bot.inbound.zoho_changes import ChangesHeard, Channel
from store.domain.crm.accounts import Stream
from tests.bot.door import Door, opened
from tests.bot.fuzz.wire import http

CHANNEL = Channel(url="https://bot.example.com/zoho/changes", secret="client-secret")


@dataclass
class Listening:
    door: Door
    heard: list[Stream] = field(default_factory=list)

    async def tells(self, body: object, *, path: str = "/zoho/changes", method: str = "POST") -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        data = http([("Content-Type", "application/json")], raw)
        return await self.door.send(data.replace(b"POST /slack/events", f"{method} {path}".encode(), 1))


@pytest.fixture
async def zoho() -> AsyncIterator[Listening]:
    heard: list[Stream] = []
    async for door in _doors(heard):
        yield Listening(door, heard)


async def _doors(heard: list[Stream]) -> AsyncIterator[Door]:
    async with opened(changes=ChangesHeard(CHANNEL, heard.append)) as door:
        yield door


def notification(**changes: Any) -> dict[str, Any]:
    body = {"module": "Deals", "ids": ["1"], "operation": "update", "channel_id": CHANNEL.id, "token": CHANNEL.token}
    return {name: value for name, value in (body | changes).items() if value is not None}


async def test_a_notification_with_our_token_hastens_the_read_of_its_stream(zoho: Listening) -> None:
    assert await zoho.tells(notification()) == 200
    assert await zoho.tells(notification(module="Events", channel_id=int(CHANNEL.id))) == 200
    assert zoho.heard == [Stream.DEALS, Stream.MEETINGS]


@pytest.mark.parametrize(
    "body",
    [
        notification(token="another"),
        notification(token=None),
        notification(token=17),
        notification(token="é"),
        [notification()],
        "text",
        b"",
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"token": NaN}',
        b'{"token": "\\ud800"}',
        b'{"module": "\\udfff", "token": "%b"}' % CHANNEL.token.encode(),
        b'{"token": "%b", "token": "%b"}' % ((CHANNEL.token.encode(),) * 2),
        b'{"a":' * 50_000,
        '{"token": ""}'.encode("utf-16"),
    ],
    ids=str,
)
async def test_without_our_token_it_is_nothing(zoho: Listening, body: object) -> None:
    assert await zoho.tells(body) == 401
    assert zoho.heard == []


@pytest.mark.parametrize("changes", [{"module": None}, {"module": 3}, {"channel_id": "17"}, {"channel_id": None}])
async def test_what_is_no_notification_of_our_channel_is_refused(zoho: Listening, changes: dict[str, Any]) -> None:
    assert await zoho.tells(notification(**changes)) == 400
    assert zoho.heard == []


async def test_a_module_that_nobody_reads_is_taken_and_forgotten(zoho: Listening) -> None:
    assert await zoho.tells(notification(module="Invoices")) == 200
    assert zoho.heard == []


async def test_the_address_takes_posts_of_a_sane_size_alone(zoho: Listening) -> None:
    assert await zoho.tells(b" " * (BODY_LIMIT + 1)) == 413
    assert await zoho.tells(notification(), method="GET") == 405
    assert await zoho.tells(notification(), path="/zoho/changes/") == 404


async def test_without_a_channel_there_is_no_such_address() -> None:
    async with opened() as door:
        assert await Listening(door).tells(notification()) == 404


def test_the_secret_shows_nowhere_and_another_address_has_another_token() -> None:
    assert "client-secret" not in repr(CHANNEL)
    assert "client-secret" not in CHANNEL.token + CHANNEL.id
    assert Channel(url="https://other.example.com/zoho/changes", secret="client-secret").token != CHANNEL.token
    assert len(CHANNEL.token) <= 50
    assert CHANNEL.id.isdigit()
