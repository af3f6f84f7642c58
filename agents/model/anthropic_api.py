"""The Messages API through the anthropic SDK, which only this module knows. Importing the SDK takes a second, so it is loaded
at the first question."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from agents.model.circuit import ApiDown
from agents.model.claude import TIMEOUT, Claude, in_time
from agents.model.errors import Passing, pause, refused
from agents.model.question import Listener
from agents.model.wire import Body, ModelReply, block_of, value_so_far
from store.domain.running.model_calls import Usage

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types import Message
    from anthropic.types.messages import MessageBatchResult

T = TypeVar("T")

API_URL = "https://api.anthropic.com"
_ATTEMPTS = 4
_TELLING_SECONDS = 5.0  # a time-out shorter than this says nothing about the service

__all__ = ["Access", "AnthropicApi", "Claude", "open_api"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """`url` is empty for the real service. Hosts in `no_proxy` bypass any proxy from the environment."""

    key: str = field(repr=False)
    url: str = ""
    timeout: float = 60.0
    no_proxy: frozenset[str] = frozenset()


@asynccontextmanager
async def open_api(
    access: Access, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> AsyncIterator[AnthropicApi]:
    """The API, connected at the first call. `sleep` pauses between two attempts."""
    api = AnthropicApi(access, sleep=sleep)
    try:
        yield api
    finally:
        await api.close()


class AnthropicApi:
    """`agents.model.claude.Api` over the SDK, with the SDK's own retries off."""

    def __init__(self, access: Access, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._access = access
        self._sleep = sleep
        self._client: AsyncAnthropic | None = None
        self._opening = asyncio.Lock()

    async def ready(self) -> None:
        """Load the SDK."""
        await self._opened()

    async def send(self, body: Body, *, deadline: float, listener: Listener | None) -> tuple[ModelReply, int]:
        """Send a request, streamed if there is a listener. Raises: ApiDown."""
        client = await self._opened()

        async def once() -> ModelReply:
            if listener is None:
                return _reply(await client.messages.create(**body))
            return await _streamed(client, body, listener)

        return await self._repeated(once, body["model"], deadline)

    async def count(self, body: Body, *, deadline: float) -> int:
        """Count a request's tokens. Raises: ApiDown."""
        client = await self._opened()
        asked = {name: value for name, value in body.items() if name != "max_tokens"}

        async def once() -> int:
            return (await client.messages.count_tokens(**asked)).input_tokens

        return (await self._repeated(once, body["model"], deadline))[0]

    async def model(self, name: str) -> str:
        """The model's display name. Raises: ApiDown, with a sentence that names the setting to change."""
        client = await self._opened()

        async def once() -> str:
            return (await client.models.retrieve(name)).display_name

        return (await self._repeated(once, name, self._soon()))[0]

    async def create_batch(self, bodies: Mapping[str, Body]) -> str:
        """Send requests by name as one batch, and return its id. If the answer is lost, don't send it again: it may be under
        way. Raises: ApiDown."""
        client = await self._opened()
        requests: list[Any] = [{"custom_id": name, "params": body} for name, body in bodies.items()]

        async def once() -> str:
            try:
                return (await _translated(lambda: client.messages.batches.create(requests=requests), "")).id
            except Passing as exc:
                if exc.lost:
                    raise ApiDown(str(exc), problem=exc.problem, lost=True) from exc
                raise

        return (await self._repeated(once, "", self._soon()))[0]

    async def batch_ended(self, batch: str) -> bool:
        """Raises: ApiDown."""
        client = await self._opened()

        async def once() -> bool:
            return (await client.messages.batches.retrieve(batch)).processing_status == "ended"

        return (await self._repeated(once, "", self._soon()))[0]

    async def batch_results(self, batch: str) -> Mapping[str, ModelReply | ApiDown]:
        """The results of an ended batch, by name. Raises: ApiDown."""
        client = await self._opened()

        async def once() -> Mapping[str, ModelReply | ApiDown]:
            return {each.custom_id: _result(each.result) async for each in await client.messages.batches.results(batch)}

        return (await self._repeated(once, "", self._soon()))[0]

    def _soon(self) -> float:
        return asyncio.get_running_loop().time() + self._access.timeout

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _repeated(self, once: Callable[[], Awaitable[T]], model: str, deadline: float) -> tuple[T, int]:
        """Retry `once`, and return its result and the number of attempts. Raises: ApiDown, at the deadline at the latest."""
        loop = asyncio.get_running_loop()

        def enough(state: RetryCallState) -> bool:
            return state.attempt_number >= _ATTEMPTS or loop.time() + state.upcoming_sleep >= deadline

        repeated = AsyncRetrying(
            retry=retry_if_exception_type(Passing), stop=enough, wait=pause, sleep=self._sleep, reraise=True
        )
        number, began = 0, loop.time()
        try:
            async with in_time(deadline):
                async for attempt in repeated:
                    number = attempt.retry_state.attempt_number
                    with attempt:
                        return await _translated(once, model), number
        except ApiDown as exc:
            exc.attempts = max(1, number)
            exc.counts = exc.counts and (exc.problem != TIMEOUT or loop.time() - began >= _TELLING_SECONDS)
            raise
        raise AssertionError("tenacity returns or raises")

    async def _opened(self) -> AsyncAnthropic:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(_client, self._access)
            return self._client


def _client(access: Access) -> AsyncAnthropic:
    import httpx2
    from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient

    # The key goes only to the configured address, so redirects are not followed.
    timeout = httpx2.Timeout(access.timeout, connect=min(10.0, access.timeout))
    direct = urlsplit(access.url).hostname in access.no_proxy
    http = (
        httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=timeout)
        if direct
        else DefaultAsyncHttpxClient(follow_redirects=False, timeout=timeout)
    )
    return AsyncAnthropic(
        api_key=access.key, base_url=access.url or API_URL, max_retries=0, timeout=timeout, http_client=http
    )


