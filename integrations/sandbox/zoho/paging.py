"""Pages of a list: page numbers up to 2,000 rows, page tokens up to 100,000 (Zoho: Get Records API v8).

A token is bound to its request, lives for a day and continues after the last row returned, so that rows that come or go
meanwhile shift nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from integrations.sandbox.history import Json
from integrations.sandbox.zoho.errors import ZohoRefusal, invalid_param
from integrations.sandbox.zoho.values import Cell

MOST_A_PAGE = 200
MOST_BY_PAGE = 2_000
MOST_BY_TOKEN = 100_000
TOKEN_LIFE = timedelta(hours=24)
Params = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The requested rows: `size` of them, after `skip` rows or, with a token, after the row in `after`."""

    bound: str
    size: int
    page: int
    skip: int
    served: int
    after: tuple[Cell, Cell] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    bound: str
    after: tuple[Cell, Cell]
    served: int
    page: int
    expires: datetime


class Pages:
    """Reads page parameters and issues tokens."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._marks: dict[str, _Mark] = {}

    def window(self, bound: str, params: Params) -> Window:
        """Raises: ZohoRefusal for page parameters that Zoho refuses."""
        size = positive(params, "per_page", MOST_A_PAGE)
        if size > MOST_A_PAGE:
            raise ZohoRefusal(
                "LIMIT_EXCEEDED", "the limit given exceeds", {"param_name": "per_page", "limit": MOST_A_PAGE}
            )
        if "page_token" in params:
            return self._window_after(bound, params, size)
        page = positive(params, "page", 1)
        if page * size > MOST_BY_PAGE:
            details: dict[str, Json] = {"param_name": "page", "limit": MOST_BY_PAGE}
            raise ZohoRefusal(
                "DISCRETE_PAGINATION_LIMIT_EXCEEDED",
                "You can get only the first 2000 records without using page_token",
                details,
            )
        return Window(bound=bound, size=size, page=page, skip=(page - 1) * size, served=(page - 1) * size)

    def info(self, window: Window, *, count: int, last: tuple[Cell, Cell] | None, more: bool) -> dict[str, Any]:
        """Return an answer's `info`; with `more`, a token that continues after `last`."""
        token = expiry = None
        if more and last is not None:
            token, expiry = self._issue(window, count, last)
        return {
            "per_page": window.size,
            "count": count,
            "page": window.page,
            "more_records": more,
            "next_page_token": token,
            "previous_page_token": None,
            "page_token_expiry": expiry,
        }

    def _window_after(self, bound: str, params: Params, size: int) -> Window:
        if "page" in params:
            raise ZohoRefusal(
                "AMBIGUITY_DURING_PROCESSING", "page and page_token cannot be given together", {"param_name": "page"}
            )
        mark = self._marks.get(params["page_token"])
        if mark is None:
            raise invalid_param("page_token")
        if self._clock() >= mark.expires:
            raise ZohoRefusal("EXPIRED_VALUE", "the given page_token is expired", {"param_name": "page_token"})
        if mark.bound != bound:
            raise ZohoRefusal(
                "TOKEN_BOUND_DATA_MISMATCH",
                "the parameters differ from those of the page_token",
                {"param_name": "page_token"},
            )
        if mark.served + size > MOST_BY_TOKEN:
            raise ZohoRefusal(
                "PAGINATION_LIMIT_EXCEEDED", "You can get only the first 100000 records", {"limit": MOST_BY_TOKEN}
            )
        return Window(bound=bound, size=size, page=mark.page, skip=0, served=mark.served, after=mark.after)

    def _issue(self, window: Window, count: int, last: tuple[Cell, Cell]) -> tuple[str, str]:
        now = self._clock()
        self._marks = {token: mark for token, mark in self._marks.items() if mark.expires + TOKEN_LIFE > now}
        token, expires = secrets.token_hex(24), now + TOKEN_LIFE
        self._marks[token] = _Mark(
            bound=window.bound, after=last, served=window.served + count, page=window.page + 1, expires=expires
        )
        return token, expires.replace(microsecond=0).isoformat()


def positive(params: Params, name: str, default: int) -> int:
    """Parse a whole number from 1. Raises: ZohoRefusal INVALID_DATA."""
    text = params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise invalid_param(name)
    return int(text)


def bound_to(path: str, params: Params, since: str | None) -> str:
    """Return the part of the request a page token is bound to: everything except the page."""
    kept = sorted((name, value) for name, value in params.items() if name not in ("page", "page_token", "per_page"))
    return repr((path, kept, since))
