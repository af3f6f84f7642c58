"""The routes of `/crm/v8`: each parses a request, calls the right part, and puts the answer on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from integrations.sandbox.history import Json
from integrations.sandbox.zoho import coql_sql, search
from integrations.sandbox.zoho.call import CREDITS, WRAPPED, CheckScope, answer, json_body, moment, since, written
from integrations.sandbox.zoho.coql import parse
from integrations.sandbox.zoho.errors import ZohoRefusal, invalid_module, invalid_param, missing_param
from integrations.sandbox.zoho.fields import Module, in_use
from integrations.sandbox.zoho.layouts import Layouts
from integrations.sandbox.zoho.metadata import Metadata
from integrations.sandbox.zoho.paging import MOST_BY_PAGE, bound_to, positive
from integrations.sandbox.zoho.people import People
from integrations.sandbox.zoho.reads import Condition, Reads
from integrations.sandbox.zoho.writes import Writes

_RECORDS_A_CREDIT = 10


@dataclass(frozen=True, slots=True)
class Api:
    """The handlers. `allow` raises unless the caller's token carries a scope."""

    reads: Reads
    writes: Writes
    metadata: Metadata
    layouts: Layouts
    people: People
    modules: Mapping[str, Module]
    allow: CheckScope

    def routes(self) -> list[web.RouteDef]:
        """Fixed paths come first: aiohttp takes the first match."""
        return [
            web.get("/crm/v8/users", self.users),
            web.get("/crm/v8/users/{id}", self.user),
            web.get("/crm/v8/org", self.org),
            web.get("/crm/v8/settings/modules", self.settings_modules),
            web.get("/crm/v8/settings/fields", self.settings_fields),
            web.get("/crm/v8/settings/layouts", self.settings_layouts),
            web.get("/crm/v8/settings/pipeline", self.settings_pipeline),
            web.post("/crm/v8/coql", self.coql),
            web.get("/crm/v8/{module}", self.listed),
            web.post("/crm/v8/{module}", self.create),
            web.put("/crm/v8/{module}", self.update),
            web.delete("/crm/v8/{module}", self.delete),
            web.get("/crm/v8/{module}/search", self.search),
            web.get("/crm/v8/{module}/actions/count", self.count),
            web.get("/crm/v8/{module}/deleted", self.deleted),
            web.get("/crm/v8/{module}/{id}", self.one),
            web.put("/crm/v8/{module}/{id}", self.update),
            web.delete("/crm/v8/{module}/{id}", self.delete),
            web.get("/crm/v8/{module}/{id}/__timeline", self.timeline),
            web.get("/crm/v8/{module}/{id}/{related}", self.related),
        ]

    async def users(self, request: web.Request) -> web.Response:
        self.allow(request, "ZohoCRM.users.READ")
        found = self.people.listed(request.query.get("type", "AllUsers"))
        window = self.reads.pages.window(bound_to(request.path, request.query, None), request.query)
        shown, end = found[window.skip : window.skip + window.size], window.skip + window.size
        info = {"per_page": window.size, "count": len(shown), "page": window.page, "more_records": end < len(found)}
        return answer({"users": shown, "info": info} if shown else None)

    async def user(self, request: web.Request) -> web.Response:
        self.allow(request, "ZohoCRM.users.READ")
        found = self.people.one(request.match_info["id"])
        return answer({"users": [found]} if found else None)

    async def org(self, request: web.Request) -> web.Response:
        self.allow(request, "ZohoCRM.org.READ")
        return answer({"org": [self.people.org()]})

    async def settings_modules(self, request: web.Request) -> web.Response:
        self.allow(request, "ZohoCRM.settings.modules.READ")
        return answer({"modules": self.metadata.modules()})

    async def settings_fields(self, request: web.Request) -> web.Response:
        self.allow(request, "ZohoCRM.settings.fields.READ")
        return answer({"fields": self.metadata.fields(self._module_param(request))})

    async def settings_layouts(self, request: web.Request) -> web.Response:
        self.allow(request, "ZohoCRM.settings.layouts.READ")
        return answer({"layouts": self.layouts.layouts(self._module_param(request))})

    async def settings_pipeline(self, request: web.Request) -> web.Response:
        self.allow(request, "ZohoCRM.settings.pipeline.READ")
        pipelines = self.layouts.pipelines(request.query.get("layout_id"))
        if pipelines is None:
            raise invalid_param("layout_id", "the layout id given seems to be invalid")
        return answer({"pipeline": pipelines})

    async def coql(self, request: web.Request) -> web.Response:
        self.allow(request, "ZohoCRM.coql.READ")
        body = await json_body(request)
        text = body.get("select_query") if isinstance(body, Mapping) else None
        if not isinstance(text, str):
            raise ZohoRefusal("MANDATORY_NOT_FOUND", "required field not found", {"api_name": "select_query"})
        query = parse(text)
        request[CREDITS] = query.credits
        if query.module in self.modules:
            self.allow(request, f"ZohoCRM.modules.{query.module}.READ")
        reads = self.reads
        return answer(
            coql_sql.answer(
                query,
                tables=reads.tables,
                modules=self.modules,
                render=reads.render,
                indexed=reads.indexed('m."Created_Time"'),
                notes=reads.coql_notes,
            )
        )

    async def listed(self, request: web.Request) -> web.Response:
        module, newer = self._module(request, "READ"), since(request)
        return answer(self.reads.listed(module, request.path, request.query, since=newer), newer)

    async def related(self, request: web.Request) -> web.Response:
        module, newer = self._module(request, "READ", wrapped=False), since(request)
        key, related = request.match_info["id"], request.match_info["related"]
        return answer(self.reads.related(module, key, related, request.path, request.query, since=newer), newer)

    async def one(self, request: web.Request) -> web.Response:
        module = self._module(request, "READ")
        return answer(self.reads.one(module, request.match_info["id"], request.query))

    async def deleted(self, request: web.Request) -> web.Response:
        module, newer = self._module(request, "READ", wrapped=False), since(request)
        return answer(self.reads.deleted(module, request.path, request.query, since=newer), newer)

    async def timeline(self, request: web.Request) -> web.Response:
        module = self._module(request, "READ", wrapped=False)
        return answer(self.reads.timeline(module, request.match_info["id"], request.path, request.query))

    async def search(self, request: web.Request) -> web.Response:
        module = self._module(request, "READ", wrapped=False)
        self.allow(request, "ZohoSearch.securesearch.READ")
        condition: Condition = search.condition(module, request.query)
        if positive(request.query, "page", 1) * positive(request.query, "per_page", 200) > MOST_BY_PAGE:
            raise ZohoRefusal("LIMIT_REACHED", "maximum response iteration limit reached", {"limit": str(MOST_BY_PAGE)})
        return answer(self.reads.found(module, request.path, request.query, condition))

    async def count(self, request: web.Request) -> web.Response:
        module = self._module(request, "READ", wrapped=False)
        self.allow(request, "ZohoSearch.securesearch.READ")
        return answer({"count": self.reads.counted(module, search.counting(module, request.query))})

    async def create(self, request: web.Request) -> web.Response:
        module, body = self._module(request, "CREATE"), await json_body(request)
        request[CREDITS] = _cost(body)
        return written(*self.writes.create(module, body))

    async def update(self, request: web.Request) -> web.Response:
        module, body = self._module(request, "UPDATE"), await json_body(request)
        request[CREDITS] = _cost(body)
        unmodified = moment(request, "If-Unmodified-Since")
        return written(*self.writes.update(module, body, key=request.match_info.get("id"), unmodified_since=unmodified))

    async def delete(self, request: web.Request) -> web.Response:
        module, key = self._module(request, "DELETE", wrapped=False), request.match_info.get("id")
        if request.query.get("wf_trigger", "true") not in ("true", "false"):
            raise ZohoRefusal("INVALID_DATA", "invalid value for the parameter", {"param": "wf_trigger"})
        if key is not None:
            return written(200, self.writes.remove(module, key))
        keys = [part.strip() for part in request.query.get("ids", "").split(",") if part.strip()]
        return written(*self.writes.delete(module, keys))

    def _module(self, request: web.Request, right: str, *, wrapped: bool = True) -> Module:
        """Return the module in the path if the caller may do this to it. Raises: ZohoRefusal."""
        name = request.match_info["module"]
        self.allow(request, f"ZohoCRM.modules.{name}.{right}")
        request[WRAPPED] = wrapped and name != "Notes"
        module = in_use(self.modules, name)
        if module is None:
            raise invalid_module()
        return module

    def _module_param(self, request: web.Request) -> Module:
        name = request.query.get("module")
        if not name:
            raise missing_param("module")
        module = in_use(self.modules, name)
        if module is None:
            raise invalid_param("module", "the module name given seems to be invalid")
        return module


def _cost(body: Json) -> int:
    data = body.get("data") if isinstance(body, Mapping) else None
    return max(1, -(-len(data) // _RECORDS_A_CREDIT)) if isinstance(data, list) else 1
