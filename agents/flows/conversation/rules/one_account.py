"""Answers on one account, or two: how it is, who is there, what was said, planned and promised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from agents.flows.accounts.review import review_all
from agents.flows.conversation.rules.reading import Answer, Reading, of_account, of_activity, of_deal
from store.domain.brief.overview import overview
from store.domain.crm.accounts import AccountFacts, Activity, ActivityType, Contact, Deal, Kind, Note
from store.domain.crm.money import comparable
from store.domain.crm.people import local_day
from store.domain.grounding.answer import Origin, SourceText
from store.domain.signals.own_tasks import open_tasks
from store.domain.signals.silence import Touch, last_touch
from store.domain.text.wording import ago, joined, one_line, plural

_MOST = 5
_NAMES = {ActivityType.CALL: "call", ActivityType.EVENT: "meeting", ActivityType.TASK: "task"}
_PROMISE = re.compile(
    r"\b(?:promis\w+|commit\w*|agreed?|will (?:send|give|deliver|provide|call|write|share|prepare|check|get back|come back)"
    r"|(?:we|i)(?:[’']ll| will)|owe|follow up|by (?:mon|tues|wednes|thurs|fri)day|until \w+day|deadline)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


async def status(reading: Reading, facts: AccountFacts) -> Answer:
    """Its signals, then its deals, next steps and last contact."""
    talk, policy = reading.talk, reading.policy.signals
    since = talk.now - timedelta(days=policy.recent_days)
    material = await reading.material(reading.person, [facts])
    last = await reading.tx.attention.last(reading.person.id)
    reviewed = await review_all(
        material, now=talk.now, news_since=since, policy=policy, own=last.tally if last else None
    )
    noticed = [each.statement for each in reviewed.reviews[0].signals]
    lines = [f"• {each}" for each in (*noticed[:3], *overview(facts, await reading.context(facts)))]
    head = (
        f"{facts.name}: {plural(len(noticed), 'thing')} to watch." if noticed else f"{facts.name}: nothing stands out."
    )
    return Answer(
        lines=(head, *lines), sources=(of_account(facts), *(of_deal(each) for each in await open_deals(reading, facts)))
    )


async def last_contact(reading: Reading, facts: AccountFacts) -> Answer:
    """The last call or meeting, and a later note or task if there is one."""
    context = await reading.plain_context()
    talked, touched = last_touch(facts, context, talks_only=True), last_touch(facts, context)
    if talked is None:
        lines = [f"No call or meeting with {facts.name} is logged in the CRM."]
    else:
        lines = [f"{facts.name}: {_touch(reading, facts, talked)}."]
    if touched is not None and touched != talked and touched.entity is not facts.account:
        lines.append(f"{'Since then' if talked else 'Logged'}: {touched.name} {_ago(reading, touched.at)}.")
    sources = [of_activity(each.entity) for each in (talked,) if each and isinstance(each.entity, Activity)]
    return Answer(lines=(*lines, *_ahead(reading, facts)), sources=tuple(sources) or (of_account(facts),))


async def contacts(reading: Reading, facts: AccountFacts) -> Answer:
    """Everyone on record, those with a part in a deal first."""
    sponsors = {deal.contact_id for deal in await open_deals(reading, facts)}
    found = sorted(facts.contacts, key=lambda each: (each.id not in sponsors, each.buying_role is None, each.name))
    if not found:
        return Answer(lines=(f"No contact at {facts.name} is in the CRM.",), sources=(of_account(facts),))
    lines = [f"• {_person(each, first=each.id in sponsors)}" for each in found[:_MOST]]
    more = [f"And {len(found) - _MOST} more."] if len(found) > _MOST else []
    origins = tuple(of_record(Kind.CONTACT, each.id, each.name) for each in found[:_MOST])
    return Answer(lines=(f"{facts.name}: {plural(len(found), 'contact')} in the CRM.", *lines, *more), sources=origins)


async def left(reading: Reading, facts: AccountFacts) -> Answer:
    """The contacts who are no longer on the account."""
    since = reading.talk.now - timedelta(days=365)
    gone = (await reading.tx.snapshots.departed([facts.id], since=since)).get(facts.id, [])
    if not gone:
        return Answer(
            lines=(f"I have seen no contact leave {facts.name} in the last year.",), sources=(of_account(facts),)
        )
    lines = [f"• {_person(each, first=False)}" for each in gone[:_MOST]]
    return Answer(lines=(f"No longer at {facts.name}:", *lines), sources=(of_account(facts),))


async def promises(reading: Reading, facts: AccountFacts) -> Answer:
    """The sentences of notes that sound like a promise, the newest first, word for word."""
    found: list[tuple[Note, str]] = []
    for note in sorted(facts.notes, key=lambda each: each.created_at, reverse=True):
        found += [(note, said) for said in _sentences(note.text) if _PROMISE.search(said)]
    if not found:
        return Answer(
            lines=(f"No note on {facts.name} speaks of a promise.",), sources=(of_account(facts),), sure=False
        )
    lines = [
        f"• {reading.day(_day(reading, note.created_at))}: “{one_line(said, limit=200)}”"
        for note, said in found[:_MOST]
    ]
    return Answer(lines=(f"From the notes on {facts.name}:", *lines), sources=(of_account(facts),))


async def notes(reading: Reading, facts: AccountFacts) -> Answer:
    """The newest notes: their titles, and how they begin."""
    found = sorted(facts.notes, key=lambda each: each.created_at, reverse=True)[:3]
    if not found:
        return Answer(lines=(f"No note on {facts.name} is in the CRM.",), sources=(of_account(facts),))
    lines = [f"• {reading.day(_day(reading, each.created_at))}: “{_note(each)}”" for each in found]
    return Answer(lines=(f"The newest notes on {facts.name}:", *lines), sources=(of_account(facts),))


def _note(note: Note) -> str:
    title, text = one_line(note.title or "", limit=80), one_line(next(iter(_sentences(note.text)), ""), limit=160)
    return f"{title}: {text}" if title and text and title not in text else text or title


async def next_step(reading: Reading, facts: AccountFacts) -> Answer:
    """The next meeting, the open tasks, and the next steps of its deals."""
    ahead = _ahead(reading, facts)
    tasks = sorted(
        open_tasks(facts),
        key=lambda each: (each.at is None, each.at, each.id) if each.at else (True, each.created_at, each.id),
    )
    todo = [
        f"• Task “{one_line(each.subject)}”{f', due {reading.day(each.at.date())}' if each.at else ''}"
        for each in tasks[:3]
    ]
    steps = [
        f"• {one_line(each.name, limit=60)}: {one_line(each.next_step or '')}"
        for each in await open_deals(reading, facts)
        if (each.next_step or "").strip()
    ]
    if not (ahead or todo or steps):
        return Answer(
            lines=(f"{facts.name}: nothing is planned, and no deal has a next step.",), sources=(of_account(facts),)
        )
    lines = (f"{facts.name}:", *(f"• {each}" for each in ahead), *steps[:3], *todo)
    return Answer(lines=lines, sources=(of_account(facts), *(of_activity(each) for each in tasks[:3])))


async def deals(reading: Reading, facts: AccountFacts) -> Answer:
    """Its open deals with stage, amount and closing date."""
    found, money = await open_deals(reading, facts), await reading.currency()
    if not found:
        return Answer(lines=(f"{facts.name} has no open deal.",), sources=(of_account(facts),))
    lines = []
    for deal in found[:_MOST]:
        worth = money.worth(deal) or "no amount"
        closes = f"closes {reading.day(deal.closing_date)}" if deal.closing_date else "no closing date"
        lines.append(f"• {one_line(deal.name, limit=60)}: {worth}, {one_line(deal.stage, limit=40)}, {closes}")
    worth = money.in_all(found)
    total = f", {worth}" if worth and len(found) > 1 else ""
    head = f"{facts.name}: {plural(len(found), 'open deal')}{total}."
    return Answer(lines=(head, *lines), sources=tuple(of_deal(each) for each in found[:_MOST]))


async def owner(reading: Reading, facts: AccountFacts) -> Answer:
    person = await reading.owner_of(facts)
    mine = person.id == reading.person.id
    return Answer(
        lines=(f"{facts.name} is {'yours' if mine else f'owned by {person.name}'}.",), sources=(of_account(facts),)
    )


async def compare(reading: Reading, pair: Sequence[AccountFacts]) -> Answer:
    """Two accounts by the same figures, one line each."""
    money, context = await reading.currency(), await reading.plain_context()
    lines = []
    for facts in pair:
        deals_open = await open_deals(reading, facts)
        talked = last_touch(facts, context, talks_only=True)
        closes = min((each.closing_date for each in deals_open if each.closing_date), default=None)
        said = [
            f"{plural(len(deals_open), 'open deal')}{f', {worth}' if (worth := money.in_all(deals_open)) else ''}",
            f"next closing date {reading.day(closes)}" if closes else "no closing date",
            f"last call or meeting {_ago(reading, talked.at)}" if talked else "no call or meeting logged",
            plural(len(facts.contacts), "contact"),
        ]
        lines.append(f"• {facts.name}: {'; '.join(said)}")
    return Answer(lines=tuple(lines), sources=tuple(of_account(each) for each in pair))


async def open_deals(reading: Reading, facts: AccountFacts) -> list[Deal]:
    stages = await reading.pipeline()
    return sorted(stages.open_deals(facts.deals), key=lambda each: (-comparable(each), each.id))


def _touch(reading: Reading, facts: AccountFacts, touch: Touch) -> str:
    """`a meeting with Maja Ekdal 47 days ago (14 Oct): “Kick-off”`."""
    activity = touch.entity
    assert isinstance(activity, Activity)
    names = [each.name for each in facts.contacts if each.id == activity.contact_id]
    beside = f" with {joined(names)}" if names else ""
    return f"the last was {touch.name}{beside} {_ago(reading, touch.at)}: “{one_line(activity.subject)}”"


def _ahead(reading: Reading, facts: AccountFacts) -> list[str]:
    """The next call or meeting, if one is planned."""
    planned = [
        each
        for each in facts.activities
        if each.type is not ActivityType.TASK and not each.done and each.at is not None and each.at > reading.talk.now
    ]
    nearest = min(planned, key=lambda each: (each.at or each.created_at, each.id), default=None)
    if nearest is None or nearest.at is None:
        return []
    return [
        f"Planned: {_NAMES[nearest.type]} “{one_line(nearest.subject)}” on {reading.day(_day(reading, nearest.at))}"
    ]


def _person(contact: Contact, *, first: bool) -> str:
    parts = [
        contact.name,
        contact.title or "",
        contact.buying_role or "",
        "primary contact of an open deal" if first else "",
    ]
    return ", ".join(one_line(each, limit=60) for each in parts if each)


def _ago(reading: Reading, at: datetime) -> str:
    day = _day(reading, at)
    return f"{ago((reading.today - day).days)} ({reading.day(day)})"


def _day(reading: Reading, at: datetime) -> date:
    return local_day(reading.person, at)


def _sentences(text: str) -> list[str]:
    return [each.strip() for each in _SENTENCE.findall(text[:20_000]) if each.strip()]


def of_record(kind: Kind, record_id: str, name: str) -> SourceText:
    return SourceText(id=record_id, text="", origins=(Origin(kind=kind, record_id=record_id, name=name),))
