"""What stands in the database, read past the bot: did anything change, and who decided what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from store.domain.gate.proposals import Proposal, State
from store.tables.core import AuditRow, LinkRow, ProposalRow, table_of
from tests.bot.fuzz.signed import Press
from tests.flows.company import ANNA, BOB, MIA
from tests.flows.stage import ANNAS, BOBS, MIAS, Stage, value_of

SLACK_OF = {ANNA: ANNAS, MIA: MIAS, BOB: BOBS}
MAY_DECIDE = {ANNAS, MIAS}  # the owner of every proposal here, and her manager
_RENDERING = {"seq", "shown"}  # what the bot changes on its own as it renders messages again
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A proposal that is not pending any more, and the CRM user who decided it, where the row tells."""

    proposal: str
    state: str
    by: str | None


class Ledger:
    """Reads by connections of its own."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._engine: AsyncEngine = create_async_engine(str(stage.settings["database_url"]))

    async def close(self) -> None:
        await self._engine.dispose()

    async def rows(self) -> set[Row]:
        """Everything that a decision would change: proposals, the audit trail, who is bound to whom."""
        found: set[Row] = set()
        async with self._engine.connect() as connection:
            for row in (ProposalRow, AuditRow, LinkRow):
                table = table_of(row)
                columns = [column for column in table.c if column.name not in _RENDERING]
                found |= {(table.name, *each) for each in await connection.execute(select(*columns))}
        return found

    async def pending(self) -> list[Proposal]:
        """What waits for Anna."""
        table = table_of(ProposalRow)
        async with self._engine.connect() as connection:
            waiting = select(table.c.id).where(table.c.state == State.PENDING, table.c.owner_id == ANNA)
            ids = (await connection.execute(waiting)).scalars().all()
        async with self._stage.bot.services.database.reading() as tx:
            return [found for each in ids if (found := await tx.proposals.get(each))]

    async def decided(self, values: set[str]) -> list[Decided]:
        """Those of these `id:version` that are pending no longer."""
        table = table_of(ProposalRow)
        ids = [value.partition(":")[0] for value in values]
        statement = select(table.c.id, table.c.version, table.c.state, table.c.decided_by).where(table.c.id.in_(ids))
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).all()
        return [
            Decided(f"{row.id}:{row.version}", row.state, row.decided_by) for row in rows if row.state != State.PENDING
        ]

    async def more(self, like: Proposal) -> str:
        """Put a fresh copy of a pending proposal into the store; its `id:version`."""
        name = token_hex(16)
        copy = replace(like, id=name, lineage=name, version=1, brief_id=None)
        async with self._stage.bot.services.database.transaction() as tx:
            await tx.proposals.add(copy)
        return value_of(copy)


def is_vouched_for(decided: Decided, presses: set[Press]) -> bool:
    """Whether one who may decide was among those who pressed."""
    persons = {person for person, value in presses if value == decided.proposal} & MAY_DECIDE
    return bool(persons) and (decided.by is None or SLACK_OF.get(decided.by) in persons)
