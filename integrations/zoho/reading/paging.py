"""Walk through Zoho's pages to the end. A page that fails raises; it never counts as the last one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from integrations.zoho.cells import NEVER, identifier, time_in
from integrations.zoho.errors import unexpected
from integrations.zoho.reading.queries import FIELDS, ROWS, after_id, select, select_count, stamp
from integrations.zoho.transport import Answer, ReadTransport
from store.domain.errors import CrmRefused

Rows = list[dict[str, Any]]

PAGE = 200  # the most rows a list gives per page
FIRST = "0"  # below every id
NOT_QUERIED = frozenset(
    {"INVALID_QUERY", "INVALID_MODULE", "NOT_SUPPORTED"}
)  # of notes, whose queries not every Zoho allows
MOST_BY_PAGE = 2_000  # rows that page numbers reach; a list without page tokens ends there


class ListEnds(CrmRefused):
    """The list has more rows than it gives: it names no page token, and page numbers reach no further."""

    def __init__(self, path: str) -> None:
        super().__init__(f"Zoho gives no more than {MOST_BY_PAGE:,} rows of {path}.", code="PAGINATION_LIMIT_EXCEEDED")


async def query_pages(
    transport: ReadTransport,
    module: str,
    fields: Sequence[str],
    *conditions: str,
    after: str = FIRST,
    limit: int = ROWS,
) -> AsyncIterator[Rows]:
    """Yield all rows that meet the conditions, keyed on the id: no limit on rows, and none is missed when others come or
    go."""
    while True:
        answer = await transport.query(select(module, fields, after_id(after), *conditions, limit=limit), limit=limit)
        rows, more = rows_of(answer), more_after(answer)
        last = last_id(rows) or after
        if more and int(last) <= int(after):
            raise unexpected(f"the pages of {module} do not advance")
        if rows:
            yield rows
        if not more:
            return
        after = last


async def count_rows(transport: ReadTransport, module: str, *conditions: str) -> int:
    """Count the rows of a module that meet all conditions. Raises: CrmError."""
    rows = rows_of(await transport.query(select_count(module, *conditions), limit=1))
    count = next(iter(rows[0].values()), None) if rows else 0
    if not isinstance(count, int):
        raise unexpected(f"it does not say how many {module} there are")
    return count


async def list_pages(
    transport: ReadTransport,
    path: str,
    *,
    params: dict[str, str | int] | None = None,
    since: datetime | None = None,
    key: str = "data",
) -> AsyncIterator[Rows]:
    """Yield all rows of a list, by page tokens if it has any (needed past 2,000 rows), else by page numbers.

    Raises: ListEnds after the last row within reach, if more follow.
    """
    page: dict[str, str | int] = {"page": 1}
    number = 1
    while True:
        asked = {**(params or {}), "per_page": PAGE, **page}
        answer = await transport.get(path, params=asked, headers=_newer_than(since))
        rows, more = rows_of(answer, key), more_after(answer)
        if rows:
            yield rows
        if not more:
            return
        number += 1
        token = token_of(answer)
        if token is None and number * PAGE > MOST_BY_PAGE:
            raise ListEnds(path)
        page = {"page_token": token} if token else {"page": number}


async def note_pages(transport: ReadTransport, *, since: datetime | None) -> AsyncIterator[Rows]:
    """Yield all notes changed since, each once, for organisations whose COQL does not read notes. A list ends at 100,000
    rows.

    Each page asks again for changes since the last row seen, oldest first: so a note that changes or is deleted meanwhile
    shifts nothing. A token is followed only when more than a page of notes have the same time.
    """
    seen: set[tuple[str, datetime]] = set()
    token: str | None = None
    while True:
        answer = await _note_page(transport, since, token)
        rows, more = (
            {(str(row.get("id")), time_in(row.get("Modified_Time")) or NEVER): row for row in rows_of(answer)},
            more_after(answer),
        )
        if fresh := [row for version, row in rows.items() if version not in seen]:
            yield fresh
        if not more:
            return
        seen.update(rows)
        edge = max((at for _, at in seen), default=NEVER)
        if since is None or edge > since:
            since, token = edge, None
            seen = {(note_id, at) for note_id, at in seen if at >= edge}
        elif (token := token_of(answer)) is None:
            raise unexpected("the pages of Notes do not advance")


def rows_of(answer: Answer | None, key: str = "data") -> Rows:
    """Return the rows of an answer. Raises: CrmRefused for an answer without a list of rows."""
    if answer is None:
        return []
    rows = answer.get(key)
    if not isinstance(rows, list):
        raise unexpected(f"there is no {key} in it")
    return [row for row in rows if isinstance(row, dict)]


def last_id(rows: Rows) -> str | None:
    """Return the greatest id; None if no row has one."""
    return max(filter(None, (identifier(row.get("id")) for row in rows)), key=int, default=None)


def some_rows_of(answer: Answer | None, key: str) -> Rows:
    """Return the rows of an answer that always has some. Raises: CrmRefused if it has none."""
    rows = rows_of(answer, key)
    if not rows:
        raise unexpected(f"there are no {key}")
    return rows


def more_after(answer: Answer | None) -> bool:
    """Whether more rows follow. Raises: CrmRefused if the answer does not say."""
    if answer is None:
        return False
    more = (answer.get("info") or {}).get("more_records")
    if not isinstance(more, bool):
        raise unexpected("it does not say whether more records follow")
    return more


def token_of(answer: Answer | None) -> str | None:
    token = (answer or {}).get("info", {}).get("next_page_token")
    return str(token) if token else None


async def _note_page(transport: ReadTransport, since: datetime | None, token: str | None) -> Answer | None:
    params: dict[str, str | int] = {
        "fields": ",".join(FIELDS["Notes"]),
        "per_page": PAGE,
        "sort_by": "Modified_Time",
        "sort_order": "asc",
    }
    if token:
        params["page_token"] = token
    return await transport.get("/Notes", params=params, headers=_newer_than(since))


def _newer_than(since: datetime | None) -> dict[str, str]:
    """Zoho does not document whether the second itself is included; one second earlier includes it either way."""
    return {"If-Modified-Since": stamp(since - timedelta(seconds=1))} if since else {}
