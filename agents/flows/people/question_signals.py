"""Ask an administrator once whether a signal that says nothing in this CRM should be switched off for everyone.

The signal is silent in any case; switched off, it stays silent even if the company begins to use what it relies on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from secrets import token_hex

import structlog

from agents.flows.access.identity import Caller, deciding_person
from agents.flows.access.trail import OPERATOR, note, noting_refusal
from agents.ports import Clock, Directory, SignalDesk
from store.database import Database, Tx
from store.domain.access.rules import check_may_operate
from store.domain.crm.accounts import Person, Role
from store.domain.errors import NotFound
from store.domain.gate.remind_and_offer import is_working
from store.domain.signals.context import SignalPolicy
from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import Answer, SignalQuestion
from store.domain.signals.use import figures_of, is_unused

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
        """Ask about every signal that is due, in one message; return their number. Safe to run many times at once."""
        now = self._clock.now()
        async with self._database.reading() as tx:
            due = await self._due(tx)
            people = await tx.people.all() if due else []
        administrators = [each for each in people if each.role is Role.ADMIN and each.active and is_working(each, now)]
        reader = await self._first_reached(sorted(administrators, key=lambda each: each.id))
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
        """Record an administrator's answer, or change it. Raises: Refused for anyone else, Unconfirmed; NotFound if no one was
        asked about this signal."""
        async with (
            noting_refusal(self._database, caller, "signal.answer", kind),
            self._database.transaction(urgent=True) as tx,
        ):
            person = await deciding_person(tx, caller)
            check_may_operate(person, confirmed=True)
            kept = await _kept(tx, kind, answer, by=person.id, at=self._clock.now())
            await note(tx, caller, _ACTIONS[answer], kind, actor=person)
        log.info(_ACTIONS[answer], kind=str(kind), person_id=person.id)
        return kept

    async def asked(self, kinds: Collection[SignalKind]) -> list[tuple[SignalQuestion, str]]:
        """Return the questions about these signals, each with the name of the person who answered, "" if no one did."""
        async with self._database.reading() as tx:
            found = [each for each in await tx.questions.all() if each.kind in kinds]
            names = await tx.people.names()
        return [(each, names.get(each.answered_by or "", "")) for each in found]

    async def _due(self, tx: Tx) -> list[SignalQuestion]:
        norms, now = await tx.norms.last(), self._clock.now()
        known = {each.kind for each in await tx.questions.all()}
        return [
            SignalQuestion(kind=kind, figures=figures_of(kind, use), asked_at=now)
            for kind, use in norms.uses.items()
            if kind not in known and kind in self._policy.enabled and is_unused(use, self._policy.unused_share)
        ]

    async def _first_reached(self, people: Sequence[Person]) -> Person | None:
        for person in people:
            if await self._directory.reaches(person):
                return person
        return None


async def answer_as_operator(
    database: Database, clock: Clock, kind: SignalKind, answer: Answer, *, by: str
) -> SignalQuestion:
    """Record or change an answer at the command line. Raises: NotFound if no one was asked about this signal."""
    async with database.transaction() as tx:
        kept = await _kept(tx, kind, answer, by=OPERATOR, at=clock.now())
        await note(tx, OPERATOR, _ACTIONS[answer], kind, operator=by)
    log.info(_ACTIONS[answer], kind=str(kind), operator=by)
    return kept


async def _kept(tx: Tx, kind: SignalKind, answer: Answer, *, by: str, at: datetime) -> SignalQuestion:
    kept = await tx.questions.answer(kind, answer, by=by, at=at)
    if kept is None:
        raise NotFound("No one was asked about this signal, because it says something in this CRM.")
    return kept
