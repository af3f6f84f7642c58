"""A manager's morning message once it is written: whom it may still name, and which message follows later decisions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from agents.flows.access.scope import reports_of
from agents.flows.gate.open_decisions import by_owner, open_decisions
from store.database import Tx
from store.domain.access.rules import manager_of
from store.domain.brief.brief import Brief
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.gate.proposals import Proposal

# Days for which the newest message follows the decisions in it, and for which older ones can name them.
FOLLOWED, KEPT = 3, 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """The people in a message who still report to its reader, with what each can decide now; none for other kinds of brief."""

    waiting: Mapping[str, Sequence[Proposal]] = field(default_factory=dict)


async def as_managed(tx: Tx, brief: Brief, reader: Person, now: datetime) -> Managed:
    """Read which people in this message still report to its reader, and their open decisions."""
    if brief.kind != "team" or brief.team is None:
        return Managed()
    every = await reports_of(tx, reader)
    reports = {each.person_id: every[each.person_id] for each in brief.team.members if each.person_id in every}
    waiting = by_owner(await open_decisions(tx, list(reports), now=now))
    return Managed(waiting={each: waiting.get(each, ()) for each in reports})


def id_of(manager_id: str, day: date) -> str:
    """The id of a manager's message of a day."""
    return hashlib.sha256(f"team:{manager_id}:{day.isoformat()}".encode()).hexdigest()[:16]


async def message_of_today(tx: Tx, owner_id: str, now: datetime) -> str | None:
    """The message of today about an owner's team, if there is one."""
    manager = await _manager_of(tx, owner_id)
    if manager is None:
        return None
    return next(iter(await tx.briefs.dealt_with([id_of(manager.id, local_day(manager, now))])), None)


async def messages_about(tx: Tx, owner_id: str, now: datetime) -> tuple[str | None, frozenset[str]]:
    """The newest message to an owner's manager, if it is of the last days; and those before it, which no longer follow anything."""
    manager = await _manager_of(tx, owner_id)
    if manager is None:
        return None, frozenset()
    today = local_day(manager, now)
    ids = [id_of(manager.id, today - timedelta(days=before)) for before in range(KEPT)]
    standing = await tx.briefs.dealt_with(ids[:FOLLOWED])
    newest = next((each for each in ids[:FOLLOWED] if each in standing), None)
    return newest, frozenset({*ids} - {newest})


async def _manager_of(tx: Tx, owner_id: str) -> Person | None:
    """The manager of an owner, reading only the people above them."""
    line: dict[str, Person] = {}
    above = await tx.people.get(owner_id)
    while above is not None and above.id not in line:
        line[above.id] = above
        above = await tx.people.get(above.manager_id) if above.manager_id else None
    return manager_of(line[owner_id], line) if line else None
