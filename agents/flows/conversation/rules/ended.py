"""Answers on deals that ended: won or lost, in a period or on one account."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agents.flows.conversation.rules.my_pipeline import whose
from agents.flows.conversation.rules.reading import Answer, Reading, of_deal
from store.domain.conversation.periods import Period, period_in
from store.domain.crm.accounts import AccountFacts, Deal, StageOutcome
from store.domain.crm.people import local_day, start_of
from store.domain.text.wording import one_line, plural

_MOST = 8
_USUAL = 90  # days, if the question names no period
_WON = re.compile(r"\b(?:won|wins?|winning)\b", re.IGNORECASE)
_LOST = re.compile(r"\b(?:lost|lose|loss|losses|losing)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A deal that was won or lost on a day: the one on which its stage changed, or else its closing date."""

    deal: Deal
    facts: AccountFacts
    won: bool
    day: date

    @property
    def line(self) -> str:
        account = f"{self.facts.name}, " if self.facts.account else ""
        return f"{account}{one_line(self.deal.name, limit=60)}"


async def ended(reading: Reading, text: str, *, of: AccountFacts | None = None) -> Answer:
    """Won and lost deals, or one of them if only that is asked for; the latest of any time if the period has none."""
    period = period_in(text, reading.today, ahead=False) or _all_of(of, reading) or _lately(reading)
    asked = [won for won, word in ((True, _WON), (False, _LOST)) if word.search(text)] or [True, False]
    found = await all_ended(reading, [of] if of else await reading.own())
    lines: list[str] = []
    shown: list[Ended] = []
    for won in asked:
        alike = [each for each in found if each.won is won]
        within = [each for each in alike if period.includes(each.day)]
        lines += await _said(reading, alike, within, won=won, period=period, of=of)
        shown += within[:_MOST]
    return Answer(lines=tuple(lines), sources=tuple(of_deal(each.deal) for each in shown))


async def ended_since(reading: Reading, day: date) -> list[Ended]:
    """The person's deals that ended on this day or later, the latest first."""
    return [each for each in await all_ended(reading, await reading.own()) if each.day >= day]


async def all_ended(reading: Reading, book: Sequence[AccountFacts]) -> list[Ended]:
    """Each deal once, the latest first. Each counts for its owner, or for anyone who asks about the account."""
    stages = await reading.pipeline()
    deals = {deal.id: (deal, facts) for facts in book for deal in facts.deals}
    year_ago = start_of(reading.person, reading.today - timedelta(days=400))
    seen = await reading.tx.outcomes.closings({facts.id for facts in book}, stages, since=year_ago)
    days = {each.deal_id: local_day(reading.person, each.at) for each in seen}
    found = []
    for deal, facts in deals.values():
        outcome, day = stages.outcome(deal.stage), days.get(deal.id, deal.closing_date)
        if outcome in (StageOutcome.WON, StageOutcome.LOST) and day is not None and day <= reading.today:
            found.append(Ended(deal=deal, facts=facts, won=outcome is StageOutcome.WON, day=day))
    return sorted(found, key=lambda each: (each.day, each.deal.id), reverse=True)


async def _said(
    reading: Reading,
    alike: Sequence[Ended],
    within: Sequence[Ended],
    *,
    won: bool,
    period: Period,
    of: AccountFacts | None,
) -> list[str]:
    money, word = await reading.currency(), "won" if won else "lost"
    team, on = ("", f" on {of.name}") if of else (await whose(reading), "")
    if not within:
        latest = f"; the last one was {alike[0].line}, on {reading.day(alike[0].day)}" if alike else ""
        return [f"{team}No deal{on} was {word} {period.words}{latest}."]
    worth = money.in_all([each.deal for each in within])
    head = f"{team}{plural(len(within), 'deal')}{on} {word} {period.words}{f', {worth}' if worth else ''}:"
    lines = []
    for each in within[:_MOST]:
        amount = money.worth(each.deal)
        lines.append(f"• {reading.day(each.day)}: {each.line}{f', {amount}' if amount else ''}")
    return [head, *lines, *([f"And {len(within) - _MOST} more."] if len(within) > _MOST else [])]


def _all_of(of: AccountFacts | None, reading: Reading) -> Period | None:
    """About one account, of any time."""
    return Period(date.min, reading.today, "so far") if of else None


def _lately(reading: Reading) -> Period:
    return Period(reading.today - timedelta(days=_USUAL), reading.today, f"in the last {_USUAL} days")
