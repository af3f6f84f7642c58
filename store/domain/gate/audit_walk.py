"""Walk the audit trail entry by entry and compare it with the heads stored outside the database, in constant memory. Pure."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass

from store.domain.gate.audit import START, AnchorsDamaged, AuditAnchor, WrittenEntry, problem_with


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """The result of verifying. `entries` is the number of the last good entry and `head` its hash, `first_bad` the
    number of the first bad entry; `anchors` counts the anchors found in the trail, `anchored` is the entry of the last
    one."""

    ok: bool
    entries: int
    head: str
    first_bad: int | None = None
    problem: str | None = None
    anchors: int = 0
    anchored: int = 0


async def walk(
    entries: AsyncIterable[WrittenEntry],
    *,
    anchors: AsyncIterable[AuditAnchor] | None = None,
    after: AuditAnchor = START,
) -> AuditReport:
    """Check that the entries, in order, follow from `after` and still contain every anchor.

    `anchors` are in ascending order, and none comes before `after`. Raises: AnchorsDamaged if they don't ascend, and
    any error from reading either of them.
    """
    noted = _Noted(anchors, after)
    await noted.next()
    seq, head = after.seq, after.hash
    async for entry in entries:
        problem = problem_with(entry, seq=seq + 1, previous=head)
        if problem:
            return noted.report(seq, head, first_bad=seq + 1, problem=problem)
        seq, head = seq + 1, str(entry.hash)
        while noted.coming is not None and noted.coming.seq == seq:
            if noted.coming.hash != head:
                return noted.report(seq, head, first_bad=noted.anchored + 1, problem=_rewritten(noted.anchored, seq))
            await noted.pass_by()
    if noted.coming is not None:
        return noted.report(seq, head, first_bad=seq + 1, problem=_cut(seq, noted.coming.seq))
    return noted.report(seq, head)


class _Noted:
    """The anchors ahead of the walk, one at a time."""

    def __init__(self, anchors: AsyncIterable[AuditAnchor] | None, after: AuditAnchor) -> None:
        self._anchors = aiter(anchors if anchors is not None else _nothing())
        self.coming: AuditAnchor | None = None
        self.anchored = after.seq
        self.met = 0

    async def next(self) -> None:
        before = self.coming.seq if self.coming else 1
        self.coming = await anext(self._anchors, None)
        if self.coming is not None and self.coming.seq < before:
            raise AnchorsDamaged(f"The anchor of entry {self.coming.seq} comes after that of entry {before}.")

    async def pass_by(self) -> None:
        assert self.coming is not None
        self.anchored, self.met = self.coming.seq, self.met + 1
        await self.next()

    def report(self, seq: int, head: str, *, first_bad: int | None = None, problem: str | None = None) -> AuditReport:
        return AuditReport(
            ok=problem is None,
            entries=seq,
            head=head,
            first_bad=first_bad,
            problem=problem,
            anchors=self.met,
            anchored=self.anchored,
        )


async def _nothing() -> AsyncIterator[AuditAnchor]:
    return
    yield


def _rewritten(anchored: int, seq: int) -> str:
    return f"Entry {seq} is not the one stored outside: the trail was rewritten from entry {anchored + 1} or later."


def _cut(seq: int, noted: int) -> str:
    return f"The trail ends with entry {seq}, but entry {noted} was stored outside the database: its end was cut off."
