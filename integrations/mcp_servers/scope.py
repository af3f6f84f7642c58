"""Read the CRM for one person: records of others are not found, in the same words as ones that don't exist."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Protocol

from integrations.zoho.history import FieldMove, Page
from store.domain.access.rules import Reach
from store.domain.crm.accounts import Account, AccountFacts, Deal, Entity, Kind, Person, Pipeline
from store.domain.crm.analytics import Analytics, Grouping
from store.domain.errors import NO_SUCH_ACCOUNT, NotFound


class CrmReader(Protocol):
    """The tools' source of data. `owners` None means everyone's. Methods raise CrmError; `account` also NotFound."""

    async def people(self) -> list[Person]: ...
    async def pipeline(self) -> Pipeline: ...
    async def record(self, kind: Kind, record_id: str) -> Entity | None: ...
    async def account(self, account_id: str) -> AccountFacts: ...
    async def accounts(self, *, owners: Collection[str] | None, after: str | None, limit: int) -> Page[Account]: ...
    async def search_accounts(
        self, name: str, *, owners: Collection[str] | None, after: str | None, limit: int
    ) -> Page[Account]: ...
    async def deals(self, account_id: str, *, after: str | None, limit: int) -> Page[Deal]: ...
    async def open_deals(self, *, owners: Collection[str] | None, after: str | None, limit: int) -> Page[Deal]: ...
    async def history(self, kind: Kind, record_id: str, *, after: str | None, limit: int) -> Page[FieldMove]: ...
    async def analytics(self, *, by: Grouping, owners: Collection[str] | None, since: date) -> Analytics: ...


class ScopedReader:
    """A reader that shows only records within `reach`.

    An account belongs to its owner, with everything on it; a deal belongs to its own owner too.
    """

    def __init__(self, reader: CrmReader, reach: Reach) -> None:
        self._reader = reader
        self._reach = reach
        self._owners = None if reach.everyone else reach.owners

    async def people(self) -> list[Person]:
        return [person for person in await self._reader.people() if self._reach.includes(person.id)]

    async def pipeline(self) -> Pipeline:
        return await self._reader.pipeline()

    async def accounts(self, *, after: str | None, limit: int) -> Page[Account]:
        return await self._reader.accounts(owners=self._owners, after=after, limit=limit)

    async def search_accounts(self, name: str, *, after: str | None, limit: int) -> Page[Account]:
        return await self._reader.search_accounts(name, owners=self._owners, after=after, limit=limit)

    async def account(self, account_id: str) -> AccountFacts:
        """Raises: NotFound."""
        await self._check_account(account_id)
        return await self._reader.account(account_id)

    async def deals(self, account_id: str, *, after: str | None, limit: int) -> Page[Deal]:
        """Raises: NotFound."""
        await self._check_account(account_id)
        return await self._reader.deals(account_id, after=after, limit=limit)

    async def open_deals(self, *, after: str | None, limit: int) -> Page[Deal]:
        return await self._reader.open_deals(owners=self._owners, after=after, limit=limit)

    async def history(self, kind: Kind, record_id: str, *, after: str | None, limit: int) -> Page[FieldMove]:
        """Raises: NotFound."""
        if kind is Kind.DEAL:
            await self._check_deal(record_id)
        else:
            await self._check_account(record_id)
        return await self._reader.history(kind, record_id, after=after, limit=limit)

    async def analytics(self, *, by: Grouping, since: date) -> Analytics:
        """Of the records that these owners own themselves."""
        return await self._reader.analytics(by=by, owners=self._owners, since=since)

    async def _check_account(self, account_id: str) -> None:
        account = await self._reader.record(Kind.ACCOUNT, account_id)
        if account is None or not self._reach.includes(account.owner_id):
            raise NotFound(NO_SUCH_ACCOUNT)

    async def _check_deal(self, deal_id: str) -> None:
        deal = await self._reader.record(Kind.DEAL, deal_id)
        if deal is not None and self._reach.includes(deal.owner_id):
            return
        account = await self._reader.record(Kind.ACCOUNT, deal.account_id) if deal and deal.account_id else None
        if account is None or not self._reach.includes(account.owner_id):
            raise NotFound("There is no such deal among those you may see.")
