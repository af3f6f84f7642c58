"""Render a brief of any kind, from its rows, as the messages that its reader sees now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from agents.flows.gate.offer import Offered, as_offered
from agents.ports import Clock
from bot.views.blocks import Part
from bot.views.brief import brief_messages
from bot.views.confirm_link import headed
from bot.views.reader import Reader, RecordLinks
from bot.views.remind_and_offer import ask_messages
from bot.views.repeat import again_parts
from bot.views.review import review_messages
from store.database import Database
from store.domain.brief.brief import AGAIN, Brief
from store.domain.crm.accounts import Person
from store.domain.errors import NotFound
from store.domain.gate.links import Link
from store.domain.gate.proposals import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """`person` is the reader; the first of `parts` is the main message."""

    brief: Brief
    person: Person
    parts: list[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The data for a rendering, read in one transaction."""

    brief: Brief
    person: Person
    link: Link | None
    proposals: Mapping[str, Proposal]
    names: Mapping[str, str]
    offered: Offered
    again: tuple[str, ...] = ()


class Rendering:
    def __init__(self, database: Database, clock: Clock, links: RecordLinks) -> None:
        self._database = database
        self._clock = clock
        self._links = links

    async def __call__(self, brief_id: str) -> Rendered:
        """Raises: NotFound for an unknown brief, or one without a reader."""
        read = await self._read(brief_id)
        parts = headed(self._parts(read), read.person, read.link)
        parts.extend(again_parts(read.again, read.proposals, self._reader(read)))
        return Rendered(brief=read.brief, person=read.person, parts=parts)

    async def _read(self, brief_id: str) -> _Read:
        async with self._database.reading() as tx:
            brief = await tx.briefs.get(brief_id)
            person = await tx.people.get(brief.reader_id or brief.owner_id) if brief else None
            if brief is None or person is None:
                raise NotFound(f"There is no brief {brief_id}, or no one to send it to.")
            parts = [each.part for each in await tx.messages.of_brief(brief_id)]
            again = tuple(each.removeprefix(AGAIN) for each in parts if each.startswith(AGAIN))
            shown = [*(each for card in brief.cards for each in card.proposal_ids), *again]
            return _Read(
                brief=brief,
                person=person,
                link=await tx.links.of_person(person.id),
                proposals=await tx.proposals.in_force(shown),
                names={other.id: other.name for other in await tx.people.all()},
                offered=await as_offered(tx, brief, person),
                again=again,
            )

    def _parts(self, read: _Read) -> list[Part]:
        brief, reader = read.brief, self._reader(read)
        match brief.kind:
            case "review":
                return review_messages(brief, read.proposals, reader=reader)
            case "reminder" | "offer" | "batch":
                offered = read.offered
                return ask_messages(
                    brief, read.proposals, reader=reader, away_until=offered.away_until, over=offered.over
                )
            case "morning":
                return brief_messages(
                    brief,
                    read.proposals,
                    links=self._links,
                    names=read.names,
                    tz=reader.tz,
                    now=reader.now,
                )

    def _reader(self, read: _Read) -> Reader:
        return Reader(
            links=self._links,
            names=read.names,
            tz=ZoneInfo(read.person.timezone),
            now=self._clock.now(),
            currency=read.brief.currency,
            me=read.person.id,
        )
