"""The goals of writes and their outcomes; and past proposals and deals, for patterns."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, tuple_, update

from store.domain.crm.accounts import Kind, Pipeline, StageOutcome
from store.domain.crm.evidence import Evidence
from store.domain.gate.proposals import Proposal, State
from store.domain.memory.insight import Advice, Closing
from store.domain.memory.outcomes import Expectation, Movement, Outcome, OutcomeVerdict
from store.repositories.base import Repository, batches
from store.repositories.proposal_rows import proposal_of, proposals
from store.tables.core import ChangeRow, table_of
from store.tables.memory import OutcomeRow

outcomes = table_of(OutcomeRow)
changes = table_of(ChangeRow)
_MEASURED = ("proposal_id", "account_id", "verdict", "score", "because", "evidence", "measured_at")
_EXPECTED = ("proposal_id", "account_id", "movement", "record_id", "since", "until")


class Outcomes(Repository):
    async def unexpected(self, *, since: datetime, limit: int = 200) -> list[Proposal]:
        """Return proposals written since then without an expectation yet, the oldest first."""
        rows = await self._connection.execute(
            select(proposals)
            .join(outcomes, outcomes.c.proposal_id == proposals.c.id, isouter=True)
            .where(
                proposals.c.state == State.DONE,
                proposals.c.undoes.is_(None),
                proposals.c.done_at >= since,
                proposals.c.account_id != "",
                outcomes.c.proposal_id.is_(None),
            )
            .order_by(proposals.c.seq)
            .limit(limit)
        )
        return [proposal_of(row) for row in rows.mappings()]

    async def expect(self, expected: Sequence[Expectation]) -> None:
        """Record an expectation, unless there is one already."""
        if expected:
            rows = [{name: getattr(each, name) for name in _EXPECTED} for each in expected]
            await self._connection.execute(self._insert(outcomes).on_conflict_do_nothing(), rows)

    async def open(self, *, after: tuple[str, str] = ("", ""), limit: int = 200) -> list[Expectation]:
        """Return expectations still to be measured, by account and proposal, after the given two."""
        rows = await self._connection.execute(
            select(*(outcomes.c[name] for name in _EXPECTED))
            .where(
                outcomes.c.verdict.is_(None),
                outcomes.c.until > outcomes.c.since,  # else nothing is expected
                tuple_(outcomes.c.account_id, outcomes.c.proposal_id) > after,
            )
            .order_by(outcomes.c.account_id, outcomes.c.proposal_id)
            .limit(limit)
        )
        return [Expectation(**dict(row) | {"movement": Movement(row["movement"])}) for row in rows.mappings()]

    async def measured(self, outcome: Outcome) -> None:
        """Store an outcome; only the first one counts."""
        await self._connection.execute(
            update(outcomes)
            .where(outcomes.c.proposal_id == outcome.proposal_id, outcomes.c.verdict.is_(None))
            .values(
                verdict=outcome.verdict,
                score=outcome.score,
                because=outcome.because,
                evidence=json.dumps(list(outcome.evidence)),
                measured_at=outcome.measured_at,
            )
        )

    async def drop(self, proposal_ids: Collection[str]) -> None:
        """Delete the expectations of proposals that were undone."""
        for batch in batches(proposal_ids):
            await self._connection.execute(delete(outcomes).where(outcomes.c.proposal_id.in_(batch)))

    async def expect_nothing(self, proposal_ids: Collection[str]) -> None:
        """Close the expectations of proposals whose outcome is credited to another one."""
        for batch in batches(proposal_ids):
            await self._connection.execute(
                update(outcomes)
                .where(outcomes.c.proposal_id.in_(batch), outcomes.c.verdict.is_(None))
                .values(until=outcomes.c.since)
            )

    async def cited_on(self, account_id: str, *, since: datetime) -> set[str]:
        """Return the passages that the account's outcomes measured since then cite."""
        found = await self._outcomes(outcomes.c.account_id == account_id, outcomes.c.measured_at >= since)
        return {passage for each in found for passage in each.evidence}

    async def of(self, proposal_ids: Collection[str]) -> dict[str, Outcome]:
        """Return these proposals' outcomes, by id, leaving out those not measured."""
        return {
            each.proposal_id: each
            for batch in batches(proposal_ids)
            for each in await self._outcomes(outcomes.c.proposal_id.in_(batch))
        }

    async def measured_between(
        self, owner_ids: Collection[str], since: datetime, until: datetime
    ) -> list[tuple[Outcome, Proposal]]:
        """Return the outcomes measured from `since` until before `until` of these owners' proposals, the first measured first."""
        rows = await self._connection.execute(
            select(proposals, *(outcomes.c[name].label(f"outcome_{name}") for name in _MEASURED))
            .join(outcomes, outcomes.c.proposal_id == proposals.c.id)
            .where(
                proposals.c.owner_id.in_(owner_ids),
                outcomes.c.verdict.is_not(None),
                outcomes.c.measured_at >= since,
                outcomes.c.measured_at < until,
            )
            .order_by(outcomes.c.measured_at, outcomes.c.proposal_id)
        )
        return [
            (_outcome({name: row[f"outcome_{name}"] for name in _MEASURED}), proposal_of(row))
            for row in rows.mappings()
        ]

    async def untold(self, account_ids: Collection[str], *, limit: int) -> list[Outcome]:
        """Return these accounts' outcomes that no brief has shown yet, the first measured first."""
        found = [
            each
            for batch in batches(account_ids)
            for each in await self._outcomes(outcomes.c.account_id.in_(batch), outcomes.c.told_in.is_(None))
        ]
        return sorted(found, key=lambda each: (each.measured_at, each.proposal_id))[:limit]

    async def tell(self, proposal_ids: Collection[str], *, brief_id: str) -> frozenset[str]:
        """Record that this brief shows these outcomes; return those that no other brief shows."""
        told: set[str] = set()
        for batch in batches(proposal_ids):
            rows = await self._connection.execute(
                update(outcomes)
                .where(outcomes.c.proposal_id.in_(batch), outcomes.c.told_in.is_(None))
                .values(told_in=brief_id)
                .returning(outcomes.c.proposal_id)
            )
            told.update(rows.scalars())
        return frozenset(told)

    async def advice(self, account_ids: Collection[str], *, since: datetime) -> list[Advice]:
        """Return these accounts' recommendations since then with their outcomes, leaving out superseded versions."""
        found: list[Advice] = []
        for batch in batches(account_ids):
            rows = await self._connection.execute(
                select(proposals, outcomes.c.verdict)
                .join(outcomes, outcomes.c.proposal_id == proposals.c.id, isouter=True)
                .where(
                    proposals.c.account_id.in_(batch),
                    proposals.c.undoes.is_(None),
                    or_(proposals.c.state.not_in((State.SUPERSEDED, State.RETRACTED)), outcomes.c.verdict.is_not(None)),
                    proposals.c.created_at >= since,
                )
                .order_by(proposals.c.seq)
            )
            found += [_advice(proposal_of(row), row["verdict"]) for row in rows.mappings()]
        return found

    async def closings(self, account_ids: Collection[str], pipeline: Pipeline, *, since: datetime) -> list[Closing]:
        """Return these accounts' deals won or lost since then, as noticed by the sync; the last change of each counts."""
        ends = {stage.name: stage.outcome for stage in pipeline.stages if stage.outcome is not StageOutcome.OPEN}
        last: dict[str, Closing] = {}
        for batch in batches(account_ids):
            rows = await self._connection.execute(
                select(changes.c.record_id, changes.c.account_id, changes.c.at, changes.c.after)
                .where(
                    and_(
                        changes.c.account_id.in_(batch), changes.c.record_kind == Kind.DEAL, changes.c.field == "stage"
                    ),
                    changes.c.at >= since,
                )
                .order_by(changes.c.at)
            )
            for record_id, account_id, at, after in rows:
                last.pop(record_id, None)
                if after in ends:
                    won = ends[after] is StageOutcome.WON
                    last[record_id] = Closing(deal_id=record_id, account_id=account_id, at=at, won=won)
        return list(last.values())

    async def _outcomes(self, *conditions: ColumnElement[bool]) -> list[Outcome]:
        rows = await self._connection.execute(select(outcomes).where(outcomes.c.verdict.is_not(None), *conditions))
        return [_outcome(dict(row)) for row in rows.mappings()]


def _outcome(row: dict[str, Any]) -> Outcome:
    return Outcome(
        proposal_id=row["proposal_id"],
        account_id=row["account_id"],
        verdict=OutcomeVerdict(row["verdict"]),
        score=row["score"],
        because=row["because"],
        evidence=tuple(json.loads(row["evidence"])),
        measured_at=row["measured_at"],
    )


def _advice(proposal: Proposal, verdict: str | None) -> Advice:
    cited: tuple[Evidence, ...] = proposal.recommendation.evidence
    return Advice(
        proposal_id=proposal.id,
        account_id=proposal.account_id,
        deal_ids=frozenset(each.record_id for each in cited if each.kind is Kind.DEAL),
        signals=proposal.recommendation.signals,
        action=proposal.recommendation.action,
        at=proposal.created_at,
        verdict=OutcomeVerdict(verdict) if verdict else None,
    )
