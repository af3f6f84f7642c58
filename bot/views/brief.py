"""The morning brief as one Slack message: the day's decisions, and in collapsed groups what else is worth knowing.

The message is rendered again after each decision: its counts and lines follow from the proposals' present state.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from bot.views import buttons, words
from bot.views.approve_batch import with_batch_button
from bot.views.blocks import Block, Part, container, context, header, section, section_with
from bot.views.card import card_blocks, open_blocks, proposal_of, question_blocks
from bot.views.collapsed import listed_block, news_blocks, outcome_blocks
from bot.views.decided import SUBJECT_WORDS
from bot.views.for_you import for_you
from bot.views.reader import Reader, RecordLinks
from bot.views.space import MESSAGE_CHARACTERS, characters
from bot.views.status import ended, in_force, is_open
from bot.views.take_over import handover_blocks
from bot.views.text import fit, mrkdwn, plain
from bot.views.wording import in_words
from store.domain.attention.ledger import Place
from store.domain.attention.policy import MOST_ASKS
from store.domain.brief.brief import PLAYBOOK, Brief, Card, Waiting
from store.domain.gate.proposals import Proposal, State
from store.domain.signals.kinds import Risk
from store.domain.text.redaction import visible
from store.domain.text.wording import plural, some_of

WORDS = 350
FELL_SHOWN = 4
OPEN_SHOWN = 5  # two blocks each fill a container
MOST_BLOCKS = 2 * MOST_ASKS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """How much the message says: how many cards it leaves out, the words of a card and of its write's texts, of a listed statement,
    of a piece of news and of a listed name, how many open decisions have their buttons, the words of a handover's lines, whether
    the list shows money, and the share of their length that texts may take."""

    fewer: int = 0
    card: int = 60
    write: int = 28
    listed: int = 14
    news: int = 60
    name: int = 6
    still_open: int = OPEN_SHOWN
    handed: int = 12
    with_money: bool = True
    space: float = 1.0


_BARE = _Room(card=24, listed=0, news=0, still_open=2, handed=0, with_money=False, name=3)
_TERSE = replace(_BARE, write=SUBJECT_WORDS, name=2)
# From the most to the least, each saying no more than the one before: the collapsed parts give way first, then the text of a card
# besides its first sentence and its write, then the write's description, and at last whole cards, which are named instead. A
# usual morning has room for the first; the last ones serve texts that are hostile or endless.
_WORDS = (
    _Room(),
    _Room(listed=10, news=14),
    _Room(listed=6, news=10),
    _Room(listed=6, news=0),
    _Room(listed=6, news=0, still_open=3),
    _Room(listed=0, news=0, still_open=3, handed=8),
    _Room(card=45, listed=0, news=0, still_open=3, handed=8),
    _Room(card=36, listed=0, news=0, still_open=3, handed=5),
    _Room(card=30, listed=0, news=0, still_open=2, handed=0),
    _BARE,
    replace(_BARE, write=20),
    _TERSE,
    replace(_TERSE, still_open=0),
    replace(_TERSE, still_open=0, fewer=1),
    replace(_TERSE, still_open=0, fewer=2),
)
_SPACES = (0.7, 0.5, 0.3, 0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A brief's cards by place; those that the message has no room for are in `named`, with earlier decisions that
    wait. `to_decide`, `kept` and `open_count`
    count decisions that are open: asked for here, kept open by an answer, and still open, `open_high` of these with a high
    risk."""

    asked: Sequence[Card]
    still_open: Sequence[Card]
    named: Sequence[Card | Waiting]
    to_decide: int
    kept: int
    open_count: int
    open_high: int


def brief_messages(
    brief: Brief,
    proposals: Mapping[str, Proposal],
    *,
    links: RecordLinks,
    names: Mapping[str, str],
    tz: ZoneInfo,
    now: datetime,
) -> list[Part]:
    """The message, the only part of a brief. `proposals` holds every version by id; `names` the names of people by CRM id."""
    me = brief.reader_id or brief.owner_id
    reader = Reader(links=links, names=names, tz=tz, now=now, currency=brief.currency, me=me)
    blocks = _fitting(brief, proposals, reader)
    return [Part(name="brief", text=in_words(blocks), blocks=blocks)]


