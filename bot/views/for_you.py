"""What others decided for the owner since their last brief: who, why, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from bot.views import words
from bot.views.reader import Reader
from bot.views.status import FATES, in_force
from bot.views.write import outcome
from store.domain.access.rules import Standing
from store.domain.brief.brief import Brief
from store.domain.brief.for_you import ForYou, Why
from store.domain.gate.proposals import Proposal, State
from store.domain.text.wording import plural, some_of

SHOWN, GROUPS = 4, 2
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
    groups = [list(theirs) for _, theirs in groupby(sorted(brief.for_you, key=_whose), key=_whose)]
    left = sum(len(each) for each in groups[GROUPS:])
    more = f" {plural(left, 'more decision')} by others." if left else ""
    return " ".join(_sentence(each, proposals, reader) for each in groups[:GROUPS]) + more


def _whose(each: ForYou) -> tuple[str, str, str]:
    return each.by, each.standing or "", each.why


def _sentence(theirs: list[ForYou], proposals: Mapping[str, Proposal], reader: Reader) -> str:
    first = theirs[0]
    who = f"{reader.name(first.by)}{_STANDINGS.get(first.standing, '') if first.standing else ''}"
    items = some_of([_item(each, proposals, reader) for each in theirs[:SHOWN]], len(theirs))
    return f"{who} decided for you{_WHYS.get(first.why, '')}: {items}."


def _item(each: ForYou, proposals: Mapping[str, Proposal], reader: Reader) -> str:
    """The account, and what became of it; who decided is said already."""
    name = reader.named(words.short_name(each.account_name, 3, limit=50), limit=50)
    proposal = in_force(each.proposal_id, proposals)
    if proposal is None:
        return name
    if proposal.state is State.DONE:
        return f"{name} ({outcome(proposal, reader)})"
    reason = f": {reader.text(proposal.reason, limit=60)}" if proposal.reason else ""
    fate = FATES.get(proposal.state, "")
    return f"{name} ({fate}{reason})" if fate else name
