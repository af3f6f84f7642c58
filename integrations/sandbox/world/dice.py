"""Random numbers that are the same on every run and in every process."""

from __future__ import annotations

from random import Random


def seeded(*key: object) -> Random:
    """Return a generator of its own for this key: it depends on the key's text alone, never on other draws."""
    return Random("/".join(map(str, key)))  # noqa: S311 - a world to play in, no secret
