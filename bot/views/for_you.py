"""What others decided for the owner since their last brief: who, why, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from bot.views import words
from bot.views.reader import Reader
from bot.views.status import in_force, status, undo_of
from store.domain.access.rules import Standing
from store.domain.brief.brief import Brief
from store.domain.brief.for_you import ForYou, Why
from store.domain.gate.proposals import Proposal

SHOWN = 4
_STANDINGS: Mapping[Standing, str] = {
    Standing.MANAGER: ", your manager,",
    Standing.DELEGATE: ", your delegate,",
    Standing.ADMIN: ", an administrator,",
}
_WHYS: Mapping[Why, str] = {
    Why.EXPIRING: " before it expired",
    Why.AWAY: " while you were away",
    Why.PASSED: " after you passed it on",
}


def for_you(brief: Brief, proposals: Mapping[str, Proposal], reader: Reader) -> str:
    """`Mia Lind, your manager, decided for you before it expired: Acme (task created, due Fri 27 Mar).`; "" if no one did."""
    by_whom = sorted(brief.for_you, key=_whose)
    return " ".join(_sentence(list(theirs), proposals, reader) for _, theirs in groupby(by_whom, key=_whose))


def _whose(each: ForYou) -> tuple[str, str, str]:
    return each.by, each.standing or "", each.why


def _sentence(theirs: list[ForYou], proposals: Mapping[str, Proposal], reader: Reader) -> str:
    first, left = theirs[0], len(theirs) - SHOWN
    who = f"{reader.name(first.by)}{_STANDINGS.get(first.standing, '') if first.standing else ''}"
    items = ", ".join(_items(theirs[:SHOWN], proposals, reader))
    more = f" and {left} more" if left > 0 else ""
    return f"{who} decided for you{_WHYS.get(first.why, '')}: {items}{more}."


def _items(theirs: list[ForYou], proposals: Mapping[str, Proposal], reader: Reader) -> Iterator[str]:
    for each in theirs:
        name = reader.named(words.short_name(each.account_name, 3, limit=50), limit=50)
        proposal = in_force(each.proposal_id, proposals)
        if proposal is None:
            yield name
            continue
        # Who decided is said already.
        _, clause = status(proposal, replace(reader, me=proposal.decided_by), undo_of(proposal, proposals))
        yield f"{name} ({clause})"
