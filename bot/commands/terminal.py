"""A brief in the terminal."""

from __future__ import annotations

from functools import partial

from rich.padding import Padding
from rich.text import Text

from bot.commands.console import Terminal
from store.domain.attention.ledger import Place
from store.domain.brief.brief import Brief, Card
from store.domain.brief.confidence import in_words
from store.domain.gate.write import Write
from store.domain.signals.kinds import Risk
from store.domain.text.wording import one_line, plural

_PLACES = {Place.ASK: "to decide", Place.QUESTION: "does it still matter?", Place.OPEN: "still open"}
_MARK = {Risk.HIGH: ("▲ high risk", "bold red"), Risk.MEDIUM: ("● watch", "yellow"), Risk.LOW: ("○ low", "cyan")}


def print_brief(brief: Brief, console: Terminal) -> None:
    """Print every card with its statements, evidence ids, confidence and proposed writes."""
    console.print(Text(f"{brief.owner_name} · {brief.local_date:%A %d %B %Y}", style="bold"))
    for each in brief.unread:
        console.print(
            Text(f"! Not readable in the CRM: {each.field} of {each.called} ({each.account_name}).", style="yellow")
        )
    for problem in brief.problems:
        console.print(Text(f"! {problem}", style="yellow"))
    for card in brief.cards:
        _print_card(card, console)
    for listed in brief.listed:
        console.print(Text.assemble(("Listed  ", "yellow"), listed.account_name, " · ", listed.statement))
    if brief.more:
        console.print(
            Text(f"{plural(brief.more, 'other account')} with something noticed, in the Home tab.", style="dim")
        )
    for news in brief.news:
        console.print(Text.assemble(("News  ", "green"), news.account_name, " · ", news.signal.statement))
    console.print(Text(f"{brief.quiet} of {brief.accounts} accounts quiet.", style="dim"))


def _print_card(card: Card, console: Terminal) -> None:
    label, style = _MARK[card.risk]
    console.print()
    console.print(Text.assemble((label, style), "  ", (card.account_name, "bold"), "  ", (_PLACES[card.place], "dim")))
    for statement in card.statements:
        console.print(Padding(Text(f"• {statement.text}"), (0, 0, 0, 2)))
        ids = ", ".join(evidence.id for evidence in statement.evidence)
        console.print(Padding(Text(ids, style="dim"), (0, 0, 0, 4)))
    for recommendation in card.recommendations:
        console.print(Padding(Text(f"→ {recommendation.write.name()}", style="bold"), (0, 0, 0, 2)))
        console.print(Padding(Text(recommendation.rationale), (0, 0, 0, 4)))
        console.print(Padding(Text(f"Would write: {_write(recommendation.write)}"), (0, 0, 0, 4)))
        console.print(Padding(Text(in_words(recommendation.confidence), style="dim"), (0, 0, 0, 4)))


def _write(write: Write) -> str:
    return f"{write.in_words(partial(one_line, limit=200), {})} on {write.parent_name}"
