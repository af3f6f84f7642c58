"""Messages that grow: started in a thread, appended to, and ended with blocks and metadata, as strictly as Slack has it."""

from __future__ import annotations

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from tests.integrations.sandbox_slack.people import ANNA, BEN
from tests.integrations.sandbox_slack.test_web_api import refusal

METADATA = {"event_type": "answer", "event_payload": {"key": "k"}}
BLOCK = {"type": "context", "elements": [{"type": "mrkdwn", "text": "From: Acme"}]}


async def started(client: AsyncWebClient, text: str = "One.") -> dict[str, Any]:
    root = (await client.chat_postMessage(channel=ANNA, text="Why?"))["ts"]
    answer = await client.chat_startStream(channel=ANNA, thread_ts=root, markdown_text=text)
    return {"channel": ANNA, "ts": answer["ts"]}


async def test_a_stream_grows_and_ends_with_its_blocks_and_metadata(
    slack: SlackSandbox, client: AsyncWebClient
) -> None:
    stream = await started(client)
    await client.chat_appendStream(**stream, markdown_text=" Two.")
    assert slack.dm(ANNA)[-1]["text"] == "One. Two."
    await client.chat_stopStream(**stream, markdown_text=" Three.", blocks=[BLOCK], metadata=METADATA)

    message = slack.dm(ANNA)[-1]
    assert [each["type"] for each in message["blocks"]] == ["markdown", "context"]
    assert (message["text"], message["metadata"]) == ("One. Two. Three.", METADATA)


async def test_a_stream_belongs_into_a_thread(client: AsyncWebClient) -> None:
    answer = await refusal(client.api_call("chat.startStream", json={"channel": ANNA, "markdown_text": "x"}))
    assert answer["error"] == "invalid_arguments"
    assert (await refusal(client.chat_startStream(channel=ANNA, thread_ts="1.0")))["error"] == "thread_not_found"


async def test_a_stream_is_not_updated_and_an_ended_one_does_not_grow(client: AsyncWebClient) -> None:
    stream = await started(client)
    assert (await refusal(client.chat_update(**stream, text="x")))["error"] == "streaming_state_conflict"
    await client.chat_stopStream(**stream)
    again = await refusal(client.chat_appendStream(**stream, markdown_text="x"))
    assert again["error"] == "message_not_in_streaming_state"
    assert (await refusal(client.chat_stopStream(**stream)))["error"] == "message_not_in_streaming_state"
    assert (await client.chat_update(**stream, text="x"))["ok"]


async def test_nothing_empty_or_too_long_is_appended(client: AsyncWebClient) -> None:
    stream = await started(client)
    assert (await refusal(client.chat_appendStream(**stream)))["error"] == "invalid_arguments"
    assert (await refusal(client.chat_appendStream(**stream, markdown_text="x" * 12_001)))["error"] == "msg_too_long"
    assert (await refusal(client.chat_appendStream(**stream, markdown_text="x" * 12_000)))["error"] == "msg_too_long"


async def test_other_messages_are_no_streams(slack: SlackSandbox, client: AsyncWebClient) -> None:
    own = await slack.message(BEN, "Hello")
    ours = await refusal(client.chat_appendStream(channel=BEN, ts=own["ts"], markdown_text="x"))
    assert ours["error"] == "message_not_owned_by_app"
    missing = await refusal(client.chat_stopStream(channel=BEN, ts="1.0"))
    assert missing["error"] == "message_not_found"


async def test_blocks_that_slack_would_not_take_end_no_stream(client: AsyncWebClient) -> None:
    stream = await started(client)
    refused = await refusal(client.chat_stopStream(**stream, blocks=[{"type": "nonsense"}]))
    assert refused["error"] == "invalid_blocks"
    assert (await client.chat_stopStream(**stream))["ok"]
