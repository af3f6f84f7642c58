"""Answers on the person's day: the first things to do, and those that are new, at risk, silent, overdue or planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agents.flows.conversation.rules.ended import ended_since
from agents.flows.conversation.rules.reading import Answer, Reading, of_account, of_activity
from agents.flows.gate.open_decisions import in_order, open_decisions, statements_of
from store.domain.attention.ledger import Entry, Ledger, Reason, by_risk
from store.domain.conversation.periods import Period, period_in, this
from store.domain.crm.accounts import AccountFacts, Activity, ActivityType
from store.domain.crm.people import local_day, start_of
from store.domain.gate.proposals import Proposal, State
from store.domain.signals.kinds import Risk
from store.domain.signals.own_tasks import is_overdue, open_tasks
from store.domain.signals.silence import last_touch
from store.domain.text.wording import ago, one_line, plural

MOST = 5
_NEW = (Reason.NEW, Reason.FIRST, Reason.CHANGED, Reason.WOKEN)
_NAMES = {ActivityType.CALL: "Call", ActivityType.EVENT: "Meeting", ActivityType.TASK: "Task"}


async def first(reading: Reading, text: str) -> Answer:
    """The open decisions in the order of the last brief; without any, the gravest risks."""
    last = await _last_brief(reading)
    waiting = await _waiting(reading, last)
    if not waiting:
        return await at_risk(reading, text)
    facts = statements_of(waiting, last)
    lines = [_number(place, each, facts.get(each.id)) for place, each in enumerate(waiting[:3], 1)]
    more = [f"Then {plural(len(waiting) - 3, 'more decision')}, in your brief."] if len(waiting) > 3 else []
    return Answer(lines=(*lines, *more))


async def waiting(reading: Reading, text: str) -> Answer:
    """The decisions that wait for the person."""
    last = await reading.tx.attention.last(reading.whose.id)
    found = await _waiting(reading, last)
    if not found:
        return Answer(lines=("No decision waits." if reading.about else "Nothing waits for your decision.",))
    lines = [f"• {each.account_name}: {each.name}, until {_until(reading, each)}" for each in found[: MOST + 3]]
    head = f"{plural(len(found), 'decision waits', 'decisions wait')}{'' if reading.about else ' for you'}:"
    return Answer(lines=(head, *lines, *_more(found, MOST + 3)))


async def news(reading: Reading, text: str) -> Answer:
    """The deals that ended since the brief before the last, then the accounts that it noticed for the first time, or that
    changed; without those that are decided."""
    last = await reading.tx.attention.last(reading.whose.id)
    if last is None:
        return Answer(lines=("You have had no brief yet, so everything is new to me. Ask “what is at risk?”.",))
    since = start_of(reading.whose, last.local_date)
    decided = {
        each.account_id for each in await reading.tx.proposals.decided([reading.whose.id], since=since, limit=200)
    }
    fresh = [each for each in last.entries if each.reason in _NEW and each.account_id not in decided]
    day, ends = reading.day(last.local_date), await _ended(reading, last)
    if not fresh and not ends:
        more = " that you haven't decided" if decided else ""
        return Answer(lines=(f"Nothing new in your brief of {day}{more}.",))
    return Answer(lines=(f"New in your brief of {day}:", *ends, *_entries(fresh)))


async def at_risk(reading: Reading, text: str) -> Answer:
    """The accounts on which the last brief noticed something, the gravest first; the briefs of their people for those who have
    no accounts themselves."""
    is_team = not reading.about and (reading.whole_team or not await reading.book(reading.person.id))
    owners = reading.talk.owners if is_team else (reading.whose.id,)
    reading.seen.update(owners)
    ledgers = [last for each in owners if (last := await reading.tx.attention.last(each)) is not None]
    noticed = sorted((entry for last in ledgers for entry in last.read_on(reading.today).entries), key=by_risk)
    briefs = "your team's last briefs" if is_team and len(owners) > 1 else f"{reading.their} last brief"
    if not noticed:
        return Answer(lines=(f"{briefs[0].upper()}{briefs[1:]} noticed nothing at risk.",))
    high = sum(each.risk is Risk.HIGH for each in noticed)
    head = (
        f"{high} of {plural(len(noticed), 'account')} in {briefs} at high risk:" if high else "No high risk; noticed:"
    )
    return Answer(lines=(head, *_entries(noticed)))


async def silent(reading: Reading, text: str) -> Answer:
    """The accounts with open deals where the last call or meeting is longest ago."""
    found: list[tuple[datetime, str, AccountFacts]] = []
    never: list[AccountFacts] = []
    pipeline = await reading.pipeline()
    context = await reading.plain_context()
    book = [
        each for each in await reading.own() if each.account and not each.partial and pipeline.open_deals(each.deals)
    ]
    for facts in book:
        touch = last_touch(facts, context, talks_only=True)
        if touch is None:
            never.append(facts)
        else:
            found.append((touch.at, touch.name, facts))
    oldest = sorted(found, key=lambda each: each[0])[:MOST]
    lines = [f"• {facts.name}: {name} {_ago(reading, at)}" for at, name, facts in oldest]
    logged = [f"No call or meeting is logged on {_some([each.name for each in never])}."] if never else []
    if not lines and not logged:
        return Answer(lines=(f"None of {reading.their} accounts has an open deal.",))
    sources = tuple(of_account(facts) for *_, facts in oldest)
    return Answer(
        lines=("Longest without a call or meeting, of accounts with open deals:", *lines, *logged), sources=sources
    )


async def gone(reading: Reading, text: str) -> Answer:
    """The contacts who left an account in the last three months."""
    book = {facts.id: facts.name for facts in await reading.own() if facts.account and not facts.partial}
    since = reading.talk.now - timedelta(days=90)
    left = await reading.tx.snapshots.departed(list(book), since=since)
    lines = [
        f"• {book[each]}: {one_line(one.name, limit=60)}" for each, who in left.items() for one in who if each in book
    ]
    if not lines:
        return Answer(lines=("I have seen no contact leave one of these accounts in the last 90 days.",))
    return Answer(
        lines=("No longer on their account, in the last 90 days:", *lines[: MOST + 3], *_more(lines, MOST + 3))
    )


async def overdue(reading: Reading, text: str) -> Answer:
    """Open tasks whose day has passed, and those due today, or in the period that is named."""
    period = period_in(text, reading.today) or Period(reading.today, reading.today, "today")
    tasks = [
        (each, facts)
        for facts in await reading.own()
        for each in open_tasks(facts)
        if each.owner_id == reading.whose.id and each.at is not None
    ]
    late = sorted((each for each in tasks if is_overdue(each[0], reading.today)), key=_when)
    now = sorted((each for each in tasks if each not in late and period.includes(_day(each[0]))), key=_when)
    if not late and not now:
        return Answer(lines=(f"None of {reading.their} tasks is overdue or due {period.words}.",))
    counted = f"{plural(len(late), 'task')} overdue, {len(now)} due {period.words}."
    shown = (*late[:MOST], *now[:3])
    lines = [f"• {one_line(task.subject)}, {facts.name}: due {reading.day(_day(task))}" for task, facts in shown]
    return Answer(lines=(counted, *lines), sources=tuple(of_activity(task) for task, _ in shown))


async def meetings(reading: Reading, text: str) -> Answer:
    """The calls and meetings of a period, this week if none is named."""
    period = period_in(text, reading.today) or this("week", reading.today)
    zone = ZoneInfo(reading.person.timezone)
    planned = sorted(
        (
            (each, facts)
            for facts in await reading.own()
            for each in facts.activities
            if each.type is not ActivityType.TASK and each.at and period.includes(each.at.astimezone(zone).date())
        ),
        key=_when,
    )
    if not planned:
        return Answer(lines=(f"No call or meeting {period.words} is in the CRM.",))
    lines = [
        f"• {_time(each, zone, period)} {_NAMES[each.type].lower()} “{one_line(each.subject)}”, {facts.name}"
        for each, facts in planned[:8]
    ]
    return Answer(
        lines=(
            f"{plural(len(planned), 'call or meeting', 'calls and meetings')} {period.words}:",
            *lines,
            *_more(planned, 8),
        ),
        sources=tuple(of_activity(each) for each, _ in planned[:8]),
    )


async def snoozed(reading: Reading, text: str) -> Answer:
    """The recommendations that the person put off, and those they rejected in the last two weeks."""
    off = reading.talk.put_off
    since = reading.talk.now - timedelta(days=14)
    decided = await reading.tx.proposals.decided([reading.person.id], since=since, limit=40)
    rejected = [each for each in decided if each.state is State.REJECTED]
    if not off and not rejected:
        return Answer(lines=("Nothing is snoozed, and you rejected nothing in the last 14 days.",))
    lines = [f"• {each.account_name}: {each.name}, snoozed until {_back(reading, each)}" for each in off[:8]]
    no = [f"• {each.account_name}: {each.name}, rejected {_decided(reading, each)}" for each in rejected[:MOST]]
    return Answer(lines=(*lines, *no, "To be asked again, press Bring back on its card or in the Home tab."))


async def _ended(reading: Reading, last: Ledger) -> list[str]:
    """What was won or lost since the brief before that, a line each."""
    money, briefs = await reading.currency(), await reading.tx.briefs.recent(reading.whose.id, limit=5)
    first = last.local_date - timedelta(days=reading.policy.signals.recent_days)
    before = max((each.local_date for each in briefs if each.local_date < last.local_date), default=first)
    found = await ended_since(reading, before)
    lines = []
    for each in found[:MOST]:
        worth = money.worth(each.deal)
        lines.append(
            f"• {'Won' if each.won else 'Lost'} on {reading.day(each.day)}: {each.line}{f', {worth}' if worth else ''}"
        )
    return lines


async def _last_brief(reading: Reading) -> Ledger | None:
    """What it noticed, as read today."""
    last = await reading.tx.attention.last(reading.whose.id)
    return last.read_on(reading.today) if last else None


async def _waiting(reading: Reading, last: Ledger | None) -> tuple[Proposal, ...]:
    return in_order(await open_decisions(reading.tx, [reading.whose.id], now=reading.talk.now), last)


def _number(place: int, proposal: Proposal, statement: str | None) -> str:
    why = f"{_sentence(statement)} " if statement else ""
    return f"{place}. {proposal.account_name}: {why}→ {proposal.name}"


def _entries(entries: Sequence[Entry]) -> list[str]:
    lines = [f"• {each.account_name}{_worth(each)}: {each.statement}" for each in entries[:MOST]]
    return [*lines, *_more(entries, MOST)]


def _worth(entry: Entry) -> str:
    return f" ({entry.open_money} open)" if entry.open_money else ""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _more(found: Sequence[object], shown: int) -> list[str]:
    return [f"And {len(found) - shown} more."] if len(found) > shown else []


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _until(reading: Reading, proposal: Proposal) -> str:
    return reading.day(local_day(reading.person, proposal.expires_at))


def _back(reading: Reading, proposal: Proposal) -> str:
    return reading.day(local_day(reading.person, proposal.snoozed_until or reading.talk.now))


def _decided(reading: Reading, proposal: Proposal) -> str:
    return reading.day(local_day(reading.person, proposal.decided_at or reading.talk.now))


def _ago(reading: Reading, at: datetime) -> str:
    day = local_day(reading.person, at)
    return f"{ago((reading.today - day).days)} ({reading.day(day)})"


def _when(each: tuple[Activity, AccountFacts]) -> tuple[datetime, str]:
    return each[0].at or each[0].created_at, each[0].id


def _day(task: Activity) -> date:
    return (task.at or task.created_at).date()


def _time(each: Activity, zone: ZoneInfo, period: Period) -> str:
    at = (each.at or each.created_at).astimezone(zone)
    return f"{at:%H:%M}" if period.first == period.last else f"{at:%a} {at.day} {at:%b} {at:%H:%M}"
