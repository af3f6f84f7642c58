"""`POST /v1/messages`, plain and streamed, and token counting, including their faults."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from integrations.sandbox.claude.answers import Said, Told
from integrations.sandbox.claude.betas import check_betas
from integrations.sandbox.claude.composer import Composer, ModelCall
from integrations.sandbox.claude.errors import Refusal, invalid, overloaded, rate_limited, server_error
from integrations.sandbox.claude.faults import Fault, Faults, Route
from integrations.sandbox.claude.gateway import BETAS, hung_up
from integrations.sandbox.claude.limits import RateLimits
from integrations.sandbox.claude.pace import Pace
from integrations.sandbox.claude.prompt import Prompt
from integrations.sandbox.claude.request_bodies import parsed, read_asked, read_counted
from integrations.sandbox.claude.shapes import Asked, BatchItem
from integrations.sandbox.claude.stream import Event, encoded, events
from integrations.sandbox.claude.threads import Threads, Turn
from integrations.sandbox.claude.tokens import TokenCounter

_BROKEN_OFF = Said(
    text="I have begun to answer, and just here is where the connection to me breaks off, in the middle."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesApi:
    """`calls` gets every call of a model, in the order of the answers."""

    composer: Composer
    counter: TokenCounter
    faults: Faults
    rates: RateLimits
    pace: Pace
    calls: deque[ModelCall]
    threads: Threads = field(default_factory=Threads)

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.post("/v1/messages", self._messages), web.post("/v1/messages/count_tokens", self._count_tokens)]

    def answer_later(self, batch_id: str, item: BatchItem) -> dict[str, Any]:
        """Answer one request of a batch. Raises: Refusal."""
        asked = read_asked(item.params)
        if asked.stream:
            raise invalid("stream: streaming is not supported in batches")
        if asked.thread:
            raise invalid("thread: message threads are not supported in batches")
        prompt = Prompt(asked)
        self.composer.check(asked)
        said, mark = self.composer.speak(asked, prompt)
        fault = said if isinstance(said, Fault) else None
        if fault is not None:
            raise refusal_of(fault)
        assert isinstance(said, Said)
        told = self.composer.tell(asked, said, mark, tier="batch")
        self._note(_noted(prompt, item.params, batch=batch_id), 200, told)
        return told.message()

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        body = parsed(await request.read())
        check_betas(body, request[BETAS])
        with self.threads.turn(body) as turn:
            return await self._turn(request, body, turn)

    async def _turn(self, request: web.Request, body: Any, turn: Turn) -> web.StreamResponse:
        asked = read_asked(turn.body)
        prompt = Prompt(asked)
        note = _noted(prompt, body)
        try:
            fault = self.faults.take("messages", prompt.agent)
            if response := await strike(request, fault, self.pace):
                self._note(note, 0)
                return response
            self.rates.admit(self.composer.check(asked))
            said, mark = self.composer.speak(asked, prompt)
            if isinstance(said, Fault):
                fault, said = said, _BROKEN_OFF
                if response := await strike(request, fault, self.pace):
                    self._note(note, 0)
                    return response
            told = self.composer.tell(asked, said, mark, fault=fault)
            if fault and fault.kind == "error_event" and not asked.stream:
                raise refusal_of(fault)
        except Refusal as refusal:
            self._note(note, refusal.status)
            raise
        self.rates.spend(told.answer.output_tokens)
        self._note(note, 200, told)
        if fault is None and told.answer.stop_reason != "refusal":
            turn.keep(told.id, told.answer.blocks)
        return await self._reply(request, asked, told, fault)

    async def _count_tokens(self, request: web.Request) -> web.StreamResponse:
        body = parsed(await request.read())
        check_betas(body, request[BETAS])
        asked = read_counted(body)
        if response := await strike(request, self.faults.take("count_tokens"), self.pace):
            return response
        return web.json_response({"input_tokens": self.composer.count(asked)})

    async def _reply(self, request: web.Request, asked: Asked, told: Told, fault: Fault | None) -> web.StreamResponse:
        kind = fault.kind if fault else None
        await self.pace.begin()
        if asked.stream:
            return await self._stream(request, told, fault)
        await self.pace.say(told.answer.output_tokens)
        if fault and kind == "error_event":
            raise refusal_of(fault)
        message = told.message()
        body = json.dumps(without_usage(message) if kind == "no_usage" else message, ensure_ascii=False)
        if kind == "garble":
            return web.Response(text=body[: len(body) // 2], content_type="application/json")
        if kind == "cut":
            response = web.StreamResponse(headers={"Content-Type": "application/json"})
            response.content_length = len(body.encode())
            await response.prepare(request)
            await response.write(body.encode()[: len(body) // 2])
            return hung_up(request)
        return web.Response(text=body, content_type="application/json")

    async def _stream(self, request: web.Request, told: Told, fault: Fault | None) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        told_events = list(events(told, self.counter))
        middle = max(2, len(told_events) // 2)
        for number, event in enumerate(told_events):
            if fault and number == middle and (ending := await self._broken(request, response, event, fault)):
                return ending
            await self.pace.say(event.tokens)
            if fault and fault.kind == "no_usage":
                await response.write(encoded(str(event.data["type"]), json.dumps(without_usage(event.data))))
            else:
                await response.write(event.encoded())
        await response.write_eof()
        return response

    async def _broken(
        self, request: web.Request, response: web.StreamResponse, event: Event, fault: Fault
    ) -> web.StreamResponse | None:
        """Apply a fault in the middle of a stream; return None if the stream continues."""
        if fault.kind == "cut":
            return hung_up(request)
        if fault.kind == "garble":
            await response.write(encoded(str(event.data["type"]), '{"type": "content_block_de'))
        elif fault.kind == "error_event":
            body = refusal_of(fault).body(None)
            await response.write(encoded("error", json.dumps(body)))
        else:
            return None
        await response.write_eof()
        return response

    def _note(self, note: ModelCall, status: int, told: Told | None = None) -> None:
        if told is None:
            self.calls.append(replace(note, status=status))
            return
        said = told.answer
        self.calls.append(
            replace(
                note,
                status=status,
                stop_reason=said.stop_reason,
                usage=told.usage,
                output_tokens=said.output_tokens,
            )
        )


def without_usage(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same without `usage`, also in a message within."""
    kept = {name: value for name, value in data.items() if name != "usage"}
    return kept | ({"message": without_usage(data["message"])} if "message" in data else {})


