"""The Messages API's errors, each as one sentence that says what to do, and which of them pass.

Source: https://platform.claude.com/docs/en/api/errors
"""

from __future__ import annotations

from typing import Any

from tenacity import RetryCallState

from agents.model.circuit import ApiDown
from store.retry import MODEL

NOT_FOUND = "not_found_error"
_OF_THE_REQUEST = frozenset({400, 404, 413, 422})  # another question or model may work
_PASSING = frozenset({"rate_limit_error", "overloaded_error", "api_error", "timeout_error"})


class Passing(ApiDown):
    """The next attempt, after `after` seconds, may work."""

    after: float = 0.0


def refused(exc: Any, model: str) -> ApiDown:
    """An API error as one sentence that says what to do. An error inside a stream has the stream's first status."""
    status, kind = int(exc.status_code), str(exc.type or "")
    problem = kind or f"status {status}"
    if kind in _PASSING or status in (408, 409, 429) or status >= 500:
        passing = Passing(_busy(status, kind), problem=problem, lost=status < 300)
        passing.after = _seconds(exc.response.headers.get("retry-after"))
        return passing
    return ApiDown(_to_change(status, kind, model), problem=problem, counts=status not in _OF_THE_REQUEST)


def _busy(status: int, kind: str) -> str:
    if status == 429 or kind == "rate_limit_error":
        return "Claude's rate limit is reached; request a higher one, or make fewer briefs at once."
    return "Claude is overloaded or down."


def _to_change(status: int, kind: str, model: str) -> str:
    match status:
        case 401 | 403:
            return "Claude does not accept the key: set ANTHROPIC_API_KEY to a valid one."
        case 402:
            return "The account of this ANTHROPIC_API_KEY has no credit left."
        case 404 if not model:
            return "Claude no longer has this batch."
        case 404:
            return f"This key has no access to the model {model}: change SERGAS_MODEL_SMALL or SERGAS_MODEL_STRONG."
        case 413:
            return "The question is too long for Claude."
        case status if 300 <= status < 400:
            return "Claude's address redirects elsewhere; check SERGAS_ANTHROPIC_URL."
    return f"Claude rejected the question ({kind or status})."


def pause(state: RetryCallState) -> float:
    """The pause the API asks for, or an exponential one with jitter, so that clients don't return all at once."""
    exc = state.outcome.exception() if state.outcome else None
    return max(MODEL(state), exc.after if isinstance(exc, Passing) else 0.0)


def _seconds(header: str | None) -> float:
    try:
        return min(max(0.0, float(header or 0)), 3_600.0)
    except ValueError:
        return 0.0
