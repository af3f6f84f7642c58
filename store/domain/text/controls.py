"""Control characters in text from outside, which could move a terminal's cursor, change its colours or turn what follows."""

from __future__ import annotations

import re

# C0 and C1 but tab and line feed, marks that turn the direction, and half of a pair that no output can carry.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def harmless(text: str) -> str:
    """The text with a replacement character for each control character, so that its length stays the same."""
    return CONTROL.sub("\ufffd", text)


def escaped(quoted: str) -> str:
    """A quoted text of JSON or TOML with an escape for each control character, so that its value stays the same."""
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
