"""The plain call, as the real SDK makes it."""

from __future__ import annotations

from anthropic import AsyncAnthropic

MODEL = "claude-sonnet-5-5"


async def test_a_plain_call_is_answered_with_usage(client: AsyncAnthropic) -> None:
    answer = await client.messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Good morning"}]
    )

    assert answer.stop_reason == "end_turn"
    assert answer.content[0].type == "text"
    assert answer.usage.input_tokens > 0
    assert answer.usage.output_tokens > 0