def _fitting(brief: Brief, proposals: Mapping[str, Proposal], reader: Reader) -> list[Block]:
    """The message with as much detail as its words and characters allow."""
    fitting: list[list[Block]] = []  # the longest that fits comes last

    def fits(room: _Room) -> bool:
        blocks = _message(brief, proposals, reader, room)
        if words.in_blocks(blocks) > WORDS or characters(blocks) > MESSAGE_CHARACTERS:
            return False
        fitting.append(blocks)
        return True

    if not fits(_WORDS[0]):
        bisect_left(_WORDS[1:], True, key=fits)
    if fitting:
        return fitting[-1]
    for space in (1.0, *_SPACES):
        blocks = _message(brief, proposals, reader, replace(_TERSE, space=space))
        if characters(blocks) <= MESSAGE_CHARACTERS:
            break
    return blocks


def _shown(brief: Brief, proposals: Mapping[str, Proposal], reader: Reader, room: _Room) -> _Shown:
    # New decisions come first: a question may wait, and the first Approve should be in sight. An answered one keeps its place.
    asked = sorted((card for card in brief.cards if card.place is not Place.OPEN), key=_is_question)
    still_open = sorted(
        (card for card in brief.cards if card.place is Place.OPEN), key=lambda card: card.risk is not Risk.HIGH
    )
    most = min(len(asked), MOST_ASKS) - room.fewer if len(asked) > room.fewer else len(asked)
    waiting = [each for each in brief.waiting if _is_waiting(each, proposals, reader)]
    accounts = {each.account_id: each for each in waiting}
    return _Shown(
        asked=asked[:most],
        still_open=still_open[: room.still_open],
        named=[*asked[most:], *still_open[room.still_open :], *accounts.values()],
        to_decide=_count_open([card for card in asked if not card.kept], proposals, reader),
        kept=_count_open([card for card in asked if card.kept], proposals, reader),
        open_count=_count_open(still_open, proposals, reader) + len(waiting),
        open_high=_count_open([card for card in still_open if card.risk is Risk.HIGH], proposals, reader),
    )


def _is_question(card: Card) -> bool:
    return card.place is Place.QUESTION or card.kept


def _count_open(cards: Sequence[Card], proposals: Mapping[str, Proposal], reader: Reader) -> int:
    found = (proposal_of(card, proposals) for card in cards)
    return sum(proposal is not None and is_open(proposal, reader) for proposal in found)


def _is_waiting(waiting: Waiting, proposals: Mapping[str, Proposal], reader: Reader) -> bool:
    proposal = in_force(waiting.proposal_id, proposals)
    return proposal is not None and is_open(proposal, reader)


def _message(brief: Brief, proposals: Mapping[str, Proposal], reader: Reader, room: _Room) -> list[Block]:
    reader = replace(reader, space=room.space, words=room.card, write_words=room.write)
    shown = _shown(brief, proposals, reader, room)
    handover = handover_blocks(brief, proposals, reader, most_words=room.handed)
    quiet = not shown.asked and not brief.news and not brief.came_of_it and not handover
    top = _one_line(brief, proposals, shown, reader) if quiet else _top(brief, proposals, shown, reader)
    alone = quiet and len(brief.cards) == 1 and not shown.named
    asked = [block for card in shown.asked for block in _asked_blocks(card, proposals, reader, brief)]
    beside = islice(_decided_beside(shown.asked, proposals, reader, brief), max(0, MOST_BLOCKS - len(asked)))
    return [
        *top,
        *problem_blocks(brief, reader),
        *([] if quiet else _since_the_last(brief, proposals, reader)),
        *handover,
        *asked,
        *beside,
        *([] if alone else _open_block(shown, proposals, reader, brief)),
        *listed_block(
            brief, shown.named, reader, most_words=room.listed, name_words=room.name, with_money=room.with_money
        ),
        *news_blocks(brief, reader, most_words=room.news),
        *outcome_blocks(brief, reader),
        *([] if quiet else [context(footer(brief, reader))]),
    ]


def _asked_blocks(card: Card, proposals: Mapping[str, Proposal], reader: Reader, brief: Brief) -> list[Block]:
    blocks = question_blocks if card.place is Place.QUESTION else card_blocks
    return blocks(card, proposals, reader, brief_id=brief.id)


def _decided_beside(
    cards: Sequence[Card], proposals: Mapping[str, Proposal], reader: Reader, brief: Brief
) -> Iterator[Block]:
    """A line for each decision on further advice: an earlier release asked for it in the thread, whose cards change no more."""
    for card in cards:
        for position in range(1, len(card.proposal_ids)):
            found = proposal_of(card, proposals, position=position)
            if (
                found
                and not is_open(found, reader)
                and found.state not in (State.EXPIRED, State.SUPERSEDED, State.RETRACTED)
            ):
                yield from card_blocks(card, proposals, reader, brief_id=brief.id, position=position)


