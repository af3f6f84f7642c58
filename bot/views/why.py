"""The modal behind Why?: what changed and where it says so, how sure we are, why today, and the whole write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from bot.views.blocks import VIEW_BLOCKS, Block, View, modal, section
from bot.views.card import proposal_of
from bot.views.reader import Reader
from bot.views.space import pages
from bot.views.status import status_line, undo_of
from bot.views.text import link, mrkdwn, quoted_block
from bot.views.write import in_full
from store.domain.attention.ledger import Place, Reason
from store.domain.attention.worth import Worth
from store.domain.brief.brief import Card, Statement
from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import ConfidenceLevel, Evidence, Source
from store.domain.gate.proposals import AdviceSource, Prior, Proposal, Recommendation, SourceKind, State

WHY_MODAL = "why_modal"
SURE: Mapping[ConfidenceLevel, str] = {
    ConfidenceLevel.HIGH: "Sure",
    ConfidenceLevel.MEDIUM: "Fairly sure",
    ConfidenceLevel.LOW: "Not sure",
}
_VIEW_BYTES = 240_000  # Slack takes 250 kB
_REASONS: Mapping[Reason, str] = {
    Reason.NEW: "New since your last brief",
    Reason.CHANGED: "Changed since your last brief",
    Reason.WAITED: "Listed before, not asked yet",
    Reason.UNANSWERED: "Asked before, and nothing moved",
}
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
_PIECES, _PRIORS, _ADVICE = 60, 20, 4  # the most of each; the others are counted


def why_loading() -> View:
    """The modal that opens at once, while the rest is read."""
    return modal("Why?", [section("⏳ Looking it up…")], callback_id="why_loading")


def why_modal(card: Card, proposals: Mapping[str, Proposal], reader: Reader) -> View:
    """All about one card, as it stands now. `proposals` holds every version by id."""
    name = link(reader.links.record(Kind.ACCOUNT, card.account_id), f"*{mrkdwn(card.account_name, limit=300)}*")
    blocks = [section(name), *_what(card, reader)]
    for position, advice in enumerate(card.recommendations[:_ADVICE]):
        blocks.extend(_about(card, advice, proposal_of(card, proposals, position=position), proposals, reader))
    earlier = [_prior(each, reader) for each in card.priors]
    blocks.extend([*_titled("Earlier advice", _most(earlier, _PRIORS)), *_drafts(card)])
    return modal("Why?", _within_limits(blocks), callback_id=WHY_MODAL)


def _what(card: Card, reader: Reader) -> list[Block]:
    said = [*card.statements, *([card.summary] if card.summary and _is_more(card.summary, card) else [])]
    moved = any(each.source is Source.CHANGE for statement in card.statements for each in statement.evidence)
    contacts = [
        each for s in card.statements for each in s.evidence if each.kind is Kind.ACTIVITY and each.field == "done_at"
    ]
    return [
        *_titled("What changed" if moved else "What we see", _told(said, reader)),
        *_titled("Last contact", [_fact(each, reader) for each in contacts[:1]]),
        *_titled("From notes", _told(card.remembered, reader)),
    ]


def _about(
    card: Card, advice: Recommendation, proposal: Proposal | None, proposals: Mapping[str, Proposal], reader: Reader
) -> list[Block]:
    advice = proposal.recommendation if proposal else advice
    sure = f"{SURE[advice.confidence.level]}: {_lowered(mrkdwn(advice.confidence.because, limit=400))}"
    blocks = [*_titled("How sure", [sure]), *_titled("Why today", _today(card, advice, reader))]
    if proposal is None:
        return blocks
    line = status_line(proposal, reader, undo_of(proposal, proposals))
    return [*blocks, section("*What Approve writes*"), *in_full(proposal, reader), section(line)]


def _today(card: Card, advice: Recommendation, reader: Reader) -> list[str]:
    """The reason for the advice, and for asking now."""
    since = f", open since {reader.day(card.since)}" if card.since and card.place is not Place.ASK else ""
    said = [f"{_REASONS[card.reason]}{since}"] if card.worth and card.reason in _REASONS else []
    money = [f"{reader.money(card.amount)} at stake"] if card.amount > 0 else []
    told = "; ".join([*said, *money, *(_worth(card.worth) if card.worth else [])])
    asked = _asked_by(advice.source, reader)
    return [each for each in (asked, mrkdwn(advice.rationale, limit=600), f"{told}." if told else "") if each]


def _worth(worth: Worth) -> list[str]:
    if worth.answers == 1.0:
        return []
    return [f"you {'often take' if worth.answers > 1 else 'seldom take'} advice like it"]


def _asked_by(source: AdviceSource, reader: Reader) -> str:
    match source.kind:
        case SourceKind.REQUEST:
            return f"Asked for by {reader.name(source.name)}."
        case SourceKind.DESK:
            return f"From the {mrkdwn(source.name, limit=40)} desk."
        case SourceKind.SIGNALS:
            return ""


def _drafts(card: Card) -> list[Block]:
    drafts = [each.draft_email for each in card.recommendations[:_ADVICE] if each.draft_email]
    return [
        section(f"*Draft e-mail to copy* (the bot never sends it)\n{quoted_block(each, limit=2_800)}")
        for each in drafts
    ]


def _is_more(summary: Statement, card: Card) -> bool:
    return summary.text != " ".join(each.text for each in card.statements)


def _told(statements: Sequence[Statement], reader: Reader) -> list[str]:
    """Each statement, and below it the records and values that show it."""
    lines, shown, left = [], set[str](), 0
    for statement in statements:
        lines.append(f"• {mrkdwn(statement.text, limit=600)}")
        fresh = [each for each in statement.evidence if each.id not in shown]
        shown.update(each.id for each in fresh)
        room = max(0, _PIECES - len(lines))
        left += max(0, len(fresh) - room)
        lines.extend(_records(fresh[:room], reader))
    return [*lines, *([f"and {left} more pieces of evidence"] if left else [])]


def _records(evidence: Iterable[Evidence], reader: Reader) -> list[str]:
    """One line per record, with its values."""
    ordered = sorted(evidence, key=lambda each: (each.kind, each.record_id))
    lines = []
    for (kind, record_id), group in groupby(ordered, key=lambda each: (each.kind, each.record_id)):
        members = list(group)
        name = link(reader.links.record(kind, record_id), mrkdwn(members[0].record_name, limit=100))
        lines.append(f"   {kind.capitalize()} {name}: {' · '.join(_fact(each, reader) for each in members)}")
    return lines


def _fact(evidence: Evidence, reader: Reader) -> str:
    day = reader.day(evidence.at.astimezone(reader.tz).date())
    return f"{mrkdwn(evidence.label, limit=40)}: {mrkdwn(evidence.value, limit=200)} ({day})"


def _prior(prior: Prior, reader: Reader) -> str:
    who = f" by {reader.name(prior.decided_by)}" if prior.decided_by else ""
    reason = f", “{mrkdwn(prior.reason, limit=200)}”" if prior.reason else ""
    since = {True: "; the signal is still there", False: "; the signal is gone", None: ""}[prior.still_there]
    day = reader.day(prior.created_at.astimezone(reader.tz).date())
    return f"• {day}: “{mrkdwn(prior.title, limit=150)}”, {_CAME_OF_IT[prior.state]}{who}{reason}{since}"


def _most(lines: Sequence[str], most: int) -> list[str]:
    left = len(lines) - most
    return [*lines[:most], *([f"and {left} more"] if left > 0 else [])]


def _titled(title: str, lines: Sequence[str]) -> list[Block]:
    return [section(page) for page in pages([f"*{title}*", *lines])] if lines else []


def _lowered(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _within_limits(blocks: list[Block]) -> list[Block]:
    """As many blocks as a view takes, and the number of those left out."""
    kept: list[Block] = []
    size = 2_000
    for block in blocks:
        size += len(json.dumps(block)) + 2
        if len(kept) == VIEW_BLOCKS - 1 or size > _VIEW_BYTES:
            return [*kept, section(f"and {len(blocks) - len(kept)} more parts, in the CRM")]
        kept.append(block)
    return kept
