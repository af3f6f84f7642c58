"""Briefs: claimed once for each owner and day, kept whole, and marked when they stand in Slack."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from store.codec import decode_brief, encode_brief
from store.domain.brief import Brief
from store.domain.errors import Refused
from store.repositories.base import Repository
from store.tables import BriefRow, table_of

briefs = table_of(BriefRow)


class BriefState(StrEnum):
    """A claim is either being prepared or prepared and not known to stand in Slack yet."""

    CLAIMED = "claimed"
    POSTED = "posted"


class Briefs(Repository):
    async def claim(
        self,
        owner_id: str,
        local_date: date,
        *,
        brief_id: str,
        now: datetime,
        stale_after: timedelta = timedelta(minutes=10),
    ) -> bool:
        """Take the right to make the owner's brief of this day; of many claims one is granted.

        A claim that is older than `stale_after` and was never posted may be taken over under the new id.
        """
        statement = self._insert(briefs).values(
            id=brief_id, owner_id=owner_id, local_date=local_date, state=BriefState.CLAIMED, claimed_at=now
        )
        granted = await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["owner_id", "local_date"],
                set_={"id": brief_id, "claimed_at": now, "generated_at": None, "body": None},
                where=and_(briefs.c.state == BriefState.CLAIMED, briefs.c.claimed_at <= now - stale_after),
            ).returning(briefs.c.id)
        )
        return granted.one_or_none() is not None

    async def save(self, brief: Brief) -> None:
        """Keep a claimed brief. Raises: Refused where the claim is not held (any more): another run makes this brief."""
        saved = await self._connection.execute(
            update(briefs)
            .where(briefs.c.id == brief.id, briefs.c.state == BriefState.CLAIMED)
            .values(body=encode_brief(brief), generated_at=brief.generated_at)
        )
        if saved.rowcount != 1:
            raise Refused("Another run has taken over this brief, so this one was not kept.")

    async def save_review(self, brief: Brief) -> None:
        """Keep the review of one account, which needs no claim and counts as no morning."""
        await self._connection.execute(
            self._insert(briefs).values(
                id=brief.id,
                owner_id=brief.owner_id,
                state=BriefState.CLAIMED,
                claimed_at=brief.generated_at,
                generated_at=brief.generated_at,
                body=encode_brief(brief),
            )
        )

    async def get(self, brief_id: str) -> Brief | None:
        """None where it does not exist or is claimed only."""
        found = await self._connection.execute(select(briefs.c.body).where(briefs.c.id == brief_id))
        body = found.scalar_one_or_none()
        return decode_brief(body) if body is not None else None

    async def posted(self, brief_id: str, now: datetime) -> None:
        """Mark that it stands in Slack; the first time counts."""
        await self._connection.execute(
            update(briefs)
            .where(briefs.c.id == brief_id, briefs.c.state == BriefState.CLAIMED)
            .values(state=BriefState.POSTED, posted_at=now)
        )

    async def on(self, owner_id: str, local_date: date) -> tuple[str, BriefState] | None:
        """The id and state of the owner's brief of a day."""
        found = await self._connection.execute(
            select(briefs.c.id, briefs.c.state).where(briefs.c.owner_id == owner_id, briefs.c.local_date == local_date)
        )
        row = found.one_or_none()
        return (row.id, BriefState(row.state)) if row else None

    async def last_posted(self, owner_id: str) -> datetime | None:
        """When the owner's last posted morning brief was made."""
        found = await self._connection.execute(select(func.max(briefs.c.generated_at)).where(*_mornings(owner_id)))
        made_at: datetime | None = found.scalar_one_or_none()
        return made_at

    async def showing(self, owner_id: str, proposal_ids: Collection[str]) -> list[str]:
        """The ids of the owner's briefs, and of reviews of their accounts, in which one of these proposals stands."""
        stands = or_(*(briefs.c.body.contains(f'"{proposal_id}"') for proposal_id in proposal_ids))
        rows = await self._connection.execute(select(briefs.c.id).where(briefs.c.owner_id == owner_id, stands))
        return list(rows.scalars())

    async def recent(self, owner_id: str, limit: int = 10) -> list[Brief]:
        """The owner's posted morning briefs, the latest first."""
        rows = await self._connection.execute(
            select(briefs.c.body)
            .where(*_mornings(owner_id), briefs.c.body.is_not(None))
            .order_by(briefs.c.local_date.desc())
            .limit(limit)
        )
        return [decode_brief(body) for body in rows.scalars()]


def _mornings(owner_id: str) -> tuple[ColumnElement[bool], ...]:
    return briefs.c.owner_id == owner_id, briefs.c.state == BriefState.POSTED, briefs.c.local_date.is_not(None)
