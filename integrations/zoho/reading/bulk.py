"""Bulk read: one job exports up to 200,000 records of a module as zipped CSV, for 50 credits however many they are.

Source: zoho.com/crm/developer/docs/api/v8/bulk-read/overview.html. A job ends after minutes, and its file is kept for a day: a
job whose id was kept is gone on with by another process.
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

LOOKS = 60  # at a job, until it counts as stuck

Sleep = Callable[[float], Awaitable[None]]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Export:
    """What a finished job says of its file: where it is, and whether another page of 200,000 follows."""

    path: str
    more: bool


class BulkReads:
    """`sleep` waits between two looks at a job."""

    def __init__(self, transport: ReadTransport, *, sleep: Sleep = asyncio.sleep) -> None:
        self._transport = transport
        self._sleep = sleep

    async def start(self, module: str, fields: Sequence[str], *, page: int = 1) -> str:
        """Order the export of a module's page; returns the job's id. Raises: CrmError."""
        query = {"module": {"api_name": module}, "fields": [name for name in fields if name != "id"], "page": page}
        call = Call(method="POST", path="/read", api=BULK_API, json={"query": query}, charge=CREDITS_A_JOB)
        answer = await self._transport.read(call) or {}
        (record, *_) = answer.get("data") or [{}]
        job = (record.get("details") or {}).get("id")
        if not isinstance(job, str):
            raise unexpected("a bulk read has no id")
        return job

    async def ended(self, job: str) -> Export:
        """Wait until the job has its file. Raises: CrmRefused where it failed or is not known (any more), CrmUnavailable
        where it takes longer than half an hour, CrmError."""
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
        raise CrmUnavailable("Zoho's export takes longer than half an hour; the next read goes on with it.")

    async def pages(self, export: Export, *, size: int, skip: int = 0) -> Iterator[Rows]:
        """The rows of the file after the first `skip`, so many at a time, read as they are asked for."""
        packed = await self._transport.download(Call(path=export.path, api=BULK_API))
        return _unpacked(packed, size=size, skip=skip)


def _unpacked(packed: bytes, *, size: int, skip: int) -> Iterator[Rows]:
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
    """As the other ways of reading give it: `id` in small letters, and nothing where nothing stands."""
    return {"id": row["Id"]} | {name: value or None for name, value in row.items() if name != "Id"}
