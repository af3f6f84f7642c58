"""Heads of the audit trail in an S3, Google Cloud Storage or Azure bucket: one object each, created once and never
replaced.

An object's name holds everything a check needs (`{prefix}/00000000000000000007-{hash}.json`), so listing the bucket reads
all anchors. Buckets list names in byte order, which here is numeric order (Amazon S3 User Guide, "Listing object keys
programmatically": UTF-8 binary order, in general purpose buckets).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from integrations.anchors.lines import anchor_from, line_of
from store.domain.gate.audit import AnchorsDamaged, AnchorsUnavailable, AuditAnchor

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

_NAME = re.compile(r"([0-9]{20})-([0-9a-f]{64})\.json")
PAGE = 1_000  # S3's limit for one listing
PATIENCE = timedelta(seconds=10)  # per request; no retries after this


class BucketAnchors:
    """Works best with object lock or a retention rule, and credentials that may list and create but not delete.

    Calls the store's blocking API in threads: its asynchronous one aborts some processes, because a thread of its runtime
    may still call into an interpreter that is shutting down.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._opened: ObjectStore | None = None
        self._newest: str | None = None  # the last name seen; `latest` lists only names after it

    @property
    def place(self) -> str:
        return self._url

    async def latest(self) -> AuditAnchor | None:
        return await asyncio.to_thread(self._latest)

    async def all(self) -> AsyncIterator[AuditAnchor]:
        names = self._names()
        while page := await asyncio.to_thread(lambda: list(islice(names, PAGE))):
            for name in page:
                yield self._read(name)

    async def keep(self, anchor: AuditAnchor, at: datetime) -> None:
        await asyncio.to_thread(self._keep, anchor, at)

    def _latest(self) -> AuditAnchor | None:
        if self._newest is not None and not self._look(after=self._newest[:-1]):
            self._newest = None  # the object is gone: list again from the start
        if self._newest is None:
            self._look()
        return self._read(self._newest) if self._newest is not None else None

    def _keep(self, anchor: AuditAnchor, at: datetime) -> None:
        latest = self._latest()
        if latest is not None and latest.seq >= anchor.seq:
            return
        from obstore.exceptions import AlreadyExistsError

        name = f"{anchor.seq:020d}-{anchor.hash}.json"
        with self._translating():
            try:
                self._store().put(name, f"{line_of(anchor, at)}\n".encode(), mode="create")
            except AlreadyExistsError:  # recorded by an earlier attempt whose answer was lost
                return

    def _look(self, *, after: str | None = None) -> bool:
        """Find the newest name after another; return whether there is one."""
        found = None
        for name in self._names(after=after):
            found = name
        self._newest = found or self._newest
        return found is not None

    def _names(self, *, after: str | None = None) -> Iterator[str]:
        with self._translating():
            for page in self._store().list(offset=after, chunk_size=PAGE):
                for found in page:
                    yield found["path"]

    def _read(self, name: str) -> AuditAnchor:
        match = _NAME.fullmatch(name)
        anchor = anchor_from(int(match[1]), match[2]) if match else None
        if anchor is None:
            raise AnchorsDamaged(
                f"In {self.place} the object “{name}” is no anchor; this place must hold nothing else."
            )
        return anchor

    def _store(self) -> ObjectStore:
        from obstore.store import from_url  # a slow import that only bucket users pay for

        if self._opened is None:
            retries: RetryConfig = {"max_retries": 2, "retry_timeout": PATIENCE}
            # Allow plain http only if the environment names such an endpoint, as for a local MinIO.
            client: ClientConfig = {"timeout": PATIENCE, "allow_http": True}
            self._opened = from_url(self._url, client_options=client, retry_config=retries)
        return self._opened

    @contextmanager
    def _translating(self) -> Iterator[None]:
        """Report only the kind of a vendor error: its message may hold addresses, bodies or credentials."""
        from obstore.exceptions import BaseError

        try:
            yield
        except (BaseError, OSError, ValueError) as exc:
            raise AnchorsUnavailable(
                f"{self.place} cannot be read or written ({type(exc).__name__}): check the bucket, its credentials and permissions."
            ) from exc
