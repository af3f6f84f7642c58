"""A string within a schema's limits: its length, its format, its pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jsonschema import FormatChecker

from integrations.sandbox.claude.pattern_text import text_for

Schema = Mapping[str, Any]
_LONGEST = 100_000
# Not from the local clock: a date that no one gave is always the same.
_OF_FORMAT: Mapping[str, str] = {
    "date-time": "2026-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "date": "2026-01-01",
    "duration": "P1D",
    "email": "someone@example.com",
    "idn-email": "someone@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "uri": "https://example.com/",
    "uri-reference": "https://example.com/",
    "iri": "https://example.com/",
    "url": "https://example.com/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "json-pointer": "/",
    "regex": ".*",
}
_FORMATS = FormatChecker()
_CHECKS: Mapping[str, Callable[[str], object]] = {
    "date-time": re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:\d\d)").fullmatch,
    "time": re.compile(r"\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)?").fullmatch,
    "uri": re.compile(r"[a-z][a-z0-9+.-]{1,20}:\S{1,2000}", re.IGNORECASE).fullmatch,
    "url": re.compile(r"[a-z][a-z0-9+.-]{1,20}:\S{1,2000}", re.IGNORECASE).fullmatch,
    "email": re.compile(r"[^\s@]{1,100}@[^\s@.]{1,100}\.[^\s@]{1,100}").fullmatch,
    "duration": re.compile(r"P(?:\d{1,4}[YMWD]){0,4}(?:T(?:\d{1,4}[HMS]){1,3})?").fullmatch,
}


def string_within(node: Schema, wanted: Sequence[Any], name: str) -> str:
    """Return the first wanted text that fits, cut if it is only too long; else the shortest plain one."""
    texts = [each for each in wanted if isinstance(each, str) and each]
    for each in texts:
        if _fits(each, node):
            return each
    if not node.get("pattern") and not node.get("format"):
        return _sized(texts[0] if texts else name.replace("_", " ") if node.get("minLength") else "", node)
    made = _OF_FORMAT.get(str(node.get("format")), "")
    if node.get("pattern"):
        made = text_for(str(node["pattern"]), least=int(node.get("minLength", 0)))
    return made if _fits(made, node) else _sized(made, node)


def _fits(text: str, node: Schema) -> bool:
    if not int(node.get("minLength", 0)) <= len(text) <= int(node.get("maxLength", _LONGEST)):
        return False
    kind = str(node.get("format", ""))
    check = _CHECKS.get(kind)
    if check is not None and not check(text):
        return False
    if kind and not _FORMATS.conforms(text, kind):
        return False
    try:
        return not node.get("pattern") or re.search(str(node["pattern"]), text[:1000]) is not None
    except re.error:  # it is written in a language of patterns that Python can't read
        return True


def _sized(text: str, node: Schema) -> str:
    least, most = int(node.get("minLength", 0)), int(node.get("maxLength", _LONGEST))
    longer = text.ljust(min(least, _LONGEST), ".")
    return longer[: max(most, 0)]
