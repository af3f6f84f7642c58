"""Read a whole module in the cheapest way, so that another process can continue a read that dies.

COQL gives 2,000 rows for 3 credits, a bulk read 200,000 for 50. Up to eight COQL pages are always cheaper than a bulk read,
so the module is only counted after those; then the cheaper way reads the rest.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import structlog

from integrations.zoho.cells import NEVER, moment, time_in
from integrations.zoho.reading.bulk import CREDITS_A_JOB, GONE, ROWS_A_JOB, BulkReads
from integrations.zoho.reading.paging import FIRST, NOT_QUERIED, Rows, count_rows, last_id, note_pages, query_pages
from integrations.zoho.reading.queries import ROWS, modified_since
from integrations.zoho.transport import ReadTransport
from store.domain.errors import CrmAuth, CrmRefused

log = structlog.get_logger()

PAGES_BEFORE_COUNTING = 8
CREDITS_A_PAGE = 3
LOOKS_AT_A_JOB = 5  # credits spent waiting for a job and fetching its file
# Without the activities: an exported row does not name the module of its parent record.
BULK_MODULES = frozenset({"Accounts", "Deals", "Contacts"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far the read of a module has come: after this id; or after so many rows of this page of a bulk read; or (notes
    read as a list) at this modification time."""

    after: str = FIRST
    job: str | None = None
    page: int = 1
    row: int = 0
    edge: str | None = None

    @property
    def text(self) -> str:
        return json.dumps(asdict(self))


def position_in(text: str) -> Position | None:
    """Parse a position from `text`; None if it is empty or from another release."""
    try:
        return Position(**json.loads(text)) if text else None
    except (TypeError, ValueError):
        return None


def bulk_pays(*, rows: int, left: int) -> bool:
    """Whether exporting all `rows` of a module takes fewer credits than querying the `left` ones."""
    jobs, pages = -(-rows // ROWS_A_JOB), -(-left // ROWS)
    return jobs * (CREDITS_A_JOB + LOOKS_AT_A_JOB) < pages * CREDITS_A_PAGE


class Feed:
    """Reads whole modules, or their changes."""

    def __init__(self, transport: ReadTransport, bulk: BulkReads) -> None:
        self._transport = transport
        self._bulk = bulk
        self._notes_by_query = True

    async def pages(
        self, module: str, fields: Sequence[str], *, since: datetime | None, start: Position | None
    ) -> AsyncIterator[tuple[Rows, Position]]:
        """Yield pages of the rows modified at or after `since` (None: all), from `start` on, each with the position of the
        next one.

        A row may come twice, none is left out. Raises: CrmError; a page that fails never counts as the last one.
        """
        start = start or Position()
        if module == "Notes":
            pages = self._notes(fields, since, start)
        elif start.job:
            pages = self._exported(module, fields, start)
        else:
            pages = self._queried(module, fields, since, start)
        async for page in pages:
            yield page

    async def _queried(
        self, module: str, fields: Sequence[str], since: datetime | None, start: Position
    ) -> AsyncIterator[tuple[Rows, Position]]:
        conditions = (modified_since(since),) if since else ()
        may_export, number = since is None and module in BULK_MODULES, 0
        async for rows in query_pages(self._transport, module, fields, *conditions, after=start.after):
            start, number = Position(after=last_id(rows) or start.after), number + 1
            yield rows, start
            if may_export and number == PAGES_BEFORE_COUNTING and len(rows) == ROWS:
                total = await count_rows(self._transport, module)
                if bulk_pays(rows=total, left=total - number * ROWS) and (job := await self._ordered(module, fields)):
                    break
        else:
            return
        yield [], job
        async for page in self._exported(module, fields, job):
            yield page

    async def _ordered(self, module: str, fields: Sequence[str]) -> Position | None:
        """Order an export of the whole module; return None if our sign-in may not, so that queries have to do."""
        try:
            return Position(job=await self._bulk.start(module, fields))
        except (CrmAuth, CrmRefused) as exc:
            log.warning("zoho.export_not_allowed", module=module, problem=str(exc))
            return None

    async def _exported(
        self, module: str, fields: Sequence[str], start: Position
    ) -> AsyncIterator[tuple[Rows, Position]]:
        position, more = start, True
        while more:
            if position.job is None:
                position = replace(position, job=await self._bulk.start(module, fields, page=position.page))
                log.info("zoho.export_ordered", module=module, page=position.page)
                yield [], position
            try:
                export = await self._bulk.ended(str(position.job))
                pages = await self._bulk.pages(export, size=ROWS, skip=position.row)
            except CrmRefused as exc:
                if position == start and exc.code in GONE:  # its file was kept for a day and has expired
                    position = start = Position(page=position.page)
                    continue
                raise
            for rows in pages:
                position = replace(position, row=position.row + len(rows))
                yield rows, position
            more, position = export.more, Position(page=position.page + 1)

    async def _notes(
        self, fields: Sequence[str], since: datetime | None, start: Position
    ) -> AsyncIterator[tuple[Rows, Position]]:
        """Read notes by query if this organisation's Zoho allows that, which is not documented for all; else as a list."""
        if self._notes_by_query and start.edge is None:
            try:
                async for page in self._queried("Notes", (*fields, "$se_module"), since, start):
                    yield page
                return
            except CrmRefused as exc:
                if exc.code not in NOT_QUERIED or start.after != FIRST:
                    raise
                self._notes_by_query = False
        begin = moment(start.edge) if start.edge else since
        async for rows in note_pages(self._transport, since=begin):
            times = [at for row in rows if (at := time_in(row.get("Modified_Time")))]
            edge = max(times, default=begin or NEVER)
            yield rows, Position(edge=edge.isoformat())
