"""Render a brief of any kind, from its rows, as the messages that its reader sees now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from agents.flows.accounts.reassign_accounts import Orphaned, as_orphaned
from agents.flows.gate.offer import Offered, as_offered
from agents.flows.people.team_message import Managed, as_managed
from agents.ports import Clock
from bot.views.blocks import Part
from bot.views.brief import brief_messages
from bot.views.confirm_link import withdrawn
from bot.views.reader import Reader, RecordLinks
from bot.views.reassign_accounts import orphan_messages
from bot.views.remind_and_offer import ask_messages, asked_of
from bot.views.repeat import again_parts
from bot.views.review import review_messages
from bot.views.team import team_messages
from store.database import Database
from store.domain.access.rules import check_confirmed
from store.domain.brief.brief import AGAIN, Brief
from store.domain.crm.accounts import Person
from store.domain.errors import NotFound
from store.domain.gate.proposals import Proposal
from store.domain.running.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """`person` is the reader; the first of `parts` is the main message. `read` are the rows it was rendered from, and `standing`
    the brief's messages at the same moment. `is_moot`: it asks for decisions, and its reader has none left to make in it."""

    brief: Brief
    person: Person
    parts: list[Part]
    standing: list[Message]
    read: Read
    is_moot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The data for a rendering, read in one transaction."""

    brief: Brief
    person: Person
    refused: bool  # the Slack user that it went to said that it is not them, or isn't the same person any more
    proposals: Mapping[str, Proposal]
    names: Mapping[str, str]
    offered: Offered
    orphaned: Orphaned
    managed: Managed
    again: tuple[str, ...] = ()


class Rendering:
    def __init__(self, database: Database, clock: Clock, links: RecordLinks) -> None:
        self._database = database
        self._clock = clock
        self._links = links

    async def __call__(self, brief_id: str, last: Rendered | None = None) -> Rendered:
        """Render it as it is now; if nothing changed since a `last` rendering, its parts serve again.

        Raises: NotFound for an unknown brief, or one without a reader; Unconfirmed until the reader said that it is them.
        """
        read, standing = await self._read(brief_id)
        if last is not None and read == last.read:
            return replace(last, standing=standing)
        parts = [*self._parts(read), *again_parts(read.again, read.proposals, self.reader(read))]
        parts = [withdrawn(part) for part in parts] if read.refused else parts
        return Rendered(
            brief=read.brief, person=read.person, parts=parts, standing=standing, read=read, is_moot=self._is_moot(read)
        )

    async def _read(self, brief_id: str) -> tuple[Read, list[Message]]:
        async with self._database.reading() as tx:
            brief = await tx.briefs.get(brief_id)
            person = await tx.people.get(brief.reader_id or brief.owner_id) if brief else None
            if brief is None or person is None:
                raise NotFound(f"There is no brief {brief_id}, or no one to send it to.")
            standing = await tx.messages.of_brief(brief_id)
            link = await tx.links.of_person(person.id)
            refused = link is not None and link.is_answered and not link.holds
            check_confirmed(person, confirmed=refused or (link is not None and link.is_confirmed))
            again = tuple(each.part.removeprefix(AGAIN) for each in standing if each.part.startswith(AGAIN))
            shown = [*(each for card in brief.cards for each in card.proposal_ids), *brief.decided, *again]
            shown.extend(brief.handover.introductions if brief.handover else ())
            shown += [each.proposal_id for each in brief.waiting]
            shown += [each.proposal_id for each in brief.for_you]
            shown += [each for one in (brief.team.members if brief.team else ()) for each in one.every]
            proposals = await tx.proposals.in_force(shown)
            read = Read(
                brief=brief,
                person=person,
                refused=refused,
                proposals=proposals | await tx.proposals.logging(list(proposals.values())),
                names=await tx.people.names(),
                offered=await as_offered(tx, brief, person),
                orphaned=await as_orphaned(tx, brief, person),
                managed=await as_managed(tx, brief, person, self._clock.now()),
                again=again,
            )
            return read, standing

    def _parts(self, read: Read) -> list[Part]:
        brief, reader = read.brief, self.reader(read)
        match brief.kind:
            case "review":
                return review_messages(brief, read.proposals, reader=reader)
            case "reminder" | "offer" | "batch":
                offered = read.offered
                return ask_messages(
                    brief,
                    read.proposals,
                    reader=reader,
                    away_until=offered.away_until,
                    over=offered.over,
                    over_for=offered.over_for,
                )
            case "orphans":
                left = read.orphaned
                return orphan_messages(brief, read.proposals, left.accounts, left.deals, reader=reader, over=left.over)
            case "team":
                return team_messages(brief, read.proposals, reader=reader, waiting=read.managed.waiting)
            case "morning":
                return brief_messages(
                    brief,
                    read.proposals,
                    links=self._links,
                    names=read.names,
                    tz=reader.tz,
                    now=reader.now,
                )

    def _is_moot(self, read: Read) -> bool:
        if read.brief.kind not in ("reminder", "offer") or read.refused:
            return False
        offered = read.offered
        left = asked_of(read.brief, read.proposals, self.reader(read), over=offered.over, over_for=offered.over_for)
        return not left

    def reader(self, read: Read) -> Reader:
        """The one for whom it is rendered now."""
        return Reader(
            links=self._links,
            names=read.names,
            tz=ZoneInfo(read.person.timezone),
            now=self._clock.now(),
            currency=read.brief.currency,
            me=read.person.id,
        )
