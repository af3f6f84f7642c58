"""What failed inside the bot though it was answered: errors that nobody foresaw, by where they arose.

That Slack refuses what an absurd payload has the bot ask of it (a trigger of its own invention, say) is no such error.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from slack_sdk.errors import SlackClientError

FAILED = ("slack.failed", "job.failed", "http.failed")


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """Count them for as long as the block lasts; nothing is logged meanwhile."""
    found: Counter[str] = Counter()

    def count(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        error = event.get("exc_info")
        if event["event"] in FAILED and not isinstance(error, SlackClientError):
            last = traceback.extract_tb(error.__traceback__)[-1] if isinstance(error, BaseException) else None
            found[f"{event['event']}: {error!r:.120}" + (f" at {last.filename}:{last.lineno}" if last else "")] += 1
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[count])
    try:
        yield found
    finally:
        structlog.configure(**before)