def _open_block(shown: _Shown, proposals: Mapping[str, Proposal], reader: Reader, brief: Brief) -> Iterator[Block]:
    if shown.still_open:
        items = [
            block for card in shown.still_open for block in open_blocks(card, proposals, reader, brief_id=brief.id)
        ]
        found = [each for card in shown.still_open if (each := proposal_of(card, proposals))]
        counts = f"{shown.open_count}, {plural(shown.open_high, 'high risk')}" if shown.open_high else shown.open_count
        title = f"Still open ({counts})" if shown.open_count else f"Asked before: {ended(found, reader)}"
        yield container("open", title, *items, collapsed=True)


def _top(brief: Brief, proposals: Mapping[str, Proposal], shown: _Shown, reader: Reader) -> list[Block]:
    day = f"{brief.local_date:%a} {brief.local_date.day} {brief.local_date:%b}"
    title = f"{greeting(brief, reader)}, {first_name(brief)} · {day}"
    counts = _counts(brief, shown, proposals, reader)
    said = [with_batch_button(counts, brief, proposals, reader)] if counts else []
    return [header(title) | {"block_id": "header"}, *said]


def _counts(brief: Brief, shown: _Shown, proposals: Mapping[str, Proposal], reader: Reader) -> str:
    """`3 to decide · 2 still open · 4 more risks listed · 12 quiet`; once decisions are made, those that are left."""
    asked = [found for card in shown.asked if (found := proposal_of(card, proposals))]
    over = [each for each in asked if not is_open(each, reader)]
    still_open = [f"{shown.open_count} still open{_of_high(shown)}"] if shown.open_count else []
    if over or shown.kept:
        return " · ".join([*_left(shown, over, reader), *still_open])
    listed = len(brief.listed) + brief.more
    more = "more " if shown.to_decide or shown.open_count else ""
    nothing = "Nothing new to decide" if shown.open_count else "Nothing to decide"
    waits = not shown.to_decide and brief.handover is not None and brief.handover.taken_by is None
    return " · ".join(
        [
            *([f"{shown.to_decide} to decide" if shown.to_decide else nothing] if not waits else []),
            *still_open,
            *([f"{listed:,} {more}{'risk' if listed == 1 else 'risks'} listed"] if listed else []),
            *([f"{brief.quiet:,} quiet"] if brief.quiet else []),
        ]
    )


def _of_high(shown: _Shown) -> str:
    """`, both high risk`; "" if no open decision is."""
    high, count = shown.open_high, shown.open_count
    if high < count:
        return f", {high} high risk" if high else ""
    return {0: "", 1: ", high risk", 2: ", both high risk"}.get(count, ", all high risk")


def _left(shown: _Shown, over: Sequence[Proposal], reader: Reader) -> Iterator[str]:
    """The remaining decisions, or else their results; and what an answer kept open."""
    if shown.to_decide:
        yield f"{shown.to_decide} left to decide"
    elif over:
        said = f"{len(over)} decided" if shown.kept and ended(over, reader) == "all decided" else ended(over, reader)
        yield f"{said[:1].upper()}{said[1:]}"
    if shown.kept:
        yield f"{shown.kept} kept open"


def _one_line(brief: Brief, proposals: Mapping[str, Proposal], shown: _Shown, reader: Reader) -> list[Block]:
    """A day on which nothing moved."""
    name = mrkdwn(first_name(brief), limit=60)
    fell = " ".join(filter(None, (fell_away(brief, reader), for_you(brief, proposals, reader))))
    if not brief.cards and not brief.listed and not brief.more and not shown.named:
        calm = f"{greeting(brief, reader)}, {name}. {_calm(brief)}."
        calm = calm if _has_gaps(brief) else f"{calm[:-1]}; nothing needs you today. ☀️"
        return [section(" ".join(filter(None, (calm, fell)))) | _HEADER]
    listed = len(brief.listed) + brief.more
    still = _still_open(brief, shown, reader)
    at_risk = f"{listed:,} more at risk" if still else f"{listed:,} at risk"
    rest = [*([at_risk] if listed else []), *([f"{brief.quiet:,} quiet"] if brief.quiet else [])]
    new = f"Nothing new in what could be read, {name}." if _has_gaps(brief) else f"Nothing new, {name}."
    text = " ".join(filter(None, (new, still, f"{', '.join(rest)}." if rest else "", fell)))
    if len(brief.cards) != 1 or shown.named:
        return [section(text) | _HEADER]
    proposal = proposal_of(brief.cards[0], proposals)
    if proposal is None or not is_open(proposal, reader):
        return [section(text) | _HEADER, *open_blocks(brief.cards[0], proposals, reader, brief_id=brief.id)]
    return [section_with(text, "header", buttons.open_decision(proposal, brief.id))]


