"""A person says whether they are the CRM user with their e-mail address. This decides no proposal.

A Slack user is matched once, by the address in Slack's own directory. Addresses get reused and mistyped, so the person
must confirm the match before they see anything about accounts. What was made for them waits; it appears when they confirm.
"""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex

import structlog

from agents.flows.access.identity import Caller
from agents.flows.access.trail import OPERATOR, note
from agents.ports import Clock, Delivery, LinkDesk
from store.database import Database, Tx
from store.domain.crm.accounts import Person
from store.domain.errors import Refused, SergasError
from store.domain.gate.links import Link

log = structlog.get_logger()

# What was made for someone is worth showing for this long.
WAITS = timedelta(days=3)


class ConfirmLink:
    def __init__(self, database: Database, delivery: Delivery, desk: LinkDesk, clock: Clock) -> None:
        self._database = database
        self._delivery = delivery
        self._desk = desk
        self._clock = clock

    async def confirm(self, caller: Caller, person_id: str) -> Person:
        """Record that the caller is this person, and let go what waits for them; confirming again changes nothing.

        Raises: Refused if the caller was not matched with this very person, or has said that it is not them.
        """
        async with self._database.transaction(urgent=True) as tx:
            person, link = await _matched(tx, caller, person_id)
            if not link.holds:
                raise Refused("You said that this is not you; only an administrator can link you again.")
            if await tx.links.confirm(caller.team_id, caller.user_id, self._clock.now()):
                await note(tx, caller, "link.confirmed", person_id, actor=person)
                await tx.held.let_go(person_id, since=self._clock.now() - WAITS)
        log.info("link.confirmed", person_id=person_id)
        return person

    async def refuse(self, caller: Caller, person_id: str) -> Person:
        """Record that the caller is not this person: the bot neither sends to them nor accepts from them until an
        administrator links them again. Raises: as `confirm`."""
        async with self._database.transaction(urgent=True) as tx:
            person, _ = await _matched(tx, caller, person_id)
            if await tx.links.refuse(caller.team_id, caller.user_id, self._clock.now()):
                await note(tx, caller, "link.refused", person_id)
        log.info("link.refused", person_id=person_id)
        return person

    async def show(self, person_id: str) -> None:
        """Post what waited for this person, take the question away, and render earlier messages again: empty if they went to
        someone else. `Delivery.catch_up` posts what Slack doesn't accept now."""
        async with self._database.reading() as tx:
            person = await tx.people.get(person_id)
            waiting = await tx.held.on_their_way(person_id)
            earlier = await tx.messages.briefs_of(person_id)
        for brief_id in waiting:
            try:
                await self._delivery.brief(brief_id)
            except SergasError as exc:
                log.warning("brief.postponed", brief_id=brief_id, problem=str(exc))
        if person is not None:
            await self._desk.show(person)
        for brief_id in earlier:
            await self._delivery.refresh(brief_id)


async def unlink(database: Database, person: Person) -> bool:
    """Remove a CRM user's link, so that it is made and confirmed again; False if there was none.

    Messages already sent to that Slack user are never rendered again, because the person may be someone else by then.
    """
    async with database.transaction() as tx:
        link = await tx.links.of_person(person.id)
        if link is None:
            return False
        await tx.links.unlink(person.id)
        await tx.messages.abandon(person.id)
        was = {"team": link.team_id, "user": link.user_id}
        await note(tx, token_hex(4), "link.removed", person.id, by=OPERATOR, was=was)
    log.info("link.removed", person_id=person.id)
    return True


async def _matched(tx: Tx, caller: Caller, person_id: str) -> tuple[Person, Link]:
    """The person the caller was matched with, and the current match, answered or not."""
    link = await tx.links.of_slack(caller.team_id, caller.user_id)
    person = await tx.people.get(person_id)
    if link is None or link.person_id != person_id or person is None:
        raise Refused("This question was not for you, or is no longer open; nothing was changed.")
    return person, link
