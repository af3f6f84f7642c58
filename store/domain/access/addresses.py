"""When two e-mail addresses are one person's. Pure."""

from __future__ import annotations

import re

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAILABLE = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_HOST}\.)+{_HOST}")
_LONGEST, _LONGEST_LOCAL = 254, 64


def email_key(email: str) -> str:
    """The address in small letters, for looking up; empty if it has other than ASCII letters. Folding those would make two
    addresses one, such as straße.de and strasse.de, which belong to different people."""
    address = email.strip()
    return address.lower() if address.isascii() else ""


def is_same_address(one: str, other: str) -> bool:
    return email_key(one) == email_key(other) != ""


def is_mailable(address: str) -> bool:
    """Whether it is one plain address, as RFC 5321 has it without quotes: no name, list, comment, line break or other than ASCII
    letters."""
    local = address.partition("@")[0]
    return len(address) <= _LONGEST and len(local) <= _LONGEST_LOCAL and _MAILABLE.fullmatch(address) is not None
