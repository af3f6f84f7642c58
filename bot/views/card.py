"""One account in a brief: what moved, what to do, the exact write, and the buttons that decide it.

A card in the main message has at most five blocks and about `CARD_CHARACTERS`; everything else stands in its thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from bot.views import writes
from bot.views.blocks import Block, Part, actions, button, context, divider, section
from bot.views.reader import Reader
from bot.views.status import in_force, is_open, status_line
from bot.views.text import fit, link, mrkdwn, plain, quoted_block
from store.domain.accounts import Kind
from store.domain.brief import Card, Statement
from store.domain.evidence import Evidence
from store.domain.proposals import Prior, Proposal, Recommendation, State
from store.domain.signals.kinds import Risk

CARD_CHARACTERS = 1_180
APPROVE, ADJUST, REJECT = "approve_proposal", "adjust_proposal", "reject_proposal"

# A colour never stands alone: the word says the same.
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
    State.SNOOZED: "put off",
}


def card_blocks(card: Card, proposals: Mapping[str, Proposal], reader: Reader) -> list[Block]:
    """The card as it stands in a main message, with its first recommendation."""
    blocks = [divider(), section("\n".join((_heading(card, reader), *_bullets(card.statements, shown=3, limit=115))))]
    if card.recommendations:
        blocks.extend(recommendation_blocks(card.recommendations[0], _proposal(card, 0, proposals), reader))
    return blocks


def recommendation_blocks(advice: Recommendation, proposal: Proposal | None, reader: Reader) -> list[Block]:
    """What to do and why, the exact write, how sure we are, and the buttons or what was decided: at most three blocks."""
    if proposal is not None:
        advice = proposal.recommendation
    write = writes.in_short(proposal.write if proposal else advice.write, reader)
    what = f"*{mrkdwn(advice.title, limit=90)}*: {mrkdwn(advice.rationale, limit=170)}\n{write}"
    why = f"{_confidence(advice)}{_sources(advice.evidence, reader)}"
    if proposal is None:
        return [section(what), context(why)]
    blocks = [section(what), context(why, status_line(proposal, reader))]
    return [*blocks, buttons(proposal)] if is_open(proposal, reader) else blocks


def buttons(proposal: Proposal) -> Block:
    """Approve, Adjust, Reject. Each carries the proposal's id and version, so that a press means what was shown."""
    value = f"{proposal.id}:{proposal.version}"
    return actions(
        f"decide:{value}",
        button("Approve", action_id=APPROVE, value=value, style="primary"),
        button("Adjust", action_id=ADJUST, value=value),
        button("Reject", action_id=REJECT, value=value),
    )


def details_part(card: Card, proposals: Mapping[str, Proposal], reader: Reader, *, whole: bool = False) -> Part:
    """What hangs in the thread for one account: evidence, the writes in full, further advice, drafts, and what came before.

    `whole` puts the card itself first, for an account that had no room in the main message.
    """
    name = mrkdwn(card.account_name, limit=60)
    blocks = card_blocks(card, proposals, reader)[1:] if whole else [section(f"*{name}*: details")]
    blocks.extend(_lines("*What this rests on*", _evidence_lines(card, reader), limit=1_950))
    for position, advice in enumerate(card.recommendations[:3]):
        proposal = _proposal(card, position, proposals)
        if position > 0:
            blocks.extend([divider(), *recommendation_blocks(advice, proposal, reader)])
        blocks.extend(_in_depth(advice, proposal, reader))
    blocks.extend(
        _lines("*Earlier advice and what came of it*", [_prior(each, reader) for each in card.priors[:5]], limit=900)
    )
    text = f"{name}: evidence, exact writes and drafts"
    return Part(name=f"card:{plain(card.account_id, limit=40, empty='none')}", text=text, blocks=blocks, in_thread=True)


def _heading(card: Card, reader: Reader) -> str:
    name = link(reader.links.record(Kind.ACCOUNT, card.account_id), f"*{mrkdwn(card.account_name, limit=60)}*")
    money = f" · {reader.money(card.amount)} open" if card.amount > 0 else ""
    return f"{MARKS[card.risk]} · {name}{money}"


def _bullets(statements: Sequence[Statement], *, shown: int, limit: int) -> list[str]:
    lines = [f"• {mrkdwn(each.text, limit=limit)}" for each in statements[:shown]]
    return [*lines, f"• and {len(statements) - shown} more, in the thread"] if len(statements) > shown else lines


def _confidence(advice: Recommendation) -> str:
    confidence = advice.confidence
    return (
        f"{confidence.level.capitalize()} confidence ({confidence.score:.0%}): {mrkdwn(confidence.because, limit=130)}"
    )


def _sources(evidence: Sequence[Evidence], reader: Reader) -> str:
    links = [link(reader.links.record(each.kind, each.record_id), mrkdwn(each.label, limit=24)) for each in evidence]
    return f" · Evidence: {', '.join(dict.fromkeys(links[:2]))}" if links else ""


def _in_depth(advice: Recommendation, proposal: Proposal | None, reader: Reader) -> list[Block]:
    blocks = []
    if proposal is not None:
        blocks.append(section(f"*Exactly what would be written*\n{writes.in_full(proposal, reader, limit=800)}"))
    if advice.draft_email:
        blocks.append(
            section(f"*Draft e-mail to copy* (it is never sent for you)\n{quoted_block(advice.draft_email, limit=800)}")
        )
    return blocks


def _evidence_lines(card: Card, reader: Reader) -> list[str]:
    """Each piece of evidence once, gathered under the record it stands in."""
    found = [*(e for s in card.statements for e in s.evidence), *(e for r in card.recommendations for e in r.evidence)]
    unique = sorted({each.id: each for each in found}.values(), key=lambda each: (each.kind, each.record_id))
    lines = []
    for (kind, record_id), group in groupby(unique, key=lambda each: (each.kind, each.record_id)):
        members = list(group)
        record = link(reader.links.record(kind, record_id), mrkdwn(members[0].record_name, limit=60))
        lines.append(f"{kind.capitalize()} {record}")
        lines.extend(_fact(each, reader) for each in members)
    return lines


def _fact(evidence: Evidence, reader: Reader) -> str:
    day = reader.day(evidence.at.astimezone(reader.tz).date())
    return f"  • {mrkdwn(evidence.label, limit=40)}: {mrkdwn(evidence.value, limit=140)} ({day})"


def _prior(prior: Prior, reader: Reader) -> str:
    who = f" by {reader.name(prior.decided_by)}" if prior.decided_by else ""
    reason = f", “{mrkdwn(prior.reason, limit=60)}”" if prior.reason else ""
    since = {True: "; the signal is still there", False: "; the signal is gone", None: ""}[prior.still_there]
    day = reader.day(prior.created_at.astimezone(reader.tz).date())
    return f"• {day}: {mrkdwn(prior.title, limit=70)}: {_CAME_OF_IT[prior.state]}{who}{reason}{since}"


def _lines(title: str, lines: list[str], *, limit: int) -> list[Block]:
    return [section("\n".join((title, *fit(lines, limit=limit))))] if lines else []


def _proposal(card: Card, position: int, proposals: Mapping[str, Proposal]) -> Proposal | None:
    ids = card.proposal_ids
    return in_force(ids[position], proposals) if position < len(ids) else None
