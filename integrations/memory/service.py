"""What the memory's tools use: our tables, the index behind them, and the flows that forget and export."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

from integrations.memory.errors import IndexUnavailable
from integrations.memory.insights import account_insight, look_alike, portfolio_insight, relationship_graph
from integrations.memory.recall import Recall, RecallQuery
from store.database import Database, Tx
from store.domain.access.rules import Reach
from store.domain.errors import NO_SUCH_ACCOUNT, BadInput, NotFound
from store.domain.memory.passage import MemoryKind, Passage
from store.domain.memory.pieces import chunked, safe
from store.domain.text.wording import one_line

TITLE = 200  # characters in the title of a passage stored by a tool
Forget = Callable[[str], Awaitable[tuple[Mapping[str, int], bool]]]
Export = Callable[[str], Awaitable[Mapping[str, Any]]]


class Index(Protocol):
    @property
    def cursor(self) -> int: ...

    async def forget(self, account_id: str) -> int: ...
    async def status(self) -> Any: ...


class Desk:
    """`forget` removes an account from our tables and `export` writes it out; `recall` has the index."""

    def __init__(
        self,
        database: Database,
        recall: Recall,
        *,
        index: Callable[[], Index | None],
        forget: Forget,
        export: Export,
    ) -> None:
        self._database = database
        self._recall = recall
        self._index = index
        self._forget = forget
        self._export = export

    async def accounts_of(self, reach: Reach) -> frozenset[str]:
        """Return the accounts within reach as the CRM last reported them, read again on every call."""
        async with self._database.reading() as tx:
            return await _accounts_of(tx, reach)

    async def search(
        self,
        reach: Reach,
        query: str,
        *,
        account_id: str | None,
        kinds: Collection[MemoryKind],
        since: datetime | None,
        until: datetime | None,
        limit: int,
        now: datetime,
    ) -> tuple[Sequence[tuple[Passage, float, str]], bool]:
        async with self._database.reading() as tx:  # one read for both: no account changes hands in between
            theirs = await _accounts_of(tx, reach)
            if account_id is not None and account_id not in theirs:
                raise NotFound(NO_SUCH_ACCOUNT)
            scope = theirs if account_id is None else {account_id}
            question = RecallQuery(
                account_ids=scope, query=query, kinds=kinds, since=since, until=until, limit=limit, now=now
            )  # fmt: skip
            answer = await self._recall.search(tx, question)
        return [(each.passage, each.score, str(each.why)) for each in answer.found], answer.by_words_alone

    async def timeline(
        self, account_id: str, *, since: datetime, kinds: Collection[MemoryKind], limit: int, page: int
    ) -> Sequence[Passage]:
        async with self._database.reading() as tx:
            return await tx.memory.timeline(account_id, since=since, kinds=kinds, limit=limit, page=page)

    async def insight(self, account_id: str, *, now: datetime) -> Mapping[str, Any] | None:
        told = await account_insight(self._database, account_id, now=now)
        return _plain(asdict(told)) if told is not None else None

    async def patterns(self, account_ids: Collection[str], *, now: datetime) -> tuple[Sequence[str], Sequence[str]]:
        told = await portfolio_insight(self._database, account_ids, now=now)
        return [each.says for each in told.signals], [each.says for each in told.actions]

    async def graph(self, account_id: str) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]] | None:
        graph = await relationship_graph(self._database, account_id)
        return (
            None if graph is None else ([asdict(node) for node in graph.nodes], [asdict(edge) for edge in graph.edges])
        )

    async def duplicates(self, account_ids: Collection[str], limit: int) -> Sequence[Mapping[str, Any]]:
        """Return likely duplicates, the likeliest first."""
        found = await look_alike(self._database, account_ids)
        return [_plain(asdict(each)) for each in found[:limit]]

    async def store(self, account_id: str, *, title: str, text: str, at: datetime) -> Sequence[str]:
        """Store a text under an id derived from its content. Raises: BadInput if it has no visible text; NotFound for a
        forgotten account."""
        said = f"{account_id}\0{title}\0{text}".encode("utf-8", "replace")
        record = hashlib.sha256(said).hexdigest()[:20]
        named = one_line(safe(title, limit=4 * TITLE), limit=TITLE) or "Note"
        passages = [
            Passage(
                id=f"context:{record}#{number}", account_id=account_id, kind=MemoryKind.NOTE, record_id=f"context:{record}",
                title=named, text=piece, at=at,
            )
            for number, piece in enumerate(chunked(text))
        ]  # fmt: skip
        if not passages:
            raise BadInput("There is nothing to remember in this text.")
        async with self._database.transaction() as tx:
            if await tx.forgotten.get(account_id) is not None:
                raise NotFound(NO_SUCH_ACCOUNT)
            known = await tx.memory.by_ids([each.id for each in passages])
            await tx.memory.upsert([each for each in passages if each.id not in known])
        return [each.id for each in passages]

    async def forget(self, account_id: str) -> tuple[Mapping[str, int], bool]:
        """Remove from our tables first: an index that is unavailable now drops the rest when it catches up."""
        rows, bytes_gone = await self._forget(account_id)
        index = self._index()
        if index is None:
            return rows, False
        try:
            return {**rows, "index": await index.forget(account_id)}, bytes_gone
        except IndexUnavailable:
            return rows, False

    async def export(self, account_id: str) -> Mapping[str, Any]:
        return await self._export(account_id)

    async def status(self) -> Mapping[str, Any]:
        index = self._index()
        try:
            told = asdict(await index.status()) if index else None
        except IndexUnavailable:
            index = told = None
        async with self._database.reading() as tx:
            counts, waiting, last = await tx.memory.counts(), await tx.memory.waiting(), await tx.memory.last_seq()
        return {
            "passages": {str(kind): count for kind, count in counts.items()},
            "waiting": waiting,
            "behind": last - (index.cursor if index else 0),
            "index": told,
        }


async def _accounts_of(tx: Tx, reach: Reach) -> frozenset[str]:
    owners = await tx.snapshots.owner_ids() if reach.everyone else reach.owners
    return frozenset(await tx.snapshots.account_ids(owners))


def _plain(value: Any) -> Any:
    """Convert to JSON types: datetimes as ISO 8601, sets and tuples as lists."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return value.isoformat() if hasattr(value, "isoformat") else value
