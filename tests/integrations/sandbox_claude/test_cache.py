"""Prompt caching as it shows in the usage, by the sandbox's clock."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic import AsyncAnthropic, BadRequestError

from tests.hand_clock import HandClock
from tests.integrations.sandbox_claude.puppet import LONG, WEATHER, asking, user

MARK = {"cache_control": {"type": "ephemeral"}}
SYSTEM = [{"type": "text", "text": LONG, **MARK}]


async def _cost(client: AsyncAnthropic, **more: Any) -> tuple[int, int, int]:
    """Plain, written and read tokens of a prompt."""
    usage = (await client.messages.create(**asking(**more))).usage
    return usage.input_tokens, usage.cache_creation_input_tokens or 0, usage.cache_read_input_tokens or 0


async def test_a_marked_prefix_is_written_once_and_then_read(client: AsyncAnthropic) -> None:
    first = await _cost(client, system=SYSTEM)
    second = await _cost(client, system=SYSTEM, messages=[user("Another account")])

    assert first[1] > 1024
    assert first[2] == 0
    assert second[1:] == (0, first[1])
    assert second[0] < 20


async def test_what_is_not_used_for_five_minutes_is_gone(client: AsyncAnthropic, clock: HandClock) -> None:
    await _cost(client, system=SYSTEM)
    clock.advance(minutes=4)
    kept = await _cost(client, system=SYSTEM)
    clock.advance(minutes=4)
    kept_again = await _cost(client, system=SYSTEM)
    clock.advance(minutes=5)
    gone = await _cost(client, system=SYSTEM)

    assert kept[2] == kept_again[2] == gone[1] > 0
    assert gone[2] == 0


async def test_an_hour_can_be_asked_for(client: AsyncAnthropic, clock: HandClock) -> None:
    system: Any = [{**SYSTEM[0], "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    first = (await client.messages.create(**asking(system=system))).usage
    clock.advance(minutes=50)

    assert first.cache_creation is not None
    assert first.cache_creation.ephemeral_1h_input_tokens == first.cache_creation_input_tokens
    assert (await _cost(client, system=system))[2] > 0


async def test_a_short_prefix_is_not_kept(client: AsyncAnthropic) -> None:
    short: Any = [{"type": "text", "text": "Be brief.", **MARK}]
    await _cost(client, system=short)

    assert (await _cost(client, system=short))[1:] == (0, 0)


async def test_another_model_tool_or_text_before_the_mark_is_another_prefix(client: AsyncAnthropic) -> None:
    changed: Any = [{"type": "text", "text": "First this."}, *SYSTEM]
    await _cost(client, system=SYSTEM)

    assert (await _cost(client, system=SYSTEM, model="claude-haiku-5-5"))[2] == 0
    assert (await _cost(client, system=SYSTEM, tools=[WEATHER]))[2] == 0
    assert (await _cost(client, system=changed))[2] == 0
    assert (await _cost(client, system=SYSTEM))[2] > 0


async def test_a_conversation_reads_what_came_before_and_writes_what_is_new(client: AsyncAnthropic) -> None:
    turn: Any = [{"type": "text", "text": LONG, **MARK}]
    first = await _cost(client, messages=[user(turn)])
    longer = [
        user(turn),
        {"role": "assistant", "content": "Yes."},
        user([{"type": "text", "text": LONG[:900], **MARK}]),
    ]
    second = await _cost(client, messages=longer)

    assert second[2] == first[1]
    assert 0 < second[1] < first[1]


async def test_the_request_as_a_whole_can_be_marked(client: AsyncAnthropic) -> None:
    await _cost(client, messages=[user(LONG)], cache_control={"type": "ephemeral"})

    assert (await _cost(client, messages=[user(LONG)], cache_control={"type": "ephemeral"}))[2] > 1024


async def test_no_more_than_four_marks_are_taken(client: AsyncAnthropic) -> None:
    with pytest.raises(BadRequestError, match=r"A maximum of 4 blocks with cache_control may be provided\. Found 5"):
        await client.messages.create(**asking(system=SYSTEM * 5))
