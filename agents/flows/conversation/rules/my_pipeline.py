"""Answers on open deals: how much in which stage, and what closes when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from agents.flows.conversation.rules.reading import Answer, Reading, of_deal
from store.domain.conversation.periods import days_words, period_in, this
from store.domain.crm.accounts import AccountFacts, Deal, Pipeline
from store.domain.crm.money import comparable
from store.domain.crm.people import local_day
from store.domain.text.wording import one_line, plural

_MOST = 8


async def pipeline(reading: Reading, text: str) -> Answer:
    """The open deals by stage, in the order of the CRM, and their total; each deal in the currency it has."""
    stages, money = await reading.pipeline(), await reading.currency()
    deals = [deal for deal, _ in await _open(reading)]
    if not deals:
        return Answer(lines=("No open deal is in the CRM.",))
    worth = money.in_all(deals)
    head = f"{_whose(reading, await reading.own())}{plural(len(deals), 'open deal')}{f', {worth}' if worth else ''}:"
    lines = []
    for stage in sorted({deal.stage for deal in deals}, key=lambda each: _place(stages, each)):
        here = [deal for deal in deals if deal.stage == stage]
        sum_ = money.in_all(here)
        lines.append(f"• {one_line(stage, limit=40)}: {len(here)}{f', {sum_}' if sum_ else ''}")
    late = [deal for deal in deals if deal.closing_date and deal.closing_date < reading.today]
    note = [f"{plural(len(late), 'closing date has', 'closing dates have')} passed."] if late else []
    return Answer(lines=(head, *lines, *note))


async def stalled(reading: Reading, text: str) -> Answer:
    """The open deals that have been in their stage longest."""
    money, book = await reading.currency(), await reading.own()
    material = await reading.material(reading.person, book)
    found = [(deal, facts) for deal, facts in await _open(reading) if deal.id in material.stage_since]
    found.sort(key=lambda each: (material.stage_since[each[0].id], each[0].id))
    if not found:
        return Answer(lines=("No open deal is in the CRM.",))
    lines = []
    for deal, facts in found[:_MOST]:
        since = local_day(reading.person, material.stage_since[deal.id])
        least = "at least " if deal.id in material.at_least else ""
        worth = money.worth(deal)
        account = f", {facts.name}" if facts.account else ""
        lines.append(
            f"• {one_line(deal.name, limit=60)}{account}: {one_line(deal.stage, limit=40)} for {least}"
            f"{plural((reading.today - since).days, 'day')}{f', {worth}' if worth else ''}"
        )
    return Answer(lines=("Longest in their stage:", *lines), sources=tuple(of_deal(deal) for deal, _ in found[:_MOST]))


async def closing(reading: Reading, text: str) -> Answer:
    """The open deals that close in a period, this month if none is named: those whose day has passed first."""
    money = await reading.currency()
    period = period_in(text, reading.today) or this("month", reading.today)
    found = [(deal, facts) for deal, facts in await _open(reading) if period.includes(deal.closing_date)]
    if not found:
        return Answer(lines=(f"No open deal has a closing date {period.words} ({days_words(period, reading.today)}).",))
    found.sort(key=lambda each: (each[0].closing_date or date.max, -comparable(each[0]), each[0].id))
    worth = money.in_all([deal for deal, _ in found])
    head = (
        f"{plural(len(found), 'open deal closes', 'open deals close')} {period.words}{f', {worth}' if worth else ''}:"
    )
    lines = [_line(deal, facts, reading, money.worth(deal)) for deal, facts in found[:_MOST]]
    more = [f"And {len(found) - _MOST} more."] if len(found) > _MOST else []
    return Answer(lines=(head, *lines, *more), sources=tuple(of_deal(deal) for deal, _ in found[:_MOST]))


def _line(deal: Deal, facts: AccountFacts, reading: Reading, worth: str) -> str:
    assert deal.closing_date is not None
    passed = ", passed" if deal.closing_date < reading.today else ""
    day = f"{reading.day(deal.closing_date)}{passed}"
    account = f"{facts.name}, " if facts.account else ""
    return f"• {day}: {account}{one_line(deal.name, limit=60)}{f', {worth}' if worth else ''}, {one_line(deal.stage, limit=40)}"


async def _open(reading: Reading) -> list[tuple[Deal, AccountFacts]]:
    """Each open deal once: a manager's book may show it twice."""
    stages = await reading.pipeline()
    found: dict[str, tuple[Deal, AccountFacts]] = {}
    for facts in await reading.own():
        for deal in stages.open_deals(facts.deals):
            if deal.owner_id in reading.talk.owners or not facts.partial:
                found.setdefault(deal.id, (deal, facts))
    return list(found.values())


def _whose(reading: Reading, book: Sequence[AccountFacts]) -> str:
    mine = any(facts.account and facts.account.owner_id == reading.person.id for facts in book)
    return "" if mine or len(reading.talk.owners) == 1 else "Your team: "


def _place(stages: Pipeline, stage: str) -> tuple[int, str]:
    position = stages.position(stage)
    return (position if position is not None else 10_000, stage)
