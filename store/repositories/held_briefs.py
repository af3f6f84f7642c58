"""Briefs that wait until their reader confirms who they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update

from store.codec import decode_brief
from store.domain.brief.brief import Brief
from store.repositories.base import Repository
from store.repositories.briefs import ON_THEIR_WAY, BriefState, briefs


class HeldBriefs(Repository):
    async def hold(self, brief_id: str) -> None:
        """Keep it from its reader until they confirm who they are."""
        await self._connection.execute(
            update(briefs)
            .where(briefs.c.id == brief_id, briefs.c.state.in_(ON_THEIR_WAY))
            .values(state=BriefState.HELD)
        )

    async def let_go(self, person_id: str, *, since: datetime) -> None:
        """Let go the briefs that wait for this reader: the latest morning brief and message about their team, and requests since
        then except reminders, whose decisions are in the brief. The rest is given up."""
        waiting = await self._of(person_id, BriefState.HELD)
        recent = [each for each in waiting if each.generated_at >= since]
        mornings = [each for each in recent if each.kind == "morning"][-1:]
        teams = [each for each in recent if each.kind == "team"][-1:]
        others = [each for each in recent if each.kind not in ("morning", "team", "reminder")]
        wanted = {each.id for each in [*mornings, *teams, *others]}
        for each in waiting:
            state = BriefState.LET_GO if each.id in wanted else BriefState.FAILED
            await self._connection.execute(update(briefs).where(briefs.c.id == each.id).values(state=state))

    async def on_their_way(self, person_id: str) -> list[str]:
        """Return the ids of the briefs that were let go for this reader and are not known to be in Slack, the oldest first."""
        return [each.id for each in await self._of(person_id, BriefState.LET_GO)]

    async def _of(self, person_id: str, state: BriefState) -> list[Brief]:
        """In the order of writing."""
        theirs = or_(
            briefs.c.owner_id == person_id, briefs.c.local_date.is_(None)
        )  # a request may be about another's records
        rows = await self._connection.execute(
            select(briefs.c.body)
            .where(briefs.c.state == state, briefs.c.body.is_not(None), theirs)
            .order_by(briefs.c.generated_at)
        )
        found = [decode_brief(body) for body in rows.scalars()]
        return [each for each in found if (each.reader_id or each.owner_id) == person_id]
