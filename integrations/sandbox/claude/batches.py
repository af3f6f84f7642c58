"""Message batches: accepted at once, processed later by the sandbox's clock, read as JSON Lines.

Source: https://platform.claude.com/docs/en/build-with-claude/batch-processing
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from integrations.sandbox.claude.betas import check_betas
from integrations.sandbox.claude.errors import Refusal, invalid, not_found
from integrations.sandbox.claude.pages import Page, page_of
from integrations.sandbox.claude.request_bodies import read
from integrations.sandbox.claude.shapes import BatchAsked, BatchItem

LIFETIME = timedelta(hours=24)
Outcome = Mapping[str, Any]
Work = Callable[[str, BatchItem], Outcome]
_AT_ONCE = 20  # requests to answer before other tasks of the sandbox get a turn


@dataclass(slots=True)
class _Batch:
    id: str
    items: Sequence[BatchItem]
    created_at: datetime
    ends_at: datetime
    betas: frozenset[str]
    cancelled_at: datetime | None = None
    ended_at: datetime | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Batches:
    """`seconds` is a batch's duration by the clock, and may be set at any time; `work` answers one of its requests."""

    def __init__(self, work: Work, *, clock: Callable[[], datetime], seconds: float) -> None:
        self.seconds = seconds
        self._work = work
        self._clock = clock
        self._batches: dict[str, _Batch] = {}

    def create(self, body: object, betas: frozenset[str] = frozenset()) -> Outcome:
        """Create a batch; its requests are checked one by one only during processing. Raises: Refusal for the batch as
        such."""
        asked = read(BatchAsked, body)
        names = Counter(item.custom_id for item in asked.requests)
        twice = next((name for name, times in names.items() if times > 1), None)
        if twice is not None:
            raise invalid(f"requests: custom_id must be unique within a batch. Found more than once: {twice}")
        now, number = self._clock(), len(self._batches) + 1
        name = f"msgbatch_01{hashlib.sha256(f'{number}'.encode()).hexdigest()[:22]}"
        batch = _Batch(name, asked.requests, now, now + timedelta(seconds=self.seconds), betas)
        self._batches[name] = batch
        return self._shown(batch, "")

    async def get(self, batch_id: str, url: str) -> Outcome:
        """`url` is the sandbox's own, for the address of the results. Raises: Refusal."""
        return self._shown(await self._current(batch_id), url)

    async def page(self, query: Mapping[str, str], url: str) -> Page:
        """Newest first. Raises: Refusal."""
        for batch_id in self._batches:
            await self._current(batch_id)
        newest = list(reversed(self._batches.values()))
        return page_of([self._shown(batch, url) for batch in newest], query)

    async def cancel(self, batch_id: str, url: str) -> Outcome:
        """Cancel the unanswered requests; a batch that has ended stays as it is. Raises: Refusal."""
        batch = await self._current(batch_id)
        if batch.ended_at is None and batch.cancelled_at is None:
            batch.cancelled_at = self._clock()
        return self._shown(batch, url)

    async def delete(self, batch_id: str) -> Outcome:
        """Raises: Refusal for one that has not ended."""
        batch = await self._current(batch_id)
        if batch.ended_at is None:
            raise invalid(f"Batch {batch_id} cannot be deleted while it is being processed. Cancel it first.")
        del self._batches[batch_id]
        return {"id": batch_id, "type": "message_batch_deleted"}

    async def results(self, batch_id: str) -> Iterator[str]:
        """Yield a line per request, the last first, since callers must not rely on their order. Raises: Refusal before the
        end."""
        batch = await self._current(batch_id)
        if batch.ended_at is None:
            raise invalid(f"Batch {batch_id} has no results yet: it is still being processed.")
        return (
            json.dumps({"custom_id": custom_id, "result": outcome}, ensure_ascii=False) + "\n"
            for custom_id, outcome in reversed(batch.outcomes.items())
        )

    async def _current(self, batch_id: str) -> _Batch:
        """Return the batch at the clock's time: processed if it is due."""
        batch = self._batches.get(batch_id)
        if batch is None:
            raise not_found(f"Message batch not found: {batch_id}")
        async with batch.lock:
            if batch.ended_at is None and self._is_over(batch):
                await self._finish(batch)
        return batch

    def _is_over(self, batch: _Batch) -> bool:
        now = self._clock()
        if batch.cancelled_at is not None and now > batch.cancelled_at:
            return True
        return now >= min(batch.ends_at, batch.created_at + LIFETIME)

    async def _finish(self, batch: _Batch) -> None:
        expired = batch.ends_at > batch.created_at + LIFETIME
        for number, item in enumerate(batch.items, start=1):
            if batch.cancelled_at is not None:
                batch.outcomes[item.custom_id] = {"type": "canceled"}
            elif expired:
                batch.outcomes[item.custom_id] = {"type": "expired"}
            else:
                batch.outcomes[item.custom_id] = self._answered(batch, item)
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
        batch.ended_at = self._clock() if batch.cancelled_at else min(batch.ends_at, batch.created_at + LIFETIME)

    def _answered(self, batch: _Batch, item: BatchItem) -> Outcome:
        try:
            check_betas(item.params, batch.betas)
            return {"type": "succeeded", "message": self._work(batch.id, item)}
        except Refusal as refusal:
            return {"type": "errored", "error": refusal.body(None)}

    def _shown(self, batch: _Batch, url: str) -> Outcome:
        ended = batch.ended_at is not None
        counts = Counter(outcome["type"] for outcome in batch.outcomes.values() if ended)
        kinds = ("succeeded", "errored", "canceled", "expired")
        status = "ended" if ended else "canceling" if batch.cancelled_at else "in_progress"
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": status,
            "request_counts": {"processing": 0 if ended else len(batch.items)} | {kind: counts[kind] for kind in kinds},
            "created_at": _told(batch.created_at),
            "expires_at": _told(batch.created_at + LIFETIME),
            "ended_at": _told(batch.ended_at),
            "cancel_initiated_at": _told(batch.cancelled_at),
            "archived_at": None,
            "results_url": f"{url}/v1/messages/batches/{batch.id}/results" if ended else None,
        }


def _told(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
