"""The proposals that a person set aside: snoozed ones, and rejected ones that can be brought back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.flows.access.identity import Caller, known_person
from agents.flows.gate.retract_proposals import still_asked
from store.database import Database, Tx
from store.domain.crm.accounts import Person
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.reopen_proposal import may_lift, may_reopen

_BACK = timedelta(days=90)  # how long a rejection keeps the same advice away
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """The soonest to wake, and the last rejected, first."""

    snoozed: tuple[Proposal, ...]
    rejected: tuple[Proposal, ...]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(each.id for each in (*self.snoozed, *self.rejected))


class ShowSetAside:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, caller: Caller) -> SetAside:
        """The caller's own. Raises: Unconfirmed, Refused."""
        async with self._database.reading() as tx:
            person = await known_person(tx, caller)
            return await set_aside(tx, person, now=await tx.proposals.now())


async def set_aside(tx: Tx, person: Person, *, now: datetime) -> SetAside:
    """Only those that still make sense by the CRM's last data."""
    decided = await tx.proposals.decided([person.id], since=now - _BACK, limit=_MOST)
    rejected = [
        each
        for each in decided
        if each.state is State.REJECTED and (may_reopen(each, now=now) or may_lift(each, now=now))
    ]
    snoozed = await still_asked(tx, await tx.proposals.snoozed([person.id]), now=now)
    return SetAside(
        snoozed=tuple(sorted(snoozed, key=lambda each: each.snoozed_until or now)),
        rejected=tuple(rejected),
    )
