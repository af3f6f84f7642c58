"""One decision in a message: the account, the change, the exact write, and the buttons; one line once it is decided.

A full card has at most 60 words. Its evidence opens from Why?, and a write without room on the card from Read and approve.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.views import buttons, words
from bot.views.account import bold_account
from bot.views.blocks import Block, section, section_with
from bot.views.changes import in_a_row
from bot.views.decided import APPROVED, SUBJECT_WORDS, decided_blocks, decided_in_place, named_in_short
from bot.views.reader import Reader
from bot.views.sentence import following, sentence
from bot.views.status import asks_twice, in_force, is_open
from bot.views.text import in_quotes, plain
from bot.views.write import in_short, whole_line
from store.domain.attention.ledger import Place, Reason
from store.domain.brief.brief import Card
from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import ConfidenceLevel
from store.domain.gate.proposals import Proposal, Recommendation, SourceKind
from store.domain.gate.write import Write
from store.domain.signals.kinds import Risk
from store.domain.text.wording import money, quoted

# A colour always comes with a word that says the same.
DOTS: Mapping[Risk, str] = {Risk.HIGH: "🔴", Risk.MEDIUM: "🟠", Risk.LOW: "🟡"}
MOST_WORDS = 60
_SENTENCE_WORDS, _NOTE_WORDS = 8, 28
_SUBJECT_SPACE = 0.25  # enough for a usual subject
# On a card, the usual medium risk goes without.
_RISKS: Mapping[Risk, str] = {Risk.HIGH: "high risk", Risk.MEDIUM: "", Risk.LOW: "low risk"}
_REASONS: Mapping[Reason, str] = {
    Reason.NEW: "new",
    Reason.CHANGED: "changed",
    Reason.WAITED: "listed before",
    Reason.WOKEN: "set aside until now",
}


def card_blocks(
    card: Card, proposals: Mapping[str, Proposal], reader: Reader, *, brief_id: str, position: int = 0, again: int = 0
) -> list[Block]:
    """A card in full with its recommendation at `position`: a section and its buttons, or one line. `again` counts the cards
    of the same account above it in the message."""
    advice = card.recommendations[position] if position < len(card.recommendations) else None
    proposal = proposal_of(card, proposals, position=position)
    block_id = f"{block_id_of(card)}:{position + again}" if position + again else block_id_of(card)
    if proposal is not None and not is_open(proposal, reader):
        draft = why(card, brief_id) if _is_for_the_draft(proposal) else ""
        return decided_blocks(account(card, reader), proposal, proposals, reader, block_id=block_id, draft=draft)
    asked = proposal or advice
    said = [each.text for each in card.statements] or ([advice.rationale] if advice else [])
    kept = f"📌 Kept. {_open_since(card, reader)}" if card.kept else ""
    text, whole = _told(asked, said, card, reader, last=kept)
    told = section(text, block_id=block_id, expand=True)
    if proposal is None:
        return [told]
    return [told, buttons.decide(proposal, whole=whole, why=why(card, brief_id), kept=card.kept)]


def question_blocks(card: Card, proposals: Mapping[str, Proposal], reader: Reader, *, brief_id: str) -> list[Block]:
    """The decision with the question whether it still matters."""
    proposal = proposal_of(card, proposals)
    if proposal is None or not is_open(proposal, reader):
        return card_blocks(card, proposals, reader, brief_id=brief_id)
    said = [each.text for each in card.statements] or [proposal.recommendation.rationale]
    question = f"{_open_since(card, reader)} Does it still matter?".lstrip()
    text, _ = _told(proposal, said, card, replace(reader, write_words=SUBJECT_WORDS), last=question)
    return [
        section(text, block_id=question_id_of(card), expand=True),
        buttons.ask_again(proposal, why=why(card, brief_id)),
    ]


def open_blocks(card: Card, proposals: Mapping[str, Proposal], reader: Reader, *, brief_id: str) -> list[Block]:
    """A decision that was asked for before and did not change: two short lines, and one button that opens it."""
    proposal = proposal_of(card, proposals)
    if proposal is None or not is_open(proposal, reader):
        return card_blocks(card, proposals, reader, brief_id=brief_id)
    money = f" · {said}" if (said := reader.open_money(card)) else ""
    since = f"since {reader.since(card.since)}" if card.since else ""
    label = ", ".join(filter(None, (_RISKS[card.risk], since)))
    said = f" · {label}" if label else ""
    text = f"{DOTS[card.risk]} {account(card, reader)}{money}{said}\n{in_quotes(named_in_short(proposal, reader))}"
    return [section_with(text, block_id_of(card), buttons.open_decision(proposal, brief_id), expand=True)]


def proposal_blocks(
    proposal: Proposal,
    reader: Reader,
    *,
    among: Mapping[str, Proposal] = MappingProxyType({}),
    whose: str = "",
    statement: str = "",
    keeps_place: bool = False,
) -> list[Block]:
    """A proposal outside of a brief, as a card with its `statement`, or else the reason for the advice. What undoes or logs it is
    `among` these, by id; `whose` is mrkdwn that follows the account's name. One that `keeps_place` stays a card, with its status
    in place of the buttons."""
    name = bold_account(proposal.account_id, proposal.account_name, reader)
    if not is_open(proposal, reader) and not keeps_place:
        return decided_blocks(name, proposal, among, reader)
    advice = proposal.recommendation
    unsure = advice.risk is Risk.HIGH and advice.confidence.level is ConfidenceLevel.LOW
    head = f"{DOTS[advice.risk]} {name}{whose}{' · Not sure' if unsure else ''}"
    told, worth = statement or advice.rationale, money(proposal.amount, reader.currency)
    said = [told.replace(f"” ({worth})", "”") if worth in whose else told]
    text, whole = _fitted(proposal, said, head, reader, name=proposal.account_name)
    if keeps_place:
        return [section(text, expand=True), decided_in_place(proposal, among, reader)]
    why_not = f"{proposal.brief_id}:{proposal.account_id}" if proposal.brief_id else ""
    return [section(text, expand=True), buttons.decide(proposal, whole=whole, why=why_not)]


def open_worth(proposal: Proposal, other_currencies: Collection[str], reader: Reader) -> str:
    """`$84,000 open`; "" for no money, or an account with some in `other_currencies`, by id."""
    is_one = proposal.account_id not in other_currencies
    return f"{reader.money(proposal.amount)} open" if proposal.amount > 0 and is_one else ""


def _is_for_the_draft(proposal: Proposal) -> bool:
    """Whether someone is now to send the draft."""
    return proposal.recommendation.draft_email is not None and proposal.state in APPROVED


def account(card: Card, reader: Reader) -> str:
    """The account's name in bold, linked to its page."""
    return bold_account(card.account_id, card.account_name, reader)


