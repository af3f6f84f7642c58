"""How often Slack takes a call: per method and workspace by the minute, and a message a second in each channel.

The figures are the least that Slack's pages promise (https://docs.slack.dev/apis/web-api/rate-limits and the page of each method);
where they say “several hundred” messages a minute in a workspace, we take 300, and five in a row in a channel for a short burst.
The real Slack often allows more, and its windows may begin anywhere: here any 60 seconds count.
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

MINUTE = 60.0
OF_METHODS = {
    "apps.connections.open": 1,
    "assistant.threads.setStatus": 3,
    "assistant.threads.setSuggestedPrompts": 3,
    "assistant.threads.setTitle": 3,
    "auth.test": 4,
    "blocks.validate": 3,
    "chat.appendStream": 4,
    "chat.delete": 3,
    "chat.getPermalink": 4,
    "chat.postEphemeral": 4,
    "chat.startStream": 2,
    "chat.stopStream": 2,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.open": 3,
    "conversations.replies": 3,
    "oauth.v2.access": 4,
    "reactions.add": 3,
    "reactions.remove": 3,
    "users.info": 4,
    "users.list": 2,
    "users.lookupByEmail": 3,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}
POST = "chat.postMessage"


@dataclass(frozen=True, slots=True)
class Allowed:
    """So many calls within any so many seconds."""

    calls: int
    seconds: float


# The first tier's page says one a minute, and a small amount of bursts.
TIERS = {1: Allowed(6, 5 * MINUTE), 2: Allowed(20, MINUTE), 3: Allowed(50, MINUTE), 4: Allowed(100, MINUTE)}
POSTS = Allowed(300, MINUTE)
IN_A_CHANNEL = Allowed(5, 5.0)


def allowed(method: str) -> Allowed:
    return POSTS if method == POST else TIERS[OF_METHODS.get(method, 3)]


class Rates:
    """`speed` is how many of Slack's seconds pass in one of ours: a test or a benchmark may let both sides run faster alike.

    `refused` counts what was answered with 429, by method.
    """

    def __init__(self, *, speed: float = 1.0, now: Callable[[], float] = time.monotonic) -> None:
        self.refused: Counter[str] = Counter()
        self.speed = speed
        self._now = now
        self._special: dict[str, Allowed] = {}
        self._made: defaultdict[str, deque[float]] = defaultdict(deque)

    @classmethod
    def of_a_simulation(cls) -> Self:
        """For a clock that jumps: hours pass between two calls, so that none is one too many."""
        return cls(speed=1_000_000)

    def tighten(self, method: str, *, calls: int, seconds: float = MINUTE) -> None:
        """From now on take no more than that of a method, as Slack may do to any app."""
        self._special[method] = Allowed(calls, seconds)

    def turn(self, method: str, channel: str) -> int | None:
        """Count a call; or, if it is one too many, the whole seconds after which to try again."""
        now = self._now() * self.speed
        waits = [self._wait(method, self._special.get(method) or allowed(method), now)]
        if method == POST:
            waits.append(self._wait(f"{method}:{channel}", IN_A_CHANNEL, now))
        if (wait := max(waits)) > 0:
            self.refused[method] += 1
            return math.ceil(wait)
        self._made[method].append(now)
        if method == POST:
            self._made[f"{method}:{channel}"].append(now)
        return None

    def _wait(self, key: str, limit: Allowed, now: float) -> float:
        made = self._made[key]
        while made and made[0] <= now - limit.seconds:
            made.popleft()
        return made[-limit.calls] + limit.seconds - now if len(made) >= limit.calls else 0.0
