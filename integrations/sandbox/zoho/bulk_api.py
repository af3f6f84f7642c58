"""The routes of `/crm/bulk/v8`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from integrations.sandbox.history import Json
from integrations.sandbox.zoho.bulk import CREDITS_A_JOB, BulkReads, Job
from integrations.sandbox.zoho.bulk_query import bulk_query, refused
from integrations.sandbox.zoho.call import BODY_LIMIT, CREDITS, CheckScope, answer, written
from integrations.sandbox.zoho.fields import Module
from store.domain.text.outside_json import NotJson, read_json

_READ = "ZohoCRM.bulk.READ"


@dataclass(frozen=True, slots=True)
class BulkApi:
    """The handlers. `allow` raises unless the caller's token carries a scope: the bulk one and the module's."""

    jobs: BulkReads
    modules: Mapping[str, Module]
    allow: CheckScope

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/crm/bulk/v8/read", self.create),
            web.get("/crm/bulk/v8/read/{id}", self.details),
            web.get("/crm/bulk/v8/read/{id}/result", self.result),
        ]

    async def create(self, request: web.Request) -> web.Response:
        self.allow(request, _READ)

        def may_read(module: str) -> None:
            self.allow(request, f"ZohoCRM.modules.{module}.READ")

        query = bulk_query(await _body(request), self.modules, may_read=may_read)
        request[CREDITS] = CREDITS_A_JOB
        return written(201, self.jobs.create(query))

    async def details(self, request: web.Request) -> web.Response:
        return answer(await self.jobs.details(self._job(request)))

    async def result(self, request: web.Request) -> web.StreamResponse:
        file = await self.jobs.download(self._job(request))
        named = {"Content-Type": "application/zip", "Content-Disposition": f'attachment; filename="{file.name}"'}
        return web.FileResponse(file, headers=named)

    def _job(self, request: web.Request) -> Job:
        self.allow(request, _READ)
        job = self.jobs.job(request.match_info["id"])
        self.allow(request, f"ZohoCRM.modules.{job.query.module.api_name}.READ")
        return job


async def _body(request: web.Request) -> Json:
    """Raises: ZohoRefusal with the codes of bulk read, which differ from those of the record API."""
    raw = await request.read()
    if not raw.strip():
        raise refused("REQUEST_BODY_IS_EMPTY", "the request body is empty")
    try:
        parsed: Json = read_json(raw, most=BODY_LIMIT)
    except NotJson as exc:
        raise refused("REQUEST_BODY_NOT_READABLE", "the request body is not readable") from exc
    return parsed
