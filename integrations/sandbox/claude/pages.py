"""Pages of a list, with `limit`, `after_id` and `before_id` as in the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from integrations.sandbox.claude.errors import invalid

Page = dict[str, Any]
DEFAULT, MOST = 20, 1000


def page_of(items: Sequence[Mapping[str, Any]], query: Mapping[str, str]) -> Page:
    """Raises: Refusal if `limit` is out of range or an id is not in this list."""
    try:
        limit = int(query.get("limit", DEFAULT))
    except ValueError as exc:
        raise invalid("limit: Input should be a valid integer, unable to parse string as an integer") from exc
    if not 1 <= limit <= MOST:
        raise invalid(f"limit: Input should be between 1 and {MOST}")
    ids = [item["id"] for item in items]
    start, end = 0, len(ids)
    if "after_id" in query:
        start = _place(ids, query["after_id"], "after_id") + 1
    if "before_id" in query:
        end = _place(ids, query["before_id"], "before_id")
        start = max(start, end - limit)
    shown = items[start:end][:limit]
    more = start > 0 if "before_id" in query else start + len(shown) < end
    return {
        "data": [dict(item) for item in shown],
        "has_more": more,
        "first_id": shown[0]["id"] if shown else None,
        "last_id": shown[-1]["id"] if shown else None,
    }


def _place(ids: Sequence[str], wanted: str, name: str) -> int:
    if wanted not in ids:
        raise invalid(f"{name}: Invalid ID")
    return ids.index(wanted)