def proposal_of(card: Card, proposals: Mapping[str, Proposal], *, position: int = 0) -> Proposal | None:
    """The version in force of the card's proposal at this position, if known."""
    ids = card.proposal_ids
    return in_force(ids[position], proposals) if position < len(ids) else None


def block_id_of(card: Card) -> str:
    return f"card:{_id_of(card)}"


def question_id_of(card: Card) -> str:
    """The same for its question whether it still matters."""
    return f"question:{_id_of(card)}"


def why(card: Card, brief_id: str) -> str:
    """The value of the card's Why? button."""
    return f"{brief_id}:{card.account_id}"


def _id_of(card: Card) -> str:
    return plain(card.account_id, limit=40, empty="none")


def _told(
    asked: Proposal | Recommendation | None, said: Sequence[str], card: Card, reader: Reader, *, last: str
) -> tuple[str, bool]:
    """The card's text with this `last` line, and whether it shows the whole write."""
    head, name = _head(card, reader), card.account_name
    said = [reader.without_money(each, card) for each in said]
    return _fitted(asked, said, head, reader, name=name, moved=card.moved, last=last)


def _fitted(
    asked: Proposal | Recommendation | None,
    said: Sequence[str],
    head: str,
    reader: Reader,
    *,
    name: str,
    moved: int = 0,
    last: str = "",
) -> tuple[str, bool]:
    """The card's text, and whether it shows the whole write. If the `said` sentences have no room for the name of the write's deal,
    the write names it; if both together are too long, the rest of the write is left to a view of its own."""
    if asked is None:
        text = _within(said, head, "", [], reader, moved=moved)
        return (text if words.count(text) <= MOST_WORDS else _within(said, head, "", [], reader, cut=True)), True
    tries = (
        (f"{quoted(name)} {said[0]}", reader.space),
        (quoted(name), reader.space),
        (quoted(name), min(_SUBJECT_SPACE, reader.space)),
        (quoted(name), 0.0),
    )
    for beside, space in tries:
        notes = _notes(asked, reader, most_words=_NOTE_WORDS if space > _SUBJECT_SPACE else _SENTENCE_WORDS * 2)
        short = in_short(asked.write, replace(reader, space=space), beside=beside)
        told = [sentence(each, asked.write, short) for each in said[:2]]
        text = _within(told, head, short.line, [*notes, *filter(None, [last])], reader, moved=moved)
        if words.count(text) <= MOST_WORDS and (not short.whole or _names_deal(asked.write, text)):
            break
    if words.count(text) > MOST_WORDS:
        text = _within(told, head, short.line, [*notes, *filter(None, [last])], reader, cut=True)
    return text, short.whole


