"""The least time that Slack's rates allow for a morning's calls, as `tests.bench slack` counts it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from integrations.sandbox.slack import SlackSandbox
from tests.bench.slack import limit_seconds


@pytest.mark.parametrize(
    ("calls", "seconds"),
    [
        ([("chat.postMessage", f"D{number}") for number in range(300)], 0),
        ([("chat.postMessage", f"D{number}") for number in range(301)], 60),
        ([("chat.postMessage", "D1") for _ in range(11)], 10),
        ([("chat.update", "D1") for _ in range(101)], 120),
        ([("users.info", "")] * 100 + [("chat.update", "D1")] * 51, 60),
        ([], 0),
    ],
)
def test_the_slowest_method_or_channel_decides(calls: list[tuple[str, str]], seconds: float) -> None:
    slack = SlackSandbox(users=[], clock=lambda: datetime.now(UTC))
    slack.calls.extend((method, {"channel": channel}) for method, channel in calls)

    assert limit_seconds(slack) == seconds
