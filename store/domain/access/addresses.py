"""When two e-mail addresses are one person's. Pure."""

from __future__ import annotations


def email_key(email: str) -> str:
    """The address in small letters, for looking up; empty if it has other than ASCII letters. Folding those would make two
    addresses one, such as straße.de and strasse.de, which belong to different people."""
    address = email.strip()
    return address.lower() if address.isascii() else ""


def is_same_address(one: str, other: str) -> bool:
    return email_key(one) == email_key(other) != ""
