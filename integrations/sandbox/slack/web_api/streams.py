"""chat.startStream, appendStream, stopStream: a message that grows as the app writes it.

https://docs.slack.dev/reference/methods/chat.startStream and its two siblings. A stream is a reply in a thread, with
Markdown text of at most 12,000 characters per call; blocks and metadata come with its end, and until then chat.update is
refused.
"""

from __future__ import annotations

import copy
from typing import Any

from integrations.sandbox.slack import payloads
from integrations.sandbox.slack.conversations import Conversation
from integrations.sandbox.slack.installation import Json, Refusal
from integrations.sandbox.slack.web_api.arguments import Arguments
from integrations.sandbox.slack.web_api.chat import metadata_of, taken_blocks
from integrations.sandbox.slack.workspace import Workspace

MARKDOWN_LIMIT = 12_000  # characters, per call and, as in any message, in total
STREAMING = "streaming_state"


def start(workspace: Workspace, given: Arguments) -> Json:
    """Raises: Refusal `invalid_arguments` outside a thread; `channel_not_found`, `thread_not_found`, `msg_too_long`."""
    channel = workspace.conversations.find(given.required("channel"))
    text = _text(given)
    made = workspace.conversations.by_the_app({"text": text, "blocks": _grown(text), STREAMING: "in_progress"})
    message = workspace.conversations.post(channel, made, thread_ts=given.required("thread_ts"))
    return {"channel": channel.id, "ts": message["ts"]}


def append(workspace: Workspace, given: Arguments) -> Json:
    channel, message = _streaming(workspace, given)
    if not given.text("markdown_text") and not given.get("chunks"):
        raise Refusal("invalid_arguments", ["[ERROR] missing required field: markdown_text"])
    _grow(channel, message, _text(given))
    workspace.changes.touch()
    return {"channel": channel.id, "ts": message["ts"]}


def stop(workspace: Workspace, given: Arguments) -> Json:
    """End the stream, with the blocks below the text."""
    channel, message = _streaming(workspace, given)
    blocks = taken_blocks(given["blocks"]) if given.get("blocks") is not None else []
    metadata = metadata_of(given["metadata"]) if given.get("metadata") else None
    _grow(channel, message, _text(given))
    if not message["text"] and not blocks:
        raise Refusal("no_text")
    del message[STREAMING]
    message["blocks"] = [*message["blocks"], *copy.deepcopy(blocks)]
    if metadata is not None:
        message["metadata"] = metadata
    workspace.changes.touch()
    event = payloads.message_event(channel, copy.deepcopy(message))
    workspace.courier.send("events_api", payloads.event(workspace, event))
    return {"channel": channel.id, "ts": message["ts"], "message": message}


METHODS = {"chat.startStream": start, "chat.appendStream": append, "chat.stopStream": stop}


def _streaming(workspace: Workspace, given: Arguments) -> tuple[Conversation, Json]:
    """Raises: Refusal `message_not_found`, `message_not_owned_by_app`, `message_not_in_streaming_state`."""
    channel = workspace.conversations.find(given.required("channel"))
    message = channel.message(given.required("ts"))
    if message["user"] != workspace.installation.bot_user_id:
        raise Refusal("message_not_owned_by_app")
    if STREAMING not in message:
        raise Refusal("message_not_in_streaming_state")
    return channel, message


def _text(given: Arguments) -> str:
    """Return `markdown_text`, or the text of the chunks. Raises: Refusal `msg_too_long`, `invalid_chunks`."""
    chunks = given.get("chunks") or []
    if not isinstance(chunks, list):
        raise Refusal("invalid_chunks")
    text = (given.text("markdown_text") or "") + "".join(_of_chunk(each) for each in chunks)
    if len(text) > MARKDOWN_LIMIT:
        raise Refusal("msg_too_long")
    return text


def _of_chunk(chunk: Any) -> str:
    if not isinstance(chunk, dict) or chunk.get("type") != "markdown_text" or not isinstance(chunk.get("text"), str):
        raise Refusal("invalid_chunks")
    text: str = chunk["text"]
    return text


def _grow(channel: Conversation, message: Json, text: str) -> None:
    whole = message["text"] + text
    if len(whole) > MARKDOWN_LIMIT:
        raise Refusal("msg_too_long")
    message["text"], message["blocks"] = whole, _grown(whole)


def _grown(text: str) -> list[Json]:
    return [{"type": "markdown", "text": text, "block_id": "streamed"}] if text else []
