"""The App Home: what waits for a decision, what was decided lately and what came of it, and when the next brief comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.views.blocks import Block, View, context, divider, header, section
from bot.views.card import recommendation_blocks
from bot.views.reader import Reader
from bot.views.status import status_line
from bot.views.text import mrkdwn
from store.domain.proposals import Proposal

# Five blocks a pending item and few around them stay within the hundred of a view.
PENDING_SHOWN = 15
RECENT_SHOWN = 10


def home_view(
    *, pending: Sequence[Proposal], recent: Sequence[Proposal], next_brief_at: datetime | None, reader: Reader
) -> View:
    """`pending` in the order to decide them; `recent` newest first."""
    blocks = [
        header("Sergas"),
        section(_next_brief(next_brief_at, reader)),
        *_pending(pending, reader),
        *_recent(recent, reader),
    ]
    blocks.append(context("Prepared automatically from CRM data. Nothing is written to Zoho unless you press Approve."))
    return {"type": "home", "blocks": blocks}


def _next_brief(at: datetime | None, reader: Reader) -> str:
    return f"Your next brief comes {reader.moment(at)}." if at else "No brief is planned for you."


def _pending(pending: Sequence[Proposal], reader: Reader) -> list[Block]:
    blocks = [header("Waiting for you")]
    if not pending:
        return [*blocks, section("Nothing waits for a decision.")]
    for proposal in pending[:PENDING_SHOWN]:
        blocks.append(context(f"*{mrkdwn(proposal.account_name, limit=80)}*"))
        blocks.extend([*recommendation_blocks(proposal.recommendation, proposal, reader), divider()])
    if len(pending) > PENDING_SHOWN:
        blocks.append(context(f"And {len(pending) - PENDING_SHOWN} more, in your briefs."))
    return blocks


def _recent(recent: Sequence[Proposal], reader: Reader) -> list[Block]:
    if not recent:
        return []
    lines = [
        f"• {mrkdwn(each.account_name, limit=60)}: {mrkdwn(each.recommendation.title, limit=100)}\n{status_line(each, reader)}"
        for each in recent[:RECENT_SHOWN]
    ]
    return [header("Decided lately"), *(section(line) for line in lines)]
