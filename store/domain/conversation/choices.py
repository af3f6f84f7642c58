"""The possible meanings of a message: the person presses one, and their question is answered with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChoiceKind(StrEnum):
    ACCOUNT = "account"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True)
class Choice:
    """`id` is the account's or the proposal's; `name` is plain text, and may be foreign."""

    kind: ChoiceKind
    id: str
    name: str


def accounts(pairs: tuple[tuple[str, str], ...]) -> tuple[Choice, ...]:
    """Of (id, name) pairs."""
    return tuple(Choice(ChoiceKind.ACCOUNT, each, name) for each, name in pairs)
