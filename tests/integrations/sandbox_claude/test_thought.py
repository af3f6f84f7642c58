"""Models that think before they answer, and what that costs."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic import AsyncAnthropic, BadRequestError

from integrations.sandbox.claude import Call, ClaudeSandbox, Latency, Said
from tests.hand_clock import HandClock
from tests.integrations.sandbox_claude.puppet import WEATHER, Puppet, asking, user

OLD = "claude-sonnet-4-6"


@pytest.fixture(autouse=True)
def _thinking(sandbox: ClaudeSandbox) -> None:
    sandbox.thinking_tokens = 200
    sandbox.character = Puppet(Said(text="Good morning to you."))


async def test_a_model_of_today_thinks_unasked_and_it_is_charged(client: AsyncAnthropic) -> None:
    answer = await client.messages.create(**asking())

    assert [block.type for block in answer.content] == ["thinking", "text"]
    assert answer.usage.output_tokens == 205
    assert answer.usage.output_tokens_details is not None
    assert answer.usage.output_tokens_details.thinking_tokens == 200


@pytest.mark.parametrize(
    ("more", "tokens"),
    [
        ({"output_config": {"effort": "low"}}, 50),
        ({"model": "claude-haiku-5-5"}, 100),
        ({"model": "claude-haiku-5-5", "thinking": {"type": "disabled"}}, 0),
        ({"thinking": {"type": "between_tools"}}, 0),
        ({"model": OLD}, 0),
        ({"model": OLD, "thinking": {"type": "adaptive"}}, 200),
        ({"model": OLD, "thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2000}, 200),
    ],
)
async def test_effort_and_model_say_how_much(client: AsyncAnthropic, more: dict[str, Any], tokens: int) -> None:
    answer = await client.messages.create(**asking(**more))

    assert answer.usage.output_tokens == tokens + 5


async def test_too_few_tokens_are_all_spent_on_thinking(client: AsyncAnthropic) -> None:
    answer = await client.messages.create(**asking(max_tokens=150))

    assert [block.type for block in answer.content] == ["thinking"]
    assert (answer.stop_reason, answer.usage.output_tokens) == ("max_tokens", 150)


async def test_a_thought_is_streamed_before_the_text_and_takes_its_time(
    client: AsyncAnthropic, sandbox: ClaudeSandbox, clock: HandClock
) -> None:
    sandbox.latency = Latency(tokens_per_second=100)
    thinking: Any = {"type": "adaptive", "display": "summarized"}

    async with client.messages.stream(**asking(thinking=thinking)) as stream:
        message = await stream.get_final_message()

    first = message.content[0]
    assert first.type == "thinking"
    assert first.thinking.startswith("I look at the data I was given")
    assert first.signature
    assert sum(clock.slept) == pytest.approx(2.05)


async def test_a_thought_is_passed_back_with_the_result_of_a_tool(
    client: AsyncAnthropic, sandbox: ClaudeSandbox
) -> None:
    sandbox.character = Puppet(Said(calls=[Call("get_weather", {"town": "Rome"})]), Said(text="Sunny."))
    asked = asking(tools=[WEATHER])
    first = await client.messages.create(**asked)
    use = first.content[1]
    assert use.type == "tool_use"
    asked["messages"] = [user(), first.to_param(), user([{"type": "tool_result", "tool_use_id": use.id}])]

    assert (await client.messages.create(**asked)).stop_reason == "end_turn"


async def test_a_thought_that_is_made_up_is_refused(client: AsyncAnthropic) -> None:
    made_up: Any = {"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm", "signature": "x"}]}

    with pytest.raises(BadRequestError, match=r"messages\.1\.content\.0: Invalid `signature` in `thinking` block"):
        await client.messages.create(**asking(messages=[user(), made_up, user()]))


async def test_thinking_and_a_forced_tool_do_not_go_together(client: AsyncAnthropic) -> None:
    forced: Any = {"tools": [WEATHER], "tool_choice": {"type": "any"}, "thinking": {"type": "adaptive"}}

    with pytest.raises(BadRequestError, match="Thinking may not be enabled when tool_choice forces tool use"):
        await client.messages.create(**asking(**forced))
