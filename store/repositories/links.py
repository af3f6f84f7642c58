"""Which Slack user is which CRM user: one to one, never rebound silently."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from store.domain.errors import Refused
from store.repositories.base import Repository
from store.tables import LinkRow, table_of

links = table_of(LinkRow)


class Links(Repository):
    async def person_of(self, team_id: str, user_id: str) -> str | None:
        """The id of the CRM user bound to this Slack identity."""
        found = await self._connection.execute(
            select(links.c.person_id).where(links.c.team_id == team_id, links.c.user_id == user_id)
        )
        return found.scalar_one_or_none()

    async def slack_of(self, person_id: str) -> tuple[str, str] | None:
        """The Slack team and user id that a CRM user is bound to."""
        found = await self._connection.execute(
            select(links.c.team_id, links.c.user_id).where(links.c.person_id == person_id)
        )
        row = found.one_or_none()
        return (row.team_id, row.user_id) if row else None

    async def link(self, team_id: str, user_id: str, person_id: str, at: datetime) -> None:
        """Bind them; binding the same pair again changes nothing. Raises: Refused where either is bound to another."""
        row = {"team_id": team_id, "user_id": user_id, "person_id": person_id, "at": at}
        if await self._insert_once(links, row):
            return
        if await self.person_of(team_id, user_id) != person_id:
            raise Refused(
                "This Slack user or CRM user is bound to another one already; an administrator has to unbind it."
            )
