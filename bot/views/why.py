"""The modal behind Why?: the changes with their sources, how sure we are, why today, and the whole write. Each fact is said once:
what a sentence says, the records below it don't repeat."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import groupby

from bot.views.blocks import VIEW_BLOCKS, Block, View, context, modal, section
from bot.views.card import proposal_of
from bot.views.changes import move_lines
from bot.views.decided import APPROVED
from bot.views.reader import Reader
from bot.views.space import pages
from bot.views.status import status_line, undo_of
from bot.views.text import link, mrkdwn, quoted_block
from bot.views.write import in_full
from store.domain.attention.answers import FEW
from store.domain.attention.ledger import Place, Reason
from store.domain.attention.worth import Worth
from store.domain.brief.brief import PLAYBOOK, Card, Statement
from store.domain.brief.confidence import in_words
from store.domain.brief.why_you import Came, why_you
from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import Evidence, Source
from store.domain.gate.proposals import AdviceSource, Prior, Proposal, Recommendation, SourceKind, State
from store.domain.gate.reasons import RejectReason, comment_in, reason_of

WHY_MODAL = "why_modal"
_VIEW_BYTES = 240_000  # Slack takes 250 kB
_REASONS: Mapping[Reason, str] = {
    Reason.NEW: "New since your last brief",
    Reason.CHANGED: "Changed since your last brief",
    Reason.WAITED: "Listed before, not asked yet",
    Reason.WOKEN: "Set aside until now",
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
    State.RETRACTED: "no longer needed",
    State.UNDONE: "written and undone",
}
# A day and a number of days are one word each, so that `3 Dec` isn't said by “3 days to 14 Dec”.
_WORD = re.compile(r"\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b|\d+ days?\b|[\w$€£¥₹%]+(?:[.,]\d+)*")
_PART = re.compile(r"; |, (?=\d+(?: days? later|% less)$)")
_JOINING = frozenset(("later", "less", "on", "for", "from", "to", "since", "nothing", "the", "a"))
_RECORDS, _FACTS, _PRIORS, _ADVICE = 20, 10, 20, 4  # the most of each; the others are counted
_FEW_RECORDS = 4  # in the copy by e-mail, where they are on the card itself


def why_loading() -> View:
    """The modal that opens at once, while the rest is read."""
    return modal("Why?", [section("⏳ Looking it up…")], callback_id="why_loading")


def why_modal(card: Card, proposals: Mapping[str, Proposal], reader: Reader, *, came: Came | None = None) -> View:
    """Everything about one card, as of now. `proposals` holds every version by id; `came` is how it came to the reader."""
    name = link(reader.links.record(Kind.ACCOUNT, card.account_id), f"*{mrkdwn(card.account_name, limit=300)}*")
    is_to_send = any(
        asked is not None and asked.recommendation.draft_email is not None and asked.state in APPROVED
        for asked in (proposal_of(card, proposals, position=at) for at in range(len(card.recommendations[:_ADVICE])))
    )
    first = _drafts(card) if is_to_send else []  # the way to it is the button “Draft e-mail”
    blocks = [section(name), *first, *_why_you(came, reader), *_what(card, reader)]
    for position, advice in enumerate(card.recommendations[:_ADVICE]):
        asked = proposal_of(card, proposals, position=position)
        blocks.extend(_about(card, advice, asked, proposals, reader))
    earlier = [_prior(each, reader) for each in card.priors]
    last = [] if is_to_send else _drafts(card)
    blocks.extend([*_titled("Earlier advice", _most(earlier, _PRIORS)), *last, *_worded_by(card)])
    return modal("Why?", _within_limits(blocks), callback_id=WHY_MODAL)


def _why_you(came: Came | None, reader: Reader) -> list[Block]:
    """The role and the setting that brought it."""
    if came is None:
        return []
    today = reader.now.astimezone(reader.tz).date()
    return [context(mrkdwn(why_you(came, today=today), limit=400))]


def shown_by(card: Card, reader: Reader) -> list[str]:
    """The records that show a card's statements, a line of mrkdwn each."""
    evidence = {each.id: each for statement in card.statements for each in statement.evidence}
    return _most(_records(evidence.values(), reader, said=_all_said(card)), _FEW_RECORDS)


def _worded_by(card: Card) -> list[Block]:
    """The model that chose the words, if one did."""
    if card.author == PLAYBOOK:
        return []
    return [context(f"Worded by {mrkdwn(card.author.replace(PLAYBOOK, 'rules'), limit=200)}")]


def _what(card: Card, reader: Reader) -> list[Block]:
    said = [*card.statements, *([card.summary] if card.summary and _is_more(card.summary, card) else [])]
    moved = any(each.source is Source.CHANGE for statement in card.statements for each in statement.evidence)
    return [
        *_seen("What changed" if moved else "What we see", said, reader),
        *_seen("From notes", card.remembered, reader),
    ]


def _about(
    card: Card,
    advice: Recommendation,
    proposal: Proposal | None,
    proposals: Mapping[str, Proposal],
    reader: Reader,
) -> list[Block]:
    advice = proposal.recommendation if proposal else advice
    sure = mrkdwn(in_words(advice.confidence), limit=500)
    blocks = [*_titled("How sure", [sure]), *_titled("Why today", _today(card, advice, reader))]
    if proposal is None:
        return blocks
    line = status_line(proposal, reader, undo_of(proposal, proposals))
    moved = move_lines(proposal.drifted, reader, limit=400)
    blocks.extend(_titled("Changed in Zoho since you were asked", moved))
    return [*blocks, *in_full(proposal, reader, title="*What Approve writes*"), context(line)]


