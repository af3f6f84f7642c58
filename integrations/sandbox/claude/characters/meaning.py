"""A sentence with its meaning, so that a judge who reads no sentence can compare it with the records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from integrations.sandbox.claude.characters.pieces import Pieces


@dataclass(frozen=True, slots=True)
class Claimed:
    """One thing that a sentence says: `what` of `record`, with its values. `denied` if the sentence says that it isn't so."""

    what: str
    record: str
    values: tuple[str, ...] = ()
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Meant:
    """A sentence and its claims; about the account with this id, "" if several. `honest` if it repeats a fact."""

    text: str
    claims: tuple[Claimed, ...]
    account_id: str = ""
    honest: bool = False


Mixture = Callable[[Pieces, Random], Iterator[Meant]]


def say(text: str, *claims: Claimed) -> Meant:
    return Meant(text, claims)
