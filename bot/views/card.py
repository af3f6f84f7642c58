"""One account in a brief: its changes, the advice, the exact write, and the buttons.

A card in the main message has at most five blocks; everything else is in its thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby

from bot.views.action_ids import ADJUST, APPROVE, BRING_BACK, REJECT, UNDO
from bot.views.blocks import Block, Part, actions, button, context, divider, section
from bot.views.changes import in_a_row
from bot.views.reader import Reader
from bot.views.space import MESSAGE_CHARACTERS, fitting
from bot.views.status import in_force, is_open, may_be_undone, status_line, undo_of
from bot.views.text import fit, link, mrkdwn, plain, quoted_block
from bot.views.write import in_full, in_short
from store.domain.brief.brief import Card, Statement
from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import Evidence
from store.domain.gate.proposals import AdviceSource, Prior, Proposal, Recommendation, SourceKind, State
from store.domain.signals.kinds import Risk

_STATEMENTS = 3

# A colour always comes with a word that says the same.
MARKS: Mapping[Risk, str] = {Risk.HIGH: "🔴 *High risk*", Risk.MEDIUM: "🟠 *Watch*", Risk.LOW: "🟡 *Low risk*"}
_CAME_OF_IT: Mapping[State, str] = {
    State.PENDING: "still open",
    State.READY: "approved",
    State.SENDING: "approved",
    State.DONE: "approved and written",
    State.UNKNOWN: "approved, outcome being checked",
    State.DEAD: "approved, not written",
    State.REJECTED: "rejected",
    State.EXPIRED: "expired",
    State.SUPERSEDED: "adjusted",
    State.SNOOZED: "snoozed",
    State.UNDONE: "written and undone",
}


def card_blocks(card: Card, proposals: Mapping[str, Proposal], reader: Reader) -> list[Block]:
    """The card in the main message, with its first recommendation."""
    lines = (
        _heading(card, reader),
        *_in_sum(card, reader),
        *_bullets(card.statements, reader),
        *_from_notes(card, reader),
        *_also(card, reader),
    )
    blocks = [divider(), section("\n".join(lines))]
    if card.recommendations:
        proposal = _proposal(card, 0, proposals)
        undo = undo_of(proposal, proposals)
        blocks.extend(recommendation_blocks(card.recommendations[0], proposal, reader, undo))
    return blocks


def _in_sum(card: Card, reader: Reader) -> list[str]:
    """The model's summary; none if it only repeats the card."""
    if card.summary is None or card.summary.text == " ".join(each.text for each in card.statements):
        return []
    return [reader.text(card.summary.text, limit=320)]


def _from_notes(card: Card, reader: Reader) -> list[str]:
    """The most pressing recollection; the others are in the thread."""
    return [f"🗒️ _From notes:_ {reader.text(each.text, limit=240)}" for each in card.remembered[:1]]


def _also(card: Card, reader: Reader) -> list[str]:
    """The account's other proposals, which are in the thread."""
    return [
        f"_Also proposed, in the thread:_ {reader.text(each.title, limit=90)}" for each in card.recommendations[1:2]
    ]


def recommendation_blocks(
    advice: Recommendation, proposal: Proposal | None, reader: Reader, undo: Proposal | None = None
) -> list[Block]:
    """The advice and its reason, the exact write, the confidence, and the buttons or the decision: at most three blocks.

    `undo` is the proposal that undoes it, if any.
    """
    reason = advice.rationale  # today's, even if the proposal is from an earlier brief
    if proposal is not None:
        advice = proposal.recommendation
    write = in_short(proposal.write if proposal else advice.write, reader, titled=advice.title)
    what = f"*{reader.text(advice.title, limit=120)}*: {reader.text(reason, limit=400)}\n{write}"
    why = f"{_from(advice.source, reader)}{_confidence(advice, reader)}{_sources(advice.evidence, reader)}"
    if proposal is None:
        return [section(what), context(why)]
    blocks = [section(f"{what}{_drift(proposal, reader)}"), context(why, status_line(proposal, reader, undo))]
    if is_open(proposal, reader):
        blocks.append(buttons(proposal))
    elif may_be_undone(proposal, reader, undo):
        value = f"{proposal.id}:{proposal.version}"
        blocks.append(actions(f"undo:{value}", button("Undo", action_id=UNDO, value=value)))
    elif proposal.state is State.SNOOZED:
        blocks.append(bring_back(proposal))
    return blocks


def _drift(proposal: Proposal, reader: Reader) -> str:
    """The changes since the earlier version, as long as this one is undecided."""
    if not (proposal.drifted and is_open(proposal, reader)):
        return ""
    return f"\n🔁 *Changed in Zoho since you were asked:* {in_a_row(proposal.drifted, reader)}. Please decide again."


def buttons(proposal: Proposal) -> Block:
    """Approve, Adjust, Reject. Each button carries the proposal's id and version, so that a press means exactly what was shown."""
    value = f"{proposal.id}:{proposal.version}"
    return actions(
        f"decide:{value}",
        button("Approve", action_id=APPROVE, value=value, style="primary"),
        button("Adjust", action_id=ADJUST, value=value),
        button("Reject", action_id=REJECT, value=value),
    )


def bring_back(proposal: Proposal) -> Block:
    """The button that ends a snooze."""
    value = f"{proposal.id}:{proposal.version}"
    return actions(f"snoozed:{value}", button("Bring back", action_id=BRING_BACK, value=value))


