"""Which Slack user is which CRM user: one to one, never rebound silently.

A link is made by e-mail address, then confirmed or refused by the person. A refused link connects no one, but stays until
an administrator removes it, so that the same address does not make it again the next morning.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, delete, select, update

from store.domain.errors import Refused
from store.domain.gate.links import Link
from store.repositories.base import Repository
from store.tables.core import LinkRow, table_of

links = table_of(LinkRow)


class Links(Repository):
    async def person_of(self, team_id: str, user_id: str) -> str | None:
        """Return the id of the CRM user linked to this Slack identity."""
        link = await self.of_slack(team_id, user_id)
        return link.person_id if link and link.holds else None

    async def slack_of(self, person_id: str) -> tuple[str, str] | None:
        """Return the Slack team and user id that a CRM user is linked to."""
        link = await self.of_person(person_id)
        return (link.team_id, link.user_id) if link and link.holds else None

    async def of_slack(self, team_id: str, user_id: str) -> Link | None:
        """Return this Slack identity's link, even a refused one."""
        return await self._one(links.c.team_id == team_id, links.c.user_id == user_id)

    async def of_person(self, person_id: str, *, lock: bool = False) -> Link | None:
        """Return this CRM user's link, even a refused one; with `lock`, an answer of theirs waits for this transaction."""
        return await self._one(links.c.person_id == person_id, lock=lock)

    async def all(self) -> Sequence[Link]:
        """Return every link, refused ones too, by CRM user."""
        rows = await self._connection.execute(select(links).order_by(links.c.person_id))
        return [_link(row) for row in rows.mappings()]

    async def link(self, team_id: str, user_id: str, person_id: str, at: datetime) -> None:
        """Link them; linking the same pair again changes nothing. Raises: Refused if either has another link, or the person
        has said that it is not them."""
        row = {"team_id": team_id, "user_id": user_id, "person_id": person_id, "at": at, "looked_at": at}
        if await self._insert_once(links, row):
            return
        standing = await self.of_slack(team_id, user_id)
        if standing is not None and standing.person_id == person_id and standing.holds:
            return
        if standing is not None and standing.refused_at is not None:
            raise Refused(
                "This Slack user has said that they are not the CRM user with their e-mail address; "
                "an administrator has to correct the address and unlink them."
            )
        raise Refused(
            "This Slack user or CRM user is already linked to another one; an administrator has to unlink it."
        )

    async def confirm(self, team_id: str, user_id: str, at: datetime) -> bool:
        """Record that the person said that it is them; return False if there is no such link or it was confirmed before."""
        return await self._noted(
            links.c.confirmed_at.is_(None), team_id=team_id, user_id=user_id, values={"confirmed_at": at}
        )

    async def refuse(self, team_id: str, user_id: str, at: datetime) -> bool:
        """Record that the person said that it is not them; return False if there is no such link or it was refused before."""
        values = {"refused_at": at, "confirmed_at": None}
        return await self._noted(team_id=team_id, user_id=user_id, values=values)

    async def looked(self, link: Link, at: datetime, *, same: bool) -> None:
        """Record what Slack's directory showed: the same person, or (the first time counts) someone who would not be linked."""
        lapsed_at = None if same else link.lapsed_at or at
        await self._connection.execute(
            update(links)
            .where(links.c.team_id == link.team_id, links.c.user_id == link.user_id)
            .values(looked_at=at, lapsed_at=lapsed_at)
        )

    async def is_confirmed(self, team_id: str, user_id: str) -> bool:
        link = await self.of_slack(team_id, user_id)
        return link is not None and link.is_confirmed

    async def is_confirmed_user(self, user_id: str) -> bool:
        """Return whether this Slack user, of the one workspace that the bot is in, is linked and said that it is them."""
        rows = await self._connection.execute(select(links).where(links.c.user_id == user_id))
        return any(_link(row).is_confirmed for row in rows.mappings())

    async def confirmed(self) -> frozenset[str]:
        """Return the CRM users whose Slack users said that it is them."""
        return frozenset(each.person_id for each in await self.all() if each.is_confirmed)

    async def refused_since(self, at: datetime) -> list[Link]:
        """Return the links whose Slack users have said since then that it is not them, by CRM user."""
        rows = await self._connection.execute(select(links).where(links.c.refused_at >= at).order_by(links.c.person_id))
        return [_link(row) for row in rows.mappings()]

    async def channel_of(self, user_id: str) -> str | None:
        """Return the direct message of this Slack user, of the one workspace that the bot is in, if it was opened before."""
        found = await self._connection.execute(select(links.c.channel).where(links.c.user_id == user_id))
        return found.scalars().first()

    async def keep_channel(self, user_id: str, channel: str) -> None:
        await self._connection.execute(update(links).where(links.c.user_id == user_id).values(channel=channel))

    async def forget_channel(self, channel: str) -> bool:
        """Let a direct message be opened anew; return False if none was kept under this id."""
        gone = await self._connection.execute(update(links).where(links.c.channel == channel).values(channel=None))
        return gone.rowcount > 0

    async def unlink(self, person_id: str) -> bool:
        """Delete a CRM user's link, so that it can be made again; return False if there was none."""
        gone = await self._connection.execute(
            delete(links).where(links.c.person_id == person_id).returning(links.c.person_id)
        )
        return gone.one_or_none() is not None

    async def _one(self, *conditions: ColumnElement[bool], lock: bool = False) -> Link | None:
        found = select(links).where(*conditions)
        row = (await self._connection.execute(found.with_for_update() if lock else found)).mappings().one_or_none()
        return _link(row) if row is not None else None

    async def _noted(
        self, *conditions: ColumnElement[bool], team_id: str, user_id: str, values: dict[str, datetime | None]
    ) -> bool:
        """Update the link if it exists, is not refused and meets the conditions; return whether it did."""
        noted = await self._connection.execute(
            update(links)
            .where(links.c.team_id == team_id, links.c.user_id == user_id, links.c.refused_at.is_(None), *conditions)
            .values(**values)
            .returning(links.c.person_id)
        )
        return noted.one_or_none() is not None


def _link(row: RowMapping) -> Link:
    return Link(
        team_id=row["team_id"],
        user_id=row["user_id"],
        person_id=row["person_id"],
        at=row["at"],
        confirmed_at=row["confirmed_at"],
        refused_at=row["refused_at"],
        looked_at=row["looked_at"],
        lapsed_at=row["lapsed_at"],
    )
