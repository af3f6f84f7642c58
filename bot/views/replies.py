"""Short sentences for one person: what a press met with, what a thread reply can do, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.views.blocks import Block, View, context, modal, section
from bot.views.reader import Reader
from bot.views.text import fit, link, mrkdwn
from bot.views.write import view_of
from store.domain.gate.proposals import Proposal, State
from store.domain.grounding.answering import SourceText

ONLY_BUTTONS = (
    "Text decides nothing here, so nothing was done: please press *Approve*, *Adjust* or *Reject* on the card."
)
_SOURCES = 8
_DECISION = re.compile(
    r"^\W*(approved?|yes|yep|ok|okay|sure|go ahead|do it|lgtm|confirm(ed)?|reject(ed)?)\b|^\s*[👍✅]", re.IGNORECASE
)


def looks_like_decision(text: str) -> bool:
    """Whether a reply seems meant as a decision. A question never is, nor is a longer text."""
    return "?" not in text and len(text.split()) <= 8 and _DECISION.search(text) is not None


def second_click(proposal: Proposal, reader: Reader, undo: Proposal | None = None) -> str:
    """Plain text: `Anna approved this at 08:12; the task stands in Zoho.` `undo` is what takes it back, where that is known."""
    when = f" at {reader.clock(proposal.decided_at)}" if proposal.decided_at else ""
    who, view = reader.names.get(proposal.decided_by or "", "Somebody"), view_of(proposal.write)
    match proposal.state:
        case State.REJECTED:
            return f"{who} rejected this{when}; nothing was written."
        case State.SUPERSEDED if proposal.error:
            return proposal.error
        case State.SUPERSEDED if proposal.decided_by is None:
            return "Something newer took the place of this; the newer version is the one to decide."
        case State.SUPERSEDED:
            return f"{who} adjusted this{when}; the newer version is the one to decide."
        case State.SNOOZED:
            until = (
                f" {reader.day(proposal.snoozed_until.astimezone(reader.tz).date())}" if proposal.snoozed_until else ""
            )
            return f"{who} put this off{when}; it will come back{until}."
        case State.EXPIRED:
            return "This expired before anybody decided; nothing was written."
        case State.PENDING if proposal.endorsed_by:
            first = reader.names.get(proposal.endorsed_by, "Somebody")
            return f"{first} approved this; it waits for a second person, and nothing is written before."
        case State.PENDING:
            return "This is still open; the buttons on its card decide it."
        case State.READY if proposal.attempt:
            return f"{who} approved this{when}; {view.place} could not be reached, and it is tried again."
        case State.READY | State.SENDING:
            return f"{who} approved this{when}; it is being written to {view.place}."
        case State.DONE:
            return f"{who} approved this{when}; {view.standing} in {view.place}."
        case State.UNDONE:
            by = reader.names.get((undo.decided_by if undo else None) or "", "Somebody")
            return f"{who} approved this{when}, and {by} took it back."
        case State.UNKNOWN if proposal.parked_at:
            return (
                f"{who} approved this{when}; whether {view.place} took it is not known, "
                "and an administrator is looking at it."
            )
        case State.UNKNOWN:
            return f"{who} approved this{when}; it was sent, and whether {view.place} took it is being checked."
        case State.DEAD:
            return f"{who} approved this{when}, but {view.place} did not take it; nothing more will be tried by itself."


def answer_blocks(text: str, sources: Sequence[SourceText], reader: Reader, *, note: str = "") -> list[Block]:
    """An answer in a thread, with links to what it rests on. `text` is plain, its line breaks are kept; `note` says by whom."""
    return [section(answer_text(text)), *below_answer(sources, reader, note=note)]


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
    """`From: Renewal 2026 · Note of 2026-06-02: the account`, each record once and as a link; "" where there is none."""
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
    """A modal that says one thing, where there is no message to answer under. `sentence` is plain text."""
    return modal("About this proposal", [section(mrkdwn(sentence, limit=2_000))], callback_id="sentence_modal")


def steps_text(steps: Sequence[str]) -> str:
    """How far something has come: what is done, and what is under way."""
    done = [f"✓ {mrkdwn(each, limit=100)}" for each in steps[:-1]]
    return "\n".join([*done, *(f"⏳ {mrkdwn(each, limit=100)}…" for each in steps[-1:])])
