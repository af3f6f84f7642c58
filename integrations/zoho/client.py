"""Reading Zoho CRM: what changed, one account with everything on it, and the questions the CRM tools ask.

Nothing here writes. Every method raises CrmUnavailable, CrmRefused or CrmAuth, each with one sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar

import httpx
import structlog
from tenacity.wait import wait_base

from integrations.zoho import queries, wire
from integrations.zoho.auth import ZohoAuth
from integrations.zoho.errors import unexpected
from integrations.zoho.field_rules import WRITTEN, rules_from
from integrations.zoho.paging import (
    FIRST,
    PAGE,
    Rows,
    list_pages,
    more_after,
    note_pages,
    query_pages,
    rows_of,
    some_rows_of,
    token_of,
)
from integrations.zoho.reading import FieldMove, Page
from integrations.zoho.throttle import Throttle
from integrations.zoho.transport import JITTER, ReadTransport, ZohoTransport
from store.domain.accounts import (
    Account,
    AccountFacts,
    Activity,
    Contact,
    Deal,
    Deleted,
    Entity,
    Kind,
    Note,
    Person,
    Pipeline,
    StageOutcome,
)
from store.domain.errors import CrmRefused, NotFound
from store.domain.fields import FieldRules, RecordRules
from store.domain.proposals import Tool

log = structlog.get_logger()
E = TypeVar("E", Account, Contact, Deal, Activity, Note)

_HISTORY_PATHS = {Kind.ACCOUNT: "Accounts", Kind.DEAL: "Deals"}


class ZohoClient:
    """`transport` counts calls and credits, and is what the writer sends through; `reads`, where given, takes the place of
    Zoho's REST API and takes no writes."""

    def __init__(
        self,
        auth: ZohoAuth,
        *,
        http: httpx.AsyncClient,
        clock: Callable[[], datetime],
        requests_per_minute: int | None = 120,
        concurrency: int = 5,
        wait: wait_base = JITTER,
        reads: ReadTransport | None = None,
    ) -> None:
        throttle = Throttle(concurrency=concurrency, requests_per_minute=requests_per_minute)
        self.transport = reads or ZohoTransport(auth, http=http, throttle=throttle, wait=wait)
        self._clock = clock
        self._fields: dict[str, tuple[str, ...]] = {}

    @property
    def calls(self) -> int:
        """Requests sent to the API so far."""
        return self.transport.calls

    @property
    def credits(self) -> int:
        """What Zoho charges for them."""
        return self.transport.credits

    async def people(self) -> list[Person]:
        """All users, active or not, with their time zone and manager."""
        pages = list_pages(self.transport, "/users", params={"type": "AllUsers"}, key="users")
        rows = [row async for page in pages for row in page]
        if not rows:
            raise unexpected("there are no users")
        return wire.people_from(rows)

    async def me(self) -> str:
        """The id of the user we are signed in as."""
        answer = await self.transport.get("/users", params={"type": "CurrentUser"})
        return str(some_rows_of(answer, "users")[0]["id"])

    async def pipeline(self) -> Pipeline:
        """The deal stages in order, with what each means."""
        answer = await self.transport.get("/settings/layouts", params={"module": "Deals"})
        return wire.pipeline_from(some_rows_of(answer, "layouts"))

    async def account_choices(self) -> dict[str, tuple[str, ...]]:
        """The values that picklist fields of an account may take, by our field name."""
        answer = await self.transport.get("/settings/fields", params={"module": "Accounts"})
        return wire.account_choices_from(some_rows_of(answer, "fields"))

    async def field_rules(self) -> FieldRules:
        """What Zoho takes in the fields that our writes fill in; a module that it does not describe is left out."""
        rules: dict[Tool, RecordRules] = {}
        for tool, (module, _) in WRITTEN.items():
            try:
                answer = await self.transport.get("/settings/fields", params={"module": module})
            except CrmRefused as exc:
                log.info("zoho.fields_untold", module=module, code=exc.code)
            else:
                rules[tool] = rules_from(tool, some_rows_of(answer, "fields"))
        return rules

    async def changed(self, kind: Kind, *, since: datetime | None) -> AsyncIterator[list[Entity]]:
        """Pages of the records modified at or after `since` (None: all). A move while we read may show twice."""
        conditions = (queries.modified_since(since),) if since else ()
        for module in queries.MODULES[kind]:
            fields, now = await self._fields_of(module), self._clock()
            if module == "Notes":
                pages = note_pages(self.transport, since=since)
            else:
                pages = query_pages(self.transport, module, fields, *conditions)
            async for rows in pages:
                yield [wire.entity_from(module, row, now=now) for row in rows]

    async def deleted(self, kind: Kind, *, since: datetime | None) -> list[Deleted]:
        """Records that left since then, be it into the recycle bin or for good."""
        return [
            wire.deleted_from(kind, row)
            for module in queries.MODULES[kind]
            async for page in list_pages(self.transport, f"/{module}/deleted", params={"type": "all"}, since=since)
            for row in page
        ]

    async def account(self, account_id: str) -> AccountFacts:
        """One account with everything on it and on its deals, read now. Raises: NotFound."""
        account = await self.record(Kind.ACCOUNT, account_id)
        if not isinstance(account, Account):
            raise NotFound("There is no such account in the CRM.")
        on_account = queries.equal("Account_Name", account_id)
        deals, contacts = await asyncio.gather(
            self._all(Deal, "Deals", on_account), self._all(Contact, "Contacts", on_account)
        )
        parents = [("Accounts", account_id), *(("Deals", deal.id) for deal in deals)]
        activities, notes = await asyncio.gather(
            self._activities_on([record_id for _, record_id in parents]), self._notes_on(parents)
        )
        return AccountFacts(account=account, deals=deals, contacts=contacts, activities=activities, notes=notes)

    async def record(self, kind: Kind, record_id: str) -> Entity | None:
        """One record, read now; None where it no longer exists. An activity is looked for among tasks, meetings and calls."""
        for module in queries.MODULES[kind]:
            row = await self.row(module, record_id, await self._fields_of(module))
            if row is not None:
                return wire.entity_from(module, row, now=self._clock())
        return None

    async def row(self, module: str, record_id: str, fields: Sequence[str]) -> dict[str, Any] | None:
        """One record as Zoho has it now; None where there is none of this id."""
        if not record_id.isascii() or not record_id.isdigit():
            return None
        try:
            answer = await self.transport.get(f"/{module}/{record_id}", params={"fields": ",".join(fields)})
        except CrmRefused as exc:
            if exc.code == "INVALID_DATA":  # Zoho's word for an id that it does not have
                return None
            raise
        rows = rows_of(answer)
        return rows[0] if rows else None

    async def accounts(self, *, owners: Collection[str] | None, after: str | None, limit: int) -> Page[Account]:
        """Accounts of these owners (None: everybody's), in the order of their ids."""
        return await self._page(Account, "Accounts", owners=owners, after=after, limit=limit)

    async def search_accounts(
        self, name: str, *, owners: Collection[str] | None, after: str | None = None, limit: int
    ) -> Page[Account]:
        """Accounts of these owners (None: everybody's) whose name holds this text, whatever the case."""
        named = queries.contains("Account_Name", name)
        return await self._page(Account, "Accounts", named, owners=owners, after=after, limit=limit)

    async def deals(self, account_id: str, *, after: str | None, limit: int) -> Page[Deal]:
        """The deals of an account, open or closed."""
        on_account = queries.equal("Account_Name", account_id)
        return await self._page(Deal, "Deals", on_account, owners=None, after=after, limit=limit)

    async def open_deals(self, *, owners: Collection[str] | None, after: str | None, limit: int) -> Page[Deal]:
        """The deals of these owners (None: everybody's) that are neither won nor lost."""
        closed = [stage.name for stage in (await self.pipeline()).stages if stage.outcome is not StageOutcome.OPEN]
        still_open = (queries.none_of("Stage", closed),) if closed else ()
        return await self._page(Deal, "Deals", *still_open, owners=owners, after=after, limit=limit)

    async def history(
        self, kind: Kind, record_id: str, *, after: str | None = None, limit: int = PAGE
    ) -> Page[FieldMove]:
        """What was changed on an account or a deal, newest first. `after` is a page token of Zoho's; `limit` counts its entries,
        each of which may tell of several fields, and belongs to the token."""
        params: dict[str, str | int] = {"per_page": limit, "sort_by": "audited_time", "sort_order": "desc"}
        if after:
            params["page_token"] = after
        answer = await self.transport.get(f"/{_HISTORY_PATHS[kind]}/{record_id}/__timeline", params=params)
        moves = wire.moves_from(rows_of(answer, "__timeline"))
        return Page(tuple(moves), token_of(answer) if more_after(answer) else None)

    async def related(self, module: str, record_id: str, related: str, fields: Sequence[str]) -> Rows:
        """All rows of a related list, e.g. the tasks of an account."""
        pages = list_pages(self.transport, f"/{module}/{record_id}/{related}", params={"fields": ",".join(fields)})
        return [row async for page in pages for row in page]

    async def _page(
        self, of: type[E], module: str, *conditions: str, owners: Collection[str] | None, after: str | None, limit: int
    ) -> Page[E]:
        """One page. One row more than asked for tells whether more follow."""
        if owners is not None and not owners:
            return Page((), None)
        owned = (queries.one_of("Owner", owners),) if owners is not None else ()
        fields, size = await self._fields_of(module), limit + 1
        query = queries.select(module, fields, queries.after_id(after or FIRST), *conditions, *owned, limit=size)
        rows = rows_of(await self.transport.query(query, limit=size))
        found = self._entities(of, module, rows[:limit])
        return Page(found, found[-1].id if len(rows) > limit else None)

    async def _all(self, of: type[E], module: str, *conditions: str) -> tuple[E, ...]:
        pages = query_pages(self.transport, module, await self._fields_of(module), *conditions)
        return tuple([entity async for rows in pages for entity in self._entities(of, module, rows)])

    async def _activities_on(self, record_ids: Sequence[str]) -> tuple[Activity, ...]:
        groups = [queries.one_of("What_Id", group) for group in queries.groups(record_ids)]
        modules = queries.MODULES[Kind.ACTIVITY]
        found = await asyncio.gather(*(self._all(Activity, module, on) for module in modules for on in groups))
        return tuple(chain.from_iterable(found))

    async def _notes_on(self, parents: Sequence[tuple[str, str]]) -> tuple[Note, ...]:
        lists = (self.related(module, record_id, "Notes", queries.FIELDS["Notes"]) for module, record_id in parents)
        return tuple(chain.from_iterable(self._entities(Note, "Notes", rows) for rows in await asyncio.gather(*lists)))

    async def _fields_of(self, module: str) -> tuple[str, ...]:
        """The fields to ask for; the custom ones among them only where the organisation has them (read once)."""
        custom = queries.CUSTOM_FIELDS.get(module, ())
        if custom and module not in self._fields:
            answer = await self.transport.get("/settings/fields", params={"module": module})
            known = {field.get("api_name") for field in rows_of(answer, "fields")}
            self._fields[module] = tuple(field for field in custom if field in known)
        return (*queries.FIELDS[module], *self._fields.get(module, ()))

    def _entities(self, of: type[E], module: str, rows: Rows) -> tuple[E, ...]:
        now = self._clock()
        entities = [wire.entity_from(module, row, now=now) for row in rows]
        return tuple(entity for entity in entities if isinstance(entity, of))