def _names_deal(write: Write, text: str) -> bool:
    return write.parent_kind is not Kind.DEAL or whole_line(write.parent_name) in text


def _head(card: Card, reader: Reader) -> str:
    """`🔴 *Acme* · $84,000 open · High risk, new`."""
    money = f" · {said} open" if (said := reader.open_money(card)) else ""
    news = _REASONS.get(card.reason, "") if card.worth and card.place is Place.ASK else ""
    if card.reason is Reason.CHANGED and not card.moved:
        news = ""  # the card doesn't say what changed
    label = ", ".join(filter(None, (_RISKS[card.risk], _unsure(card), news)))
    return f"{DOTS[card.risk]} {account(card, reader)}{money}{f' · {label[:1].upper()}{label[1:]}' if label else ''}"


def _unsure(card: Card) -> str:
    """A high risk of which we are least sure says so beside it: a red card looks certain."""
    sure = card.recommendations[0].confidence.level if card.recommendations else None
    return "not sure" if card.risk is Risk.HIGH and sure is ConfidenceLevel.LOW else ""


def _open_since(card: Card, reader: Reader) -> str:
    return f"Open since {reader.day(card.since)}." if card.since else ""


def _within(
    said: Sequence[str],
    head: str,
    write: str,
    notes: Sequence[str],
    reader: Reader,
    *,
    moved: int = 0,
    cut: bool = False,
) -> str:
    """The card's lines. The first sentence is whole, but for long quotations if the other lines leave few words, and is cut
    only with `cut`; a second sentence needs room."""
    fixed = [head, f"→ {write}" if write else "", *notes]
    taken = sum(words.count(each) for each in fixed)
    room = max(reader.words - taken, min(_SENTENCE_WORDS, MOST_WORDS - taken))
    first = words.shortened(said[0], room) if said else ""
    if cut:
        room = MOST_WORDS - taken
        first = words.whole_sentences(first, room) if room >= _SENTENCE_WORDS // 2 else ""
    told = reader.text(first, limit=300) if first else ""
    for second in said[1:2]:
        both = f"{told} {reader.text(following(said[0], second), limit=300)}"
        if words.count(both) <= (room if moved > 1 else room * 2 // 3):
            told = both
    return "\n".join(filter(None, (head, told, *fixed[1:])))


def _notes(asked: Proposal | Recommendation, reader: Reader, *, most_words: int) -> list[str]:
    """Who asked for it, if it wasn't the signals; a second approver; and what changed in the CRM since it was asked."""
    advice = asked.recommendation if isinstance(asked, Proposal) else asked
    by = f"Asked for by {reader.name(advice.source.name)}" if advice.source.kind is SourceKind.REQUEST else ""
    if not isinstance(asked, Proposal):
        return [by] if by else []
    drift = f"🔁 Changed since you were asked: {in_a_row(asked.drifted, reader)}" if asked.drifted else ""
    return [each for each in (by, asks_twice(asked, reader), words.first_words(drift, most_words)) if each]