async def strike(request: web.Request, fault: Fault | None, pace: Pace) -> web.StreamResponse | None:
    """Apply a fault before the answer; return None if the call continues. Raises: Refusal for an error."""
    if fault is None:
        return None
    if fault.kind == "error":
        raise refusal_of(fault)
    if fault.kind in ("slow", "stall"):
        await pace.wait(fault.seconds)
    return hung_up(request) if fault.kind in ("drop", "stall") else None


async def struck(request: web.Request, faults: Faults, route: Route, pace: Pace) -> web.StreamResponse | None:
    """The same for a route that has only errors and broken connections."""
    return await strike(request, faults.take(route), pace)


def refusal_of(fault: Fault) -> Refusal:
    """Return a fault as an error of the API."""
    if fault.status == 429:
        return rate_limited("50 requests per minute", retry_after=1 if fault.retry_after is None else fault.retry_after)
    refusal = overloaded() if fault.status == 529 else server_error(fault.status)
    if fault.retry_after is not None:
        refusal.headers = {**refusal.headers, "retry-after": str(fault.retry_after)}
    return refusal


def _noted(prompt: Prompt, body: Any, *, batch: str | None = None) -> ModelCall:
    return ModelCall(agent=prompt.agent, model=prompt.asked.model, body=body, status=0, batch=batch)
