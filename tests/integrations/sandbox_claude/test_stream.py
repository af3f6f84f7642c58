"""Answers as server-sent events, read by the SDK's own accumulator."""

from __future__ import annotations

import pytest
from anthropic import AsyncAnthropic

from integrations.sandbox.claude import Call, ClaudeSandbox, Latency, Said
from tests.hand_clock import HandClock
from tests.integrations.sandbox_claude.puppet import LONG, WEATHER, Puppet, asking


async def test_a_streamed_text_adds_up_to_the_plain_one(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(text=LONG))
    asked = asking(max_tokens=4000)
    plain = await client.messages.create(**asked)

    async with client.messages.stream(**asked) as stream:
        pieces = [text async for text in stream.text_stream]
        streamed = await stream.get_final_message()

    assert len(pieces) > 100
    assert "".join(pieces) == LONG
    assert [block.to_dict() for block in plain.content] == [{"type": "text", "text": LONG}]
    assert (streamed.stop_reason, streamed.usage.output_tokens) == ("end_turn", plain.usage.output_tokens)
    assert streamed.usage.input_tokens == plain.usage.input_tokens


async def test_the_events_come_in_their_order(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(text="Let me look.", calls=[Call("get_weather", {"town": "Rome", "days": 2})]))

    stream = await client.messages.create(**asking(tools=[WEATHER]), stream=True)
    kinds = [event.type async for event in stream]

    assert kinds[0] == "message_start"
    assert kinds[-2:] == ["message_delta", "message_stop"]
    assert [kind for kind in kinds if kind.endswith(("_start", "block_stop"))] == [
        "message_start",
        *["content_block_start", "content_block_stop"] * 2,
    ]


async def test_the_input_of_a_tool_comes_in_pieces_of_json(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(calls=[Call("get_weather", {"town": "Rome " * 30, "days": 2})]))

    async with client.messages.stream(**asking(tools=[WEATHER])) as stream:
        pieces = [event.partial_json async for event in stream if event.type == "input_json"]
        message = await stream.get_final_message()

    assert len(pieces) > 3
    assert message.stop_reason == "tool_use"
    assert message.content[0].type == "tool_use"
    assert message.content[0].input == {"town": "Rome " * 30, "days": 2}


async def test_a_refusal_in_a_stream_has_its_reason(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(refused=True))

    async with client.messages.stream(**asking()) as stream:
        message = await stream.get_final_message()

    assert message.stop_reason == "refusal"
    assert message.stop_details is not None


@pytest.mark.parametrize("streamed", [False, True])
async def test_an_answer_takes_the_time_that_a_model_takes(
    client: AsyncAnthropic, sandbox: ClaudeSandbox, clock: HandClock, streamed: bool
) -> None:
    sandbox.latency = Latency(first_token=1.0, tokens_per_second=60)
    sandbox.character = Puppet(Said(text=LONG))

    async with client.messages.stream(**asking(max_tokens=600)) as stream:
        message = await stream.get_final_message()

    assert clock.slept[0] == 1.0
    assert sum(clock.slept) == pytest.approx(1 + message.usage.output_tokens / 60, abs=0.2)
