"""The API's rate limits: buckets of requests and tokens that refill evenly over a minute, and headers that report them.

Source: https://platform.claude.com/docs/en/api/rate-limits
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.sandbox.claude.errors import rate_limited

_MINUTE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Per minute. Tokens read from the cache do not count."""

    requests: int = 1_000_000
    input_tokens: int = 1_000_000_000
    output_tokens: int = 1_000_000_000


class RateLimits:
    """`limits` may be set at any time, which fills the buckets."""

    def __init__(self, limits: Limits, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.limits = limits

    @property
    def limits(self) -> Limits:
        return self._limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._limits = limits
        now = self._clock()
        self._requests = _Bucket(limits.requests, now)
        self._input = _Bucket(limits.input_tokens, now)
        self._output = _Bucket(limits.output_tokens, now)

    def admit(self, input_tokens: int) -> None:
        """Admit one request with this many tokens. Raises: Refusal 429 with the seconds until there is room for it."""
        now = self._clock()
        for bucket, needed, unit in (
            (self._requests, 1, "requests"),
            (self._input, min(input_tokens, self.limits.input_tokens), "input tokens"),
            (self._output, 1, "output tokens"),
        ):
            seconds = bucket.seconds_until(needed, now)
            if seconds > 0:
                raise rate_limited(f"{bucket.size:,} {unit} per minute", retry_after=math.ceil(seconds))
        self._requests.take(1, now)
        self._input.take(input_tokens, now)

    def spend(self, output_tokens: int) -> None:
        self._output.take(output_tokens, self._clock())

    def headers(self) -> Mapping[str, str]:
        now = self._clock()
        named = {"requests": self._requests, "input-tokens": self._input, "output-tokens": self._output}
        told: dict[str, str] = {}
        for name, bucket in named.items():
            full = now + timedelta(seconds=bucket.seconds_until(bucket.size, now))
            told[f"anthropic-ratelimit-{name}-limit"] = str(bucket.size)
            told[f"anthropic-ratelimit-{name}-remaining"] = str(max(0, math.floor(bucket.held(now))))
            told[f"anthropic-ratelimit-{name}-reset"] = full.isoformat(timespec="seconds").replace("+00:00", "Z")
        return told


class _Bucket:
    """May be overdrawn: an answer's length is known only at its end."""

    def __init__(self, size: int, now: datetime) -> None:
        self.size = size
        self._held, self._at = float(size), now

    def held(self, now: datetime) -> float:
        filled = (now - self._at).total_seconds() * self.size / _MINUTE
        return min(float(self.size), self._held + max(0.0, filled))

    def take(self, amount: int, now: datetime) -> None:
        self._held, self._at = self.held(now) - amount, now

    def seconds_until(self, amount: int, now: datetime) -> float:
        return max(0.0, amount - self.held(now)) * _MINUTE / self.size
