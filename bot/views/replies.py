"""Short sentences for one person: what a press met with, what a thread reply can do, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.views import writes
from bot.views.blocks import Block, View, context, modal, section
from bot.views.reader import Reader
from bot.views.text import fit, link, mrkdwn
from store.domain.evidence import Evidence
from store.domain.proposals import Proposal, State

ONLY_BUTTONS = (
    "Text decides nothing here, so nothing was done: please press *Approve*, *Adjust* or *Reject* on the card."
)
_DECISION = re.compile(
    r"^\W*(approved?|yes|yep|ok|okay|sure|go ahead|do it|lgtm|confirm(ed)?|reject(ed)?)\b|^\s*[👍✅]", re.IGNORECASE
)


def looks_like_decision(text: str) -> bool:
    """Whether a reply seems meant as a decision. A question never is, nor is a longer text."""
    return "?" not in text and len(text.split()) <= 8 and _DECISION.search(text) is not None


def second_click(proposal: Proposal, reader: Reader, undo: Proposal | None = None) -> str:
    """Plain text: `Anna approved this at 08:12; the task stands in Zoho.` `undo` is what takes it back, where that is known."""
    when = f" at {reader.clock(proposal.decided_at)}" if proposal.decided_at else ""
    who = reader.names.get(proposal.decided_by or "", "Somebody")
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
            return f"{who} put this off{when}; it will come back."
        case State.EXPIRED:
            return "This expired before anybody decided; nothing was written."
        case State.PENDING if proposal.endorsed_by:
            first = reader.names.get(proposal.endorsed_by, "Somebody")
            return f"{first} approved this; it waits for a second person, and nothing is written before."
        case State.PENDING:
            return "This is still open; the buttons on its card decide it."
        case State.READY if proposal.attempt:
            return f"{who} approved this{when}; Zoho could not be reached, and it is tried again."
        case State.READY | State.SENDING:
            return f"{who} approved this{when}; it is being written to Zoho."
        case State.DONE:
            return f"{who} approved this{when}; {writes.standing(proposal.write)} in Zoho."
        case State.UNDONE:
            by = reader.names.get((undo.decided_by if undo else None) or "", "Somebody")
            return f"{who} approved this{when}, and {by} took it back."
        case State.UNKNOWN if proposal.parked_at:
            return (
                f"{who} approved this{when}; whether Zoho took it is not known, and an administrator is looking at it."
            )
        case State.UNKNOWN:
            return f"{who} approved this{when}; it was sent, and whether Zoho took it is being checked."
        case State.DEAD:
            return f"{who} approved this{when}, but Zoho did not take it; nothing more will be tried by itself."


def answer_blocks(text: str, evidence: Sequence[Evidence], reader: Reader) -> list[Block]:
    """An answer in a thread, with what it rests on. `text` is plain; line breaks are kept."""
    lines = [mrkdwn(line, limit=600, empty="") for line in text.splitlines()]
    blocks = [section("\n".join(fit(lines, limit=2_900)).strip() or "–")]
    if evidence:
        blocks.append(context("\n".join(fit([_source(each, reader) for each in evidence], limit=1_800))))
    return blocks


def sentence_modal(sentence: str) -> View:
    """A modal that says one thing, where there is no message to answer under. `sentence` is plain text."""
    return modal("About this proposal", [section(mrkdwn(sentence, limit=2_000))], callback_id="sentence_modal")


def _source(evidence: Evidence, reader: Reader) -> str:
    record = link(reader.links.record(evidence.kind, evidence.record_id), mrkdwn(evidence.record_name, limit=60))
    return f"• {mrkdwn(evidence.label, limit=40)}: {mrkdwn(evidence.value, limit=120)} · {record}"


def steps_text(steps: Sequence[str]) -> str:
    """How far something has come: what is done, and what is under way."""
    done = [f"✓ {mrkdwn(each, limit=100)}" for each in steps[:-1]]
    return "\n".join([*done, *(f"⏳ {mrkdwn(each, limit=100)}…" for each in steps[-1:])])
