"""Every Web API method that the bot calls: how often Slack takes it, the scope it needs, and how long a call may wait for its turn.

Slack counts per method, workspace and app, by the minute, and its pages name tiers: 20, 50 or 100 calls and more, with occasional
bursts. Of posting they say one message a second in each channel, short bursts allowed, and “several hundred” a minute in the
workspace, which is 300 here. Where a page names no tier, we take the nearest that is safe.
Source: https://docs.slack.dev/apis/web-api/rate-limits and the page of each method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MINUTE = 60.0
# Slack counts when a call arrives, and we when it leaves: some take longer than others.
ON_ITS_WAY = 0.05  # of the stretch that is counted, and at least a second


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many calls within so many seconds, whichever these are."""

    calls: int
    seconds: float = MINUTE


TIER_1 = Rate(5, 5 * MINUTE)  # one a minute, “a small amount of burst behaviour is tolerated”
TIER_2 = Rate(20)
TIER_3 = Rate(50)
TIER_4 = Rate(100)
POSTS = Rate(300)
IN_A_CHANNEL = Rate(4, 5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """`patience` is how many seconds a call is worth waiting for (None: as long as it takes). `again` says whether to call once
    more after Slack said 429; messages are left to the outbox, whose claim on them could expire meanwhile."""

    rate: Rate
    scope: str = ""
    in_a_channel: Rate | None = None
    patience: float | None = None
    again: bool = True


_DIALOG = 2.0  # a trigger lives three seconds

METHODS: Mapping[str, Method] = {
    "apps.connections.open": Method(rate=TIER_1),  # with the app's own token
    "assistant.threads.setStatus": Method(rate=TIER_3, scope="chat:write", patience=0, again=False),
    "auth.test": Method(rate=TIER_4),
    "chat.appendStream": Method(rate=TIER_4, scope="chat:write", patience=0, again=False),
    "chat.delete": Method(rate=TIER_3, scope="chat:write"),
    "chat.getPermalink": Method(rate=TIER_4),
    "chat.postEphemeral": Method(rate=TIER_4, scope="chat:write"),
    "chat.postMessage": Method(rate=POSTS, scope="chat:write", in_a_channel=IN_A_CHANNEL, patience=120, again=False),
    "chat.startStream": Method(rate=TIER_2, scope="chat:write", patience=0, again=False),
    "chat.stopStream": Method(rate=TIER_2, scope="chat:write", patience=10, again=False),
    "chat.update": Method(rate=TIER_3, scope="chat:write"),
    "conversations.history": Method(rate=TIER_3, scope="im:history"),
    "conversations.open": Method(rate=TIER_3, scope="im:write"),
    "conversations.replies": Method(rate=TIER_3, scope="im:history"),
    "oauth.v2.access": Method(rate=TIER_4),
    "users.info": Method(rate=TIER_4, scope="users:read"),
    "users.lookupByEmail": Method(rate=TIER_3, scope="users:read.email"),
    "views.open": Method(rate=TIER_4, patience=_DIALOG),
    "views.publish": Method(rate=TIER_4),
    "views.push": Method(rate=TIER_4, patience=_DIALOG),
    "views.update": Method(rate=TIER_4),
}
# A method that is missing above goes no faster than the slowest of them; a test names it.
UNKNOWN = Method(rate=TIER_2)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many `calls` under one key within so many seconds; 0 calls: any number."""

    key: str
    calls: int
    seconds: float

    def allowed(self, *, own: bool) -> int:
        """The bot's own work leaves a tenth to people who wait."""
        return max(1, self.calls - self.calls // 10) if own else self.calls


def method(name: str) -> Method:
    return METHODS.get(name, UNKNOWN)


def limits(name: str, channel: str, *, percent: int) -> Sequence[Limit]:
    """The limits on one call, that of the whole workspace first; `percent` of Slack's rates, 0 for none."""
    called = method(name)
    found = [_limit(name, called.rate, percent)]
    if called.in_a_channel is not None and channel:
        found.append(_limit(f"{name}:{channel}", called.in_a_channel, percent))
    return found


def _limit(key: str, rate: Rate, percent: int) -> Limit:
    seconds = rate.seconds + max(1.0, rate.seconds * ON_ITS_WAY)
    return Limit(key, max(1, rate.calls * percent // 100) if percent else 0, seconds)
