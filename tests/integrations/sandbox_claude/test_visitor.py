"""Anyone's first words to the stand-in: it greets, thanks, uses the right tool, or says that it can't."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anthropic import AsyncAnthropic
from anthropic.types import MessageParam

from tests.integrations.sandbox_claude.puppet import asking, user


def _tool(name: str, description: str = "", *required: str, **properties: Any) -> dict[str, Any]:
    fields = {each: {"type": "string"} for each in required} | properties
    schema = {"type": "object", "properties": fields, "required": list(required)}
    return {"name": name, "description": description, "input_schema": schema}


WEATHER = _tool("get_weather", "The current weather of a town, with its temperature.", "town")
TIME = _tool("get_time", "The local time of a town.", "town")
DEALS = _tool("list_deals", "All open deals with amount and closing date.", stage={"type": "string"})
FIND = _tool("search_accounts", "Find accounts by name.", "name")
DETAILS = _tool("get_account_details", "Everything about one account.", "account_id")
DELETE = _tool("delete_account", "Delete an account for good.", "account_id")
MAIL = _tool("send_email", "Send an e-mail.", "to", "subject", body={"type": "string"})
TOOLS = [WEATHER, TIME, DEALS, FIND, DETAILS, DELETE, MAIL]


async def _said(client: AsyncAnthropic, text: str, *, tools: list[Any] | None = None, **more: Any) -> str:
    answer = await client.messages.create(**asking(messages=[user(text)], tools=tools or [], **more))
    return "".join(block.text for block in answer.content if block.type == "text")


async def _calls(client: AsyncAnthropic, text: str, tools: list[Any], **more: Any) -> list[tuple[str, Any]]:
    answer = await client.messages.create(**asking(messages=[user(text)], tools=tools, **more))
    return [(block.name, block.input) for block in answer.content if block.type == "tool_use"]


async def _after(client: AsyncAnthropic, text: str, returned: Any, *, tool: Any = DEALS, failed: bool = False) -> str:
    """What it says once its one call returned this."""
    first = await client.messages.create(**asking(messages=[user(text)], tools=[tool]))
    uses = [block for block in first.content if block.type == "tool_use"]
    assert uses
    content = returned if isinstance(returned, str) else json.dumps(returned)
    results = [{"type": "tool_result", "tool_use_id": each.id, "content": content, "is_error": failed} for each in uses]
    messages: list[MessageParam] = [user(text), first.to_param(), user(results)]
    answer = await client.messages.create(**asking(messages=messages, tools=[tool]))
    return "".join(block.text for block in answer.content if block.type == "text")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hi", "Hello! How can I help?"),
        ("Good morning", "Hello! How can I help?"),
        ("Thanks a lot!", "You're welcome."),
        ("bye", "Goodbye!"),
        ("how are you?", "All well here. How can I help?"),
        ("What is 12 * 12?", "144"),
        ("what is 7 divided by 0", "That has no result: nothing can be divided by 0."),
        ("Reply with the word pong.", "pong"),
        ("Say hello", "hello"),
        ("ping", "I'm here."),
    ],
)
async def test_small_talk_gets_a_short_answer(client: AsyncAnthropic, text: str, said: str) -> None:
    assert await _said(client, text) == said


@pytest.mark.parametrize("text", ["Who won the cup in 1954?", "Write me a poem about spring", "qwerty asdf"])
async def test_it_says_what_it_cannot_do(client: AsyncAnthropic, text: str) -> None:
    assert "scripted stand-in for Claude" in await _said(client, text)
    assert (await _said(client, text, tools=[WEATHER, TIME])).startswith(
        "None of my tools can do that: I have get_weather"
    )


async def test_it_answers_from_the_text_that_it_is_given(client: AsyncAnthropic) -> None:
    text = "The office is in Oslo. Jo Lind leads the project Northwind. Lunch is at noon.\n\nWho leads the project?"

    assert await _said(client, text) == "Jo Lind leads the project Northwind."
    assert (await _said(client, f"Summarise: {text}")).startswith("The office is in Oslo. Jo Lind leads")
    assert await _said(client, "Extract the email: write to jo@acme.example today") == "jo@acme.example"


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("What's the weather in Rome?", [("get_weather", {"town": "Rome"})]),
        ("How warm is it in Rome today? What temperature?", [("get_weather", {"town": "Rome"})]),
        ("Tell me the time in Oslo", [("get_time", {"town": "Oslo"})]),
        ("Weather and time in Oslo, please", [("get_weather", {"town": "Oslo"}), ("get_time", {"town": "Oslo"})]),
        ("Weather in Rome and Oslo", [("get_weather", {"town": "Rome"}), ("get_weather", {"town": "Oslo"})]),
        ("Show my open deals", [("list_deals", {})]),
        ("Find the account Northwind", [("search_accounts", {"name": "Northwind"})]),
        ("Tell me all details of the account Northwind", [("search_accounts", {"name": "Northwind"})]),
        ("Send an e-mail to jo@acme.example about “Renewal”", [("send_email", {"to": "jo@acme.example", "subject": "Renewal"})]),
        ("Hello there", []),
        ("What is the capital of Peru?", []),
    ],
)  # fmt: skip
async def test_the_question_decides_which_tools_are_called(
    client: AsyncAnthropic, text: str, calls: list[tuple[str, Any]]
) -> None:
    assert await _calls(client, text, TOOLS) == calls


async def test_a_tool_that_changes_something_needs_a_verb_of_its_own(client: AsyncAnthropic) -> None:
    assert await _calls(client, "What about account A-17?", [DELETE]) == []
    assert await _calls(client, "Delete account A-17", [DELETE]) == [("delete_account", {"account_id": "A-17"})]


async def test_an_id_comes_from_what_another_tool_found(client: AsyncAnthropic) -> None:
    text = "Tell me all details of the account Northwind"
    tools = [FIND, DETAILS]
    first = await client.messages.create(**asking(messages=[user(text)], tools=tools))
    (use,) = [block for block in first.content if block.type == "tool_use"]
    found = {"type": "tool_result", "tool_use_id": use.id, "content": '[{"id": "A-17", "name": "Northwind"}]'}
    messages = [user(text), first.to_param(), user([found])]

    second = await client.messages.create(**asking(messages=messages, tools=tools))

    calls = [(block.name, block.input) for block in second.content if block.type == "tool_use"]
    assert calls == [("get_account_details", {"account_id": "A-17"})]


ROWS = [
    {"name": "Renewal", "amount": 40_000, "closing_date": "2026-03-01", "account": "Northwind"},
    {"name": "Upgrade", "amount": 90_000, "closing_date": "2026-06-01", "account": "Halden"},
    {"name": "Pilot", "amount": 10_000, "closing_date": "2026-01-15", "account": "Northwind"},
]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Show the top 2 deals by amount", ["Upgrade", "Renewal"]),
        ("Which deals have the earliest closing date?", ["Pilot", "Renewal", "Upgrade"]),
        ("Show all deals", ["Renewal", "Upgrade", "Pilot"]),
        ("Show the deals of Northwind, largest first", ["Renewal", "Pilot"]),
    ],
)
async def test_records_are_ranked_as_asked(client: AsyncAnthropic, text: str, names: list[str]) -> None:
    lines = (await _after(client, text, ROWS)).splitlines()

    assert [line.split(". ")[1].split(":")[0] for line in lines] == names


async def test_it_never_answers_about_someone_else(client: AsyncAnthropic) -> None:
    assert await _after(client, "Show the deals of Acme", ROWS) == "I found nothing about Acme."
    other = {"name": "Halden", "owner": "Ben Ode"}
    assert await _after(
        client, "Who owns the account Northwind?", other, tool=_tool("get_account", "One account.")
    ) == ("I found nothing about Northwind.")


async def test_a_text_about_one_is_no_answer_about_another(client: AsyncAnthropic) -> None:
    text = "Jo Lind leads the project Northwind. Lunch is at noon.\n\nWho leads the project Acme?"
    assert "Jo Lind" not in await _said(client, text)
    assert await _after(client, "Show the deals of Acme", "Northwind: Renewal, 40,000") == "I found nothing about Acme."
    assert await _after(client, "Show my Deals", "Northwind: Renewal, 40,000") == "Northwind: Renewal, 40,000"


async def test_a_question_that_goes_on_uses_the_tool_of_the_one_before(client: AsyncAnthropic) -> None:
    before = [user("What's the weather in Rome?"), {"role": "assistant", "content": "Sunny."}, user("And in Oslo?")]
    answer = await client.messages.create(**asking(messages=before, tools=TOOLS))

    assert [block.input for block in answer.content if block.type == "tool_use"] == [{"town": "Oslo"}]


async def test_it_says_that_a_tool_failed(client: AsyncAnthropic) -> None:
    assert (
        await _after(client, "Show my deals", "The CRM is down.", failed=True) == "list_deals failed: The CRM is down."
    )


async def test_a_forced_tool_is_called_with_all_it_needs(client: AsyncAnthropic) -> None:
    schema = {
        "type": "object",
        "properties": {
            "title": {"type": "string", "minLength": 3},
            "people": {"type": "array", "minItems": 1, "items": _tool("x", "", "name")["input_schema"]},
            "mood": {"type": "string", "enum": ["good", "bad"]},
        },
        "required": ["title", "people", "mood"],
    }
    tool = {"name": "Meeting", "description": "A meeting.", "input_schema": schema}
    forced = {"type": "tool", "name": "Meeting"}

    calls = await _calls(client, "Jo Lind and Ben Ode met about “Renewal”; it went bad.", [tool], tool_choice=forced)

    assert calls == [
        ("Meeting", {"title": "Renewal", "people": [{"name": "Jo Lind"}, {"name": "Ben Ode"}], "mood": "bad"})
    ]


async def test_any_tool_at_all_is_the_one_that_fits(client: AsyncAnthropic) -> None:
    any_tool = {"type": "any"}

    assert await _calls(client, "The time in Oslo?", TOOLS, tool_choice=any_tool) == [("get_time", {"town": "Oslo"})]
    assert [name for name, _ in await _calls(client, "Hello", TOOLS, tool_choice=any_tool)] == ["get_weather"]
    assert await _calls(client, "The time in Oslo?", TOOLS, tool_choice={"type": "none"}) == []
