"""The installation's state in a few counts, for its operator."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select

from store.domain.running.messages import UNPOSTED
from store.repositories.base import Repository
from store.repositories.briefs import DEALT_WITH, BriefState
from store.tables.core import BriefRow, MessageRow, ProposalRow, SyncRunRow, WatermarkRow, table_of

briefs = table_of(BriefRow)
messages = table_of(MessageRow)
proposals = table_of(ProposalRow)
runs = table_of(SyncRunRow)
watermarks = table_of(WatermarkRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRun:
    """`rows` by kind of record; `error` is the sentence that says why it failed."""

    started_at: datetime
    finished_at: datetime | None = None
    rows: dict[str, int] = field(default_factory=dict)
    error: str | None = None


class Overview(Repository):
    async def last_sync(self) -> SyncRun | None:
        """Return the latest read of the CRM, successful or not."""
        found = await self._connection.execute(select(runs).order_by(runs.c.started_at.desc()).limit(1))
        row = found.mappings().one_or_none()
        if row is None:
            return None
        return SyncRun(
            started_at=row["started_at"],
            finished_at=row["finished_at"],
            rows=json.loads(row["counts"] or "{}"),
            error=row["error"],
        )

    async def reads(self) -> Counter[bool]:
        """Count the reads on record that ended, by whether they succeeded."""
        succeeded = runs.c.error.is_(None)
        found = await self._connection.execute(
            select(succeeded.label("succeeded"), func.count().label("n"))
            .where(runs.c.finished_at.is_not(None))
            .group_by(succeeded)
        )
        return Counter({bool(row.succeeded): row.n for row in found})

    async def watermarks(self) -> dict[str, datetime]:
        """Return, by stream of records, the time from which to read next, leaving out streams never read to their end."""
        known = select(watermarks.c.stream, watermarks.c.at).where(watermarks.c.at.is_not(None))
        found = await self._connection.execute(known.order_by(watermarks.c.stream))
        return {row.stream: row.at for row in found}

    async def proposals(self) -> dict[str, int]:
        """Count the proposals in each state."""
        found = await self._connection.execute(
            select(proposals.c.state, func.count().label("n")).group_by(proposals.c.state)
        )
        return {row.state: row.n for row in found}

    async def unposted(self, before: datetime) -> int:
        """Count the messages written before this moment that Slack hasn't taken yet."""
        waiting = messages.c.state.in_(UNPOSTED) & (messages.c.created_at < before)
        found = await self._connection.execute(select(func.count()).select_from(messages).where(waiting))
        return int(found.scalar_one())

    async def without_brief(self, days: Mapping[str, date]) -> list[str]:
        """Return the owners whose brief of their day Slack refused, by id."""
        states = await self.brief_states(days)
        return sorted(owner_id for owner_id, (state, _) in states.items() if state is BriefState.FAILED)

    async def brief_states(self, days: Mapping[str, date]) -> dict[str, tuple[BriefState, bool]]:
        """Return, by owner, the state of the brief of their day, and whether it is written."""
        of_these_days = select(
            briefs.c.owner_id, briefs.c.local_date, briefs.c.state, briefs.c.body.is_not(None).label("written")
        ).where(briefs.c.local_date.in_(set(days.values())))
        found = await self._connection.execute(of_these_days)
        return {
            row.owner_id: (BriefState(row.state), bool(row.written))
            for row in found
            if days.get(row.owner_id) == row.local_date
        }

    async def undelivered(self, brief_ids: Collection[str]) -> dict[str, tuple[BriefState, datetime]]:
        """Return those of these briefs that are written and neither in Slack nor wait for their reader, with their state and the
        time when they were made."""
        found = await self._connection.execute(
            select(briefs.c.id, briefs.c.state, briefs.c.generated_at).where(
                briefs.c.id.in_(brief_ids), briefs.c.body.is_not(None), briefs.c.state.not_in(DEALT_WITH)
            )
        )
        return {row.id: (BriefState(row.state), row.generated_at) for row in found}

    async def briefs(self, days: Mapping[str, date]) -> dict[str, int]:
        """Count the briefs in each state, by the day of each owner."""
        return dict(Counter(state.value for state, _ in (await self.brief_states(days)).values()))
