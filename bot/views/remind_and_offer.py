"""Messages about existing proposals: a reminder, an offer to decide for the owner, the report of a batch.

Each proposal keeps its place, so that every message can be rendered again: the first few in the main message, the others in
its thread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from bot.views.blocks import Block, Part, context, header, section
from bot.views.brief import problem_blocks
from bot.views.card import card_blocks
from bot.views.reader import Reader
from bot.views.space import MESSAGE_CHARACTERS, fitting
from bot.views.status import ended, in_force, is_open, status_line, undo_of
from bot.views.text import link, mrkdwn, named, named_plain, plain
from store.domain.brief.brief import Brief, Card
from store.domain.crm.accounts import Kind
from store.domain.gate.proposals import Proposal, State
from store.domain.text.wording import joined, plural

# At most two blocks per proposal stay within Slack's fifty; a line of a report is one block.
DECIDABLE_SHOWN = 8
LINES_SHOWN = 20
OWNERS_NAMED = 3
_FOR_ITEMS = MESSAGE_CHARACTERS - 1_500
_CAME_OF_IT: Mapping[State, str] = {
    State.DONE: "written",
    State.UNDONE: "written and undone",
    State.READY: "being written",
    State.SENDING: "being written",
    State.UNKNOWN: "being checked",
}


def ask_messages(
    brief: Brief,
    proposals: Mapping[str, Proposal],
    *,
    reader: Reader,
    away_until: datetime | None = None,
    over: bool = False,
    over_for: Collection[str] = (),
) -> list[Part]:
    """The main message first, then its thread. `proposals` holds every version by id.

    `away_until` is the end of the owner's current absence. With `over`, the reader may no longer decide these, and the
    message says so instead of showing buttons; of an offer of several owners' decisions, so do the cards of those in `over_for`.
    """
    listed = brief.kind == "batch" or over
    size = LINES_SHOWN if brief.kind == "batch" else DECIDABLE_SHOWN
    pages = [brief.cards[start : start + size] for start in range(0, len(brief.cards), size)] or [()]
    waiting = asked_of(brief, proposals, reader, over=over, over_for=over_for)
    title = _title(brief, proposals, waiting, reader)
    said = _said(brief, proposals, waiting, reader, away_until=away_until, over=over)
    head = [header(plain(title, limit=150)), section(said), *problem_blocks(brief, reader)]
    return [
        _part(brief, number, page, proposals, reader, title=title, head=head, listed=listed, over_for=over_for)
        for number, page in enumerate(pages)
    ]


def asked_of(
    brief: Brief,
    proposals: Mapping[str, Proposal],
    reader: Reader,
    *,
    over: bool = False,
    over_for: Collection[str] = (),
) -> list[Proposal]:
    """The proposals that the reader can decide in this message now: what its title, its text and its buttons all follow from."""
    found = [] if over else _all(brief, proposals)
    return [each for each in found if is_open(each, reader) and each.owner_id not in over_for]


def _part(
    brief: Brief,
    number: int,
    page: Sequence[Card],
    proposals: Mapping[str, Proposal],
    reader: Reader,
    *,
    title: str,
    head: list[Block],
    listed: bool,
    over_for: Collection[str],
) -> Part:
    make = partial(_lines, page, proposals) if listed else partial(_decidable, brief, page, proposals, over_for)
    name = brief.kind if number == 0 else f"{brief.kind}:{number + 1}"
    title = mrkdwn(title, limit=300)
    return Part(
        name=name,
        text=f"More: {title}" if number else title,
        blocks=[*([] if number else head), *fitting(make, reader, budget=_FOR_ITEMS)],
        in_thread=number > 0,
    )


def _title(brief: Brief, proposals: Mapping[str, Proposal], waiting: Sequence[Proposal], reader: Reader) -> str:
    """One plain line, also the notification."""
    total = plural(len(brief.cards), "recommendation")
    count = f"{len(waiting)} of {total}" if len(waiting) < len(brief.cards) else total
    name = named_plain(brief.owner_name, limit=60)
    if not waiting and brief.kind != "batch":
        return f"{total}, nothing left to decide"
    match brief.kind:
        case "batch":
            return _sum(brief, proposals)
        case "offer" if brief.reason == "away":
            return f"{count} for {name}, who is away"
        case "offer" if brief.reason == "second":
            return f"{name}: needs a second approver"
        case "offer" if brief.reason == "passed":
            return f"{count} for you, passed on"
        case "offer" if brief.is_of_several:
            have = "has" if len({each.owner_id for each in waiting}) == 1 else "have"
            return f"{_owners(waiting, reader)} {have} not decided on {count} yet"
        case "offer":
            return f"{name} has not decided on {count} yet"
        case _:
            when, together = _ends(waiting, reader)
            if not together:
                return f"{count}, the first expires {when}"
            return f"{count} {'expires' if len(waiting) == 1 else 'expire'} {when}"


def _said(
    brief: Brief,
    proposals: Mapping[str, Proposal],
    waiting: Sequence[Proposal],
    reader: Reader,
    *,
    away_until: datetime | None,
    over: bool,
) -> str:
    """The question, and the consequence of no answer."""
    name = named(brief.owner_name, limit=80)
    if brief.kind == "batch":
        return "Each was decided on its own. Current status:"
    everything = _all(brief, proposals)
    if not waiting and any(is_open(each, reader) for each in everything):
        whose = f"{name} is deciding these again; there" if over else "There"
        return f"{whose} is nothing left for you to do."
    if not waiting:
        said = ended(everything, reader)
        return f"{said[:1].upper()}{said[1:]}."
    one = len(waiting) == 1
    when, together = _ends(waiting, reader)
    ends = "it expires" if one else "they expire" if together else "the first expires"
    silence = f"Nothing is written without Approve; undecided, {ends} {when}."
    match brief.reason:
        case "away" if away_until:
            return f"{name} is away until {reader.moment(away_until)}, and you can decide for them. {silence}"
        case "away":
            return f"{name} is back; you can still decide these too. {silence}"
        case "second":
            return f"{_first_approvers(waiting, reader)} approved this. It needs a second approver before it is written. {silence}"
        case "passed":
            return f"{_passed_by(waiting, reader)} said {'this isn’t' if one else 'these aren’t'} theirs. {silence}"
        case "expiring" if brief.is_of_several:
            return f"You can decide these for them. {silence}"
        case "expiring":
            return f"{name} has not decided on {'this' if one else 'these'}, so you can. {silence}"
        case _:
            return f"{'It is' if one else 'They are'} waiting for you. {silence}"


def _sum(brief: Brief, proposals: Mapping[str, Proposal]) -> str:
    """`5 approved: 4 written, 1 not`."""
    found = _all(brief, proposals)
    approved = [each for each in found if each.state in _CAME_OF_IT or each.state is State.DEAD]
    counts = Counter(_CAME_OF_IT.get(each.state, "not") for each in approved)
    words = [*dict.fromkeys(_CAME_OF_IT.values()), "not"]
    outcome = ", ".join(f"{counts[word]} {word}" for word in words if counts[word])
    left = len(brief.cards) - len(approved)
    others = f"; {left} not approved" if left else ""
    return f"{len(approved)} approved: {outcome}{others}" if approved else _none(len(brief.cards))


def _none(count: int) -> str:
    return "It was not approved" if count == 1 else f"None of {count} was approved"


def _decidable(
    brief: Brief, page: Sequence[Card], proposals: Mapping[str, Proposal], over_for: Collection[str], reader: Reader
) -> list[Block]:
    """The cards, of several owners each below their owner's name."""
    seen, last = Counter[str](), ""
    blocks: list[Block] = []
    for card in page:
        asked = _proposal(card, proposals)
        if brief.is_of_several and asked and asked.owner_id != last:
            last = asked.owner_id
            blocks.append(context(f"*{reader.name(last)}*"))
        if asked and asked.owner_id in over_for:
            blocks.append(section(_line(card, proposals, reader)))
            continue
        above = seen[card.account_id]
        blocks.extend(card_blocks(card, proposals, reader, brief_id=_origin(card, proposals, brief), again=above))
        seen[card.account_id] += 1
    return blocks


