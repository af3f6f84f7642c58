"""One run: a write meets one trouble on its way to the CRM, time goes on, and what came of it is judged as after a kill."""

from __future__ import annotations

from collections.abc import Mapping

from tests.crash.acts import NOTE, TASK, UPDATE
from tests.crash.judge import judge
from tests.crash.people import Decider, cards, someone
from tests.crash.rounds import LAGS, Outcome, at_rest_after
from tests.crash.scenes import Scene, Scenes
from tests.crash.world import world
from tests.faults.troubles import TROUBLES

WRITES: Mapping[str, tuple[str, str, str]] = {
    "task": (TASK, "POST", "/Tasks$"),
    "note": (NOTE, "POST", "/Notes$"),
    "account update": (UPDATE, "PUT", r"/Accounts/\d+$"),
}
PATIENCE = 0.6  # seconds that the bot waits for an answer


async def suffer(fault: str, write: str, scenes: Scenes, *, number: int, seed: int = 0) -> Outcome:
    """`fault` and `write` are keys of TROUBLES and WRITES. Reached means that the trouble did strike."""
    tool, method, path = WRITES[write]
    mixed = f"{seed}:{fault}:{write}:{number}"
    async with world(scenes, Scene.MORNING, seed=mixed, zoho_timeout_seconds=PATIENCE) as made:
        made.zoho.faults.search_lag = LAGS[number % len(LAGS)]
        proxy, trouble = made.proxies["zoho"], TROUBLES[fault]
        if trouble is None:
            await proxy.refuse()
        else:
            proxy.strike(method, path, trouble)
        card = made.random.choice(cards(made, tool=tool))
        person = Decider(made, "approve", card, someone(made, card))
        made.people.append(person)
        await person.act()
        await made.quiet()
        await made.life.do("sweep")
        if trouble is None:
            await proxy.start()
        await at_rest_after(made)
        return Outcome(reached=not proxy.waiting, kills=0, verdict=await judge(made, scenes))