_HEADER = {"block_id": "header"}


def _still_open(brief: Brief, shown: _Shown, reader: Reader) -> str:
    if not shown.open_count:
        return ""
    if len(brief.cards) != 1 or shown.open_count > 1:
        return f"{shown.open_count} still open{_of_high(shown)}."
    return f"{mrkdwn(words.short_name(brief.cards[0].account_name, 6), limit=60)} is still open."


def _has_gaps(brief: Brief) -> bool:
    """Whether something was not read that the brief would need to know."""
    return bool(brief.unread) or not brief.whole


def _calm(brief: Brief) -> str:
    if brief.accounts == 0 and brief.whole:
        return "You don't own any accounts in the CRM yet"
    if _has_gaps(brief):
        some = f"{brief.quiet:,} of your {brief.accounts:,} accounts are quiet" if brief.quiet else "I noticed nothing"
        return f"{some}, but not everything could be read"
    return f"All {brief.accounts:,} of your accounts are quiet" if brief.accounts > 1 else "Your one account is quiet"


def greeting(brief: Brief, reader: Reader) -> str:
    """By the time of day, since a delayed brief may come in the evening."""
    hour = brief.generated_at.astimezone(reader.tz).hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def first_name(brief: Brief) -> str:
    words = visible(brief.owner_name, limit=60).split()
    return plain(words[0] if words else "", limit=60, empty="there")


def _since_the_last(brief: Brief, proposals: Mapping[str, Proposal], reader: Reader) -> list[Block]:
    """What fell away, and what others decided."""
    return [context(said) for said in (fell_away(brief, reader), for_you(brief, proposals, reader)) if said]


def fell_away(brief: Brief, reader: Reader) -> str:
    """`2 decisions fell away: Acme (deal won on 12 Mar), Borealis (moved to Bob Chan).`; "" if none did."""
    shown = [
        f"{reader.named(words.short_name(each.account_name, 3, limit=50), limit=50)} ({reader.text(each.why, limit=60)})"
        for each in brief.fell_away[:FELL_SHOWN]
    ]
    count = len(brief.fell_away)
    return f"{plural(count, 'decision')} fell away: {some_of(shown, count)}." if shown else ""


def problem_blocks(brief: Brief, reader: Reader) -> list[Block]:
    """Services that were down or late, and what could not be read, if any."""
    lines = [f"⚠️ {mrkdwn(problem, limit=150)}" for problem in brief.problems]
    lines += [f"⚠️ {said}" for said in [unread(brief, reader)] if said]
    return [context("\n".join(fit(lines, limit=500)))] if lines else []


def unread(brief: Brief, reader: Reader) -> str:
    """`Not readable in the CRM: amount of “Cold chain” (Borealis Foods), and something about 2 more accounts.`; "" if all was."""
    if not brief.unread:
        return ""
    first, left = brief.unread[0], len(brief.unread) - 1
    name = reader.named(words.short_name(first.account_name, 3, limit=50), limit=50)
    what = f"{reader.text(first.field, limit=30)} of {reader.text(words.first_words(first.called, 6), limit=60)}"
    more = f", and something about {plural(left, 'more account')}" if left else ""
    return f"Not readable in the CRM: {what} ({name}){more}."


def footer(brief: Brief, reader: Reader) -> str:
    """The author, and the data's age."""
    as_of = f"of {reader.clock(brief.data_as_of)}" if brief.data_as_of else "of unknown age"
    return f"Written {_written_by(brief)} · CRM data {as_of}"


def _written_by(brief: Brief) -> str:
    """`by rules`, `by Claude`, or both; the models are named in the evidence."""
    names = brief.author.removesuffix(PLAYBOOK).removesuffix(" and ").partition(" (")[0]
    by = [mrkdwn(names, limit=60)] if names else []
    return "by " + " and ".join([*by, *(["rules"] if brief.author.endswith(PLAYBOOK) else [])])
