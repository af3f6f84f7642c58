"""Choose the rule that answers a message, if one does."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from agents.flows.conversation.rules import decisions, drafts, ended, my_day, my_pipeline, one_account, sent_briefs
from agents.flows.conversation.rules.acts import wish_in
from agents.flows.conversation.rules.comparing import cant_find, compared, unknown_beside, which_one
from agents.flows.conversation.rules.focus import (
    OF_DEALS,
    account_in_focus,
    carried_on,
    goes_on,
    kind_before,
    narrows_deals,
    with_before,
)
from agents.flows.conversation.rules.reading import Answer, Reading
from agents.flows.conversation.rules.small_talk import SAYINGS, welcome
from agents.flows.conversation.thread import Talk
from store.domain.conversation.intents import Intent, needs_account
from store.domain.conversation.names import Found, names_someone_else, people_named
from store.domain.conversation.nearest import likely_intents
from store.domain.conversation.phrases import intents_of
from store.domain.crm.accounts import AccountFacts, Person
from store.domain.grounding import wishes
from store.domain.text.shorthand import corrects_itself

OfDay = Callable[[Reading, str], Awaitable[Answer]]
OfAccount = Callable[[Reading, AccountFacts], Awaitable[Answer]]

_OF_DAY: Mapping[Intent, OfDay] = {
    Intent.FIRST: my_day.first,
    Intent.NEWS: my_day.news,
    Intent.AT_RISK: my_day.at_risk,
    Intent.SILENT: my_day.silent,
    Intent.OVERDUE: my_day.overdue,
    Intent.MEETINGS: my_day.meetings,
    Intent.WAITING: my_day.waiting,
    Intent.SNOOZED: my_day.snoozed,
    Intent.PIPELINE: my_pipeline.pipeline,
    Intent.STALLED: my_pipeline.stalled,
    Intent.CLOSING: my_pipeline.closing,
    Intent.LARGEST: my_pipeline.largest,
    Intent.LATE: my_pipeline.late,
    Intent.ENDED: ended.ended,
    Intent.DECIDED: decisions.decided,
    Intent.RESULTS: decisions.results,
    Intent.TEAM: decisions.team,
    Intent.BRIEFS: sent_briefs.briefs,
}
_OF_ACCOUNT: Mapping[Intent, OfAccount] = {
    Intent.STATUS: one_account.status,
    Intent.LAST_CONTACT: one_account.last_contact,
    Intent.CONTACTS: one_account.contacts,
    Intent.LEFT: one_account.left,
    Intent.PROMISES: one_account.promises,
    Intent.NOTES: one_account.notes,
    Intent.NEXT_STEP: one_account.next_step,
    Intent.DEALS: one_account.deals,
    Intent.OWNER: one_account.owner,
}
# A question about the day that names an account becomes one about that.
_NARROWED: Mapping[Intent, Intent] = {
    Intent.NEWS: Intent.STATUS,
    Intent.AT_RISK: Intent.STATUS,
    Intent.STALLED: Intent.STATUS,
    Intent.FIRST: Intent.STATUS,
    Intent.WAITING: Intent.STATUS,
    Intent.SILENT: Intent.LAST_CONTACT,
    Intent.OVERDUE: Intent.NEXT_STEP,
    Intent.MEETINGS: Intent.NEXT_STEP,
    Intent.PIPELINE: Intent.DEALS,
    Intent.CLOSING: Intent.DEALS,
    Intent.LARGEST: Intent.DEALS,
    Intent.LATE: Intent.DEALS,
}
# A question on an account that names none, without one before, becomes one about the day.
_WIDENED: Mapping[Intent, OfDay] = {Intent.NEXT_STEP: my_day.meetings, Intent.LEFT: my_day.gone}
# What a question about the team may be about, instead of what waits there.
_OF_TEAM = OF_DEALS | {Intent.SILENT, Intent.MEETINGS}
UNKNOWN = Answer(
    lines=("I can't find any of your accounts in that question. Please use the account's name as it is in the CRM.",)
)
NO_ACCOUNTS = Answer(lines=("I can't tell: you own no account in the CRM, and no one with accounts reports to you.",))
NOT_YOURS = Answer(
    lines=("I can't tell you about other people's accounts, only about your own and those of your team.",)
)
# Greetings and the like are whole messages, so no name is looked for.
_NEEDS_NO_ONE = frozenset(
    {Intent.HELP, Intent.STOP, Intent.SETTINGS, Intent.THANKS, Intent.GREETING, Intent.WHO_ARE_YOU, Intent.SMALL_TALK}
)
_THEIR_WORK = re.compile(
    r"\b(?:working on|up to|plate|pipeline|pipe|deals?|accounts?|forecast|brief|decid\w+|won|win|doing|day)\b",
    re.IGNORECASE,
)
_SHORT = 6  # words of a message that may be no more than a name
_AND = re.compile(r"\band\b|[+;,&]")
_ASKS = re.compile(
    r"\W*(?:who|whom|whose|what|when|where|why|how|which|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b",
    re.IGNORECASE,
)


async def answer(reading: Reading, message: str) -> Answer | None:
    """The answer, or None if no rule knows the question."""
    fits = intents_of(message)
    if fits[:1] and fits[0] in _NEEDS_NO_ONE:
        return Answer(lines=(welcome(message),)) if fits[0] is Intent.THANKS else _saying(fits[0])
    found = await asked_about(reading, message)
    if (person := await _person_named(reading, message, found)) is not None:
        return await _of_person(reading, person, message)
    if not found.groups and await _asks_about_a_stranger(reading, message):
        return NOT_YOURS
    if (rework := await drafts.in_another_form(reading, message, found)) is not None:
        return rework
    fits = intents_of(found.rest)  # a name's own words ask nothing
    is_wish = _is_a_wish(message, fits, reading.talk)
    if not is_wish and not goes_on(message) and (found.groups or not await _names_no_one_known(reading, message)):
        fits = likely_intents(found.rest)
    if fits[:1] and fits[0] in SAYINGS:
        return _saying(fits[0])
    is_why = wishes.is_why(message) and fits[:1] != (Intent.ENDED,)
    is_approval = wishes.asks_to_approve(message) and fits[:1] != (Intent.WAITING,)
    if is_why or is_approval or is_wish:
        return None
    if (both := await _both(reading, message, found)) is not None:
        return both
    intent = await _meant(fits, found, reading, message)
    if intent is None:
        unknown = not found.groups and await _names_no_one_known(reading, message)
        return replace(UNKNOWN, sure=False) if unknown else None
    if Intent.TEAM in fits and (of_deals := next((each for each in fits if each in _OF_TEAM), None)):
        intent, reading = of_deals, replace(reading, whole_team=True)
    if intent is Intent.ENDED and found.single is not None:
        return await ended.ended(reading, message, of=await reading.facts(found.single))
    if intent in _OF_TEAM and not await reading.own():
        return NO_ACCOUNTS
    if not needs_account(intent):
        return await _OF_DAY[intent](reading, await with_before(reading, message))
    return await _about(reading, message, intent, found)


async def asked_about(reading: Reading, message: str) -> Found:
    """The accounts that the message names; the last of them if it corrects itself."""
    found = await reading.named(message)
    if len(found.groups) > 1 and corrects_itself(message):
        return replace(found, groups=found.groups[-1:])
    return found


async def _person_named(reading: Reading, message: str, found: Found) -> Person | None:
    """The one other person the asker may see whom the message names, unless an account is called so."""
    if found.groups and not found.guessed:
        return None
    people = await reading.people()
    others = {each: people[each].name for each in reading.talk.owners if each in people and each != reading.person.id}
    named = people_named(message, others)
    return people[named[0]] if len(named) == 1 else None


async def _asks_about_a_stranger(reading: Reading, message: str) -> bool:
    """Whether it asks about the work of someone in the CRM whose accounts the asker may not see."""
    if not _THEIR_WORK.search(message):
        return False
    strangers = {each.id: each.name for each in (await reading.people()).values() if each.id not in reading.talk.owners}
    return bool(people_named(message, strangers))


async def _of_person(reading: Reading, person: Person, message: str) -> Answer | None:
    """The day of one of the people whom the asker may see, in the answer that they would get themselves."""
    theirs = replace(reading, about=person)
    theirs.seen.add(person.id)
    intent = next(
        (each for each in likely_intents(message) if each in _OF_DAY and each is not Intent.TEAM), Intent.WAITING
    )
    made = await _OF_DAY[intent](theirs, message)
    head = made.lines[0] if person.name in made.lines[0] else f"{person.name}: {made.lines[0]}"
    return replace(made, lines=(head, *made.lines[1:]))


async def _both(reading: Reading, message: str, found: Found) -> Answer | None:
    """Two questions on one account in one message: “how is Acme and who owns it?”."""
    if found.single is None:
        return None
    asked = [
        next((each for each in intents_of(part) if needs_account(each)), None)
        for part in _AND.split(found.rest)
        if part.strip()
    ]
    kinds = list(dict.fromkeys(each for each in asked if each is not None))
    if len(kinds) != 2 or None in asked or not set(kinds) <= _OF_ACCOUNT.keys():
        return None
    facts = await reading.facts(found.single)
    if facts is None:
        return None
    one, other = [await _OF_ACCOUNT[each](reading, facts) for each in kinds]
    return Answer(lines=(*one.lines, *other.lines), sources=(*one.sources, *other.sources))


def _saying(intent: Intent) -> Answer:
    return Answer(lines=tuple(SAYINGS[intent].splitlines()))


def _is_a_wish(message: str, fits: tuple[Intent, ...], talk: Talk) -> bool:
    """Whether it asks to change a card, and is no question."""
    if Intent.DRAFT in fits or Intent.COMPARE in fits or "?" in message:
        return False
    return not message.casefold().startswith(("show", "list", "my ")) and wish_in(message, talk) is not None


async def _meant(fits: tuple[Intent, ...], found: Found, reading: Reading, message: str) -> Intent | None:
    """The kind of question: with a name, one on an account."""
    first = fits[0] if fits else None
    if not found.groups:
        if first in (None, Intent.STATUS):
            on = await carried_on(reading, message, only_a_name=False)
            is_narrower = first is None or await narrows_deals(reading, message)
            return on or (await kind_before(reading, message) if is_narrower else None) or first
        return first
    if len(found.groups) > 1 and {len(each) for each in found.groups} == {1} and first in (None, Intent.STATUS):
        return Intent.COMPARE
    only_a_name = not fits and len(message.split()) <= _SHORT and not _ASKS.match(found.rest)
    if only_a_name or first is Intent.STATUS:
        return await carried_on(reading, message, only_a_name=only_a_name) or Intent.STATUS
    if first is None or needs_account(first):
        return first
    return _NARROWED.get(first) or next((each for each in fits if needs_account(each)), first)


async def _about(reading: Reading, message: str, intent: Intent, found: Found) -> Answer | None:
    if intent is Intent.COMPARE and (found.groups or not await _names_no_one_known(reading, message)):
        return await compared(reading, message, found) or replace(UNKNOWN, sure=False)
    if not found.groups:
        if await _names_no_one_known(reading, message):
            return UNKNOWN
        focus = await account_in_focus(reading, message)
        if focus is None:
            widened = _WIDENED.get(intent)
            return await widened(reading, message) if widened else replace(UNKNOWN, sure=False)
        found = replace(found, groups=((focus,),))
    if found.single is None:
        return await which_one(reading, found.ids)
    facts = await reading.facts(found.single)
    if facts is None:
        return None
    made = (
        await drafts.draft(reading, facts, await with_before(reading, message))
        if intent is Intent.DRAFT
        else await _OF_ACCOUNT[intent](reading, facts)
    )
    if found.guessed:
        return replace(made, lines=(f"I took that to mean {facts.name}.", *made.lines))
    if (name := unknown_beside(found.rest)) and not await _is_known(reading, facts, name):
        return replace(made, lines=(cant_find([name]), *made.lines))
    return made


async def _is_known(reading: Reading, facts: AccountFacts, name: str) -> bool:
    """Whether it is the name of a person."""
    people = [*(each.name for each in (await reading.people()).values()), *(each.name for each in facts.contacts)]
    return bool(set(name.casefold().split()) & set(" ".join(people).casefold().split()))


async def _names_no_one_known(reading: Reading, message: str) -> bool:
    """Whether it has a name in it that is neither an account's nor a CRM user's."""
    known = [each.name for each in (await reading.people()).values()]
    return names_someone_else(message, known=[reading.person.name, *known])
