"""Requests that carry no signature of ours, or are no requests at all: each of them is to be refused."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.bot.fuzz.genuine import signature
from tests.bot.fuzz.mutations import BYTES, flipped
from tests.bot.fuzz.wire import Headers, Request, chunked, http

STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Given:
    """What a forger may have: a body, our own signature of it (from which `secret` cannot be told) and a secret of theirs."""

    body: bytes
    media_type: str
    secret: str
    forgers: str

    def signed(self) -> dict[str, str]:
        return signature(self.body, secret=self.secret)

    def forged(self) -> dict[str, str]:
        return signature(self.body, secret=self.forgers)


def forgery(rng: Random, given: Given) -> Request:
    """One of many ways to get past the signature."""
    return rng.choices(tuple(_WAYS), weights=tuple(_WAYS.values()))[0](rng, given)


def _request(label: str, given: Given, signed: dict[str, str], *, body: bytes | None = None) -> Request:
    headers = [("Content-Type", given.media_type), *signed.items()]
    return Request(label=label, data=http(headers, given.body if body is None else body), signed=False)


def _unsigned(rng: Random, given: Given) -> Request:
    signed = given.signed()
    kept = rng.choice(({}, {STAMP: signed[STAMP]}, {SIGNATURE: signed[SIGNATURE]}, {STAMP: "", SIGNATURE: ""}))
    return _request("unsigned", given, kept)


def _anothers(_rng: Random, given: Given) -> Request:
    return _request("another's secret", given, given.forged())


def _other_body(rng: Random, given: Given) -> Request:
    changed = rng.choice(BYTES)(rng, given.body)
    return _request("other body", given, given.signed(), body=changed if changed != given.body else changed + b" ")


def _one_bit(rng: Random, given: Given) -> Request:
    return _request("one bit", given, given.signed(), body=flipped(rng, given.body))


def _other_signature(rng: Random, given: Given) -> Request:
    signed = given.signed()
    right = signed[SIGNATURE]
    at = rng.randrange(3, len(right))
    wrong = rng.choice(
        (
            right[:at] + ("0" if right[at] != "0" else "1") + right[at + 1 :],
            right[:at] + ("0" if right[at] != "0" else "1") + right[at + 1 :],
            "V" + right[1:], right + "0", right[:-1], "v1" + right[2:], right[3:], f"{right},{right}", f'"{right}"', f"v0={right}",
            "v0=" + "0" * 64, "v0=" + "٠" * 64, "v0=ä", "v0=" + "a" * 5_000, "v0=", "v0", "None",
        )
    )  # fmt: skip
    return _request("other signature", given, signed | {SIGNATURE: wrong})


def _other_time(rng: Random, given: Given) -> Request:
    signed = given.signed()
    right = signed[STAMP]
    wrong = rng.choice(
        (
            str(int(right) + 1), "0" + right, right + ".0", "+" + right, right + "0" * 300, "-1", "abc", "1e9", "٣", "0x10",
            f"{right},{right}", "NaN", "9" * 13, "1",
        )
    )  # fmt: skip
    return _request("other time", given, signed | {STAMP: wrong})


def _stale(rng: Random, given: Given) -> Request:
    """Signed with our secret, but not now."""
    away = rng.choice((-1, 1)) * (330 + rng.randrange(10**6))
    return _request("stale", given, signature(given.body, secret=given.secret, at=time.time() + away))


def _doubled(rng: Random, given: Given) -> Request:
    """Two signatures or two times, of which one is right."""
    name = rng.choice((STAMP, SIGNATURE))
    second = (
        rng.choice((name, name.lower(), name.upper())),
        rng.choice((given.signed()[name], given.forged()[name], "0")),
    )
    headers = [("Content-Type", given.media_type), *given.signed().items()]
    headers.insert(rng.randrange(len(headers) + 1), second)
    return Request(label="doubled", data=http(headers, given.body), signed=False)


def _misnamed(rng: Random, given: Given) -> Request:
    name = rng.choice((STAMP, SIGNATURE))
    other = rng.choice((name.replace("-", "_"), name + "s", name[:-1], "X-" + name, name.replace("-", "")))
    return _request("misnamed", given, {other if key == name else key: value for key, value in given.signed().items()})


def _compressed(rng: Random, given: Given) -> Request:
    """Bytes that a server would unpack before it looks at them."""
    encoding = rng.choice(("gzip", "deflate", "br", "zstd", "x", "gzip, gzip", "identity, gzip", "GZIP"))
    headers = [("Content-Type", given.media_type), ("Content-Encoding", encoding), *given.signed().items()]
    body = gzip.compress(given.body) if rng.random() < 0.7 else given.body
    return Request(label="compressed", data=http(headers, body), signed=False)


def _elsewhere(rng: Random, given: Given) -> Request:
    """Signed, at another address."""
    target = rng.choice(
        (
            "/", "//slack/events", "/slack/events/", "/slack/%65vents", "/slack/./events", "/x/../slack/events", "/slack/events;a",
            "/SLACK/EVENTS", "/slack\\events", "/slack/events%00", "/slack/events%3f", "/healthz", "/healthz/", "*", "/metrics",
            "/" + "a" * 4_000, "http://localhost/slack/events", "/../../etc/passwd",
        )
    )  # fmt: skip
    headers = [("Content-Type", given.media_type), *given.signed().items()]
    return Request(label="elsewhere", data=http(headers, given.body, target=target), signed=False, alone=True)


def _notice(rng: Random, given: Given) -> Request:
    """Zoho's notification as someone may invent it, broken in ways that a reader of JSON may stumble over."""
    body = rng.choice(
        (
            b'{"token": "\\ud800"}', b'{"token": "%b"}' % given.forgers.encode(), b'{"token": {"a": 1}, "module": "Deals"}',
            b'{"module": "\\udfff", "channel_id": 1}', b'{"token": "a", "token": "b"}', b"[" * 50_000, b'{"a":' * 5_000, b"NaN",
            b'{"token": 1e999}', b"9" * 5_000, b"\xff\xfe", b"", rng.choice(BYTES)(rng, given.body),
        )
    )  # fmt: skip
    headers = [("Content-Type", "application/json")]
    return Request(label="notice", data=http(headers, body, target="/zoho/changes"), signed=False)


