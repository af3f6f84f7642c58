"""Which account a message is about, if it names none: the one last mentioned or asked about in the thread."""

from __future__ import annotations

import re

from agents.flows.conversation.rules.reading import Reading
from store.domain.conversation.intents import Intent, needs_account
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
    r"^\W*(?:n|only|just|and only|but only|top|biggest|largest|over|above|under|below|by|in|and|what about|shorter|longer|again)\b",
    re.IGNORECASE,
)
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
    """The kind of the question before, if this message only narrows it: “only negotiation”, “shorter”."""
    if len(message.split()) > _FEW or not _NARROWS.search(message):
        return None
    return next(iter(intents_of((await reading.named(_before(reading))).rest)), None)


async def with_before(reading: Reading, message: str) -> str:
    """The message after the one that it narrows, so that both are read."""
    kind = await kind_before(reading, message)
    return f"{_before(reading)}, {message}" if kind is not None else message


def _before(reading: Reading) -> str:
    return next((each.text for each in reversed(reading.talk.earlier) if not each.ours), "")
