"""Short sentences for one person: the result of a press, the limits of a thread reply, and errors."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.views.blocks import Block, View, context, modal, section
from bot.views.reader import Reader
from bot.views.text import fit, link, mrkdwn
from bot.views.write import view_of
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.reasons import RejectReason, reason_of
from store.domain.grounding.answer import SourceText

ONLY_BUTTONS = (
    "A reply can't approve or reject, so nothing was done. Please press *Approve*, *Adjust* or *Reject* on the card."
)
ONLY_WORDS = "I can't open files. Please tell me in words what you would like to know."
FILE_NOT_READ = "I didn't open the file."
_SOURCES = 8
_DECISION = re.compile(
    r"^\W*(approved?|yes|yep|ok|okay|sure|go ahead|do it|lgtm|confirm(ed)?|reject(ed)?)\b|^\s*[👍✅]", re.IGNORECASE
)


def looks_like_decision(text: str) -> bool:
    """Whether a reply looks like a decision. Questions and longer texts don't."""
    return "?" not in text and len(text.split()) <= 8 and _DECISION.search(text) is not None


def second_click(proposal: Proposal, reader: Reader, undo: Proposal | None = None) -> str:
    """Plain text: `Anna approved this at 08:12; the task is in Zoho.` `undo` is the proposal that undoes it, if any."""
    when = f" at {reader.clock(proposal.decided_at)}" if proposal.decided_at else ""
    who, view = reader.names.get(proposal.decided_by or "", "Somebody"), view_of(proposal.write)
    match proposal.state:
        case State.REJECTED if proposal.undoes is None and reason_of(proposal.reason) is RejectReason.DONE:
            return f"{who} said{when} that this is done already."
        case State.REJECTED:
            return f"{who} rejected this{when}; nothing was written."
        case State.SUPERSEDED if proposal.error:
            return proposal.error
        case State.SUPERSEDED if proposal.decided_by is None:
            return "This was replaced by a newer version; please decide that one."
        case State.SUPERSEDED:
            return f"{who} adjusted this{when}; please decide the newer version."
        case State.SNOOZED:
            until = (
                f" {reader.day(proposal.snoozed_until.astimezone(reader.tz).date())}" if proposal.snoozed_until else ""
            )
            change = " when something changes, at the latest" if proposal.until_change else ""
            return f"{who} snoozed this{when}; it will come back{change}{until}."
        case State.RETRACTED:
            return f"This is no longer needed{f': {proposal.reason}' if proposal.reason else ''}."
        case State.EXPIRED:
            return "This expired without a decision; nothing was written."
        case State.PENDING if proposal.endorsed_by:
            first = reader.names.get(proposal.endorsed_by, "Somebody")
            return f"{first} approved this; it needs a second approver, and nothing is written before that."
        case State.PENDING:
            return "This is still open; please use the buttons on its card."
        case State.READY if proposal.attempt:
            return f"{who} approved this{when}; {view.place} can't be reached, and the bot is retrying."
        case State.READY | State.SENDING:
            return f"{who} approved this{when}; it is being written to {view.place}."
        case State.DONE:
            return f"{who} approved this{when}; {view.result}."
        case State.UNDONE:
            by = reader.names.get((undo.decided_by if undo else None) or "", "Somebody")
            return f"{who} approved this{when}, and {by} undid it."
        case State.UNKNOWN if proposal.parked_at:
            return f"{who} approved this{when}; no one knows yet whether {view.place} has it. An administrator is looking at it."
        case State.UNKNOWN:
            return f"{who} approved this{when}; it was sent, and the bot is checking whether {view.place} has it."
        case State.DEAD:
            return f"{who} approved this{when}, but {view.place} refused it; the bot won't try again."


def answer_blocks(text: str, sources: Sequence[SourceText], reader: Reader, *, note: str = "") -> list[Block]:
    """An answer in a thread, with links to its sources. `text` is plain and keeps its line breaks; `note` names the author."""
    return [section(answer_text(text), expand=True), *below_answer(sources, reader, note=note)]


def below_answer(sources: Sequence[SourceText], reader: Reader, *, note: str = "") -> list[Block]:
    blocks: list[Block] = []
    if shown := source_line(sources, reader):
        blocks.append(context(shown))
    if note:
        blocks.append(context(mrkdwn(note, limit=300)))
    return blocks


def answer_text(text: str) -> str:
    lines = [mrkdwn(line, limit=1_500, empty="") for line in text.splitlines()]
    return "\n".join(fit(lines, limit=2_900)).strip() or "–"


def source_line(sources: Sequence[SourceText], reader: Reader) -> str:
    """`From: Renewal 2026 · Note of 2026-06-02: the account`, each record once, as a link; "" if there is none."""
    seen: dict[str, str] = {}
    for source in sources:
        for origin in source.origins:
            label, name = mrkdwn(source.label, limit=40, empty=""), mrkdwn(origin.name, limit=60)
            told = name if label in ("", "Card", str(origin.kind).capitalize()) else f"{label}: {name}"
            seen.setdefault(origin.record_id, link(reader.links.record(origin.kind, origin.record_id), told))
    links = list(dict.fromkeys(seen.values()))
    more = f" · and {len(links) - _SOURCES} more" if len(links) > _SOURCES else ""
    return f"From: {' · '.join(links[:_SOURCES])}{more}" if links else ""


def sentence_modal(sentence: str) -> View:
    """A modal with one sentence, for when there is no message to answer under. `sentence` is plain text."""
    return modal("About this proposal", [section(mrkdwn(sentence, limit=2_000))], callback_id="sentence_modal")


def steps_text(steps: Sequence[str]) -> str:
    """Progress: the finished steps, and the current one."""
    done = [f"✓ {mrkdwn(each, limit=100)}" for each in steps[:-1]]
    return "\n".join([*done, *(f"⏳ {mrkdwn(each, limit=100)}…" for each in steps[-1:])])