def _otherwise(rng: Random, given: Given) -> Request:
    """Signed, by another method."""
    method = rng.choice(("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "HEAD"))
    headers = [("Content-Type", given.media_type), *given.signed().items()]
    return Request(label="otherwise", data=http(headers, given.body, method=method), signed=False, alone=True)


def _too_large(rng: Random, given: Given) -> Request:
    headers = [("Content-Type", given.media_type), *given.signed().items()]
    length = str(LIMIT + rng.choice((1, 10**6, 10**15)))
    return Request(label="too large", data=http(headers, b"x" * 100, length=length), signed=False, alone=True)


def _too_large_in_chunks(rng: Random, given: Given) -> Request:
    headers = [("Content-Type", given.media_type), ("Transfer-Encoding", "chunked"), *given.signed().items()]
    data = http(headers, chunked(b"x" * (LIMIT + 1), size=rng.choice((1 << 14, 1 << 19))), length=None)
    return Request(label="too large", data=data, signed=False, alone=True)


def _not_http(rng: Random, given: Given) -> Request:
    return Request(label="not HTTP", data=rng.choice(_BROKEN)(rng, given), signed=False, whole=False)


def _headers(given: Given, *more: tuple[str, str | bytes]) -> Headers:
    return [("Content-Type", given.media_type), *given.forged().items(), *more]


def _two_lengths(rng: Random, given: Given) -> bytes:
    other = rng.choice(("0", "5", "-1", "+5", "1e3", "5,5", "0x10", "", "9" * 30))
    return http(_headers(given, ("Content-Length", other)), given.body)


def _a_lie(rng: Random, given: Given) -> bytes:
    length = rng.choice((len(given.body) - 1, len(given.body) + 1, 0, 10))
    return http(_headers(given), given.body, length=str(max(length, 0)))


def _smuggled(rng: Random, given: Given) -> bytes:
    """A second request inside the first, for a server that does not agree with another on where that ends."""
    inner = http(_headers(given), given.body)
    coding = rng.choice(("chunked", " chunked", "Chunked, identity", "xchunked", "chunked\t", "identity"))
    return http(_headers(given, ("Transfer-Encoding", coding)), b"0\r\n\r\n" + inner)


def _bad_chunks(rng: Random, given: Given) -> bytes:
    pieces = rng.choice(
        (
            b"zz\r\nabc\r\n",
            b"-5\r\n",
            b"5\r\nab",
            b"ffffffffffffffffff\r\na",
            b"3;x=\0\r\nabc\r\n0\r\n\r\n",
            b"3\nabc\n0\n\n",
        )
    )
    return http(_headers(given, ("Transfer-Encoding", "chunked")), pieces, length=None)


def _bad_header(rng: Random, given: Given) -> bytes:
    name = rng.choice(("X Y", "", "X\0", "X\r", "é", "X:", "(x)", "\tX"))
    value = rng.choice(
        (b"a\0b", b"\xff\xfe", b"a\r\n b", b"a\nX-Slack-Signature: v0=1", b"a\rb", b"x" * 20_000, b"\x7f")
    )
    return http(_headers(given, rng.choice(((name, "x"), ("X", value)))), given.body)


def _many_headers(rng: Random, given: Given) -> bytes:
    return http(_headers(given, *((f"X-{n}", "x") for n in range(rng.choice((150, 3_000))))), given.body)


def _other_version(rng: Random, given: Given) -> bytes:
    version = rng.choice(
        ("HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "HTTP/1", "", "http/1.1", "ICAP/1.0", "HTTP/1.1 HTTP/1.1")
    )
    return http(_headers(given), given.body, version=version)


def _other_line(rng: Random, given: Given) -> bytes:
    method, target = rng.choice(
        (
            ("post", "/slack/events"),
            ("PO ST", "/slack/events"),
            ("", "/"),
            ("CONNECT", "localhost:80"),
            ("POST", ""),
            ("POST", "/ö"),
        )
    )
    return http(_headers(given), given.body, method=method, target=target)


def _upgrade(_rng: Random, given: Given) -> bytes:
    return http(_headers(given, ("Connection", "Upgrade"), ("Upgrade", "websocket")), given.body)


def _bytes(rng: Random, given: Given) -> bytes:
    whole = http(_headers(given), given.body)
    return rng.choice(
        (
            b"\x16\x03\x01\x02\x00\x01\x00", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", rng.randbytes(200), b"\r\n" * 4,
            whole[: rng.randrange(1, 200)], flipped(rng, whole[:200]) + whole[200:],
        )
    )  # fmt: skip


_BROKEN = (
    _two_lengths, _a_lie, _smuggled, _bad_chunks, _bad_header, _many_headers, _other_version, _other_line, _upgrade, _bytes,
)  # fmt: skip
_WAYS: dict[Callable[[Random, Given], Request], int] = {
    _unsigned: 16, _anothers: 10, _other_body: 14, _one_bit: 14, _other_signature: 14, _other_time: 8, _stale: 6, _doubled: 8,
    _misnamed: 4, _compressed: 4, _elsewhere: 6, _otherwise: 4, _too_large: 2, _too_large_in_chunks: 1, _not_http: 8,
    _notice: 12,
}  # fmt: skip
