"""The sandbox Claude: characters behind the Messages API, on a socket of this machine."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import structlog
from aiohttp import web

from integrations.doors.keeper import Doorkeeper
from integrations.doors.limits import DoorLimits
from integrations.doors.on_aiohttp import GuardedRunner, at_the_door
from integrations.sandbox.claude.batches import Batches
from integrations.sandbox.claude.batches_api import BatchesApi
from integrations.sandbox.claude.cache import PromptCache
from integrations.sandbox.claude.characters import character_named
from integrations.sandbox.claude.composer import Character, Composer, ModelCall
from integrations.sandbox.claude.faults import Faults
from integrations.sandbox.claude.gateway import LARGEST_BATCH, Gateway
from integrations.sandbox.claude.limits import Limits, RateLimits
from integrations.sandbox.claude.messages_api import MessagesApi
from integrations.sandbox.claude.models import DEFAULT_MODELS, Model, Models
from integrations.sandbox.claude.pace import Latency, Pace, Sleep
from integrations.sandbox.claude.tokens import TokenCounter, shared_counter
from store.domain.errors import BadInput

log = structlog.get_logger()


class ClaudeSandbox:
    """The Messages API with a character behind it.

    `character` is a name in `CHARACTERS` or an object of your own, and may be set at any time; so may `latency`, `limits`,
    `thinking_tokens` and `batch_seconds`, a batch's duration by the clock. The same seed answers the same request in the
    same way. `sleep` lets latency pass; `counter` counts tokens, by default with a real tokenizer. `calls` holds the last
    `noted` calls. Raises: BadInput for an unknown name.
    """

    def __init__(
        self,
        character: str | Character = "competent",
        *,
        clock: Callable[[], datetime],
        seed: int = 7,
        api_key: str = "sk-ant-sandbox",
        models: Sequence[Model] = DEFAULT_MODELS,
        latency: Latency = Latency(),  # noqa: B008 - frozen
        limits: Limits = Limits(),  # noqa: B008 - a frozen value
        batch_seconds: float = 60.0,
        sleep: Sleep = asyncio.sleep,
        counter: TokenCounter | None = None,
        thinking_tokens: int = 0,
        noted: int = 10_000,
    ) -> None:
        self.api_key = api_key
        self.faults = Faults()
        self.calls: deque[ModelCall] = deque(maxlen=noted)
        self._counter = counter or shared_counter()
        known = Models(models)
        self._pace = Pace(latency, sleep)
        self._rates = RateLimits(limits, clock)
        self._composer = Composer(
            _character(character),
            seed=seed,
            counter=self._counter,
            cache=PromptCache(self._counter, clock),
            models=known,
        )
        self.thinking_tokens = thinking_tokens
        self._messages = MessagesApi(
            composer=self._composer,
            counter=self._counter,
            faults=self.faults,
            rates=self._rates,
            pace=self._pace,
            calls=self.calls,
        )
        self._batches = Batches(self._messages.answer_later, clock=clock, seconds=batch_seconds)
        self._batches_api = BatchesApi(
            batches=self._batches, models=known, faults=self.faults, pace=self._pace, url=lambda: self._url
        )
        self._gateway = Gateway(api_key, self._rates)
        self._runner: web.AppRunner | None = None
        self._url = ""

    async def start(self, host: str = "127.0.0.1", port: int = 0, *, names: Collection[str] = ()) -> ClaudeSandbox:
        """Listen; port 0 takes a free one. `names` are host names of clients besides this machine's own and `host`.
        Raises: BadInput if the port is taken."""
        keeper = Doorkeeper("sandbox.claude", DoorLimits(unread_bytes=2 * LARGEST_BATCH, body_seconds=60))
        door = at_the_door(keeper, names=[host, *names])
        app = web.Application(middlewares=[door, self._gateway.pass_through], client_max_size=LARGEST_BATCH)
        app.on_response_prepare.append(self._gateway.sign)
        for routes in (self._messages, self._batches_api):
            app.add_routes(routes.routes())
        self._runner = GuardedRunner(app, keeper, shutdown_timeout=0.2)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as exc:
            await self._runner.cleanup()
            raise BadInput(f"Port {port} of {host} is not available: {exc.strerror}. Choose another.") from exc
        self._url = f"http://{host}:{self._runner.addresses[0][1]}"
        log.info("sandbox.claude.started", url=self._url, exact_tokens=self._counter.exact)
        return self

    async def stop(self) -> None:
        """Stop listening; may be called without `start`."""
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, once started: the SDK's `base_url`."""
        return self._url

    @property
    def arrived(self) -> int:
        """All calls that came, whatever their outcome."""
        return self._gateway.arrived

    @property
    def character(self) -> Character:
        return self._composer.character

    @character.setter
    def character(self, character: str | Character) -> None:
        self._composer.character = _character(character)

    @property
    def thinking_tokens(self) -> int:
        """A thinking model's tokens per answer at high effort."""
        return self._composer.thinking_tokens

    @thinking_tokens.setter
    def thinking_tokens(self, tokens: int) -> None:
        self._composer.thinking_tokens = tokens

    @property
    def latency(self) -> Latency:
        return self._pace.latency

    @latency.setter
    def latency(self, latency: Latency) -> None:
        self._pace.latency = latency

    @property
    def limits(self) -> Limits:
        return self._rates.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._rates.limits = limits

    @property
    def batch_seconds(self) -> float:
        return self._batches.seconds

    @batch_seconds.setter
    def batch_seconds(self, seconds: float) -> None:
        self._batches.seconds = seconds


def _character(given: str | Character) -> Character:
    return character_named(given) if isinstance(given, str) else given
