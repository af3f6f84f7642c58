"""JSON from outside is read in one way, and what no reader could carry is refused in one way."""

from __future__ import annotations

import json
from typing import Any

import pytest

from store.domain.text.outside_json import DEPTH, NotJson, read_json, read_object

HOSTILE = {
    "empty": b"",
    "half": b'{"a": 1',
    "two values": b"{} {}",
    "not a number": b'{"a": NaN}',
    "infinity": b"[-Infinity]",
    "a float beyond floats": b"[1e999]",
    "a whole number beyond 64 bits": b"[9223372036854775808]",
    "thousands of digits": b"[" + b"9" * 100_000 + b"]",
    "a name twice": b'{"token": "a", "token": "b"}',
    "a name twice inside": b'[{"a": {"b": 1, "b": 1}}]',
    "a name twice by escape": b'{"a": 1, "\\u0061": 2}',
    "half a character": b'["\\ud800"]',
    "half a character as a name": b'{"\\uDFFF": 1}',
    "halves the wrong way round": b'["\\udc00\\ud800"]',
    "a null character": b'["\\u0000"]',
    "a null character as a name": b'{"\\u0000": 1}',
    "a bare null character": b'["\0"]',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a surrogate in UTF-8": b'["\xed\xa0\x80"]',
    "an overlong character": b'["\xc0\x80"]',
    "latin-1": '["é"]'.encode("latin-1"),
    "lists without end": b"[" * 200_000,
    "objects without end": b'{"a":' * 200_000,
    "too deep by one": b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1),
    "too deep by mixture": b'[{"a":' * DEPTH + b"1" + b"}]" * DEPTH,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_anything_but_plain_json_is_refused_with_one_sentence(raw: bytes) -> None:
    with pytest.raises(NotJson, match=r"^[A-Z][^.\n]{5,60}\.$"):
        read_json(raw)


@pytest.mark.parametrize(
    "value", [{}, [], None, True, 0, -1.5, "é", "😀", {"a": [{"b": "c\n"}]}, (1 << 63) - 1, -(1 << 63)]
)
def test_plain_json_keeps_its_value_whichever_way_it_is_escaped(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False)) == value


def test_the_deepest_admitted_value_is_read() -> None:
    assert read_json(b"[" * DEPTH + b"]" * DEPTH)


def test_one_byte_too_many_is_too_large() -> None:
    assert read_json(b"[1]", most=3) == [1]
    with pytest.raises(NotJson, match="too large"):
        read_json(b"[11]", most=3)


def test_a_text_with_half_a_character_of_its_own_is_refused() -> None:
    with pytest.raises(NotJson, match="half a character"):
        read_json('["\ud800"]')


@pytest.mark.parametrize("raw", [b"[]", b'"a"', b"null", b"1"])
def test_where_an_object_is_due_nothing_else_will_do(raw: bytes) -> None:
    with pytest.raises(NotJson, match="isn't an object"):
        read_object(raw)


def test_one_odd_cell_does_not_lose_the_others_where_each_cell_is_checked() -> None:
    found = read_object(b'{"a": "\\ud800", "b": 1e999, "c": 1}', cells=True)
    assert found["c"] == 1


@pytest.mark.parametrize(
    "name", ["half", "a name twice", "UTF-16", "lists without end", "thousands of digits", "too deep by one"]
)
def test_checked_cells_do_not_excuse_broken_json(name: str) -> None:
    with pytest.raises(NotJson):
        read_json(HOSTILE[name], cells=True)