def _origin(card: Card, proposals: Mapping[str, Proposal], brief: Brief) -> str:
    """The brief with the evidence: the one that first asked."""
    proposal = _proposal(card, proposals)
    return proposal.brief_id or brief.id if proposal else brief.id


def _lines(page: Sequence[Card], proposals: Mapping[str, Proposal], reader: Reader) -> list[Block]:
    return [section(_line(card, proposals, reader)) for card in page]


def _line(card: Card, proposals: Mapping[str, Proposal], reader: Reader) -> str:
    proposal = _proposal(card, proposals)
    undo = undo_of(proposal, proposals)
    name = proposal.name if proposal else card.recommendations[0].write.name()
    standing = status_line(proposal, reader, undo) if proposal else "no longer known"
    return f"• *{_account(card, reader)}*: {reader.text(name, limit=100)}\n{standing}"


def _account(card: Card, reader: Reader) -> str:
    return link(reader.links.record(Kind.ACCOUNT, card.account_id), reader.named(card.account_name, limit=60))


def _all(brief: Brief, proposals: Mapping[str, Proposal]) -> list[Proposal]:
    found = [_proposal(card, proposals) for card in brief.cards]
    return [proposal for proposal in found if proposal is not None]


def _proposal(card: Card, proposals: Mapping[str, Proposal]) -> Proposal | None:
    return in_force(card.proposal_ids[0], proposals) if card.proposal_ids else None


def _first_approvers(waiting: Sequence[Proposal], reader: Reader) -> str:
    names = dict.fromkeys(reader.name(each.endorsed_by) for each in waiting if each.endorsed_by)
    return " and ".join(names) or "Someone"


def _owners(asked: Sequence[Proposal], reader: Reader) -> str:
    """`Anna Berg and Bob Chan`, the first few by name, as plain text."""
    ids = list(dict.fromkeys(each.owner_id for each in asked))
    names = [named_plain(reader.names.get(each, "someone"), limit=40) for each in ids]
    left = len(names) - OWNERS_NAMED + 1
    return joined(names if left < 2 else [*names[: OWNERS_NAMED - 1], f"{left} others"])


def _passed_by(waiting: Sequence[Proposal], reader: Reader) -> str:
    names = dict.fromkeys(reader.name(each.passed_by) for each in waiting if each.passed_by)
    return " and ".join(names) or "Someone"


def _ends(waiting: Sequence[Proposal], reader: Reader) -> tuple[str, bool]:
    """When the first of them expires, and whether all do then."""
    whens = [_when(at, reader) for at in sorted(each.expires_at for each in waiting)]
    return whens[0], whens[0] == whens[-1]


def _when(at: datetime, reader: Reader) -> str:
    """`today at 18:12`, `tomorrow at 08:12`, `on Mon 23 Nov at 08:00`, in the reader's time zone."""
    local, today = at.astimezone(reader.tz), reader.now.astimezone(reader.tz).date()
    days = (local.date() - today).days
    day = {0: "today", 1: "tomorrow"}.get(days) or f"on {reader.day(local.date())}"
    return f"{day} at {local:%H:%M}"
