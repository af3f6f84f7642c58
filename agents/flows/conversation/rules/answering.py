"""Choose the rule that answers a message, if one does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from agents.flows.conversation.rules import decisions, drafts, my_day, my_pipeline, one_account
from agents.flows.conversation.rules.acts import wish_in
from agents.flows.conversation.rules.focus import account_in_focus, carried_on
from agents.flows.conversation.rules.reading import Answer, Reading
from agents.flows.conversation.rules.small_talk import SAYINGS
from agents.flows.conversation.thread import Talk
from store.domain.conversation.intents import Intent, needs_account
from store.domain.conversation.names import Found, names_someone_else
from store.domain.conversation.phrases import intents_of
from store.domain.crm.accounts import AccountFacts
from store.domain.grounding import wishes
from store.domain.text.wording import joined

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
    Intent.DECIDED: decisions.decided,
    Intent.RESULTS: decisions.decided,
    Intent.TEAM: decisions.team,
}
_OF_ACCOUNT: Mapping[Intent, OfAccount] = {
    Intent.STATUS: one_account.status,
    Intent.LAST_CONTACT: one_account.last_contact,
    Intent.CONTACTS: one_account.contacts,
    Intent.LEFT: one_account.left,
    Intent.PROMISES: one_account.promises,
    Intent.NEXT_STEP: one_account.next_step,
    Intent.DEALS: one_account.deals,
    Intent.OWNER: one_account.owner,
}
# What a question about the day becomes if it names an account.
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
}
UNKNOWN = Answer(
    lines=("I can't find any of your accounts in that question. Please use the account's name as it is in the CRM.",)
)
# Greetings and the like are whole messages, so no name is looked for.
_NEEDS_NO_ONE = frozenset(
    {Intent.HELP, Intent.STOP, Intent.THANKS, Intent.GREETING, Intent.WHO_ARE_YOU, Intent.SMALL_TALK}
)
_MOST_CHOICES = 5
_SHORT = 6  # words of a message that may be no more than a name


async def answer(reading: Reading, message: str) -> Answer | None:
    """The answer, or None if no rule knows what is asked."""
    fits = intents_of(message)
    if fits[:1] and fits[0] in _NEEDS_NO_ONE:
        return _saying(fits[0])
    found = await reading.named(message)
    fits = intents_of(found.rest)  # a name's own words ask nothing
    if fits[:1] and fits[0] in SAYINGS:
        return _saying(fits[0])
    if wishes.is_why(message) or wishes.asks_to_approve(message) or _is_a_wish(message, fits, reading.talk):
        return None
    intent = await _meant(fits, found, reading, message)
    if intent is None:
        return None
    if not needs_account(intent):
        return await _OF_DAY[intent](reading, message)
    return await _about(reading, message, intent, found)


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
        return first
    only_a_name = not fits and len(message.split()) <= _SHORT
    if only_a_name or first is Intent.STATUS:
        return await carried_on(reading, message, only_a_name=only_a_name) or Intent.STATUS
    if first is None or needs_account(first):
        return first
    return _NARROWED.get(first) or next((each for each in fits if needs_account(each)), first)


async def _about(reading: Reading, message: str, intent: Intent, found: Found) -> Answer | None:
    if not found.groups:
        if names_someone_else(
            message, known=(reading.person.name, *(each.name for each in (await reading.people()).values()))
        ):
            return UNKNOWN
        focus = await account_in_focus(reading, message)
        if focus is None:
            return replace(UNKNOWN, sure=False)
        found = replace(found, groups=((focus,),))
    if intent is Intent.COMPARE:
        return await _compared(reading, message, found)
    if found.single is None:
        return await _which_one(reading, found.ids)
    facts = await reading.facts(found.single)
    if facts is None:
        return None
    made = (
        await drafts.draft(reading, facts, message)
        if intent is Intent.DRAFT
        else await _OF_ACCOUNT[intent](reading, facts)
    )
    if found.guessed:
        return replace(made, lines=(f"I took that to mean {facts.name}.", *made.lines))
    return made


async def _compared(reading: Reading, message: str, found: Found) -> Answer | None:
    ids = found.ids
    if len(ids) == 1 and (other := await account_in_focus(reading, message)) not in (None, ids[0]):
        ids = (str(other), ids[0])
    pair = [facts for each in ids[:2] if (facts := await reading.facts(each)) is not None]
    return await one_account.compare(reading, pair) if len(pair) == 2 else None


async def _which_one(reading: Reading, ids: Sequence[str]) -> Answer | None:
    """Ask, with only the accounts that fit."""
    seen = [facts for each in ids if (facts := await reading.facts(each)) is not None]
    if not seen:
        return None
    names = [f"“{each.name}”" for each in seen[:_MOST_CHOICES]]
    more = f" There are {len(seen) - len(names)} more." if len(seen) > len(names) else ""
    asked = f"Which one do you mean: {joined(names).replace(' and ', ' or ')}?{more}"
    return Answer(lines=(asked,), choices=tuple((each.id, each.name) for each in seen[:_MOST_CHOICES]))
