"""Payloads that Slack would not send, made of those it does: parts replaced, removed, moved, retyped, and their bytes changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any
from urllib.parse import quote

from tests.bot.fuzz.genuine import FORM, JSON, Genuine, encode

Place = tuple[Any, Any]  # a container and the key of a part in it
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 7, 10**30, 1.5, float("inf"), float("nan"), "", " ", "x", "\0", "a\0b", "\ud800", "\udfff!", "𐀀" * 255,
    "A" * 3_001, "9" * 5_000, "0" * 32 + ":1", ":", "|||", "T0OTHER", "U0EVE", "U0BOB", "../..", "<!channel>", "%00", "\r\nX: 1",
    "'; DROP TABLE proposal; --", "{}", "null", "١٢٣", "\u202eevil", "1.2", "modal", "message", "approve_proposal", "reject_modal",
    [], {}, [None], [[]], [{}], {"id": None}, {"id": 5}, {"id": []}, {"type": []}, {"": ""}, {"\0": 1}, {"\ud800": 1},
    {"id": {"id": "x"}},
)  # fmt: skip


def mutated(rng: Random, genuine: Genuine, others: Sequence[Genuine]) -> tuple[bytes, str]:
    """One to three changes of the payload itself, and at times of its bytes; body and media type."""
    payload: Any = genuine.payload
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        payload = rng.choice(_CHANGES)(rng, payload, others)
    carried = genuine.carried if rng.random() < 0.9 else rng.choice(("json", "payload", "form"))
    try:
        body, media_type = encode(carried, payload)
    except RecursionError:
        body, media_type = b"[" * 5_000, JSON
    if rng.random() < 0.15:
        body = rng.choice(BYTES)(rng, body)
    if rng.random() < 0.03:
        media_type = rng.choice(
            (JSON, FORM, "application/json; charset=utf-16", "text/plain", "multipart/form-data", "x", "")
        )
    return body, media_type


def _replace(rng: Random, payload: Any, _others: Sequence[Genuine]) -> Any:
    return _put(rng, payload, lambda _: rng.choice(ODD))


def _remove(rng: Random, payload: Any, _others: Sequence[Genuine]) -> Any:
    if places := list(_places(payload)):
        container, key = rng.choice(places)
        del container[key]
    return payload


def _wrap(rng: Random, payload: Any, _others: Sequence[Genuine]) -> Any:
    return _put(rng, payload, lambda value: rng.choice(([value], {"id": value}, [value, value], json.dumps(value))))


def _splice(rng: Random, payload: Any, others: Sequence[Genuine]) -> Any:
    """A part of another payload in the place of one, most often under the same name."""
    other = rng.choice(others).payload
    if rng.random() < 0.5 and (shared := [key for key in other if isinstance(payload, dict) and key in payload]):
        key = rng.choice(shared)
        return payload | {key: copy.deepcopy(other[key])}
    found = [container[key] for container, key in _places(other)]
    return _put(rng, payload, lambda _: copy.deepcopy(rng.choice(found)))


def _swap(rng: Random, payload: Any, _others: Sequence[Genuine]) -> Any:
    if isinstance(payload, dict) and len(payload) > 1:
        one, two = rng.sample(sorted(payload), 2)
        payload[one], payload[two] = payload[two], payload[one]
    return payload


def _add(rng: Random, payload: Any, others: Sequence[Genuine]) -> Any:
    """A part that is not there: of another payload, or unheard of."""
    if isinstance(payload, dict):
        other = rng.choice(others).payload
        key = rng.choice((*other, "unheard_of", "payload", "ssl_check", "command", "event", "view", "bot_access_token"))
        payload[key] = copy.deepcopy(other.get(key, rng.choice(ODD)))
    return payload


def _deepen(rng: Random, payload: Any, _others: Sequence[Genuine]) -> Any:
    nested: Any = "deep"
    for _ in range(rng.choice((10, 40, 62, 70, 300))):
        nested = rng.choice(([nested], {"elements": nested}))
    return _put(rng, payload, lambda _: nested)


def _respell(rng: Random, payload: Any, _others: Sequence[Genuine]) -> Any:
    def changed(value: Any) -> Any:
        text = value if isinstance(value, str) else json.dumps(value)
        at = rng.randrange(len(text) + 1)
        return rng.choice(
            (text.upper(), text + " ", text[:at], text[:at] + "\u200b" + text[at:], text[::-1], text + "0", text * 40)
        )

    return _put(rng, payload, changed)


_CHANGES = (
    _replace,
    _replace,
    _replace,
    _remove,
    _remove,
    _wrap,
    _splice,
    _splice,
    _swap,
    _add,
    _add,
    _deepen,
    _respell,
    _respell,
)


def _put(rng: Random, payload: Any, change: Callable[[Any], Any]) -> Any:
    """Change one part, those near the top more often; now and then the whole."""
    places = list(_places(payload))
    if not places or rng.random() < 0.01:
        return change(payload)
    near = [place for place in places if place[0] is payload]
    container, key = rng.choice(near if near and rng.random() < 0.4 else places)
    container[key] = change(container[key])
    return payload


def _places(value: Any) -> Iterator[Place]:
    level = [value]
    while level:
        container = level.pop()
        keys = (
            list(container)
            if isinstance(container, dict)
            else range(len(container))
            if isinstance(container, list)
            else ()
        )
        for key in keys:
            yield container, key
            level.append(container[key])


def flipped(rng: Random, body: bytes) -> bytes:
    """One bit the other way."""
    if not body:
        return b"x"
    at = rng.randrange(len(body))
    return body[:at] + bytes([body[at] ^ (1 << rng.randrange(8))]) + body[at + 1 :]


def _cut(rng: Random, body: bytes) -> bytes:
    return body[: rng.randrange(len(body) + 1)]


def _inserted(rng: Random, body: bytes) -> bytes:
    at = rng.randrange(len(body) + 1)
    odd = rng.choice(
        (b"\0", b"%00", b"\xff\xfe", b"%ED%A0%80", b"&", b"=", b"\r\n", b"{", b"\xef\xbb\xbf", b"\\u0000", b"\\ud800")
    )
    return body[:at] + odd + body[at:]


def _twice(_rng: Random, body: bytes) -> bytes:
    return body + b"&" + body


def _garbage(rng: Random, body: bytes) -> bytes:
    broken = (
        b"", b"{", b"[]", b"null", b'"x"', b"NaN", b"[" * 50_000, b'{"a":' * 5_000, b"1" * 5_000, b"-Infinity", b"{}",
        rng.randbytes(64),
    )  # fmt: skip
    chosen = rng.choice(broken)
    return rng.choice((chosen, b"payload=" + quote(chosen).encode(), body + chosen, chosen + body))


BYTES = (flipped, flipped, _cut, _inserted, _inserted, _twice, _garbage)