async def _streamed(client: AsyncAnthropic, body: Body, listener: Listener) -> ModelReply:
    async with client.messages.stream(**body) as stream:
        async for event in stream:
            if event.type == "text" and (value := value_so_far(event.snapshot)) is not None:
                await listener.said(value)
        return _reply(await stream.get_final_message())


def _reply(message: Message) -> ModelReply:
    if message.stop_reason is None:
        raise ValueError("The answer ends halfway.")
    used: Any = message.usage
    if used is None or used.input_tokens is None or used.output_tokens is None:
        raise ValueError("The answer doesn't say what it cost.")
    return ModelReply(
        content=[block for each in message.content if (block := block_of(each)) is not None],
        stop=message.stop_reason,
        usage=Usage(
            plain=used.input_tokens,
            written=used.cache_creation_input_tokens or 0,
            read=used.cache_read_input_tokens or 0,
            output=used.output_tokens,
        ),
    )


def _result(result: MessageBatchResult) -> ModelReply | ApiDown:
    if result.type == "succeeded":
        return _reply(result.message)
    if result.type == "errored":
        kind = result.error.error.type
        return ApiDown(f"Claude couldn't answer this part of a batch ({kind}).", problem=str(kind))
    return ApiDown(f"Claude didn't get to this part of a batch ({result.type}).", problem=result.type)


async def _translated(once: Callable[[], Awaitable[T]], model: str) -> T:
    """Translate the SDK's errors. Raises: ApiDown; Passing if another attempt may help."""
    import httpx2
    from anthropic import AnthropicError, APIConnectionError, APIStatusError

    try:
        return await once()
    except ApiDown:
        raise
    except APIStatusError as exc:
        raise refused(exc, model) from exc
    except (APIConnectionError, httpx2.HTTPError) as exc:
        sentence = "Claude can't be reached; check the network and SERGAS_ANTHROPIC_URL."
        raise Passing(sentence, problem="connection", lost=True) from exc
    except (
        AnthropicError,
        ValueError,
        AssertionError,
        AttributeError,
        TypeError,
    ) as exc:  # the SDK's errors for a broken body or stream, or one that lacks a field
        raise Passing("Claude's answer couldn't be read.", problem="garbled", lost=True) from exc
