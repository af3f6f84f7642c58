"""The routes of message batches and of models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from integrations.sandbox.claude.batches import Batches
from integrations.sandbox.claude.faults import Faults
from integrations.sandbox.claude.gateway import BETAS
from integrations.sandbox.claude.messages_api import struck
from integrations.sandbox.claude.models import Models
from integrations.sandbox.claude.pace import Pace
from integrations.sandbox.claude.request_bodies import parsed

_BATCHES = "/v1/messages/batches"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchesApi:
    """`url` is the sandbox's own once it listens."""

    batches: Batches
    models: Models
    faults: Faults
    pace: Pace
    url: Callable[[], str]

    def routes(self) -> Sequence[web.RouteDef]:
        one = _BATCHES + "/{id}"
        return [
            web.post(_BATCHES, self._create),
            web.get(_BATCHES, self._list),
            web.get(one, self._get),
            web.delete(one, self._delete),
            web.post(one + "/cancel", self._cancel),
            web.get(one + "/results", self._results),
            web.get("/v1/models", self._models),
            web.get("/v1/models/{id}", self._model),
        ]

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body = parsed(await request.read())
        return await self._faulty(request) or web.json_response(self.batches.create(body, request[BETAS]))

    async def _list(self, request: web.Request) -> web.StreamResponse:
        return await self._faulty(request) or web.json_response(await self.batches.page(request.query, self.url()))

    async def _get(self, request: web.Request) -> web.StreamResponse:
        return await self._faulty(request) or web.json_response(await self.batches.get(_id(request), self.url()))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        return await self._faulty(request) or web.json_response(await self.batches.delete(_id(request)))

    async def _cancel(self, request: web.Request) -> web.StreamResponse:
        return await self._faulty(request) or web.json_response(await self.batches.cancel(_id(request), self.url()))

    async def _results(self, request: web.Request) -> web.StreamResponse:
        if broken := await self._faulty(request):
            return broken
        lines = await self.batches.results(_id(request))
        response = web.StreamResponse(headers={"Content-Type": "application/x-jsonl"})
        await response.prepare(request)
        for line in lines:
            await response.write(line.encode())
        await response.write_eof()
        return response

    async def _models(self, request: web.Request) -> web.StreamResponse:
        broken = await struck(request, self.faults, "models", self.pace)
        return broken or web.json_response(self.models.page(request.query))

    async def _model(self, request: web.Request) -> web.StreamResponse:
        broken = await struck(request, self.faults, "models", self.pace)
        return broken or web.json_response(self.models.get(_id(request)).shown())

    async def _faulty(self, request: web.Request) -> web.StreamResponse | None:
        return await struck(request, self.faults, "batches", self.pace)


def _id(request: web.Request) -> str:
    return request.match_info["id"]
