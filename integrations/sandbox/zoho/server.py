"""The sandbox CRM: a company's history behind Zoho's wire, on a socket of this machine."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from integrations.doors.keeper import Doorkeeper
from integrations.doors.limits import DoorLimits
from integrations.doors.on_aiohttp import GuardedRunner, at_the_door
from integrations.sandbox.history import Company, CrmEvent, CrmUser
from integrations.sandbox.zoho.administration import Administration
from integrations.sandbox.zoho.api import Api
from integrations.sandbox.zoho.auth import TokenDesk, ZohoCredentials
from integrations.sandbox.zoho.bulk import MOST_ROWS, BulkReads
from integrations.sandbox.zoho.bulk_api import BulkApi
from integrations.sandbox.zoho.call import BODY_LIMIT
from integrations.sandbox.zoho.company import open_tables
from integrations.sandbox.zoho.faults import Faults
from integrations.sandbox.zoho.fields import schema
from integrations.sandbox.zoho.gateway import DAILY_CREDITS, Gateway
from integrations.sandbox.zoho.journal import Journal
from integrations.sandbox.zoho.layouts import Layouts
from integrations.sandbox.zoho.metadata import Metadata
from integrations.sandbox.zoho.notifier import Notifier
from integrations.sandbox.zoho.people import People
from integrations.sandbox.zoho.reads import Reads, hanging_on
from integrations.sandbox.zoho.values import record_id
from integrations.sandbox.zoho.watch import Watch
from integrations.sandbox.zoho.watch_api import WatchApi
from integrations.sandbox.zoho.wire import Renderer
from integrations.sandbox.zoho.writes import LedgerEntry, Writes
from store.domain.errors import BadInput

log = structlog.get_logger()
_PLAYED = "played"
CONSENT = """<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox Zoho</title>
<main><h1>Sandbox Zoho</h1><p>An application asks for access.</p><p><a href="{link}">Accept</a></p></main>
</html>
"""


class ZohoSandbox:
    """One address for sign-in (`/oauth/v2/token`) and the API (`/crm/v8/…`).

    `path` None keeps everything in memory; `company` None serves the company that a file holds. `latency` is in seconds and
    added to every call; `daily_credits` is the API's rolling allowance; `concurrency` is the limit of calls at one moment,
    see `CONCURRENCY`, None for any number. A bulk read job takes `bulk_seconds` by the clock and holds at most `bulk_rows`
    rows; changes are gathered for `notify_seconds` of real time before channels are notified. `api_domain` is the API
    address that sign-in returns if it differs from `url`: a proxy's. `coql_notes` lets queries read notes, which Zoho does
    not document and some organisations see. Raises: BadInput if the file has no company or a different one.
    """

    def __init__(
        self,
        company: Company | None,
        *,
        clock: Callable[[], datetime],
        path: Path | None = None,
        latency: float = 0.0,
        credentials: ZohoCredentials | None = None,
        daily_credits: int = DAILY_CREDITS,
        concurrency: int | None = None,
        bulk_seconds: float = 0.0,
        bulk_rows: int = MOST_ROWS,
        notify_seconds: float = 0.05,
        coql_notes: bool = False,
    ) -> None:
        self.credentials = credentials or ZohoCredentials()
        self.faults = Faults()
        self.api_domain: str | None = None
        self.company, self._tables = open_tables(company, path)
        self._modules = schema(self.company.stages, self.company.pipelines)
        self._people = People(self.company)
        self._render = Renderer(self._tables, self._modules, self._people)
        self._notifier = Notifier(self.faults, resource_uri=self._resource_uri, gather=notify_seconds)
        self._watch = Watch(
            self._notifier,
            tables=self._tables,
            modules=self._modules,
            render=self._render,
            clock=clock,
            resource_uri=self._resource_uri,
        )
        self._journal = Journal(self._tables, self._modules, self.company.stages, self._watch)
        metadata = Metadata(self._tables, self._modules)
        layouts = self._layouts = Layouts(metadata, self._modules, self.company.stages, self.company.pipelines)
        self._reads = Reads(
            self._tables, self._modules, self._render, clock, lambda: self.faults.search_lag, coql_notes
        )
        self._administration = Administration(
            tables=self._tables, modules=self._modules, journal=self._journal, people=self._people, clock=clock
        )
        self._writes = Writes(
            self._tables,
            self._modules,
            self._journal,
            metadata,
            layouts,
            self._people,
            self._render,
            clock,
            self._administration.locked,
        )
        self._tokens = TokenDesk(self.credentials, clock=clock)
        self._gateway = Gateway(
            self.faults,
            clock=clock,
            latency=latency,
            daily_credits=daily_credits,
            concurrency=concurrency,
            expire_tokens=self._tokens.revoke_all,
        )
        self._api = Api(self._reads, self._writes, metadata, layouts, self._people, self._modules, self._allow)
        self._bulk = BulkReads(
            self._reads, self._people, self.faults, clock=clock, seconds=bulk_seconds, rows=bulk_rows
        )
        self._watch_api = WatchApi(self._watch, self._modules, clock, self._allow)
        self._bulk_api = BulkApi(self._bulk, self._modules, self._allow)
        self._played = int(self._tables.meta(_PLAYED) or 0)
        self._runner: web.AppRunner | None = None
        self._url = ""

    async def start(self, host: str = "127.0.0.1", port: int = 0, *, names: Collection[str] = ()) -> None:
        """Listen; port 0 takes a free one. `names` are host names of clients besides this machine's own and `host`.
        Raises: BadInput if the port is taken."""
        keeper = Doorkeeper("sandbox.zoho", DoorLimits(unread_bytes=BODY_LIMIT, body_seconds=60))
        door = at_the_door(keeper, names=[host, *names])
        app = web.Application(middlewares=[door, self._gateway.pass_through], client_max_size=BODY_LIMIT)
        app.add_routes([web.post("/oauth/v2/token", self._token), web.post("/oauth/v2/token/revoke", self._revoke)])
        app.add_routes([web.get("/oauth/v2/auth", self._consent), web.get("/self-client", self._self_client)])
        app.add_routes([*self._bulk_api.routes(), *self._watch_api.routes()])
        app.add_routes(self._api.routes())
        self._runner = GuardedRunner(app, keeper, shutdown_timeout=0.2)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as exc:
            await self._runner.cleanup()
            raise BadInput(f"Port {port} of {host} is not available: {exc.strerror}. Choose another.") from exc
        self._notifier.start()
        self._url = f"http://{host}:{self._runner.addresses[0][1]}"
        log.info("sandbox.zoho.started", url=self._url)

    async def stop(self) -> None:
        """Stop listening and close the file; may be called without `start`."""
        if self._runner is not None:
            await self._runner.cleanup()
        await self._notifier.stop()
        await self._bulk.close()
        self._tables.close()

    def play(self, until: datetime) -> int:
        """Apply the company's unplayed events before `until`, all or none; return how many.

        Raises: BadInput for an event that does not fit the CRM.
        """
        events = self.company.events
        start = position = self._played
        with self._journal.transaction():
            while position < len(events) and (event := events[position]).at < until:
                self._journal.apply(event)
                position += 1
            self._tables.keep(_PLAYED, str(position))
        self._played = position
        return position - start

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, once started."""
        return self._url

    @property
    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Every write committed through the API since this object was made, oldest first, without played events."""
        return tuple(self._writes.ledger)

    @property
    def calls(self) -> int:
        """API calls that reached a route, whatever the answer; sign-in and calls taken by a fault don't count."""
        return self._gateway.calls

    @property
    def credits(self) -> int:
        """Their cost in Zoho's credits."""
        return self._gateway.credits

    @property
    def most_at_once(self) -> int:
        """The most API calls in progress at one moment."""
        return self._gateway.most_at_once

    @property
    def most_in_a_minute(self) -> int:
        """The most API calls that arrived within any 60 seconds."""
        return self._gateway.most_in_a_minute

    @property
    def tokens_issued(self) -> int:
        return self._tokens.issued

    def generate_code(self, scope: str) -> str:
        """Return a self-client's code for these scopes, separated by commas; it works once, for two minutes. Raises:
        ValueError."""
        return self._tokens.generate_code(scope)

    def revoke_tokens(self) -> None:
        """End every access token issued so far, as when the user revokes them."""
        self._tokens.revoke_all()

    def revoke_refresh_token(self) -> None:
        """End the refresh token, as when the user withdraws the grant: `invalid_code` until someone signs in again with a
        grant code. Its access tokens end as well."""
        self._tokens.revoke_refresh_token()

    def happens(self, event: CrmEvent) -> None:
        """Apply a person's action in the CRM's own pages, outside the history that plays. Raises: BadInput if it does not
        fit."""
        with self._journal.transaction():
            self._journal.apply(event)
        for name in event.fields:
            self._render.odd.get((event.module, event.id), {}).pop(name, None)

    async def notified(self) -> None:
        """Return once everything that happened so far was sent to the channels that watch it, whether or not it arrived."""
        await self._notifier.settled()

    def keep_user(self, user: CrmUser) -> None:
        """Add a user as an administrator, or change one, such as `active` to False when they leave. Their role exists
        already."""
        self._people.keep(user)

    def redefine(self, module: str, field: str, **changes: Any) -> None:
        """Change a field as an administrator: `read_only`, `mandatory`, `visible`, `length`, `label` or `choices` of
        `fields.Field`, or rename a custom one with `api_name`. Raises: BadInput if it cannot be renamed."""
        self._administration.redefine(module, field, **changes)

    def withdraw_stage(self, name: str) -> None:
        """Take a deal stage off the picklist as an administrator; the deals in it keep it."""
        offered = self._modules["Deals"].fields["Stage"].choices
        self._administration.redefine("Deals", "Stage", choices=tuple(each for each in offered if each != name))
        self._layouts.withdraw(name)

    def remove_field(self, module: str, field: str) -> None:
        """Remove a custom field as an administrator. Raises: BadInput for a standard field."""
        self._administration.remove_field(module, field)

    def hide_field(self, module: str, field: str) -> None:
        """Take a field away from the profile of the user who signs in: the API no longer knows it. Its values stay."""
        self._administration.hide_field(module, field)

    def disable(self, module: str) -> None:
        """Switch a module off as an administrator: the API no longer knows it. Its records stay."""
        self._administration.switch(module, on=False)

    def enable(self, module: str) -> None:
        """Switch a module on again."""
        self._administration.switch(module, on=True)

    def lock(self, module: str, key: str) -> None:
        """Lock a record: the API refuses to write it with RECORD_LOCKED until `unlock`."""
        self._administration.lock(module, key)

    def unlock(self, module: str, key: str) -> None:
        self._administration.unlock(module, key)

    def merge(self, module: str, winner_id: str, loser_id: str, *, touch_children: bool = False) -> None:
        """Merge two duplicates as a person: the loser's children move to the winner, whose Modified_Time is now, and the
        loser is deleted. The children keep their Modified_Time unless `touch_children`: a client that reads changes by time
        does not see them move. Raises: BadInput if there are not two records.
        """
        self._administration.merge(module, record_id(winner_id), record_id(loser_id), touch_children=touch_children)

    def distort(self, module: str, key: str, **values: Any) -> None:
        """Have every read answer with these values, of whatever type, in place of the record's own: what a migration or another
        client left behind. An edit of the field by `happens` ends it, and so does `straighten`."""
        self._render.odd.setdefault((self._modules[module].api_name, key), {}).update(values)

    def straighten(self, module: str, key: str) -> None:
        """Answer with the record's own values again, without any edit."""
        self._render.odd.pop((module, key), None)

    def restore(self, module: str, key: str) -> None:
        """Bring a record back from the recycle bin as a person: it returns with its old Modified_Time and leaves the list of
        deleted records, so a client that reads changes by time does not see it. Raises: BadInput if it is not there."""
        self._administration.restore(module, key)

    def record(self, module: str, key: str) -> dict[str, Any] | None:
        """Return a record as `GET` does; None if there is none."""
        found = self._reads.one(self._modules[module], key, {})
        return found["data"][0] if found else None

    def related(self, module: str, lookup: str, key: str, *, to: str = "Accounts") -> list[dict[str, Any]]:
        """Return the records of `module` whose `lookup` points to this record, e.g. `related("Deals", "Account_Name", id)`;
        `to` is the target's module. Newest first."""
        child = self._modules[module]
        condition = hanging_on(child, lookup, self._modules[to], record_id(key))
        rows = self._tables.query(
            f'select * from "{child.api_name}" where {condition.sql} order by "Modified_Time" desc, id',  # noqa: S608 - names of our own schema; values are bound
            condition.values,
        )
        return self._render.records(child, rows)

    def history(self, module: str, key: str) -> list[dict[str, Any]]:
        """Return the first page of a record's timeline, newest first."""
        entries: list[dict[str, Any]] = self._reads.timeline(self._modules[module], key, "", {})["__timeline"]
        return entries

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        answer = self._tokens.answer({**request.query, **form}, api_domain=self.api_domain or self._url)
        return web.json_response(answer.body, status=answer.status)

    async def _revoke(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        answer = self._tokens.revoke({**request.query, **form}.get("token", ""))
        return web.json_response(answer.body, status=answer.status)

    def _resource_uri(self, module: str) -> str:
        return f"{self.api_domain or self._url}/crm/v8/{module}"

    async def _consent(self, request: web.Request) -> web.Response:
        """Return a page with one link; a client that asks with `agreed` is redirected at once."""
        if "agreed" not in request.query:
            return web.Response(text=CONSENT.format(link=escape(f"{request.path_qs}&agreed")), content_type="text/html")
        try:
            back = self._tokens.consent(request.query, accounts_url=self._url)
        except ValueError as exc:
            return web.Response(status=400, text=str(exc))
        raise web.HTTPFound(back)

    async def _self_client(self, request: web.Request) -> web.Response:
        """Act as *Generate Code* of the API console: return the code for `?scope=A,B`."""
        try:
            return web.Response(text=self.generate_code(request.query.get("scope", "")) + "\n")
        except ValueError as exc:
            return web.Response(status=400, text=f"{exc}: name Zoho's scopes, separated by commas, as ?scope=A,B\n")

    def _allow(self, request: web.Request, scope: str) -> None:
        self._tokens.check(request.headers.get("Authorization"), scope)
