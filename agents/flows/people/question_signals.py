"""Ask an administrator once whether a signal that says nothing in this CRM should be switched off for everyone.

The signal is silent in any case; switched off, it stays silent even if the company begins to use the fields that it reads.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from secrets import token_hex

import structlog

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.trail import OPERATOR, note, noting_refusal
from agents.ports import Clock, Directory, SignalDesk
from store.database import Database, Tx
from store.domain.access.rules import administrators, check_may_operate
from store.domain.crm.accounts import Person
from store.domain.errors import NotFound
from store.domain.gate.remind_and_offer import is_working
from store.domain.signals.context import SignalPolicy
from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import Answer, SignalQuestion, Silence, silences

log = structlog.get_logger()

_ACTIONS = {Answer.OFF: "signal.switched_off", Answer.KEEP: "signal.kept_silent"}


class QuestionSignals:
    def __init__(
        self, database: Database, directory: Directory, desk: SignalDesk, clock: Clock, policy: SignalPolicy
    ) -> None:
        self._database = database
        self._directory = directory
        self._desk = desk
        self._clock = clock
        self._policy = policy

    async def __call__(self) -> int:
        """Bring the questions in Slack up to date, and ask about every signal that is due, in one message; return their number.
        Safe to run many times at once."""
        now = self._clock.now()
        await self._desk.refresh(await self.asked(frozenset(SignalKind)))
        async with self._database.reading() as tx:
            due = await self._due(tx)
            people = await tx.people.all() if due else []
            confirmed = await tx.links.confirmed() if due else frozenset()
        at_work = [each for each in administrators(people) if is_working(each, now)]
        reader = await self._first_reached([each for each in at_work if each.id in confirmed])
        if reader is None:
            return 0
        await self._desk.ask(reader, due)
        async with self._database.transaction() as tx:
            new = [each.kind for each in due if await tx.questions.asked(each)]
            if new:
                await note(tx, token_hex(4), "signals.questioned", "signals", to=reader.id, signals=new)
        log.info("signals.questioned", person_id=reader.id, signals=[str(kind) for kind in new])
        return len(new)

    async def answer(self, caller: Caller, kind: SignalKind, answer: Answer) -> SignalQuestion:
        """Record an administrator's answer, or change it; the same answer again changes nothing. Raises: Refused for anyone
        else, Unconfirmed; NotFound for a signal that says something."""
        async with (
            noting_refusal(self._database, caller, "signal.answer", kind),
            self._database.transaction(urgent=True) as tx,
        ):
            person = await known_person(tx, caller)
            check_may_operate(person, confirmed=True)
            kept, is_new = await _kept(tx, kind, answer, self._policy, by=person.id, at=self._clock.now())
            if is_new:
                await note(tx, caller, _ACTIONS[answer], kind, actor=person)
                log.info(_ACTIONS[answer], kind=str(kind), person_id=person.id)
        return kept

    async def asked(self, kinds: Collection[SignalKind]) -> list[tuple[SignalQuestion, str]]:
        """Return the questions about these signals, each with the name of the person who answered, "" if no one did."""
        async with self._database.reading() as tx:
            found = [each for each in await tx.questions.all() if each.kind in kinds]
            names = {**await tx.people.names(), OPERATOR: "the operator"}
        return [(each, names.get(each.answered_by or "", "")) for each in found]

    async def _due(self, tx: Tx) -> list[SignalQuestion]:
        now = self._clock.now()
        return [
            SignalQuestion(kind=each.kind, figures=each.figures, asked_at=now)
            for each in await silent_signals(tx, self._policy)
            if each.question is None
        ]

    async def _first_reached(self, people: Sequence[Person]) -> Person | None:
        for person in people:
            if await self._directory.reaches(person):
                return person
        return None


async def silent_signals(tx: Tx, policy: SignalPolicy) -> list[Silence]:
    """Return the signals that say nothing in this CRM, and those that an administrator was asked about."""
    norms, questions = await tx.norms.last(), await tx.questions.all()
    return silences(norms, questions, enabled=policy.enabled, unused_share=policy.unused_share)


async def answer_as_operator(
    database: Database, clock: Clock, policy: SignalPolicy, kind: SignalKind, answer: Answer, *, by: str
) -> Silence:
    """Record or change an answer at the command line, whether or not anyone was asked; the same answer again changes nothing.
    Raises: NotFound for a signal that says something."""
    async with database.transaction() as tx:
        kept, is_new = await _kept(tx, kind, answer, policy, by=OPERATOR, at=clock.now())
        if is_new:
            await note(tx, OPERATOR, _ACTIONS[answer], kind, operator=by)
            log.info(_ACTIONS[answer], kind=str(kind), operator=by)
        found = {each.kind: each for each in await silent_signals(tx, policy)}
    return found.get(kind) or Silence(kind=kind, figures=kept.figures, question=kept)


async def _kept(
    tx: Tx, kind: SignalKind, answer: Answer, policy: SignalPolicy, *, by: str, at: datetime
) -> tuple[SignalQuestion, bool]:
    """The question with its answer, and whether that is another one than before."""
    known = {each.kind: each for each in await silent_signals(tx, policy)}.get(kind)
    if known is not None and known.question is None:
        await tx.questions.asked(SignalQuestion(kind=kind, figures=known.figures, asked_at=at))
    before = next((each for each in await tx.questions.all() if each.kind is kind), None)
    if before is not None and before.answer is answer:
        return before, False
    kept = await tx.questions.answer(kind, answer, by=by, at=at)
    if kept is None:
        raise NotFound(f"“{kind}” says something in this CRM. To leave it out, set SERGAS_SIGNALS__ENABLED.")
    return kept, True
