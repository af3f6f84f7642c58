"""The SDK's own loop over tools, with the betas it sends by default: threads, tools that change on the way, compaction."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic import APIStatusError, AsyncAnthropic, BadRequestError, beta_async_tool
from anthropic.types import ThreadAlreadyContinuedError, ThreadContinueInFlightError, ThreadNotFoundError
from pydantic import BaseModel

from integrations.sandbox.claude import ClaudeSandbox, Said
from tests.hand_clock import HandClock
from tests.integrations.sandbox_claude.puppet import MODEL, Puppet, asking, user

THREADS = "message-threads-2026-08-12"


@beta_async_tool
async def get_weather(town: str) -> str:
    """The weather of a town.

    Args:
        town: The town's name.
    """
    return f"{town}: 21 degrees and sunny"


@beta_async_tool
async def get_time(town: str) -> str:
    """The local time of a town.

    Args:
        town: The town's name.
    """
    return f"In {town} it is 08:15."


def _running(client: AsyncAnthropic, text: str, *tools: Any, **more: Any) -> Any:
    asked: dict[str, Any] = {"model": MODEL, "max_tokens": 500, "messages": [user(text)], "tools": tools, **more}
    return client.beta.messages.tool_runner(**asked)


def _text(message: Any) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


async def test_the_runner_calls_the_tool_that_fits_and_answers_with_its_result(
    client: AsyncAnthropic, sandbox: ClaudeSandbox
) -> None:
    last = await _running(client, "What's the weather in Rome?", get_time, get_weather).until_done()

    assert (_text(last), last.stop_reason) == ("Rome: 21 degrees and sunny", "end_turn")
    first, second = sandbox.calls
    assert (first.body["thread"]["type"], second.body["thread"]["type"]) == ("create", "continue")
    assert "tools" not in second.body
    assert len(second.body["messages"]) == 1


async def test_two_towns_are_two_calls_in_one_turn(client: AsyncAnthropic) -> None:
    last = await _running(client, "Compare the weather in Rome and Oslo", get_weather).until_done()

    assert _text(last).splitlines() == ["Rome: 21 degrees and sunny", "Oslo: 21 degrees and sunny"]


async def test_the_streaming_runner_reads_the_same(client: AsyncAnthropic) -> None:
    texts = []
    async for stream in _running(client, "What's the weather in Rome?", get_weather, stream=True):
        texts.append(_text(await stream.get_final_message()))

    assert texts == ["Let me look that up.", "Rome: 21 degrees and sunny"]


async def test_the_runner_goes_on_without_a_thread_if_it_may_not_have_one(
    client: AsyncAnthropic, sandbox: ClaudeSandbox
) -> None:
    marked = [{"type": "text", "text": f"Part {n}", "cache_control": {"type": "ephemeral"}} for n in range(4)]
    last = await _running(client, "What's the weather in Rome?", get_weather, system=marked).until_done()

    assert _text(last) == "Rome: 21 degrees and sunny"
    assert ["thread" in call.body for call in sandbox.calls] == [False, False]


async def test_tools_can_come_and_go_while_it_runs(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(text="Hello."), Said(text="Hello again."))
    betas = ["inline-tools-2026-09-15"]
    runner = _running(client, "Hello", get_weather, betas=betas)
    runner.add_tools(get_time)
    runner.remove_tools("get_weather")
    async for _ in runner:
        pass
    sandbox.character = "competent"
    changed = {
        "role": "system",
        "content": [
            {"type": "tool_removal", "tool": {"type": "tool_reference", "name": "get_weather"}},
            {"type": "tool_addition", "tool": {"type": "tool_definition", "definition": get_time.to_dict()}},
        ],
    }
    asked = asking(tools=[get_weather.to_dict()], messages=[user("Weather and time in Rome?"), changed], betas=betas)

    answer = await client.beta.messages.create(**asked)

    assert [block.name for block in answer.content if block.type == "tool_use"] == ["get_time"]


async def test_a_conversation_is_compacted_and_goes_on_from_its_summary(client: AsyncAnthropic) -> None:
    betas = ["compact-2026-09-04"]
    runner = _running(client, "What's the weather in Rome?", get_weather, betas=betas)
    runner.compact_before_next_turn()
    reasons, summary = [], ""
    async for message in runner:
        reasons.append(message.stop_reason)
        if message.stop_reason == "compaction":
            (block,) = message.content
            assert block.type == "compaction"
            summary = block.content or ""

    assert "compaction" in reasons
    assert "What's the weather in Rome?" in summary


async def test_the_runner_parses_its_last_answer(client: AsyncAnthropic) -> None:
    class Weather(BaseModel):
        town: str
        degrees: int

    last = await _running(client, "What's the weather in Rome?", get_weather, output_format=Weather).until_done()

    assert last.parsed_output == Weather(town="Rome", degrees=21)


async def test_a_thread_is_continued_once_and_only_if_it_is_known(client: AsyncAnthropic) -> None:
    first = await client.beta.messages.create(**asking(thread={"type": "create"}, betas=[THREADS]))
    after = asking(thread={"type": "continue", "previous_message_id": first.id}, betas=[THREADS])
    await client.beta.messages.create(**after)

    with pytest.raises(ThreadAlreadyContinuedError):
        await client.beta.messages.create(**after)
    with pytest.raises(ThreadNotFoundError):
        await client.beta.messages.create(
            **{**after, "thread": {"type": "continue", "previous_message_id": "msg_none"}}
        )


async def test_a_thread_that_failed_can_be_continued_again(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    first = await client.beta.messages.create(**asking(thread={"type": "create"}, betas=[THREADS]))
    after = asking(thread={"type": "continue", "previous_message_id": first.id}, betas=[THREADS])
    sandbox.faults.overload()
    with pytest.raises(APIStatusError):
        await client.beta.messages.create(**after)

    assert (await client.beta.messages.create(**after)).stop_reason == "end_turn"


async def test_two_may_not_continue_a_thread_at_the_same_time(
    client: AsyncAnthropic, sandbox: ClaudeSandbox, clock: HandClock
) -> None:
    first = await client.beta.messages.create(**asking(thread={"type": "create"}, betas=[THREADS]))
    after = asking(thread={"type": "continue", "previous_message_id": first.id}, betas=[THREADS])
    other: list[str] = []

    async def meanwhile(_: float) -> None:
        with pytest.raises(ThreadContinueInFlightError) as refused:
            await client.beta.messages.create(**after)
        other.append(refused.value.error_code)

    sandbox.faults.slow(seconds=1)
    sandbox._pace._sleep = meanwhile
    await client.beta.messages.create(**after)

    assert other == ["thread_continue_in_flight"]


async def test_fields_that_a_thread_keeps_are_refused_if_sent_again(client: AsyncAnthropic) -> None:
    first = await client.beta.messages.create(**asking(thread={"type": "create"}, betas=[THREADS], system="Be brief."))
    after = asking(thread={"type": "continue", "previous_message_id": first.id}, betas=[THREADS], system="Be long.")

    with pytest.raises(BadRequestError, match="system: must not be sent"):
        await client.beta.messages.create(**after)


@pytest.mark.parametrize(
    ("more", "betas", "message"),
    [
        ({"thread": {"type": "create"}}, [], "thread: Extra inputs are not permitted"),
        ({"context_management": {"edits": []}}, [], "context_management: Extra inputs are not permitted"),
        ({"compaction": {"type": "summarize"}}, [], "compaction: Extra inputs are not permitted"),
        ({"output_config": {"task_budget": {}}}, [], "output_config.task_budget: Extra inputs are not permitted"),
        ({}, ["no such beta"], "Unexpected value(s) `no such beta` for the `anthropic-beta` header."),
        (
            {"fallbacks": [{"model": MODEL}]},
            ["server-side-fallback-2026-07-01"],
            "fallbacks: a list of fallback models",
        ),
        (
            {"messages": [user(), {"role": "system", "content": [{"type": "tool_removal", "tool": {}}]}]},
            [],
            "Input tag 'tool_removal' found using 'type' does not match any of the expected tags",
        ),
    ],
)
async def test_a_field_of_a_beta_needs_its_header(
    client: AsyncAnthropic, more: dict[str, Any], betas: list[str], message: str
) -> None:
    with pytest.raises(BadRequestError) as refused:
        await client.beta.messages.create(**{**asking(), "extra_body": more, "betas": betas})

    assert message in str(refused.value.api_message)


async def test_fields_of_betas_are_taken_and_answered(client: AsyncAnthropic) -> None:
    answer = await client.beta.messages.create(
        **asking(
            context_management={"edits": [{"type": "clear_tool_uses_20250919"}]},
            diagnostics={"previous_message_id": "msg_1"},
            fallbacks="default",
            betas=["context-management-2025-06-27", "server-side-fallback-2026-07-01", "not-yet-known-2027-01-31"],
        )
    )

    assert answer.context_management is not None
    assert answer.context_management.applied_edits == []
    assert answer.diagnostics is not None
    assert answer.diagnostics.cache_miss_reason is not None
    assert answer.diagnostics.cache_miss_reason.type == "unavailable"


PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
PDF = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}}
USE = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}
SEEN = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [PICTURE]}


@pytest.mark.parametrize(
    ("messages", "kind"),
    [
        ([user([PICTURE, {"type": "text", "text": "What is this?"}])], "image"),
        ([user([{"type": "text", "text": "Read this."}, PDF])], "PDF"),
        ([user(), {"role": "assistant", "content": [USE]}, user([SEEN])], "image"),
    ],
)
async def test_pictures_and_documents_are_refused_in_the_apis_words(
    client: AsyncAnthropic, messages: list[Any], kind: str
) -> None:
    asked = asking(messages=messages)
    with pytest.raises(BadRequestError) as refused:
        await client.messages.create(**asked)
    del asked["max_tokens"]
    with pytest.raises(BadRequestError):
        await client.messages.count_tokens(**asked)

    body = refused.value.body
    assert isinstance(body, dict)
    assert body["error"] == {
        "type": "invalid_request_error",
        "message": f"'{MODEL}' does not support {kind} input.",
    }
    assert body["request_id"].startswith("req_")
