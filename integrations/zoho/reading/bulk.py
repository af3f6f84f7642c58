"""Bulk read: one job exports up to 200,000 records of a module as zipped CSV, for 50 credits in any case.

Source: zoho.com/crm/developer/docs/api/v8/bulk-read/overview.html. A job takes minutes, and its file is kept for a day, so
another process can continue a job from its saved id.
"""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.zoho.errors import UNEXPECTED, unexpected
from integrations.zoho.transport import Call, ReadTransport
from store.domain.errors import CrmRefused, CrmUnavailable
from store.retry import CRM_EXPORT

BULK_API = "/crm/bulk/v8"
ROWS_A_JOB = 200_000
CREDITS_A_JOB = 50
GONE = frozenset({"RESOURCE_NOT_FOUND", "INVALID_DATA", "JOB_EXPIRED", "HTTP_404"})

MOST_IN_A_CELL = 2**26  # characters; Python's own limit is below one long description
LOOKS = 60  # checks of a job before it counts as stuck

Sleep = Callable[[float], Awaitable[None]]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Export:
    """A finished job's file: its address, and whether another page of 200,000 follows."""

    path: str
    more: bool


class BulkReads:
    """`sleep` waits between two checks of a job."""

    def __init__(self, transport: ReadTransport, *, sleep: Sleep = asyncio.sleep) -> None:
        self._transport = transport
        self._sleep = sleep

    async def start(self, module: str, fields: Sequence[str], *, page: int = 1) -> str:
        """Order the export of a module's page; return the job's id. Raises: CrmError."""
        query = {"module": {"api_name": module}, "fields": [name for name in fields if name != "id"], "page": page}
        call = Call(method="POST", path="/read", api=BULK_API, json={"query": query}, charge=CREDITS_A_JOB)
        answer = await self._transport.read(call) or {}
        (record, *_) = answer.get("data") or [{}]
        job = (record.get("details") or {}).get("id")
        if not isinstance(job, str):
            raise unexpected("a bulk read has no id")
        return job

    async def ended(self, job: str) -> Export:
        """Wait until the job has its file. Raises: CrmRefused if it failed or is not known (any more), CrmUnavailable if it
        takes longer than half an hour, CrmError."""
        for look in range(1, LOOKS + 1):
            answer = await self._transport.read(Call(path=f"/read/{job}", api=BULK_API)) or {}
            (state, *_) = answer.get("data") or [{}]
            match state.get("state"):
                case "COMPLETED":
                    result = state.get("result") or {}
                    return Export(path=f"/read/{job}/result", more=result.get("more_records") is True)
                case "FAILURE" | "FAILED":
                    raise CrmRefused("Zoho could not export the records.", code=UNEXPECTED)
            await self._sleep(CRM_EXPORT.after(look))
        raise CrmUnavailable("Zoho's export takes longer than half an hour; the next read continues it.")

    async def pages(self, export: Export, *, size: int, skip: int = 0) -> Iterator[Rows]:
        """Yield the rows of the file after the first `skip`, in batches of `size`, read as needed."""
        packed = await self._transport.download(Call(path=export.path, api=BULK_API))
        return _unpacked(packed, size=size, skip=skip)


def _unpacked(packed: bytes, *, size: int, skip: int) -> Iterator[Rows]:
    csv.field_size_limit(MOST_IN_A_CELL)
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive, archive.open(archive.namelist()[0]) as file:
            page: Rows = []
            for number, row in enumerate(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""))):
                if number < skip:
                    continue
                page.append(_row(row))
                if len(page) == size:
                    yield page
                    page = []
            if page:
                yield page
    except (zipfile.BadZipFile, IndexError, KeyError, UnicodeDecodeError, csv.Error) as exc:
        raise unexpected("the file of a bulk read cannot be read") from exc


def _row(row: dict[str, str]) -> dict[str, Any]:
    """Make the row look like other reads: `id` in lower case, and empty values left out."""
    return {"id": row["Id"]} | {name: value or None for name, value in row.items() if name != "Id"}
