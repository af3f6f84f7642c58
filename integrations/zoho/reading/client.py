"""Read Zoho CRM: changes, one account with everything on it, and the queries of the CRM tools.

Nothing here writes. Every method raises CrmUnavailable, CrmRefused or CrmAuth, each with one sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from functools import partial
from itertools import chain
from typing import Any, TypeVar

import httpx
import structlog
from tenacity.wait import wait_base

from integrations.zoho import wire
from integrations.zoho.administrators import Administrators
from integrations.zoho.entities import bears_mark, entity_from
from integrations.zoho.errors import unexpected
from integrations.zoho.history import FieldMove, Page
from integrations.zoho.limits.ceiling import Limits
from integrations.zoho.limits.credits import CreditMeter
from integrations.zoho.limits.throttle import Throttle
from integrations.zoho.reading import queries
from integrations.zoho.reading.analytics import ZohoAnalytics
from integrations.zoho.reading.bulk import BulkReads, Sleep
from integrations.zoho.reading.catalogue import Catalogue
from integrations.zoho.reading.feed import Feed, position_in
from integrations.zoho.reading.field_map import FieldMap
from integrations.zoho.reading.field_rules import Form, rules_from
from integrations.zoho.reading.paging import (
    FIRST,
    PAGE,
    ListEnds,
    Rows,
    list_pages,
    more_after,
    query_pages,
    rows_of,
    some_rows_of,
    token_of,
)
from integrations.zoho.reading.presence import Presence
from integrations.zoho.reading.users import all_users, signed_in_as
from integrations.zoho.sign_in.auth import ZohoAuth
from integrations.zoho.transport import ReadTransport, ZohoTransport
from store.domain.crm.accounts import (
    Account,
    AccountFacts,
    Activity,
    Contact,
    Deal,
    Deletions,
    Entity,
    Kind,
    Note,
    Person,
    Pipeline,
    StageOutcome,
    Stream,
)
from store.domain.crm.analytics import Analytics, Grouping
from store.domain.crm.unread import VITAL, fields_of
from store.domain.errors import CrmAuth, CrmRefused, NotFound
from store.domain.gate.fields import FieldRules, RecordRules
from store.domain.signals.pace import StageMove
from store.retry import CRM_READ

log = structlog.get_logger()
E = TypeVar("E", Account, Contact, Deal, Activity, Note)

_HISTORY_PATHS = {Kind.ACCOUNT: "Accounts", Kind.DEAL: "Deals"}


class ZohoClient:
    """`transport` sends the calls, `catalogue` knows which fields exist. Without a throttle: five calls at once and 120 a
    minute, for this process. `forms` are the kinds of write whose fields `field_rules` reads. `sleep` waits between two checks of
    an export. `administrators` are the users who are administrators for the bot: no one, if no one is named."""

    def __init__(
        self,
        auth: ZohoAuth,
        *,
        http: httpx.AsyncClient,
        clock: Callable[[], datetime],
        throttle: Throttle | None = None,
        meter: CreditMeter | None = None,
        wait: wait_base = CRM_READ,
        fields: FieldMap | None = None,
        forms: Mapping[str, Form] | None = None,
        administrators: Administrators | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        throttle = throttle or Throttle(concurrency=5, requests_per_minute=120)
        self.rest = ZohoTransport(auth, http=http, limits=Limits(throttle, meter), wait=wait)
        self._field_map, self._sleep = fields or FieldMap(), sleep
        self._clock, self._forms = clock, forms or {}
        self._administrators = administrators or Administrators()
        self._writes_as: list[str] = []  # the user's id, once it was needed
        self._go_through(self.rest)

    def _go_through(self, transport: ReadTransport) -> None:
        self.transport = transport
        self.catalogue = Catalogue(transport, fields=self._field_map, clock=self._clock)
        self._feed = Feed(transport, BulkReads(transport, sleep=self._sleep))
        self._presence = Presence(transport, self.catalogue)

    def reading_through(self, transport: ReadTransport) -> ZohoClient:
        """Return the same client, reading over another transport than Zoho's REST API; `rest` is unchanged."""
        other = copy(self)
        other._go_through(transport)
        return other

    def hurried(self) -> ZohoClient:
        """Return the same client for reads a person waits for: its calls skip the queue of reads and may use the reserve."""
        other = copy(self)
        other.transport = self.transport.hurried()
        return other

    @property
    def calls(self) -> int:
        """Number of requests sent to the API so far."""
        return self.transport.tally.calls

    @property
    def credits(self) -> int:
        """Their cost in Zoho's credits."""
        return self.transport.tally.credits

    async def people(self) -> list[Person]:
        """Return all users, active or not, with their time zone and manager."""
        rows = await all_users(self.transport)
        if not rows:
            raise unexpected("there are no users")
        return wire.people_from(rows, self._administrators)

    async def unknown_administrators(self) -> list[str]:
        """Return the users and profiles named as administrators that no active user is or has."""
        return list(self._administrators.unknown(await all_users(self.transport)))

    async def me(self) -> str:
        """Return the id of the user we are signed in as."""
        return await signed_in_as(self.transport)

    async def pipeline(self) -> Pipeline:
        """Return the deal stages in order, with their meanings, and after them those that only deals still carry."""
        answer = await self.transport.get("/settings/layouts", params={"module": "Deals"})
        offered = wire.pipeline_from(some_rows_of(answer, "layouts"))
        others = queries.none_of("Stage", [stage.name for stage in offered.stages])
        for columns in (("Stage", "Probability"), ("Stage",)):  # a profile may hide the probability
            query = queries.select_groups("Deals", columns, ("COUNT(id)",), others)
            try:
                answer = await self.transport.query(f"{query} limit {queries.ROWS} offset 0", limit=queries.ROWS)
            except CrmRefused as exc:
                log.info("zoho.stages_untold", code=exc.code)
                continue
            return wire.with_withdrawn(offered, rows_of(answer))
        return offered

    async def currency(self) -> str | None:
        """Return the ISO code of the organisation's currency; None if Zoho doesn't tell it, e.g. to a sign-in without that
        scope."""
        try:
            rows = rows_of(await self.transport.get("/org"), "org")
        except (CrmRefused, CrmAuth) as exc:
            log.info("zoho.currency_untold", problem=str(exc))
            return None
        return wire.currency_from(rows)

    async def account_choices(self) -> dict[str, tuple[str, ...]]:
        """Return the values that an account's picklist fields may take, by our field name."""
        return wire.account_choices_from(await self.catalogue.describe("Accounts"))

    async def field_rules(self) -> FieldRules:
        """Return Zoho's rules for the fields that our writes fill in, leaving out modules that it does not describe."""
        rules: dict[str, RecordRules] = {}
        for kind, form in self._forms.items():
            try:
                rules[kind] = rules_from(form, await self.catalogue.describe(form.module))
            except CrmRefused as exc:
                log.info("zoho.fields_untold", module=form.module, code=exc.code)
        return rules

    async def changed(
        self, stream: Stream, *, since: datetime | None, after: str = ""
    ) -> AsyncIterator[tuple[list[Entity], str]]:
        """Yield pages of the records modified at or after `since` (None: all), each with the place after it, from which
        `after` continues. A record that moves while we read may show twice. Raises: CrmMissing if the module is switched
        off.
        """
        module, position = queries.STREAMS[stream], position_in(after)
        while True:
            fields = await self._fields_of(module)
            try:
                async for rows, at in self._feed.pages(module, fields, since=since, start=position):
                    position = at
                    yield await self._entities(module, rows), at.text
                return
            except CrmRefused as exc:
                await self.catalogue.look_again(module, exc)

    async def deleted(self, stream: Stream, *, since: datetime | None) -> Deletions:
        """Return the records deleted since then, into the recycle bin or permanently, as many as Zoho lists."""
        path, found = f"/{queries.STREAMS[stream]}/deleted", list[str]()
        try:
            async for page in list_pages(self.transport, path, params={"type": "all"}, since=since):
                found += wire.ids_of(page)
        except ListEnds as exc:
            log.info("zoho.more_deleted_than_listed", module=queries.STREAMS[stream], problem=str(exc))
            return Deletions(tuple(found), complete=False)
        return Deletions(tuple(found))

    async def count(self, kind: Kind, *, after: str = "", upto: str = "") -> int | None:
        """Count the records with ids above `after` up to `upto` (each "" for no bound); None if Zoho doesn't count them here.
        Raises: CrmMissing if one of the modules is switched off."""
        counts = [await self._presence.count(module, after=after, upto=upto) for module in queries.MODULES[kind]]
        return None if None in counts else sum(count for count in counts if count is not None)

    async def ids(self, kind: Kind, *, after: str = "", upto: str = "") -> set[str]:
        """Return the ids of the records in that range, as for `count`. Raises: CrmMissing."""
        found = set[str]()
        for module in queries.MODULES[kind]:
            found |= await self._presence.ids(module, after=after, upto=upto)
        return found

    async def records(self, kind: Kind, record_ids: Collection[str]) -> list[Entity]:
        """Read these records now, leaving out those that no longer exist."""
        found: list[Entity] = []
        for module in queries.MODULES[kind]:
            fields = ",".join(await self._fields_of(module))
            for ids in queries.groups(record_ids):
                params: dict[str, str | int] = {"fields": fields, "ids": ",".join(ids), "per_page": PAGE}
                rows = rows_of(await self.transport.get(f"/{module}", params=params))
                found += await self._entities(module, rows)
        return found

    def unread(self, kind: Kind) -> frozenset[str]:
        """The fields of this kind that are not read, because a setting or this organisation leaves them out."""
        return self.catalogue.unread(kind)

    def problems(self) -> tuple[str, ...]:
        """A sentence for each field named by a setting or Zoho's standard that this organisation does not have."""
        return tuple(self.catalogue.problems.values())

    async def account(self, account_id: str) -> AccountFacts:
        """Read one account now, with everything on it and on its deals. Raises: NotFound."""
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
        """Read one record now; None if it no longer exists. An activity may be a task, a meeting or a call."""
        for module in queries.MODULES[kind]:
            row = await self.row(module, record_id, await self._fields_of(module))
            if row is not None:
                return next(iter(await self._entities(module, [row])), None)
        return None

    async def row(self, module: str, record_id: str, fields: Sequence[str]) -> dict[str, Any] | None:
        """Read one record's row now; None if there is none with this id."""
        if not record_id.isascii() or not record_id.isdigit():
            return None
        try:
            answer = await self.transport.get(f"/{module}/{record_id}", params={"fields": ",".join(fields)})
        except CrmRefused as exc:
            if exc.code == "INVALID_DATA":  # Zoho's code for an unknown id
                return None
            raise
        rows = rows_of(answer)
        return rows[0] if rows else None

    async def accounts(self, *, owners: Collection[str] | None, after: str | None, limit: int) -> Page[Account]:
        """Return accounts of these owners (None: everyone's), in the order of their ids."""
        return await self._page(Account, "Accounts", owners=owners, after=after, limit=limit)

    async def search_accounts(
        self, name: str, *, owners: Collection[str] | None, after: str | None = None, limit: int
    ) -> Page[Account]:
        """Return accounts of these owners (None: everyone's) whose name contains this text, ignoring case."""
        named = queries.contains("Account_Name", name)
        return await self._page(Account, "Accounts", named, owners=owners, after=after, limit=limit)

    async def deals(self, account_id: str, *, after: str | None, limit: int) -> Page[Deal]:
        """Return the deals of an account, open or closed."""
        on_account = queries.equal("Account_Name", account_id)
        return await self._page(Deal, "Deals", on_account, owners=None, after=after, limit=limit)

    async def open_deals(self, *, owners: Collection[str] | None, after: str | None, limit: int) -> Page[Deal]:
        """Return the deals of these owners (None: everyone's) that are neither won nor lost."""
        closed = [stage.name for stage in (await self.pipeline()).stages if stage.outcome is not StageOutcome.OPEN]
        still_open = (queries.none_of("Stage", closed),) if closed else ()
        return await self._page(Deal, "Deals", *still_open, owners=owners, after=after, limit=limit)

    async def analytics(self, *, by: Grouping, owners: Collection[str] | None, since: date) -> Analytics:
        """Return pipeline, ageing and activity of these owners (None: everyone's), added up by Zoho now; activities since
        that day."""
        now = self._clock()
        closed = [stage.name for stage in (await self.pipeline()).stages if stage.outcome is not StageOutcome.OPEN]
        currency = self._field_map.theirs("Deals", "Currency")
        known = currency if currency in await self._fields_of("Deals") else None
        figures = ZohoAnalytics(self.transport, owners=owners, closed=closed, currency=known)
        return Analytics(
            grouping=by,
            as_of=now,
            since=since,
            pipeline=await figures.pipeline(by),
            ageing=await figures.ageing(by, now.date()),
            activity=await figures.activity(since),
        )

    async def history(
        self, kind: Kind, record_id: str, *, after: str | None = None, limit: int = PAGE
    ) -> Page[FieldMove]:
        """Return the changes to an account or a deal, newest first. `after` is Zoho's page token; `limit` counts its
        entries, each of which may cover several fields, and must stay the same for one token."""
        params: dict[str, str | int] = {"per_page": limit, "sort_by": "audited_time", "sort_order": "desc"}
        if after:
            params["page_token"] = after
        answer = await self.transport.get(f"/{_HISTORY_PATHS[kind]}/{record_id}/__timeline", params=params)
        moves = wire.moves_from(rows_of(answer, "__timeline"))
        return Page(tuple(moves), token_of(answer) if more_after(answer) else None)

    async def stage_moves(self, deal_id: str) -> tuple[StageMove, ...] | None:
        """Return all moves of a deal between stages since it joined its pipeline, oldest first; None if the first page of its
        history does not reach back to its creation."""
        params: dict[str, str | int] = {"per_page": PAGE, "sort_by": "audited_time", "sort_order": "desc"}
        answer = await self.transport.get(f"/Deals/{deal_id}/__timeline", params=params)
        if more_after(answer):
            return None
        pipeline = self._field_map.theirs("Deals", "Pipeline")
        return wire.stage_moves_from(rows_of(answer, "__timeline"), pipeline_field=pipeline)

    async def related(self, module: str, record_id: str, related: str, fields: Sequence[str]) -> Rows:
        """Return all rows of a related list, e.g. the tasks of an account."""
        pages = list_pages(self.transport, f"/{module}/{record_id}/{related}", params={"fields": ",".join(fields)})
        return [row async for page in pages for row in page]

    async def _page(
        self, of: type[E], module: str, *conditions: str, owners: Collection[str] | None, after: str | None, limit: int
    ) -> Page[E]:
        """Return one page, asking for one row too many to learn whether more follow."""
        if owners is not None and not owners:
            return Page((), None)
        owned = (queries.one_of("Owner", owners),) if owners is not None else ()
        fields, size = await self._fields_of(module), limit + 1
        query = queries.select(module, fields, queries.after_id(after or FIRST), *conditions, *owned, limit=size)
        rows = rows_of(await self.transport.query(query, limit=size))
        found = await self._entities_of(of, module, rows[:limit])
        return Page(found, found[-1].id if len(rows) > limit else None)

    async def _all(self, of: type[E], module: str, *conditions: str) -> tuple[E, ...]:
        pages = query_pages(self.transport, module, await self._fields_of(module), *conditions)
        return tuple([entity async for rows in pages for entity in await self._entities_of(of, module, rows)])

    async def _activities_on(self, record_ids: Sequence[str]) -> tuple[Activity, ...]:
        groups = [queries.one_of("What_Id", group) for group in queries.groups(record_ids)]
        modules = queries.MODULES[Kind.ACTIVITY]
        found = await asyncio.gather(*(self._all(Activity, module, on) for module in modules for on in groups))
        return tuple(chain.from_iterable(found))

    async def _notes_on(self, parents: Sequence[tuple[str, str]]) -> tuple[Note, ...]:
        lists = (self.related(module, record_id, "Notes", queries.FIELDS["Notes"]) for module, record_id in parents)
        return tuple(
            [each for rows in await asyncio.gather(*lists) for each in await self._entities_of(Note, "Notes", rows)]
        )

    async def _fields_of(self, module: str) -> tuple[str, ...]:
        return await self.catalogue.fields_of(module)

    async def _entities_of(self, of: type[E], module: str, rows: Rows) -> tuple[E, ...]:
        found = [entity for entity in await self._entities(module, rows) if not fields_of(entity.unread) & VITAL]
        return tuple(entity for entity in found if isinstance(entity, of))

    async def _entities(self, module: str, rows: Rows) -> list[Entity]:
        standard = self.catalogue.standard(module, rows)
        ours = await self._written_as() if module == "Tasks" and any(map(bears_mark, standard)) else None
        called = partial(self._field_map.theirs, module)
        found = [entity_from(module, row, ours=ours, called=called) for row in standard]
        return [entity for entity in found if entity is not None]

    async def _written_as(self) -> str:
        """The id of the user as whom the bot writes, over whatever transport it reads."""
        if not self._writes_as:
            self._writes_as.append(await signed_in_as(self.rest))
        return self._writes_as[0]
