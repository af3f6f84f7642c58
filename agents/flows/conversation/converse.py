"""Answer a message: rules do if they know for sure, otherwise the Thread Companion, if there is a model.

The companion looks things up with this person's rights only. Its answer may say only what its sources say
(`store.domain.grounding.answer`), and its wishes count only if the person asked for them
(`agents.flows.conversation.obey_wish`). Text decides nothing and writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from agents.author.subagents.thread_companion import Understood, question, understood
from agents.flows.access.identity import Caller
from agents.flows.access.trail import note
from agents.flows.conversation.answer_by_rules import ThreadReply
from agents.flows.conversation.carry_out import CarryOut
from agents.flows.conversation.desk import Desk
from agents.flows.conversation.growing_answer import Growing, LiveThread, Recording, holding
from agents.flows.conversation.obey_wish import Obeyed
from agents.flows.conversation.other_languages import Interpreter, Unseen, in_english_only
from agents.flows.conversation.rules.acts import asks_for_a_change, is_clear, wish_in
from agents.flows.conversation.rules.reading import Answer
from agents.flows.conversation.rules.small_talk import HELP as HELP_ANSWER
from agents.flows.conversation.said import Said
from agents.flows.conversation.thread import Talk, Where, picked, read_talk
from agents.model.question import Model, Scope
from agents.model.toolbox import ToolSession
from agents.ports import Clock
from store.computed import computed
from store.database import Database
from store.domain.conversation.choices import Choice
from store.domain.conversation.foreign_wishes import Wished, say_it_so, wished_in
from store.domain.conversation.on_topic import Asked
from store.domain.errors import BudgetSpent, ModelUnavailable
from store.domain.grounding import wishes
from store.domain.grounding.answer import Held
from store.domain.text.wording import joined

log = structlog.get_logger()

THINKING = "is reading your question…"
NOTHING_FOUND = "I found nothing that I can back up with a source, so I won't guess."
NOT_THAT = (
    "I found nothing that answers this about {name}. I can tell you how it stands, what its deals are worth, when you last spoke, "
    "who the contacts are, what was promised and what is planned."
)
NOTHING_DONE = "I did nothing: I act only on what you write yourself, in plain words."
BY_BUTTONS = "A reply can't approve or reject. Please press Approve, Adjust or Reject on the card."
BY_RULES = "This answer comes from rules, without a model."
MODEL_DOWN = "Claude can't be reached right now, so this answer comes from rules."
SHARE_SPENT = "You have used your share of today's Claude budget, so this answer comes from rules."
MODEL_SPENT = "The Claude budget is used up for now, so this answer comes from rules."


class Rooms(Protocol):
    """Opens tools that see only one person's data."""

    async def open(self, owners: frozenset[str], *, memory_of: str, desk: Desk) -> Mapping[str, ToolSession]:
        """Sessions by their pinned names: the CRM as these owners see it, the memory as one of them sees it, the person's desk."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """The models by role, and the tools that the answering one may use. `interpreter` translates for those who write another
    language."""

    model: Model
    name: str
    rooms: Rooms
    interpreter: Interpreter


class Converse:
    def __init__(
        self, database: Database, clock: Clock, rules: ThreadReply, obey: CarryOut, companion: Companion | None
    ) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._obey = obey
        self._companion = companion

    async def __call__(
        self, caller: Caller, text: str, where: Where, thread: LiveThread, chosen: Choice | None = None
    ) -> Said:
        """Answer a message; `chosen` is the meaning that the person picked, if it had several. Raises: Refused for a caller unknown
        to the CRM."""
        earlier = await thread.earlier()
        async with self._database.reading() as tx:
            talk = picked(await read_talk(tx, caller, where, now=self._clock.now(), earlier=earlier), chosen)
            language, example = await self._rules.language(tx, talk, text)
        if language is None:
            said = await self._said(caller, text, talk, thread)
        else:
            said = await self._in_their_language(caller, text, talk, thread, language, example)
        await self._noted(caller, talk, said)
        return said

    async def _in_their_language(
        self, caller: Caller, text: str, talk: Talk, thread: LiveThread, language: str, name: str
    ) -> Said:
        """With a model, the answer in the language of the question; without one, a sentence in it and what rules can answer. A wish
        to change something is answered with what to press or type."""
        wished, honest = wished_in(language, text), in_english_only(language, text, name)
        if wished not in (None, Wished.DRAFT):
            return Said(text=say_it_so(language, text, wished, name))
        english, companion, scope = "", self._companion, _scope(caller, talk)
        if companion is not None:
            await thread.status(THINKING)
            english = await companion.interpreter.into_english(text, language, scope)
        if companion is None or not english:
            async with self._database.reading() as tx:
                ruled = await self._rules.foreign(tx, talk, text)
            return replace(_ruled(ruled), text="\n".join([honest, *ruled.lines])) if ruled else Said(text=honest)
        if asks_for_a_change(english, talk):
            return Said(text=say_it_so(language, text, wished, name))
        said = await self._said(caller, english, replace(talk, asks_only=True), Unseen(thread))
        return await companion.interpreter.back(said, language, scope, honest=honest)

    async def _said(self, caller: Caller, text: str, talk: Talk, thread: LiveThread) -> Said:
        if not talk.asks_only and (back := await self._obey.taken_back(caller, talk, text)) is not None:
            return _obeyed(back, talk)
        async with self._database.reading() as tx:
            if wishes.is_why(text):
                talk = replace(talk, looked_at=await self._rules.look(tx, talk, text))
            ruled = await self._rules(tx, talk, text, model=self._companion is not None)
        if ruled is not None and (ruled.sure or self._companion is None):
            return _ruled(ruled)
        if (done := await self._done(caller, text, talk)) is not None:
            return done
        if self._companion is None:
            return await self._by_rules(caller, text, talk, BY_RULES)
        try:
            return await self._answered(caller, text, talk, thread, self._companion, ruled)
        except BudgetSpent as spent:
            log.warning("conversation.budget_spent", on=spent.on)
            note = SHARE_SPENT if spent.on == "person" else MODEL_SPENT
            return await self._by_rules(caller, text, talk, note)
        except ModelUnavailable as down:
            log.warning("conversation.without_model", problem=str(down))
            return await self._by_rules(caller, text, talk, MODEL_DOWN)

    async def _answered(
        self, caller: Caller, text: str, talk: Talk, thread: LiveThread, companion: Companion, ruled: Answer | None
    ) -> Said:
        await thread.status(THINKING)
        async with self._database.reading() as tx:
            asked = await self._rules.asked(tx, talk, text)
        desk = Desk(self._database, talk, self._rules.policy)
        rooms = await companion.rooms.open(frozenset(talk.owners), memory_of=talk.memory_of, desk=desk)
        tools = Recording(rooms)
        answer = await companion.model.ask(
            question(companion.name, thread=talk.told(), message=text, tools=tools),
            scope=_scope(caller, talk),
            listener=Growing(talk, text, tools, thread, asked),
        )
        said = understood(answer.value)
        held = await computed(lambda: holding(talk, text, answer.used, asked).held(said.answer, said.cites))
        if held.struck:
            log.info("conversation.struck", count=len(held.struck))
        if said.wish is not None and not talk.asks_only:
            return await self._wished(caller, text, talk, said, held)
        about_one = asked.accounts or asked.intent is not None
        if about_one and not (held.sources and asked.answers(held.text)) and not wishes.asks_to_approve(text):
            return _ruled(ruled) if ruled is not None else await self._instead(talk, asked)
        return replace(_told(text, held), by_model=_trace(caller))

    async def _instead(self, talk: Talk, asked: Asked) -> Said:
        """Say that nothing answers the question, and which questions about the same account can be answered."""
        async with self._database.reading() as tx:
            names = await self._rules.names(tx, talk, asked.accounts)
        return Said(text=NOT_THAT.format(name=joined(names)) if names else NOTHING_FOUND)

    async def _noted(self, caller: Caller, talk: Talk, said: Said) -> None:
        """Count the answer, and note in the audit trail whose data besides their own it looked at."""
        others = sorted(talk.seen - {talk.person.id})
        async with self._database.transaction() as tx:
            await tx.asked.note(
                _trace(caller), talk.person.id, "model" if said.by_model else "rules", self._clock.now()
            )
            if others:
                await note(tx, caller, "conversation.looked", others[0], actor=talk.person, owners=others)

    async def _wished(self, caller: Caller, text: str, talk: Talk, said: Understood, held: Held) -> Said:
        """Report in our own words how the wish ended. A wish that the person never expressed goes unmentioned if they
        asked a question."""
        assert said.wish is not None
        obeyed = await self._obey(caller, talk, text, said.wish)
        if obeyed is None:
            log.warning("conversation.unasked", wish=type(said.wish).__name__)
            return _told(text, held, otherwise=NOTHING_DONE)
        return _obeyed(obeyed, talk, *([BY_BUTTONS] if wishes.asks_to_approve(text) else []))

    async def _done(self, caller: Caller, text: str, talk: Talk) -> Said | None:
        """A clear request needs no model: it names the card, or the person picks one of those that it may mean."""
        wish = None if talk.asks_only or wishes.asks_to_approve(text) else wish_in(text, talk)
        if wish is None or (wish.proposal and not is_clear(wish)):
            return None
        obeyed = await self._obey(caller, talk, text, wish)
        is_sure = obeyed is not None and (wish.proposal or obeyed.choices or obeyed.final)
        return _obeyed(obeyed, talk) if obeyed is not None and is_sure else None

    async def _by_rules(self, caller: Caller, text: str, talk: Talk, note: str) -> Said:
        """Answer without a model: carry out a request, or say what to ask instead."""
        if wishes.asks_to_approve(text):
            return Said(text=BY_BUTTONS, note=note)
        if (
            not talk.asks_only
            and (wish := wish_in(text, talk)) is not None
            and (obeyed := await self._obey(caller, talk, text, wish)) is not None
        ):
            return _obeyed(obeyed, talk, note=note)
        async with self._database.reading() as tx:
            ruled = await self._rules(tx, talk, text)
            asked = await self._rules.asked(tx, talk, text)
        if ruled is None and asked.accounts:
            return replace(await self._instead(talk, asked), note=note)
        return replace(_ruled(ruled), note=note) if ruled is not None else Said(text=HELP_ANSWER, note=note)


def _ruled(answer: Answer) -> Said:
    return Said(text="\n".join(answer.lines), sources=answer.sources, choices=answer.choices, figures=answer.figures)


def _obeyed(obeyed: Obeyed, talk: Talk, *lines: str, note: str = "") -> Said:
    return Said(
        text="\n".join([*obeyed.lines, *lines]),
        note=note,
        proposal=obeyed.proposal,
        again=obeyed.again,
        elsewhere=not talk.in_brief,
        brief_id=talk.brief_id,
        choices=obeyed.choices,
        sources=obeyed.sources,
    )


def _told(text: str, held: Held, *, otherwise: str = NOTHING_FOUND) -> Said:
    said = held.text
    if wishes.asks_to_approve(text):
        return Said(text=BY_BUTTONS)
    if not said and otherwise == NOTHING_FOUND and not wishes.asks_anything(text):
        return Said(text=HELP_ANSWER)
    return Said(text=said or otherwise, sources=held.sources)


def _scope(caller: Caller, talk: Talk) -> Scope:
    return Scope(trace=_trace(caller), owner_id=talk.person.id, asked_by=talk.person.id)


def _trace(caller: Caller) -> str:
    """The same key when the same request comes again, so that its answer is paid for once."""
    return hashlib.sha256(f"talk:{caller.key or caller.request_id}".encode()).hexdigest()[:16]
