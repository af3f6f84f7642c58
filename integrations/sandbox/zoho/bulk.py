"""Bulk read: jobs that take a while by the sandbox's clock and produce a zipped CSV (Zoho: Bulk Read API v8).

A job freezes its rows when a client first asks for it after its time is over. While the file is still being written, the
job is IN PROGRESS. Jobs last as long as the sandbox runs, but no longer than a day.
"""

from __future__ import annotations

import asyncio
import csv
import tempfile
import zipfile
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Literal

from integrations.sandbox.zoho.bulk_query import BulkQuery, refused
from integrations.sandbox.zoho.coql import Column, Criterion, Pair, Query
from integrations.sandbox.zoho.coql_sql import Statement
from integrations.sandbox.zoho.errors import ZohoRefusal
from integrations.sandbox.zoho.faults import TOO_MANY, Faults
from integrations.sandbox.zoho.fields import Field
from integrations.sandbox.zoho.ids import job_id
from integrations.sandbox.zoho.people import People
from integrations.sandbox.zoho.reads import Reads
from integrations.sandbox.zoho.values import Cell

MOST_ROWS = 200_000
CREDITS_A_JOB = 50
DOWNLOADS = 10
_WINDOW = timedelta(minutes=1)
_KEPT = timedelta(days=1)
_BATCH = 2_000  # rows held in memory at once
_PATIENCE = 0.5  # real seconds that an answer waits for a nearly finished file
State = Literal["ADDED", "IN PROGRESS", "COMPLETED", "FAILURE"]


@dataclass(slots=True, kw_only=True)
class Job:
    """One job; `file`, `count` and `more` are set once the file is written."""

    id: str
    query: BulkQuery
    created: datetime
    fails: bool
    file: Path | None = None
    count: int = 0
    more: bool = False
    writing: asyncio.Task[None] | None = None


