"""Accounts in trouble, from one signal to many, with awkward names; shared by the tests that hold for every account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import strategies as st

from store.domain.crm.accounts import AccountFacts
from store.domain.crm.changes import diff
from store.domain.signals.context import SignalContext
from tests.domain.makers import BEN, DAY, NOW, TODAY, account, call, contact, context, deal, facts, moved, note, task


@dataclass(frozen=True, slots=True)
class Trouble:
    name: str
    facts: AccountFacts
    context: SignalContext


def _silence() -> Trouble:
    return Trouble("silence", facts(deal(amount=84_000.0), activities=(call(NOW - 47 * DAY),)), context())


def _collapse() -> Trouble:
    """A big deal that slipped, shrank, went back and has no next step."""
    before = deal(name="Roll-out 2027 <!channel>", amount=200_000.0, stage="Negotiation", next_step=None)
    after, changes = moved(
        before, NOW - 2 * DAY, closing_date=TODAY + 150 * DAY, amount=150_000.5, stage="Qualification"
    )
    return Trouble("collapse", facts(after), context(*changes))


def _neglect() -> Trouble:
    """Everything that stands still: stalled, past its date, no next step, overdue, one contact."""
    stuck = deal(
        name="A" * 70 + " line one\nline 22 " + "B" * 70, amount=60_000.0, next_step="", closing_date=TODAY - DAY
    )
    late = (task(TODAY - 9 * DAY), task(TODAY - 400 * DAY, "t2", deal_id="d1"), call(NOW - 3 * DAY, deal_id="d1"))
    known = facts(stuck, deal("d2", amount=1_234.0), activities=late, contacts=(contact(name="Ω 7 *Zoë*"),))
    return Trouble("neglect", known, context(stage_since={"d1": NOW - 90 * DAY, "d2": NOW}))


def _sponsor_left() -> Trouble:
    sponsor = contact("c1", buying_role="Sponsor")
    gone = diff(sponsor, None, seen_at=NOW - DAY)
    left = facts(deal(amount=120_000.0), contacts=(contact("c2", name="Jon Moe"), contact("c3", name="Ida")))
    return Trouble("sponsor left", left, context(*gone, departed=(sponsor,)))


def _handed_over() -> Trouble:
    after, changes = moved(account(owner_id=BEN.id), NOW - 3 * DAY, owner_id="u-anna")
    return Trouble("handed over", facts(deal(), account=after, notes=(note(NOW - DAY),)), context(*changes))


def _news() -> Trouble:
    won, one = moved(deal("d1"), NOW - DAY / 2, stage="Closed Won")
    lost, two = moved(deal("d2", amount=None), NOW - DAY / 2, stage="Closed Lost")
    new = deal("d3", created_at=NOW - DAY / 2)
    at = context(*one, *two, *diff(None, new, seen_at=NOW))
    return Trouble("news", facts(won, lost, new, account=account(account_type="Prospect")), at)


def _reopened() -> Trouble:
    after, changes = moved(deal(stage="Closed Won", closing_date=TODAY), NOW - DAY / 2, stage="Negotiation")
    return Trouble("reopened", facts(after), context(*changes))


def _elsewhere() -> Trouble:
    """A reader's stalled deal on somebody else's account."""
    theirs = replace(_neglect().facts, account=account(owner_id=BEN.id), partial=True)
    return Trouble("somebody else's account", theirs, context(stage_since={"d1": NOW - 90 * DAY, "d2": NOW}))


def _nowhere() -> Trouble:
    """A deal without an account."""
    bare = deal(account_id=None, closing_date=TODAY - 5 * DAY, next_step=None, amount=None)
    return Trouble("no account", facts(bare, account=None, contacts=(), activities=()), context())


TROUBLES = (
    _silence(),
    _collapse(),
    _neglect(),
    _sponsor_left(),
    _handed_over(),
    _news(),
    _reopened(),
    _elsewhere(),
    _nowhere(),
)


@st.composite
def troubled_deals(draw: st.DrawFn) -> Trouble:
    """Any deal that moved in any way a few days ago, next to one that did not."""
    amounts = st.one_of(st.none(), st.floats(min_value=0, max_value=10_000_000))
    days = st.integers(min_value=-800, max_value=800)
    stages = st.sampled_from(["Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost", "Phase 4"])
    before = deal(
        name=draw(st.text(min_size=1, max_size=80)),
        amount=draw(amounts),
        closing_date=TODAY + draw(days) * DAY,
        stage=draw(stages),
        next_step=draw(st.sampled_from([None, "Call"])),
        contact_id="c1",
    )
    after, changes = moved(
        before,
        NOW - draw(st.timedeltas(min_value=timedelta(0), max_value=10 * DAY)),
        amount=draw(amounts),
        closing_date=TODAY + draw(days) * DAY,
        stage=draw(stages),
        contact_id=draw(st.sampled_from(["c1", "c2", None])),
    )
    in_stage = {"d1": NOW - draw(st.integers(min_value=0, max_value=2_000)) * DAY}
    people = (contact("c1"), contact("c2", name="Jon Moe"))[: draw(st.integers(min_value=1, max_value=2))]
    known = facts(
        after, deal("d2", amount=draw(amounts)), contacts=people, activities=(task(TODAY + draw(days) * DAY),)
    )
    return Trouble("drawn", known, context(*changes, stage_since=in_stage))
