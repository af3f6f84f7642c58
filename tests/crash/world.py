"""One round's world: a sandbox CRM and a sandbox Slack behind proxies, a database, a clock, and the bot's present life."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Protocol

from sqlalchemy import Engine, RowMapping, Select, select

from bot.settings.storage import DATABASE_FILE
from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.rates import Rates
from integrations.sandbox.zoho import ZohoSandbox
from store.tables.core import InboxRow, MessageRow, table_of
from tests.crash.child import SharedClock
from tests.crash.life import Killed, Life, shared_clock
from tests.crash.places import Place, Wire
from tests.crash.scenes import Scene, Scenes
from tests.faults.proxy import Exchange, Proxy
from tests.flows.company import busier
from tests.flows.stage import MORNING, NIGHT, PEOPLE, settings_of

inbox, messages = table_of(InboxRow), table_of(MessageRow)
STARTS = {Scene.EVENING: NIGHT, Scene.NIGHT: MORNING, Scene.MORNING: MORNING + timedelta(minutes=5)}
EVENTS_AGAIN_AFTER = (0.1, 0.2, 0.4, 0.8, 1.6)  # seconds of the real clock
STARTS_AGAIN, CONNECTED_SECONDS = 20, 20.0
QUIET_SECONDS, LOOK_SECONDS = 15.0, 0.05  # of the real clock: how long the bot may take, and how often one looks


class Somebody(Protocol):
    """One of the people of a round, or a few words for what they do."""

    async def act(self) -> None:
        """Do it once."""
        ...

    async def insist(self) -> None:
        """Do it again, unless it worked as far as they know."""
        ...

    def lost(self) -> Iterator[str]:
        """What did not come of it, in the end."""
        ...


@dataclass(slots=True, kw_only=True)
class World:
    """`life` is the bot that runs now; `kills` how often one was ended; `eye` looks into its database from outside."""

    scene: Scene
    random: Random
    clock: SharedClock
    zoho: ZohoSandbox
    slack: SlackSandbox
    proxies: dict[str, Proxy]
    settings: dict[str, object]
    url: str
    eye: Engine
    people: list[Somebody] = field(default_factory=list)
    kills: int = 0
    revived: asyncio.Event = field(default_factory=asyncio.Event)
    _life: Life | None = None
    _acts: list[asyncio.Task[Any]] = field(default_factory=list)

    @property
    def life(self) -> Life:
        assert self._life is not None
        return self._life

    async def start(self) -> None:
        """The bot lives (again). Raises: Killed."""
        for _ in range(STARTS_AGAIN):  # a PostgreSQL server needs a moment to notice that the life before has ended
            with suppress(Killed):
                self._life = await Life.begin(self.settings, self.clock)
                break
        await self.slack.connected(timeout=CONNECTED_SECONDS)
        self.revived.set()

    async def died(self) -> None:
        """Wait for the end of the present life, and until Slack has noticed. Raises: TimeoutError where it goes on."""
        await self.life.death()
        await self.life.end()
        self.kills += 1
        self.revived.clear()
        self.advance(timedelta(seconds=1))  # what it had in hand is nobody's now
        await self.slack.until(lambda: not self.slack.workspace.sockets.connections, timeout=CONNECTED_SECONDS)

    async def arm(self, place: Place, *, passage: int = 1) -> None:
        """The bot dies when it gets there for the `passage`-th time."""
        if not isinstance(place, Wire):
            await self.life.arm(place, passage=passage)
            return
        for count in range(passage):
            trouble = self._kill_at(place) if count == passage - 1 else _pass_on
            self.proxies[place.service].strike(place.method, place.path, trouble)

    def advance(self, by: timedelta) -> None:
        self.clock.set(self.clock.now() + by)

    async def quiet(self) -> None:
        """Wait until nothing is on its way any more: nobody's request, no call of the bot's, no work of its engine.

        The clock must not be moved before: it would make old what has only just left. Raises: Killed.
        """
        await self.life.meanwhile(self.slack.settled())
        with suppress(TimeoutError):  # what hangs is for the judge
            async with asyncio.timeout(QUIET_SECONDS):
                while await self.life.do("works") or self._busy():  # noqa: ASYNC110 - another process tells only when asked
                    await asyncio.sleep(LOOK_SECONDS)

    def _busy(self) -> bool:
        """Whether somebody has something in hand: it was taken at this moment, at which the clock stands."""
        now = self.clock.now()
        requests = select(inbox.c.key).where(inbox.c.done_at.is_(None), inbox.c.taken_at >= now)
        sending = select(messages.c.id).where(messages.c.sending_at >= now, messages.c.state == "sending")
        return any(proxy.at_work for proxy in self.proxies.values()) or bool(self.rows(requests) or self.rows(sending))

    def rows(self, query: Select[Any]) -> list[RowMapping]:
        """What stands in the bot's database now."""
        with self.eye.connect() as connection:
            return list(connection.execute(query).mappings())

    def act(self, work: Coroutine[Any, Any, None]) -> None:
        """Somebody does something; nobody waits for it."""
        self._acts.append(asyncio.create_task(work))

    async def acted(self) -> None:
        """Wait until everybody has done what they were about to do; a bot that dies meanwhile stops nobody."""
        acts, self._acts = self._acts, []
        await asyncio.gather(*acts)

    async def end(self) -> None:
        """The last life ends with the round; this is no kill that counts."""
        await self.life.end()
        for act in self._acts:
            act.cancel()
        await asyncio.gather(*self._acts, return_exceptions=True)

    def _kill_at(self, place: Wire) -> Callable[[Exchange], Any]:
        async def trouble(exchange: Exchange) -> None:
            answer = await exchange.forward() if place.when in ("committed", "half") else b""
            if place.when == "half":
                await exchange.reply(answer[: len(answer) // 2])
            await asyncio.sleep(self.random.random() * 0.002)  # the bot does not stand still meanwhile
            self.life.kill()
            if place.when == "late":
                await self.revived.wait()
            if place.when in ("received", "late"):
                await exchange.forward()

        return trouble


async def _pass_on(exchange: Exchange) -> None:
    await exchange.reply(await exchange.forward())


@asynccontextmanager
async def world(scenes: Scenes, scene: Scene, *, seed: str, **settings: object) -> AsyncIterator[World]:
    """As things stood at that moment, with the bot at work."""
    clock = shared_clock(STARTS[scene])
    async with AsyncExitStack() as stack:
        copied = stack.enter_context(scenes.copied(scene))
        zoho = ZohoSandbox(busier(), clock=clock.now)
        zoho.play(NIGHT)
        await zoho.start()
        stack.push_async_callback(zoho.stop)
        slack = SlackSandbox(
            users=PEOPLE, clock=clock.now, retry_delays=EVENTS_AGAIN_AFTER, rates=Rates.of_a_simulation()
        )
        await slack.start()
        stack.push_async_callback(slack.stop)
        scenes.put_messages(scene, slack)
        proxies = {"zoho": Proxy(zoho.url), "slack": Proxy(slack.url)}
        for proxy in proxies.values():
            await proxy.start()
            stack.push_async_callback(proxy.stop)
        zoho.api_domain = proxies["zoho"].url
        made = World(
            scene=scene,
            random=Random(seed),
            clock=clock,
            zoho=zoho,
            slack=slack,
            proxies=proxies,
            settings=settings_of(zoho, slack, copied.home)
            | {
                "database_url": copied.url,
                "zoho_accounts_url": proxies["zoho"].url,
                "memory_url": "off",
                "slack_rate_percent": 0,
                "slack_api_url": f"{proxies['slack'].url}/api/",
            }
            | settings,
            url=copied.url or f"sqlite+aiosqlite:///{copied.home / DATABASE_FILE}",
            eye=copied.eye,
        )
        await made.start()
        stack.push_async_callback(made.end)
        yield made