def _today(card: Card, advice: Recommendation, reader: Reader) -> list[str]:
    """The reason for the advice, and for asking now."""
    waits = card.since and card.place is not Place.ASK
    since = f"Open since {reader.day(card.since)}" if waits and card.since else _REASONS.get(card.reason, "")
    said = [since] if card.worth and since else []
    amount = reader.open_money(card)
    money = [f"{amount} at stake"] if amount and amount not in _all_said(card) else []
    told = "; ".join([*said, *money, *(_worth(card.worth) if card.worth else [])])
    asked = _asked_by(advice.source, reader)
    told = f"{told[:1].upper()}{told[1:]}." if told else ""
    return [each for each in (asked, told, mrkdwn(advice.rationale, limit=600)) if each]


def _worth(worth: Worth) -> list[str]:
    """How the person answered, from as many answers as make a habit."""
    taken, dismissed = worth.own
    if worth.answers > 1.0 and taken >= FEW:
        return ["you often take advice like it"]
    return ["you seldom take advice like it"] if worth.answers < 1.0 and dismissed >= FEW else []


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
    """Whether it says anything that the statements don't."""
    told = {cited.id for statement in card.statements for cited in statement.evidence}
    return any(cited.id not in told for cited in summary.evidence)


def _all_said(card: Card) -> str:
    return " ".join(each.text for each in card.statements)


def _seen(title: str, statements: Sequence[Statement], reader: Reader) -> list[Block]:
    """Each statement, and in smaller print the records and values that show it, each once."""
    blocks: list[Block] = []
    shown = set[str]()
    for number, statement in enumerate(statements):
        fresh = [each for each in statement.evidence if each.id not in shown]
        shown.update(each.id for each in fresh)
        head = [f"*{title}*"] if number == 0 else []
        blocks.append(section("\n".join([*head, mrkdwn(statement.text, limit=2_000)])))
        said = " ".join(each.text for each in statements[: number + 1])
        lines = _most(_records(fresh, reader, said=said), _RECORDS)
        blocks.extend(context(page) for page in pages(lines))
    return blocks


def _records(evidence: Iterable[Evidence], reader: Reader, *, said: str) -> list[str]:
    """One line per record: its values as far as the sentences before have not `said` them, and the day on which the CRM last
    confirmed them."""
    known = _words(said)
    ordered = sorted(evidence, key=lambda each: (each.kind, each.record_id))
    lines = []
    for (kind, record_id), group in groupby(ordered, key=lambda each: (each.kind, each.record_id)):
        members = _newest(list(group))
        name = link(reader.links.record(kind, record_id), mrkdwn(members[0].record_name, limit=100))
        days = [each.at.astimezone(reader.tz).date() for each in members]
        named = any(f"{day.day} {day:%b}" in each.value for day, each in zip(days, members, strict=True))
        as_of = [] if named else [f"as of {reader.day(max(days))}"]
        facts = _most([fact for each in members if (fact := _fact(each, known))], _FACTS)
        lines.append(" · ".join((f"{kind.capitalize()} {name}", *facts, *as_of)))
    return lines


def _newest(members: Sequence[Evidence]) -> list[Evidence]:
    """Without the present value of a field whose change is among them."""
    changed = {each.field for each in members if each.source is Source.CHANGE}
    return [each for each in members if each.source is Source.CHANGE or each.field not in changed]


def _fact(evidence: Evidence, known: Set[str]) -> str:
    """`Stage: Proposal since 30 Oct`, without the parts whose every word is known; "" if none is left."""
    label = "" if evidence.label.casefold() == evidence.kind else f"{mrkdwn(evidence.label, limit=40)}: "
    parts = _PART.split(evidence.value)
    fresh = [part for part in parts if not _words(part) <= known]
    return f"{label if fresh[0] == parts[0] else ''}{mrkdwn('; '.join(fresh), limit=200)}" if fresh else ""


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold())) - _JOINING


def _prior(prior: Prior, reader: Reader) -> str:
    who = f" by {reader.name(prior.decided_by)}" if prior.decided_by else ""
    is_done = prior.state is State.REJECTED and reason_of(prior.reason) is RejectReason.DONE
    said = comment_in(prior.reason) if is_done else prior.reason
    reason = f", “{mrkdwn(said, limit=200)}”" if said else ""
    became = "done already" if is_done else _CAME_OF_IT[prior.state]
    since = {True: "; the signal is still there", False: "; the signal is gone", None: ""}[prior.still_there]
    day = reader.day(prior.created_at.astimezone(reader.tz).date())
    return f"• {day}: “{mrkdwn(prior.name or prior.title, limit=150)}”, {became}{who}{reason}{since}"


def _most(lines: Sequence[str], most: int) -> list[str]:
    left = len(lines) - most
    return [*lines[:most], *([f"and {left} more"] if left > 0 else [])]


def _titled(title: str, lines: Sequence[str]) -> list[Block]:
    return [section(page) for page in pages([f"*{title}*", *lines])] if lines else []


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
