"""Tools: calls, results, and the rules by which they are paired."""

from __future__ import annotations

from typing import Any, cast

import pytest
from anthropic import AsyncAnthropic, BadRequestError
from anthropic.types import ToolParam

from integrations.sandbox.claude import Call, ClaudeSandbox, Said
from tests.integrations.sandbox_claude.puppet import WEATHER, Puppet, asking, user

USE = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"town": "Rome"}}
OTHER_USE = {**USE, "id": "toolu_2"}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "Sunny"}


def loose(**changes: Any) -> ToolParam:
    tool: dict[str, Any] = {**WEATHER, **changes}
    return cast(ToolParam, tool)


async def test_a_tool_is_used_and_its_result_is_read(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    puppet = Puppet(Said(text="Let me look.", calls=[Call("get_weather", {"town": "Rome"})]), Said(text="Sunny."))
    sandbox.character = puppet
    asked = asking(tools=[WEATHER])

    first = await client.messages.create(**asked)
    use = first.content[1]
    assert use.type == "tool_use"
    result = {"type": "tool_result", "tool_use_id": use.id, "content": [{"type": "text", "text": "21 degrees"}]}
    asked["messages"] = [user(), first.to_param(), user([result])]
    second = await client.messages.create(**asked)

    assert (first.stop_reason, second.stop_reason) == ("tool_use", "end_turn")
    given = puppet.prompts[1].results[0]
    assert (given.tool, given.arguments, given.text) == ("get_weather", {"town": "Rome"}, "21 degrees")


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        (
            [user(), {"role": "assistant", "content": [USE]}, user("And?")],
            "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1.",
        ),
        (
            [user(), {"role": "assistant", "content": [USE, OTHER_USE]}, user([RESULT])],
            "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_2.",
        ),
        ([user([RESULT])], "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1."),
        (
            [user(), {"role": "assistant", "content": [USE]}, user([RESULT, RESULT])],
            "each tool_use must have a single result",
        ),
        (
            [user(), {"role": "assistant", "content": [USE]}, user([{"type": "text", "text": "So"}, RESULT])],
            "`tool_result` blocks must come first",
        ),
        ([user(), {"role": "assistant", "content": [USE, USE]}, user([RESULT])], "`tool_use` ids must be unique"),
        ([user([USE])], "messages.0.content.0: `tool_use` blocks can only be in `assistant` messages"),
        ([user(), {"role": "assistant", "content": [RESULT]}, user()], "can only be in `user` messages"),
    ],
)
async def test_results_that_do_not_pair_with_their_uses_are_refused(
    client: AsyncAnthropic, messages: list[Any], message: str
) -> None:
    with pytest.raises(BadRequestError) as refused:
        await client.messages.create(**asking(tools=[WEATHER], messages=messages))

    assert message in str(refused.value.api_message)


async def test_a_strict_tool_gets_what_its_schema_admits(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(calls=[Call("get_weather", {"days": "two", "colour": "red"})]))

    answer = await client.messages.create(**asking(tools=[WEATHER]))

    assert answer.content[0].type == "tool_use"
    assert answer.content[0].input == {"town": "", "days": 0}


async def test_a_tool_that_is_not_strict_gets_what_the_model_makes_up(
    client: AsyncAnthropic, sandbox: ClaudeSandbox
) -> None:
    sandbox.character = Puppet(Said(calls=[Call("get_weather", {"colour": "red"})]))

    answer = await client.messages.create(**asking(tools=[loose(strict=False)]))

    assert answer.content[0].type == "tool_use"
    assert answer.content[0].input == {"colour": "red"}


async def test_a_tool_that_is_not_offered_is_not_called(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(text="No tool.", calls=[Call("drop_tables", {})]))

    answer = await client.messages.create(**asking(tools=[WEATHER]))

    assert [block.type for block in answer.content] == ["text"]


async def test_a_wild_model_calls_what_is_not_offered(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(calls=[Call("drop_tables", {"all": True})], wild=True))

    answer = await client.messages.create(**asking())

    assert answer.stop_reason == "tool_use"
    assert answer.content[0].type == "tool_use"
    assert answer.content[0].name == "drop_tables"


async def test_tool_choice_is_kept_to(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    both = [Call("get_weather", {"town": "Rome"}), Call("get_weather", {"town": "Oslo"})]
    sandbox.character = Puppet(Said(text="Here.", calls=both))
    tools = asking(tools=[WEATHER, loose(name="other")])

    none = await client.messages.create(**tools, tool_choice={"type": "none"})
    single = await client.messages.create(**tools, tool_choice={"type": "auto", "disable_parallel_tool_use": True})
    other = await client.messages.create(**tools, tool_choice={"type": "tool", "name": "other"})

    assert [block.type for block in none.content] == ["text"]
    assert [block.type for block in single.content] == ["text", "tool_use"]
    assert [block.name for block in other.content if block.type == "tool_use"] == ["other"]


@pytest.mark.parametrize(
    ("tools", "message"),
    [
        ([loose(name="no spaces")], "tools.0.name: String should match pattern"),
        ([WEATHER, WEATHER], "tools: Tool names must be unique."),
        ([loose(input_schema={"type": "string"})], "tools.0.custom.input_schema.type: Input should be 'object'"),
        (
            [loose(strict=False, input_schema={"type": "object", "properties": None})],
            "tools.0.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12",
        ),
        ([loose(input_schema={"type": "object"})], "'additionalProperties' must be explicitly set to false"),
        ([loose(colour="red")], "tools.0.colour: Extra inputs are not permitted"),
        ([loose(name=f"tool{number}") for number in range(21)], "Too many strict tools (21)."),
    ],
)
async def test_tools_that_the_api_does_not_take_are_refused(
    client: AsyncAnthropic, tools: list[ToolParam], message: str
) -> None:
    with pytest.raises(BadRequestError) as refused:
        await client.messages.create(**asking(tools=tools))

    assert message in str(refused.value.api_message)


async def test_a_cut_tool_call_says_nothing_that_could_be_used(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(calls=[Call("get_weather", {"town": "Rome " * 200})]))

    answer = await client.messages.create(**asking(tools=[WEATHER], max_tokens=20))

    assert answer.stop_reason == "max_tokens"
    assert answer.content[0].type == "tool_use"
    assert answer.content[0].input == {}
