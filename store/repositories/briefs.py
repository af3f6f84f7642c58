"""Briefs: begun once for each owner and day, kept whole, and marked when they stand in Slack."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from store.codec import decode_brief, encode_brief
from store.domain.brief.brief import Brief
from store.domain.errors import Refused
from store.domain.signals.kinds import Risk
from store.repositories.base import Repository
from store.tables.core import BriefRow, MessageRow, table_of

briefs = table_of(BriefRow)
messages = table_of(MessageRow)


class BriefState(StrEnum):
    """A claim is either being prepared or prepared and not known to stand in Slack yet. One that failed cannot be posted:
    Slack refused it for good, or its reader cannot be reached there."""

    CLAIMED = "claimed"
    POSTED = "posted"
    FAILED = "failed"


class Briefs(Repository):
    async def begin(self, owner_id: str, local_date: date, *, brief_id: str, now: datetime) -> tuple[str, bool]:
        """Make the row of the owner's brief of this day, unless it is there; returns its id and whether it stands in Slack."""
        statement = self._insert(briefs).values(
            id=brief_id, owner_id=owner_id, local_date=local_date, state=BriefState.CLAIMED, claimed_at=now
        )
        await self._connection.execute(statement.on_conflict_do_nothing(index_elements=["owner_id", "local_date"]))
        standing = await self.on(owner_id, local_date)
        assert standing is not None
        return standing[0], standing[1] is BriefState.POSTED

    async def save(self, brief: Brief) -> None:
        """Keep a brief that was begun, once. Raises: Refused where it was not, or another run kept it first."""
        saved = await self._connection.execute(
            update(briefs)
            .where(briefs.c.id == brief.id, briefs.c.state == BriefState.CLAIMED, briefs.c.body.is_(None))
            .values(body=encode_brief(brief), generated_at=brief.generated_at)
        )
        if saved.rowcount != 1:
            raise Refused("Another run wrote this brief, so this one was not kept.")

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

    async def begin_review(self, brief: Brief) -> bool:
        """Make the row of the review of one account, to be kept by `save` in the same transaction; False where it was made
        before, by another run for the same request."""
        row = {
            "id": brief.id,
            "owner_id": brief.owner_id,
            "state": BriefState.CLAIMED,
            "claimed_at": brief.generated_at,
        }
        return await self._insert_once(briefs, row)

    async def get(self, brief_id: str) -> Brief | None:
        """None where it does not exist or is claimed only."""
        found = await self._connection.execute(select(briefs.c.body).where(briefs.c.id == brief_id))
        body = found.scalar_one_or_none()
        return decode_brief(body) if body is not None else None

    async def posted(self, brief_id: str, now: datetime) -> None:
        """Mark that it stands in Slack; the first time counts."""
        await self._connection.execute(
            update(briefs)
            .where(briefs.c.id == brief_id, briefs.c.state != BriefState.POSTED)
            .values(state=BriefState.POSTED, posted_at=now)
        )

    async def give_up(self, brief_id: str) -> None:
        """Note that it cannot be posted, so that nobody tries for ever."""
        await self._connection.execute(
            update(briefs)
            .where(briefs.c.id == brief_id, briefs.c.state == BriefState.CLAIMED)
            .values(state=BriefState.FAILED)
        )

    async def unposted(self, *, since: datetime, before: datetime, limit: int = 50) -> list[str]:
        """The ids of what was written between these moments and is not known to stand in Slack: reviews and what asks
        somebody, and mornings of which the posting was begun; the oldest first."""
        begun = select(messages.c.id).where(messages.c.brief_id == briefs.c.id).exists()
        rows = await self._connection.execute(
            select(briefs.c.id)
            .where(
                briefs.c.state == BriefState.CLAIMED,
                briefs.c.body.is_not(None),
                briefs.c.generated_at.between(since, before),
                or_(briefs.c.local_date.is_(None), begun),
            )
            .order_by(briefs.c.generated_at)
            .limit(limit)
        )
        return list(rows.scalars())

    async def on(self, owner_id: str, local_date: date) -> tuple[str, BriefState] | None:
        """The id and state of the owner's brief of a day."""
        found = await self._connection.execute(
            select(briefs.c.id, briefs.c.state).where(briefs.c.owner_id == owner_id, briefs.c.local_date == local_date)
        )
        row = found.one_or_none()
        return (row.id, BriefState(row.state)) if row else None

    async def posted_on(self, days: Mapping[str, date]) -> set[str]:
        """Those of these owners whose brief of their day stands in Slack."""
        found = await self._connection.execute(
            select(briefs.c.owner_id, briefs.c.local_date).where(
                briefs.c.local_date.in_(set(days.values())), briefs.c.state == BriefState.POSTED
            )
        )
        return {owner_id for owner_id, day in found if days.get(owner_id) == day}

    async def at_risk(self, owner_ids: Collection[str]) -> dict[str, float]:
        """The open amount on accounts at high risk, by the last morning brief of each of these owners."""
        last = (
            select(briefs.c.owner_id, func.max(briefs.c.local_date).label("day"))
            .where(briefs.c.owner_id.in_(owner_ids), briefs.c.body.is_not(None))
            .group_by(briefs.c.owner_id)
            .subquery()
        )
        same = and_(briefs.c.owner_id == last.c.owner_id, briefs.c.local_date == last.c.day)
        rows = await self._connection.execute(select(briefs.c.owner_id, briefs.c.body).join(last, same))
        return {owner_id: _high_risk_amount(body) for owner_id, body in rows}

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


def _high_risk_amount(body: str) -> float:
    return sum(float(card["amount"]) for card in json.loads(body)["cards"] if card["risk"] == Risk.HIGH)


def _mornings(owner_id: str) -> tuple[ColumnElement[bool], ...]:
    return briefs.c.owner_id == owner_id, briefs.c.state == BriefState.POSTED, briefs.c.local_date.is_not(None)
