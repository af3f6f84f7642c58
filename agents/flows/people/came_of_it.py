"""The outcomes of a team's decisions measured in a period, on accounts that their owners still have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from store.database import Tx
from store.domain.brief.brief import CameOfIt


async def came_of_it(
    tx: Tx, owner_ids: Sequence[str], *, since: datetime, until: datetime, most: int
) -> tuple[CameOfIt, ...]:
    """The first measured first."""
    measured = await tx.outcomes.measured_between(owner_ids, since, until)
    theirs = set(await tx.snapshots.account_ids(owner_ids))
    return tuple(
        CameOfIt.of(outcome, account_name=proposal.account_name, title=proposal.name)
        for outcome, proposal in measured
        if outcome.account_id in theirs
    )[:most]
