"""Carry out a written request, once it is clear that it means a card of this conversation: a name that is on none of them gets an
answer, and no other card is touched instead."""

from __future__ import annotations

from agents.author.subagents.thread_companion import Wish
from agents.flows.access.identity import Caller
from agents.flows.conversation.answer_by_rules import ThreadReply
from agents.flows.conversation.obey_wish import Obeyed, ObeyWish, called
from agents.flows.conversation.rules.reading import Reading, of_activity
from agents.flows.conversation.take_back import TakeBack
from agents.flows.conversation.thread import Talk
from store.database import Database
from store.domain.conversation.names import words_left
from store.domain.conversation.phrases import VOCABULARY
from store.domain.crm.accounts import AccountFacts
from store.domain.gate.proposals import State
from store.domain.grounding import wishes
from store.domain.signals.own_tasks import open_tasks
from store.domain.text.wording import one_line

_TASKS = 3
_ANY = frozenset(("everything", "both", "whole", "those", "these", "each", "card", "cards", "reminder"))


class CarryOut:
    def __init__(self, database: Database, rules: ThreadReply, obey: ObeyWish, take_back: TakeBack) -> None:
        self._database = database
        self._rules = rules
        self._obey = obey
        self._take_back = take_back

    async def __call__(self, caller: Caller, talk: Talk, message: str, wish: Wish) -> Obeyed | None:
        """As ObeyWish, but for a name that is on no card here: then the answer says where it is, and nothing is changed."""
        if not talk.chosen_proposal and (elsewhere := await self._elsewhere(talk, message)) is not None:
            return elsewhere
        return await self._obey(caller, talk, message, wish)

    async def taken_back(self, caller: Caller, talk: Talk, message: str) -> Obeyed | None:
        """Bring something back, or take back what was done last; None if the message asks for neither."""
        async with self._database.reading() as tx:
            named = await self._rules.reading(tx, talk).named(message)
        return await self._take_back(caller, talk, message, named.ids)

    async def _elsewhere(self, talk: Talk, message: str) -> Obeyed | None:
        """What there is about the account that the message names, if none of the cards is about it."""
        said = wishes.without_reason(message)
        async with self._database.reading() as tx:
            reading = self._rules.reading(tx, talk)
            found = await reading.named(said)
            if not found.groups:
                return await _unknown(reading, talk, said)
            if {each.proposal.account_id for each in talk.cards} & set(found.ids):
                return None
            facts = await reading.facts(found.ids[0])
            return await _instead(reading, facts) if facts is not None else None


async def _unknown(reading: Reading, talk: Talk, said: str) -> Obeyed | None:
    """For a name that is neither an account's nor a person's, nor in the words of a card."""
    people = await reading.people()
    known = " ".join([*(each.name for each in people.values()), *(each.named for each in talk.cards)])
    name = wishes.object_of(said)
    if name and words_left(name, other=VOCABULARY.union(_ANY, known.casefold().split())):
        return Obeyed(
            lines=(f"I can't find “{name}” among your accounts and cards, so I changed nothing.",), final=True
        )
    return None


async def _instead(reading: Reading, facts: AccountFacts) -> Obeyed:
    """Its decision that waits elsewhere, or its tasks in the CRM, which a reply can't change."""
    pending = await reading.tx.proposals.pending([reading.person.id])
    if open_ := [each for each in pending if each.account_id == facts.id]:
        return Obeyed(
            lines=(f"{called(open_[0])} waits for you, but in another message: change it there or in the Home tab.",),
            final=True,
        )
    if off := [each for each in reading.talk.put_off if each.account_id == facts.id and each.state is State.SNOOZED]:
        return Obeyed(lines=(f"{called(off[0])} is snoozed. To be asked again, write “bring it back”.",), final=True)
    tasks = open_tasks(facts)[:_TASKS]
    none = f"No recommendation on {facts.name} is open, so I changed nothing."
    if not tasks:
        return Obeyed(lines=(none,), final=True)
    names = [
        f"• “{one_line(each.subject)}”{f', due {reading.day(each.at.date())}' if each.at else ''}" for each in tasks
    ]
    lines = (none, "Its tasks in the CRM I can't change from here; please open them there:", *names)
    return Obeyed(lines=lines, sources=tuple(of_activity(each) for each in tasks), final=True)
