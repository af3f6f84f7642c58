"""For administrators: today's model usage and cost, a section of the App Home."""

from __future__ import annotations

from dataclasses import dataclass

from bot.views.blocks import Block, context, header, section
from bot.views.text import mrkdwn
from store.domain.running.model_calls import Amount, CallFigures
from store.domain.text.wording import plural

MUCH = 0.8  # of the day's budget


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsToday:
    """`ceiling` is the day's budget, 0 for no limit. `paused_seconds` and `because` say for how long this process isn't asking
    Claude, and why."""

    figures: CallFigures
    ceiling: Amount
    paused_seconds: float = 0.0
    because: str = ""


def spending_blocks(today: ModelsToday | None) -> list[Block]:
    """The section; empty if no model is in use."""
    if today is None:
        return []
    lines = [_calls(today.figures), _left(today.figures.amount, today.ceiling)]
    blocks = [header("Models today"), section("\n".join(line for line in lines if line))]
    if today.because:
        seconds = f"{max(1, round(today.paused_seconds))} s"
        blocks.append(context(f"⚠️ Claude is paused for {seconds}: {mrkdwn(today.because, limit=300)}"))
    return blocks


def needs_a_look(today: ModelsToday) -> bool:
    """Whether Claude is paused, or little of the day's budget is left."""
    spent, ceiling = today.figures.amount, today.ceiling
    shares = [spent.usd / ceiling.usd if ceiling.usd else 0.0, spent.tokens / ceiling.tokens if ceiling.tokens else 0.0]
    return bool(today.because) or max(shares) >= MUCH


def in_one_line(today: ModelsToday) -> str:
    """`Claude $1.50 of $10.00 today`."""
    of = f" of ${today.ceiling.usd:,.2f}" if today.ceiling.usd else ""
    return f"Claude ${today.figures.amount.usd:,.2f}{of} today"


def _calls(figures: CallFigures) -> str:
    if not figures.calls:
        return "No model calls today."
    beside = [
        f"{figures.reused} reused" if figures.reused else "",
        f"{figures.failed} failed" if figures.failed else "",
    ]
    told = ", ".join(part for part in beside if part)
    cost = f"*${figures.amount.usd:,.2f}* for {figures.amount.tokens:,} tokens"
    cached = f"{figures.from_cache:.0%} of the input came from the cache"
    return (
        f"{plural(figures.calls, 'call')}{f' ({told})' if told else ''}, {plural(figures.tools, 'use')} of tools\n"
        f"{cost}; {cached}."
    )


def _left(spent: Amount, ceiling: Amount) -> str:
    left = []
    if ceiling.usd:
        left.append(f"${max(0.0, ceiling.usd - spent.usd):,.2f} of ${ceiling.usd:,.2f}")
    if ceiling.tokens:
        left.append(f"{max(0, ceiling.tokens - spent.tokens):,} of {ceiling.tokens:,} tokens")
    return f"Left for today: {' and '.join(left)}." if left else "No daily limit."