class BulkReads:
    """`seconds` is a job's duration by `clock`: half of it waiting, half of it in progress. `rows` is the limit of one job."""

    def __init__(
        self, reads: Reads, people: People, faults: Faults, *, clock: Callable[[], datetime], seconds: float, rows: int
    ) -> None:
        self._reads = reads
        self._people = people
        self._faults = faults
        self._clock = clock
        self._takes = timedelta(seconds=seconds)
        self._rows = rows
        self._jobs: dict[str, Job] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._downloads: deque[datetime] = deque()
        self._made = 0

    def create(self, query: BulkQuery) -> dict[str, Any]:
        """Queue a job and return the answer to the request."""
        self._made += 1
        job = Job(id=job_id(self._made), query=query, created=self._clock(), fails=self._faults.take_bulk_failure())
        self._jobs[job.id] = job
        details = {"id": job.id, "operation": "read", "state": "ADDED", **self._stamp(job)}
        added = {
            "status": "success",
            "code": "ADDED_SUCCESSFULLY",
            "message": "Added successfully.",
            "details": details,
        }
        return {"data": [added], "info": {}}

    def job(self, key: str) -> Job:
        """Raises: ZohoRefusal RESOURCE_NOT_FOUND for a job that does not exist or no longer does."""
        job = self._jobs.get(key)
        if job is None or self._clock() >= job.created + self._takes + _KEPT:
            raise _not_found(key)
        return job

    async def details(self, job: Job) -> dict[str, Any]:
        """Describe a job's progress, and its file's address once it is done."""
        state = await self._advanced(job)
        told = {"id": job.id, "operation": "read", "state": state, "query": job.query.echo, **self._stamp(job)}
        if state == "COMPLETED":
            told["result"] = {
                "page": job.query.page,
                "count": job.count,
                "download_url": f"/crm/bulk/v8/read/{job.id}/result",
                "per_page": self._rows,
                "more_records": job.more,
            }
        return {"data": [told | {"file_type": "csv"}]}

    async def download(self, job: Job) -> Path:
        """Return a job's zip. Raises: ZohoRefusal if it is not done, or on the eleventh download in a minute."""
        now = self._clock()
        while self._downloads and self._downloads[0] <= now - _WINDOW:
            self._downloads.popleft()
        if len(self._downloads) >= DOWNLOADS:
            raise ZohoRefusal(TOO_MANY["code"], TOO_MANY["message"], status=429)
        self._downloads.append(now)
        if await self._advanced(job) != "COMPLETED" or job.file is None:
            raise _not_found(job.id)
        return job.file

    async def close(self) -> None:
        """Stop writing and remove the files."""
        writing = [job.writing for job in self._jobs.values() if job.writing is not None]
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    async def _advanced(self, job: Job) -> State:
        passed = self._clock() - job.created
        if passed < self._takes:
            return "ADDED" if 2 * passed < self._takes else "IN PROGRESS"
        if job.fails:
            return "FAILURE"
        if job.writing is None:
            job.writing = asyncio.create_task(self._write(job))
        done, _ = await asyncio.wait([job.writing], timeout=_PATIENCE)
        for task in done:
            task.result()
        return "COMPLETED" if done else "IN PROGRESS"

    async def _write(self, job: Job) -> None:
        """Write row by row into the zip, holding no more than one batch in memory."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="zoho-bulk-")
        path = Path(self._folder.name) / f"{job.id}.zip"
        packed = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        with packed, packed.open(f"{job.id}.csv", "w") as raw, TextIOWrapper(raw, "utf-8", newline="") as text:
            lines = csv.writer(text)
            lines.writerow(["Id", *job.query.fields])
            async for rows in self._batches(job):
                lines.writerows(rows)
        job.file = path

    async def _batches(self, job: Job) -> AsyncIterator[list[list[str]]]:
        """Yield the job's lines in the order of their ids, serving other calls in between; count them and note whether more
        follow."""
        last: int | None = None
        while (room := self._rows - job.count) > 0:
            size = min(room, _BATCH)
            statement = self._statement(job.query, last, size)
            rows = self._reads.tables.query(statement.sql(), statement.values)
            fields = [statement.column(name)[1] for name in job.query.fields]
            shown = rows[:size]
            job.count += len(shown)
            job.more = len(rows) > size
            yield [self._line(job.query.module.api_name, fields, row) for row in shown]
            if not job.more:
                return
            last = int(shown[-1]["id"] or 0)
            await asyncio.sleep(0)

    def _statement(self, asked: BulkQuery, last: int | None, limit: int) -> Statement:
        """Query the rows after the id `last`, or the first ones of the job's page."""
        where = asked.where if last is None else Pair("and", asked.where, Criterion("id", ">", (last,)))
        query = Query(
            columns=tuple(Column(name) for name in asked.fields),
            module=asked.module.api_name,
            where=where,
            order_by=(("id", "asc"),),
            limit=limit,
            offset=(asked.page - 1) * self._rows if last is None else 0,
        )
        return Statement(query, asked.module, self._reads.modules, self._reads.indexed('m."Created_Time"'))

    def _line(self, module: str, fields: Sequence[Field], row: Mapping[str, Cell]) -> list[str]:
        odd = self._reads.render.odd.get((module, str(row["id"])), {})
        cells = (
            str(odd[of.api_name] or "") if of.api_name in odd else self._text(of, row[f"c{place}"])
            for place, of in enumerate(fields)
        )
        return [str(row["id"]), *cells]

    def _text(self, of: Field, cell: Cell) -> str:
        """Format a cell for the CSV: lookups are only ids, times ISO 8601 with their offset, nothing is empty."""
        if cell is None:
            return ""
        if of.data_type == "datetime":
            return self._reads.render.time(cell)
        if of.data_type == "boolean":
            return "true" if cell else "false"
        return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)

    def _stamp(self, job: Job) -> dict[str, Any]:
        by = self._people.api_user
        return {
            "created_by": {"id": by.id, "name": by.full_name},
            "created_time": self._reads.render.time(int(job.created.timestamp())),
        }


def _not_found(key: str) -> ZohoRefusal:
    refusal = refused("RESOURCE_NOT_FOUND", "the requested resource is not found", resource=key)
    refusal.status = 404
    return refusal
