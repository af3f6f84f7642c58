"""Answers on open deals: how much in which stage, which are largest or late, and what closes when."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from agents.flows.conversation.rules.reading import Answer, Reading, of_deal
from store.domain.conversation.figures import Cell, Figures
from store.domain.conversation.narrowing import Narrowing, narrowing_in
from store.domain.conversation.periods import Period, days_words, period_in, this
from store.domain.crm.accounts import AccountFacts, Deal, Pipeline
from store.domain.crm.money import comparable
from store.domain.crm.people import local_day
from store.domain.text.wording import joined, one_line, plural
from store.domain.text.wording import money as money_words

_MOST = 8
_BY_PERSON = re.compile(
    r"\b(?:rank|who has|whose|per (?:person|rep|seller)|by (?:person|rep|seller|owner))\b", re.IGNORECASE
)
_FORECAST = re.compile(r"\b(?:forecast|clos\w+|due|expected|landing)\b", re.IGNORECASE)
_SOONEST = re.compile(r"\b(?:first|next|soonest|earliest)\b", re.IGNORECASE)
_SOONEST_ONE = re.compile(r"\b(?:deal|one)\b", re.IGNORECASE)
Deals = list[tuple[Deal, AccountFacts]]


async def pipeline(reading: Reading, text: str) -> Answer:
    """The open deals by stage, in the order of the CRM, and their total; each deal in the currency it has. With an amount, a
    stage, a period or “biggest” in the message, those deals themselves."""
    stages = await reading.pipeline()
    found = await _open(reading)
    if not found:
        return Answer(lines=(f"{await whose(reading)}No open deal is in the CRM.",))
    if len(reading.talk.owners) > 1 and reading.about is None and _BY_PERSON.search(text):
        return await _by_person(reading, found)
    narrowing, period = _narrowing(text, found), period_in(text, reading.today)
    if narrowing or (period and _FORECAST.search(text)):
        return await _narrowed(reading, found, narrowing, period)
    money = await reading.currency()
    deals = [deal for deal, _ in found]
    worth = money.in_all(deals)
    head = f"{await whose(reading)}{plural(len(deals), 'open deal')}{f', {worth}' if worth else ''}:"
    lines, rows, bars = [], [], []
    for stage in sorted({deal.stage for deal in deals}, key=lambda each: _place(stages, each)):
        here = [deal for deal in deals if deal.stage == stage]
        sum_ = money.in_all(here)
        name = one_line(stage, limit=40)
        lines.append(f"• {name}: {len(here)}{f', {sum_}' if sum_ else ''}")
        compared = sum(map(comparable, here))
        rows.append((Cell(name), Cell(str(len(here)), len(here)), Cell(sum_ or "–", compared)))
        bars.append((name, compared))
    late = [deal for deal in deals if deal.closing_date and deal.closing_date < reading.today]
    note = [f"{plural(len(late), 'closing date has', 'closing dates have')} passed."] if late else []
    one_currency = len({money.of(deal) for deal in deals}) == 1
    figures = Figures(
        caption="Open deals by stage",
        head=("Stage", "Deals", "Amount"),
        rows=tuple(rows),
        charted=f"Open amount by stage ({money.of(deals[0])})" if one_currency else "",
        bars=tuple(bars) if one_currency else (),
    )
    return Answer(lines=(head, *lines, *note), figures=figures)


async def _by_person(reading: Reading, found: Deals) -> Answer:
    """Whose open deals are worth how much, the most first."""
    money, people = await reading.currency(), await reading.people()
    by_owner: dict[str, list[Deal]] = {}
    for deal, _ in found:
        by_owner.setdefault(deal.owner_id, []).append(deal)
    ranked = sorted(by_owner.items(), key=lambda each: (-sum(map(comparable, each[1])), each[0]))
    lines = [
        f"{place}. {people[owner].name}: {plural(len(deals), 'open deal')}{f', {worth}' if (worth := money.in_all(deals)) else ''}"
        for place, (owner, deals) in enumerate(ranked[:_MOST], 1)
        if owner in people
    ]
    return Answer(lines=("Open deals by person:", *lines))


async def largest(reading: Reading, text: str) -> Answer:
    """The open deals of most worth, or the people with most."""
    if _BY_PERSON.search(text):
        return await pipeline(reading, text)
    found = await _open(reading)
    return await _narrowed(
        reading, found, replace(_narrowing(text, found), largest=True), period_in(text, reading.today)
    )


async def late(reading: Reading, text: str) -> Answer:
    """The open deals whose closing date has passed."""
    found = await _open(reading)
    return await _narrowed(reading, found, replace(_narrowing(text, found), late=True))


def _narrowing(text: str, found: Deals) -> Narrowing:
    return narrowing_in(text, {deal.stage for deal, _ in found})


async def _narrowed(reading: Reading, found: Deals, narrowing: Narrowing, period: Period | None = None) -> Answer:
    """The largest first; late ones by their day. With a `period`, those that close in it."""
    money, team = await reading.currency(), await whose(reading)
    within = [each for each in found if period is None or period.includes(each[0].closing_date)]
    fits = [each for each in within if _fits(each[0], narrowing, reading.today)]
    words = " ".join([_in_words(narrowing, money.sign), f"closing {period.words}" if period else ""]).strip()
    if not fits:
        return Answer(lines=(f"{team}No open deal {words or 'is in the CRM'}.",))
    fits.sort(key=lambda each: (each[0].closing_date or date.max if narrowing.late else date.min, -comparable(each[0])))
    worth = money.in_all([deal for deal, _ in fits])
    head = f"{team}{plural(len(fits), 'open deal')}{f' {words}' if words else ''}{f', {worth}' if worth else ''}"
    shown = fits[: min(narrowing.count or _MOST, _MOST)]
    head = f"{head}. The {'largest' if narrowing.largest else 'first'}:" if len(shown) < len(fits) else f"{head}:"
    lines = [_line(deal, facts, reading, money.worth(deal)) for deal, facts in shown]
    return Answer(lines=(head, *lines), sources=tuple(of_deal(deal) for deal, _ in shown))


def _fits(deal: Deal, narrowing: Narrowing, today: date) -> bool:
    amount = comparable(deal)
    if narrowing.least is not None and amount < narrowing.least:
        return False
    if narrowing.most is not None and amount > narrowing.most:
        return False
    if narrowing.stages and deal.stage not in narrowing.stages:
        return False
    return not narrowing.late or (deal.closing_date is not None and deal.closing_date < today)


def _in_words(narrowing: Narrowing, sign: str) -> str:
    """`in Negotiation/Review of at least $50,000`; "" if it only asks for the largest."""
    words = []
    if narrowing.stages:
        words.append(f"in {joined([one_line(each, limit=40) for each in sorted(narrowing.stages)])}")
    if narrowing.least is not None:
        words.append(f"of at least {money_words(narrowing.least, sign)}")
    if narrowing.most is not None:
        words.append(f"of at most {money_words(narrowing.most, sign)}")
    if narrowing.late:
        words.append("past its closing date")
    return " ".join(words)


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
    """The open deals that close in a period, this month if none is named: those whose day has passed first. If the next or the
    first to close is asked for, those of any day to come."""
    money, team, today = await reading.currency(), await whose(reading), reading.today
    everything = await _open(reading)
    narrowing = replace(_narrowing(text, everything), late=False)
    period = period_in(text, today)
    if period is None:
        period = Period(today, date.max, "next") if _SOONEST.search(text) else this("month", today)
    is_next = period.last == date.max
    fits = [each for each in everything if _fits(each[0], narrowing, today)]
    found = sorted((each for each in fits if period.includes(each[0].closing_date)), key=_by_day)
    words = f" {said}" if (said := _in_words(narrowing, money.sign)) else ""
    if not found:
        days = "" if is_next or period.words.startswith("from") else f" ({days_words(period, today)})"
        when = "to come" if is_next else f"{period.words}{days}"
        return Answer(lines=(f"{team}No open deal{words} has a closing date {when}.",))
    worth = money.in_all([deal for deal, _ in found])
    closes = plural(len(found), f"open deal{words} closes", f"open deals{words} close")
    head = f"{team}The next to close:" if is_next else f"{team}{closes} {period.words}{f', {worth}' if worth else ''}:"
    if narrowing.largest:
        found.sort(key=lambda each: -comparable(each[0]))
    shown = found[: 1 if is_next and _SOONEST_ONE.search(text) else min(narrowing.count or _MOST, _MOST)]
    lines = [_line(deal, facts, reading, money.worth(deal)) for deal, facts in shown]
    more = [f"And {len(found) - len(shown)} more."] if len(found) > len(shown) and not is_next else []
    return Answer(lines=(head, *lines, *more), sources=tuple(of_deal(deal) for deal, _ in shown))


def _by_day(each: tuple[Deal, AccountFacts]) -> tuple[date, float, str]:
    return each[0].closing_date or date.max, -comparable(each[0]), each[0].id


def _line(deal: Deal, facts: AccountFacts, reading: Reading, worth: str) -> str:
    """`• 26 Mar: Acme, Renewal, $84,000, Proposal`."""
    closes = deal.closing_date
    day = f"{reading.day(closes)}{', passed' if closes < reading.today else ''}" if closes else "no closing date"
    account = f"{facts.name}, " if facts.account else ""
    return f"• {day}: {account}{one_line(deal.name, limit=60)}{f', {worth}' if worth else ''}, {one_line(deal.stage, limit=40)}"


async def _open(reading: Reading) -> Deals:
    """Each open deal once: a manager's book may show it twice."""
    stages = await reading.pipeline()
    found: dict[str, tuple[Deal, AccountFacts]] = {}
    for facts in await reading.own():
        for deal in stages.open_deals(facts.deals):
            if deal.owner_id in reading.talk.owners or not facts.partial:
                found.setdefault(deal.id, (deal, facts))
    return list(found.values())


async def whose(reading: Reading) -> str:
    """Begins a sentence about a team's deals."""
    if reading.about is not None:
        return ""
    book = await reading.own()
    mine = any(facts.account and facts.account.owner_id == reading.person.id for facts in book)
    return "" if mine or len(reading.talk.owners) == 1 else "Your team: "


def _place(stages: Pipeline, stage: str) -> tuple[int, str]:
    position = stages.position(stage)
    return (position if position is not None else 10_000, stage)
