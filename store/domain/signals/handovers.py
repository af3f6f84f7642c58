"""A handover: several accounts that came to one owner within a short time, from one or several people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from store.domain.crm.accounts import Account, AccountFacts
from store.domain.crm.changes import Change
from store.domain.signals.moves import Move, move_of

AT_LEAST = 3  # fewer accounts are a change of owner each
TOGETHER = timedelta(hours=24)  # the longest pause within one handover


def handed_over(
    book: Sequence[AccountFacts], changes: Mapping[str, Sequence[Change]], *, after: datetime
) -> dict[str, Move]:
    """The moves of the accounts in an owner's book that came with others after this moment, by account."""
    came = sorted(_came(book, changes, after), key=lambda each: (each[1].change.at, each[0]))
    return {account_id: move for group in _together(came) if len(group) >= AT_LEAST for account_id, move in group}


def _came(
    book: Sequence[AccountFacts], changes: Mapping[str, Sequence[Change]], after: datetime
) -> Iterator[tuple[str, Move]]:
    for facts in book:
        account: Account | None = None if facts.partial else facts.account
        if account is None or facts.id not in changes:
            continue
        move = move_of(account, "owner_id", [each for each in changes[facts.id] if each.at > after])
        if move is not None:
            yield facts.id, move


def _together(came: Sequence[tuple[str, Move]]) -> list[list[tuple[str, Move]]]:
    """The moves, in order of time, split wherever a pause is too long."""
    groups = [list(came[:1])]
    for before, each in pairwise(came):
        if each[1].change.at - before[1].change.at > TOGETHER:
            groups.append([])
        groups[-1].append(each)
    return groups
