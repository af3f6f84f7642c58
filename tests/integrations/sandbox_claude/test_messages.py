"""The plain call, as the real SDK makes it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from anthropic import (
    AsyncAnthropic,
    AuthenticationError,
    BadRequestError,
    ContentTooLargeError,
    NotFoundError,
)

from integrations.sandbox.claude import ClaudeSandbox, Said
from integrations.sandbox.claude.gateway import LARGEST
from tests.integrations.sandbox_claude.puppet import LONG, MODEL, Puppet, asking, user


async def test_a_plain_call_is_answered_with_usage_and_an_id(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(text="Good morning to you."))

    answer = await client.messages.create(**asking())

    assert answer.content[0].type == "text"
    assert answer.content[0].text == "Good morning to you."
    assert (answer.model, answer.role, answer.stop_reason) == (MODEL, "assistant", "end_turn")
    assert answer.usage.input_tokens > 0
    assert answer.usage.output_tokens == 5
    assert answer._request_id is not None
    assert answer._request_id.startswith("req_")


async def test_what_is_too_long_for_max_tokens_is_cut_at_a_word(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(text=LONG))

    answer = await client.messages.create(**asking(max_tokens=20))

    assert answer.stop_reason == "max_tokens"
    assert answer.usage.output_tokens == 20
    assert answer.content[0].type == "text"
    assert LONG.startswith(answer.content[0].text)
    assert 60 < len(answer.content[0].text) < 120


async def test_a_stop_sequence_ends_the_answer_before_it(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(text="One. Two. Three."))

    answer = await client.messages.create(**asking(stop_sequences=[" Three", " Two"]))

    assert answer.content[0].type == "text"
    assert (answer.content[0].text, answer.stop_reason, answer.stop_sequence) == ("One.", "stop_sequence", " Two")


async def test_a_refusal_has_its_reason_and_no_content(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(refused=True))

    answer = await client.messages.create(**asking())

    assert (answer.stop_reason, answer.content) == ("refusal", [])
    assert answer.stop_details is not None
    assert answer.stop_details.category == "general_harms"


async def test_no_tokens_at_all_only_warm_the_cache(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(text="Never said"))

    answer = await client.messages.create(**asking(max_tokens=0))

    assert (answer.content, answer.stop_reason, answer.usage.output_tokens) == ([], "max_tokens", 0)


async def test_a_count_is_what_the_answer_will_be_charged_for(client: AsyncAnthropic) -> None:
    asked = asking(system="You are brief.", messages=[user(LONG)])
    answer = await client.messages.create(**asked)
    del asked["max_tokens"]

    count = await client.messages.count_tokens(**asked)

    assert count.input_tokens == answer.usage.input_tokens
    assert count.input_tokens > 1000


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"temperature": 1.0}, "temperature: Extra inputs are not permitted"),
        ({"max_tokens": -1}, "max_tokens: Input should be greater than or equal to 0"),
        ({"max_tokens": None}, "max_tokens: Input should be a valid integer"),
        (
            {"max_tokens": 200_000},
            "max_tokens: 200000 > 128000, which is the maximum allowed number of output tokens for",
        ),
        ({"messages": []}, "messages: at least one message is required"),
        ({"messages": [{"role": "bot", "content": "Hi"}]}, "messages.0.role: Input should be 'user', 'assistant' or"),
        ({"messages": [{"role": "assistant", "content": "Hi"}]}, 'messages: first message must use the "user" role'),
        ({"messages": [user(), {"role": "assistant", "content": "Hi"}]}, "does not support assistant message prefill"),
        ({"messages": [user("")]}, "messages: text content blocks must be non-empty"),
        ({"messages": [user(" \n")]}, "messages: text content blocks must contain non-whitespace text"),
        ({"messages": [user([])]}, "messages.0: all messages must have non-empty content"),
        ({"messages": [user([{"type": "poem"}])]}, "messages.0.content.0: Input tag 'poem' found using 'type'"),
        ({"messages": [user([{"type": "text"}])]}, "messages.0.content.0.text.text: Field required"),
        ({"messages": [user([{"type": "text", "text": "a", "x": 1}])]}, "messages.0.content.0.text.x: Extra inputs"),
        ({"messages": [user() | {"name": "Jo"}]}, "messages.0.name: Extra inputs are not permitted"),
        ({"messages": [{"role": "system", "content": "Be brief."}]}, 'first message must use the "user" role'),
        (
            {"messages": [user(), {"role": "system", "content": [{"type": "image", "source": {}}]}, user()]},
            "`system` messages can only have `text` blocks",
        ),
        (
            {"messages": [user(), {"role": "assistant", "content": [{"type": "document", "source": {}}]}, user()]},
            "`document` blocks are not allowed in `assistant` messages",
        ),
        (
            {"messages": [user([{"type": "text", "text": "a", "citations": [{}]}])]},
            "citations are not allowed in `user` messages",
        ),
        ({"tool_choice": {"type": "any"}}, "tool_choice may only be specified while providing tools"),
        ({"system": ""}, "system: text content blocks must be non-empty"),
        ({"metadata": {"user": "jo"}}, "metadata.user: Extra inputs are not permitted"),
        ({"stop_sequences": [" "]}, "stop_sequences.0: each stop sequence must contain non-whitespace"),
        ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, "`max_tokens` must be greater than"),
        ({"thinking": {"type": "disabled"}}, '"thinking.type.disabled" is not supported for this model.'),
        (
            {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2000},
            '"thinking.type.enabled" is not supported',
        ),
        (
            {"thinking": {"type": "enabled", "budget_tokens": 10}},
            "thinking.enabled.budget_tokens: Input should be greater",
        ),
    ],
)
async def test_what_the_api_does_not_take_is_refused(
    client: AsyncAnthropic, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadRequestError) as refused:
        await client.messages.create(**{**asking(), "extra_body": changes})

    assert refused.value.type == "invalid_request_error"
    assert message in str(refused.value.api_message)


async def test_a_missing_max_tokens_is_named(sandbox: ClaudeSandbox) -> None:
    answer = await _post(sandbox, {"model": MODEL, "messages": [user()]})

    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "max_tokens: Field required"


async def test_a_body_that_is_no_json_is_refused(sandbox: ClaudeSandbox) -> None:
    answer = await _post(sandbox, b"{")

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("The request body is not valid JSON")


async def test_a_model_that_there_is_not_is_not_found(client: AsyncAnthropic) -> None:
    with pytest.raises(NotFoundError) as refused:
        await client.messages.create(**asking(model="claude-sonnet-99"))

    assert (refused.value.type, refused.value.api_message) == ("not_found_error", "model: claude-sonnet-99")
    assert str(refused.value.request_id).startswith("req_")


async def test_a_prompt_longer_than_the_window_is_refused(client: AsyncAnthropic) -> None:
    with pytest.raises(BadRequestError, match=r"prompt is too long: \d+ tokens > 200000 maximum"):
        await client.messages.create(**asking(model="claude-haiku-5-5", messages=[user(LONG * 150)]))


async def test_a_wrong_key_is_not_let_in(sandbox: ClaudeSandbox) -> None:
    async with AsyncAnthropic(base_url=sandbox.url, api_key="sk-ant-wrong", max_retries=0) as stranger:
        with pytest.raises(AuthenticationError) as refused:
            await stranger.messages.create(**asking())

    assert refused.value.type == "authentication_error"


@pytest.mark.parametrize(
    ("headers", "status", "message"),
    [
        ({}, 401, "x-api-key header is required"),
        ({"x-api-key": "wrong", "Authorization": "Bearer sk-ant-sandbox"}, 401, "invalid x-api-key"),
        ({"x-api-key": "sk-ant-sandbox"}, 400, "anthropic-version: header is required"),
        ({"x-api-key": "sk-ant-sandbox", "anthropic-version": "2020-01-01"}, 400, "is not a valid version"),
        ({"x-api-key": "sk-ant-sandbox", "anthropic-version": "2026-10-21"}, 200, ""),
        ({"Authorization": "Bearer sk-ant-sandbox", "anthropic-version": "2023-06-01"}, 200, ""),
    ],
)
async def test_key_and_version_stand_in_headers(
    sandbox: ClaudeSandbox, headers: dict[str, str], status: int, message: str
) -> None:
    async with httpx.AsyncClient(base_url=sandbox.url, trust_env=False) as http:
        answer = await http.post("/v1/messages", json=asking(), headers=headers)

    assert answer.status_code == status
    assert message in answer.json().get("error", {}).get("message", "")
    assert answer.headers["request-id"].startswith("req_")


async def test_a_body_that_is_too_large_is_413(client: AsyncAnthropic) -> None:
    with pytest.raises(ContentTooLargeError) as refused:
        await client.messages.create(**asking(messages=[user("x" * (LARGEST + 1))]))

    assert refused.value.api_message == "Request exceeds the maximum size"


async def test_an_address_that_there_is_not_is_not_found(sandbox: ClaudeSandbox) -> None:
    answer = await _post(sandbox, {}, "/v1/complete")

    assert (answer.status_code, answer.json()["error"]) == (404, {"type": "not_found_error", "message": "Not Found"})


async def test_the_models_can_be_listed_and_looked_up(client: AsyncAnthropic) -> None:
    page = await client.models.list(limit=3)
    ids = [model.id async for model in client.models.list(limit=3)]
    model = await client.models.retrieve(MODEL)

    assert (len(page.data), page.has_more) == (3, True)
    assert MODEL in ids
    assert len(ids) == len(set(ids)) == 8
    assert model.display_name == "Claude Sonnet 5.5"
    with pytest.raises(NotFoundError, match="model: claude-none"):
        await client.models.retrieve("claude-none")


async def test_calls_are_noted_with_what_they_cost(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    await client.messages.create(**asking(system="You are the Zoho Scout of Sergas.\nLook."))
    with pytest.raises(NotFoundError):
        await client.messages.create(**asking(model="claude-none"))

    answered, refused = sandbox.calls
    assert (answered.agent, answered.status, answered.stop_reason) == ("Zoho Scout", 200, "end_turn")
    assert answered.usage is not None
    assert answered.body["max_tokens"] == 500
    assert (refused.status, refused.usage) == (404, None)


async def _post(sandbox: ClaudeSandbox, body: Any, path: str = "/v1/messages") -> httpx.Response:
    headers = {"x-api-key": sandbox.api_key, "anthropic-version": "2026-10-21"}
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    async with httpx.AsyncClient(base_url=sandbox.url, trust_env=False) as http:
        return await http.post(path, headers=headers, **content)
