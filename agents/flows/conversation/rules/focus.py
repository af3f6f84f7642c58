"""Which account a message is about, if it names none: the one last mentioned or asked about in the thread."""

from __future__ import annotations

import re

from agents.flows.conversation.rules.reading import Reading
from store.domain.conversation.intents import Intent, needs_account
from store.domain.conversation.narrowing import narrowing_in
from store.domain.conversation.periods import period_in, this
from store.domain.conversation.phrases import intents_of

_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_PLACES = re.compile(rf"\bthe (?P<place>{'|'.join(_ORDINALS)}) (?:one|account|deal|of them)\b", re.IGNORECASE)
_OF_ONE_ANSWER = 2  # accounts that an answer about one or two names
_OTHER = re.compile(r"\bthe other (?:one|account)\b", re.IGNORECASE)
_GOES_ON = re.compile(
    r"^\W*(?:and|or|n|what about|how about|same for|also|no|not|sorry|i mean[t]?|rather|ok(?:ay)?,? and|then)\b"
    r"|\binstead\b|\bthe other\b|\bas well\b|\btoo\W*$",
    re.IGNORECASE,
)
_NARROWS = re.compile(
    r"^\W*(?:(?:and|n|but|ok(?:ay)?|also|plus)\b[\s,]*)?(?:only|just|(?:(?:what is|whats|what's|which (?:one )?is) )?(?:the |my )?"
    r"(?:top|biggest|largest|smallest)|over|above|under|below|between|by|in|what about|how about|shorter|longer|again)\b"
    r"|^\W*(?:and|n)\b",
    re.IGNORECASE,
)
_OTHER_DAYS = re.compile(
    r"^\W*(?:next|last|this|the (?:following|(?:week|month|quarter|year) (?:after|before)))\b", re.IGNORECASE
)
OF_OPEN_DEALS = frozenset((Intent.PIPELINE, Intent.LARGEST, Intent.LATE, Intent.CLOSING, Intent.STALLED))
OF_DEALS = OF_OPEN_DEALS | {Intent.ENDED}
_FEW = 7  # words of a message that only narrows the question before


async def account_in_focus(reading: Reading, message: str) -> str | None:
    """Its id: the last one named in the thread, the one before for “the other one”, or one of a list for “the second one”; else
    that of the card in focus."""
    seen: list[str] = []
    place = _PLACES.search(message)
    for said in reversed(reading.talk.earlier):
        found = await reading.named(said.text)
        if said.ours and place is not None and len(found.ids) > 1:
            at = _ORDINALS.index(place["place"].casefold())
            return found.ids[at] if at < len(found.ids) else None
        named = tuple(group[0] for group in found.groups if len(group) == 1)
        ids = named if not said.ours or len(found.ids) <= _OF_ONE_ANSWER else ()  # a list has no one account in focus
        seen += [each for each in reversed(ids) if each not in seen]
        if seen and not _OTHER.search(message):
            break
    if _OTHER.search(message):
        return seen[1] if len(seen) > 1 else None
    if seen:
        return seen[0]
    talk = reading.talk
    return talk.cards[talk.focus].proposal.account_id or None if talk.focus is not None else None


async def accounts_before(reading: Reading, most: int = 2) -> tuple[str, ...]:
    """The accounts that the person named last in the thread, in the order in which they did."""
    seen: list[str] = []
    for said in reversed(reading.talk.earlier):
        if not said.ours:
            groups = (await reading.named(said.text)).groups
            seen += [group[0] for group in reversed(groups) if len(group) == 1 and group[0] not in seen]
    return tuple(reversed(seen[:most]))


def goes_on(message: str) -> bool:
    """Whether it takes up the question before it: “and Acme?”, “what about the other one”."""
    return _GOES_ON.search(message) is not None


async def carried_on(reading: Reading, message: str, *, only_a_name: bool) -> Intent | None:
    """The kind of the question before, if this message only names another account for it."""
    if not (only_a_name or goes_on(message)):
        return None
    for said in reversed(reading.talk.earlier):
        if said.ours:
            continue
        kind = next((each for each in intents_of((await reading.named(said.text)).rest) if needs_account(each)), None)
        if kind is not Intent.STATUS or not goes_on(said.text):
            return kind
    return None


async def kind_before(reading: Reading, message: str) -> Intent | None:
    """The kind of the question before, if this message only narrows it: “only negotiation”, “and next month?”, “shorter”."""
    before = _before(reading)
    if not before or not _narrows(message):
        return None
    return next(iter(intents_of((await reading.named(before[0])).rest)), None)


async def narrows_deals(reading: Reading, message: str) -> bool:
    """Whether it has other days, amounts or stages for a question on deals: “and in May?”."""
    stages = [each.name for each in (await reading.pipeline()).stages]
    month = this("month", reading.today)
    has_days = period_in(f"this month\n{message}", reading.today) != month
    return (has_days or bool(narrowing_in(message, stages))) and await kind_before(reading, message) in OF_DEALS


async def with_before(reading: Reading, message: str) -> str:
    """The messages that it narrows, each in a line, then this, so that all are read."""
    kind, own = await kind_before(reading, message), intents_of(message)[:1]
    if kind is None or (own and own[0] not in (Intent.STATUS, kind) and not {own[0], kind} <= OF_OPEN_DEALS):
        return message
    return "\n".join([*_before(reading), message])


def _before(reading: Reading) -> list[str]:
    """The person's last question, and what they wrote after it to narrow it."""
    found: list[str] = []
    for said in reversed(reading.talk.earlier):
        if not said.ours:
            found.insert(0, said.text)
            if not _narrows(said.text):
                break
    return found


def _narrows(message: str) -> bool:
    if len(message.split()) > _FEW:
        return False
    is_no_question = not intents_of(message) or intents_of(message) == (Intent.STATUS,)
    return _NARROWS.search(message) is not None or (is_no_question and _OTHER_DAYS.search(message) is not None)