def details_part(card: Card, proposals: Mapping[str, Proposal], reader: Reader, *, whole: bool = False) -> Part:
    """One account's part of the thread: evidence, the writes in full, further advice, drafts, and earlier advice.

    `whole` puts the card itself first, for an account without room in the main message.
    """
    name = mrkdwn(card.account_name, limit=60)
    blocks = fitting(partial(_details, card, proposals, whole=whole), reader, budget=MESSAGE_CHARACTERS)
    text = f"{name}: evidence, exact writes and drafts"
    return Part(name=f"card:{plain(card.account_id, limit=40, empty='none')}", text=text, blocks=blocks, in_thread=True)


def _details(card: Card, proposals: Mapping[str, Proposal], reader: Reader, *, whole: bool) -> list[Block]:
    blocks = (
        card_blocks(card, proposals, reader)[1:]
        if whole
        else [section(f"*{reader.named(card.account_name, limit=60)}*")]
    )
    if len(card.statements) > _STATEMENTS:
        blocks.extend(_lines("*Everything noticed*", _all_statements(card.statements, reader), reader))
    if len(card.remembered) > 1:
        blocks.extend(_lines("*From earlier notes*", _all_statements(card.remembered, reader), reader))
    blocks.extend(_lines("*Evidence*", _evidence_lines(card, reader), reader))
    for position, advice in enumerate(card.recommendations[:3]):
        proposal = _proposal(card, position, proposals)
        if position > 0:
            undo = undo_of(proposal, proposals)
            blocks.extend([divider(), *recommendation_blocks(advice, proposal, reader, undo)])
        blocks.extend(_in_depth(advice, proposal, reader))
    earlier = [_prior(each, reader) for each in card.priors[:5]]
    return [*blocks, *_lines("*Earlier advice and its outcome*", earlier, reader)]


def _heading(card: Card, reader: Reader) -> str:
    name = link(reader.links.record(Kind.ACCOUNT, card.account_id), f"*{reader.named(card.account_name, limit=60)}*")
    money = f" · {reader.money(card.amount)} open" if card.amount > 0 else ""
    return f"{MARKS[card.risk]} · {name}{money}"


def _bullets(statements: Sequence[Statement], reader: Reader) -> list[str]:
    lines = [f"• {reader.text(each.text, limit=200)}" for each in statements[:_STATEMENTS]]
    rest = len(statements) - _STATEMENTS
    return [*lines, f"• and {rest} more, in the thread"] if rest > 0 else lines


def _all_statements(statements: Sequence[Statement], reader: Reader) -> list[str]:
    return [f"• {reader.text(each.text, limit=300)}" for each in statements]


def _from(source: AdviceSource, reader: Reader) -> str:
    """The source of the advice, unless it is the signals above."""
    match source.kind:
        case SourceKind.REQUEST:
            return f"Requested by {reader.name(source.name)} · "
        case SourceKind.DESK:
            return f"From the {reader.text(source.name, limit=40)} desk · "
        case SourceKind.SIGNALS:
            return ""


def _confidence(advice: Recommendation, reader: Reader) -> str:
    confidence = advice.confidence
    return f"{confidence.level.capitalize()} confidence ({confidence.score:.0%}): {reader.text(confidence.because, limit=180)}"


def _sources(evidence: Sequence[Evidence], reader: Reader) -> str:
    links = [
        link(reader.links.record(each.kind, each.record_id), reader.text(each.label, limit=24)) for each in evidence
    ]
    return f" · Evidence: {', '.join(dict.fromkeys(links[:2]))}" if links else ""


def _in_depth(advice: Recommendation, proposal: Proposal | None, reader: Reader) -> list[Block]:
    blocks = []
    if proposal is not None:
        blocks.append(section(f"*The exact write*\n{in_full(proposal, reader)}"))
    if advice.draft_email:
        draft = quoted_block(advice.draft_email, limit=reader.room(2_800))
        blocks.append(section(f"*Draft e-mail to copy* (the bot never sends it)\n{draft}"))
    return blocks


def _evidence_lines(card: Card, reader: Reader) -> list[str]:
    """Each piece of evidence once, grouped by record."""
    statements = (*card.statements, *card.remembered, *([card.summary] if card.summary else []))
    found = [*(e for s in statements for e in s.evidence), *(e for r in card.recommendations for e in r.evidence)]
    unique = sorted({each.id: each for each in found}.values(), key=lambda each: (each.kind, each.record_id))
    lines = []
    for (kind, record_id), group in groupby(unique, key=lambda each: (each.kind, each.record_id)):
        members = list(group)
        record = link(reader.links.record(kind, record_id), reader.named(members[0].record_name, limit=60))
        lines.append(f"{kind.capitalize()} {record}")
        lines.extend(_fact(each, reader) for each in members)
    return lines


def _fact(evidence: Evidence, reader: Reader) -> str:
    day = reader.day(evidence.at.astimezone(reader.tz).date())
    return f"  • {reader.text(evidence.label, limit=40)}: {reader.text(evidence.value, limit=140)} ({day})"


def _prior(prior: Prior, reader: Reader) -> str:
    who = f" by {reader.name(prior.decided_by)}" if prior.decided_by else ""
    reason = f", “{reader.text(prior.reason, limit=60)}”" if prior.reason else ""
    since = {True: "; the signal is still there", False: "; the signal is gone", None: ""}[prior.still_there]
    day = reader.day(prior.created_at.astimezone(reader.tz).date())
    return f"• {day}: {reader.text(prior.title, limit=70)}: {_CAME_OF_IT[prior.state]}{who}{reason}{since}"


def _lines(title: str, lines: list[str], reader: Reader) -> list[Block]:
    return [section("\n".join((title, *fit(lines, limit=reader.room(2_900)))))] if lines else []


def _proposal(card: Card, position: int, proposals: Mapping[str, Proposal]) -> Proposal | None:
    ids = card.proposal_ids
    return in_force(ids[position], proposals) if position < len(ids) else None
