"""The ten tools that read. Models and hosts see their docstrings as descriptions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

from integrations.mcp_servers.scope import ScopedReader
from integrations.mcp_servers.shapes import (
    AccountDetails,
    Cursor,
    Days,
    Figures,
    HistoryEntry,
    Items,
    Limit,
    Name,
    RecordId,
    User,
    entry_from,
    figures_from,
    masked,
    user_from,
)
from store.domain.crm.accounts import Account, Activity, Deal, Kind, Note
from store.domain.crm.analytics import Grouping
from store.domain.errors import NO_SUCH_ACCOUNT, BadInput, CrmRefused, NotFound

Dated = TypeVar("Dated", Activity, Note)
Listed = TypeVar("Listed")

# Zoho's error code for a page token that is not the next one of this list.
_TOKEN_REFUSALS = frozenset({"TOKEN_BOUND_DATA_MISMATCH", "EXPIRED_VALUE", "INVALID_DATA"})
DETAILS = 20  # of each kind, in an account's details


class ReadTools:
    def __init__(self, reader: ScopedReader) -> None:
        self._reader = reader

    def all(self) -> Sequence[Callable[..., Awaitable[Any]]]:
        return (
            self.zoho_get_accounts,
            self.zoho_get_account_details,
            self.zoho_search_accounts,
            self.zoho_get_deals,
            self.zoho_list_open_deals,
            self.zoho_get_activities,
            self.zoho_get_notes,
            self.zoho_get_user_info,
            self.zoho_get_history,
            self.zoho_get_analytics,
        )

    async def zoho_get_accounts(self, limit: Limit = 50, cursor: Cursor = None) -> Items[Account]:
        """List the accounts, page by page, in the order of their ids."""
        page = await self._reader.accounts(after=_id(cursor), limit=limit)
        return Items[Account](items=masked(page.items), next_cursor=page.next)

    async def zoho_get_account_details(self, account_id: RecordId) -> AccountDetails:
        """Get one account with its open deals, contacts, newest activities and newest notes, read now."""
        facts = await self._reader.account(account_id)
        if facts.account is None:
            raise NotFound(NO_SUCH_ACCOUNT)
        pipeline = await self._reader.pipeline()
        return AccountDetails(
            account=masked([facts.account])[0],
            open_deals=masked(pipeline.open_deals(facts.deals)[:DETAILS]),
            contacts=masked(facts.contacts[:DETAILS]),
            activities=masked(_newest(_as_of_now(facts.activities))[:DETAILS]),
            notes=masked(_newest(facts.notes)[:DETAILS]),
            total_deals=len(facts.deals),
            total_contacts=len(facts.contacts),
            total_activities=len(facts.activities),
            total_notes=len(facts.notes),
        )

    async def zoho_search_accounts(self, name: Name, limit: Limit = 20, cursor: Cursor = None) -> Items[Account]:
        """Find accounts by a part of their name, page by page."""
        page = await self._reader.search_accounts(name, after=_id(cursor), limit=limit)
        return Items[Account](items=masked(page.items), next_cursor=page.next)

    async def zoho_get_deals(self, account_id: RecordId, limit: Limit = 50, cursor: Cursor = None) -> Items[Deal]:
        """List the deals of an account, open or closed, page by page."""
        page = await self._reader.deals(account_id, after=_id(cursor), limit=limit)
        return Items[Deal](items=masked(page.items), next_cursor=page.next)

    async def zoho_list_open_deals(self, limit: Limit = 50, cursor: Cursor = None) -> Items[Deal]:
        """List all deals that are neither won nor lost, page by page."""
        page = await self._reader.open_deals(after=_id(cursor), limit=limit)
        return Items[Deal](items=masked(page.items), next_cursor=page.next)

    async def zoho_get_activities(
        self, account_id: RecordId, limit: Limit = 50, cursor: Cursor = None
    ) -> Items[Activity]:
        """List tasks, meetings and calls of an account and its deals, newest first, page by page."""
        facts = await self._reader.account(account_id)
        items, following = _slice(_newest(_as_of_now(facts.activities)), limit=limit, cursor=cursor)
        return Items[Activity](items=masked(items), next_cursor=following)

    async def zoho_get_notes(self, account_id: RecordId, limit: Limit = 20, cursor: Cursor = None) -> Items[Note]:
        """List notes on an account and its deals, newest first, page by page."""
        facts = await self._reader.account(account_id)
        items, following = _slice(_newest(facts.notes), limit=limit, cursor=cursor)
        return Items[Note](items=masked(items), next_cursor=following)

    async def zoho_get_user_info(
        self, user_id: RecordId | None = None, limit: Limit = 50, cursor: Cursor = None
    ) -> Items[User]:
        """List the CRM users whose records can be read here, page by page, or get the one with this id."""
        people = [person for person in await self._reader.people() if user_id in (None, person.id)]
        if user_id and not people:
            raise NotFound("There is no such user among those you may see.")
        items, following = _slice(people, limit=limit, cursor=cursor)
        return Items[User](items=[user_from(person) for person in items], next_cursor=following)

    async def zoho_get_history(
        self, kind: Literal["account", "deal"], record_id: RecordId, limit: Limit = 100, cursor: Cursor = None
    ) -> Items[HistoryEntry]:
        """List the changes to an account or a deal, newest first, page by page; the limit counts saves, each of which may
        have changed several fields, and stays the same from page to page."""
        try:
            page = await self._reader.history(Kind(kind), record_id, after=cursor, limit=limit)
        except CrmRefused as exc:
            if cursor and exc.code in _TOKEN_REFUSALS:
                raise BadInput(
                    "This cursor does not belong to this record and limit, or it is too old; start over."
                ) from exc
            raise
        return Items[HistoryEntry](items=[entry_from(move) for move in page.items], next_cursor=page.next)

    async def zoho_get_analytics(self, by: Literal["owner", "segment"] = "owner", days: Days = 30) -> Figures:
        """Get the open pipeline by stage and by due date, by owner or by industry, and each owner's activities in the last
        days, as the CRM adds them up now."""
        since = datetime.now(UTC).date() - timedelta(days=days)
        return figures_from(await self._reader.analytics(by=Grouping(by), since=since))


def _newest(records: Sequence[Dated]) -> list[Dated]:
    return sorted(records, key=_when, reverse=True)


def _as_of_now(activities: Sequence[Activity]) -> list[Activity]:
    """Meetings that are over count as done."""
    now = datetime.now(UTC)
    return [replace(each, done=each.is_done(now)) for each in activities]


def _when(record: Activity | Note) -> datetime:
    return (record.at if isinstance(record, Activity) else None) or record.created_at


def _slice(records: list[Listed], *, limit: int, cursor: str | None) -> tuple[list[Listed], str | None]:
    start = int(_id(cursor) or 0)
    end = start + limit
    return records[start:end], str(end) if end < len(records) else None


def _id(cursor: str | None) -> str | None:
    if cursor is not None and not (cursor.isascii() and cursor.isdigit()):
        raise BadInput("This cursor did not come from this tool.")
    return cursor
