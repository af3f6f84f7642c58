"""chat.startStream, appendStream, stopStream: a message that grows as the app writes it.

https://docs.slack.dev/reference/methods/chat.startStream and its two siblings. A stream is a reply in a thread, with
Markdown text of at most 12,000 characters per call, and steps of work before it; blocks and metadata come with its end, and until
then chat.update is refused.
"""

from __future__ import annotations

import copy
from typing import Any

from integrations.sandbox.slack import payloads
from integrations.sandbox.slack.blockkit.work import STATUSES
from integrations.sandbox.slack.conversations import Conversation
from integrations.sandbox.slack.installation import Json, Refusal
from integrations.sandbox.slack.web_api.arguments import Arguments
from integrations.sandbox.slack.web_api.chat import metadata_of, taken_blocks
from integrations.sandbox.slack.workspace import Workspace

MARKDOWN_LIMIT = 12_000  # characters, per call and, as in any message, in total
STREAMING = "streaming_state"
MODE = "task_display_mode"


def start(workspace: Workspace, given: Arguments) -> Json:
    """Raises: Refusal `invalid_arguments` outside a thread; `channel_not_found`, `thread_not_found`, `msg_too_long`."""
    channel = workspace.conversations.find(given.required("channel"))
    text, mode = _text(given), given.text("task_display_mode") or "timeline"
    if mode not in ("timeline", "plan"):
        raise Refusal("invalid_arguments", ["[ERROR] task_display_mode must be timeline or plan"])
    content: Json = {"text": text, "blocks": _grown(text), STREAMING: "in_progress", MODE: mode}
    made = workspace.conversations.by_the_app(content)
    made["blocks"] = _with_steps(made, _steps(given))
    message = workspace.conversations.post(channel, made, thread_ts=given.required("thread_ts"))
    channel.streamed[message["ts"]] = text
    return {"channel": channel.id, "ts": message["ts"]}


def append(workspace: Workspace, given: Arguments) -> Json:
    channel, message = _streaming(workspace, given)
    if not given.text("markdown_text") and not given.get("chunks"):
        raise Refusal("invalid_arguments", ["[ERROR] missing required field: markdown_text"])
    _grow(channel, message, _text(given), _steps(given))
    workspace.changes.touch()
    return {"channel": channel.id, "ts": message["ts"]}


def stop(workspace: Workspace, given: Arguments) -> Json:
    """End the stream, with the blocks below the text."""
    channel, message = _streaming(workspace, given)
    blocks = taken_blocks(given["blocks"]) if given.get("blocks") is not None else []
    metadata = metadata_of(given["metadata"]) if given.get("metadata") else None
    _grow(channel, message, _text(given), _steps(given))
    if not message["text"] and not blocks:
        raise Refusal("no_text")
    del message[STREAMING], message[MODE]
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
    if not isinstance(chunk, dict) or chunk.get("type") not in ("markdown_text", "task_update", "plan_update"):
        raise Refusal("invalid_chunks")
    if chunk["type"] != "markdown_text":
        return ""
    if not isinstance(chunk.get("text"), str):
        raise Refusal("invalid_chunks")
    text: str = chunk["text"]
    return text


def _steps(given: Arguments) -> list[Json]:
    """Return the chunks about steps. Raises: Refusal `invalid_chunks`."""
    found = [each for each in given.get("chunks") or [] if each["type"] != "markdown_text"]
    for each in found:
        named = each.get("title") if each["type"] == "plan_update" else each.get("id") and each.get("title")
        if not named or (each["type"] == "task_update" and each.get("status") not in STATUSES):
            raise Refusal("invalid_chunks")
    return found


def _with_steps(message: Json, steps: list[Json]) -> list[Json]:
    """The message's blocks: its steps, each once in its newest state, and then the text."""
    plan: Json = next(
        (each for each in message["blocks"] if each["type"] == "plan"), {"type": "plan", "title": "Working on it"}
    )
    shown = [each for each in message["blocks"] if each["type"] == "task_card"] or plan.get("tasks", [])
    cards = {each["task_id"]: each for each in shown}
    for step in steps:
        if step["type"] == "plan_update":
            plan = {**plan, "title": step["title"]}
            continue
        card = {"type": "task_card", "task_id": step["id"], "title": step["title"], "status": step["status"]}
        cards[step["id"]] = card
    text = [each for each in message["blocks"] if each["type"] not in ("plan", "task_card")]
    if message[MODE] == "plan" and cards:
        return [{**plan, "block_id": "plan", "tasks": list(cards.values())}, *text]
    return [*({**each, "block_id": f"step-{task_id}"} for task_id, each in cards.items()), *text]


def _grow(channel: Conversation, message: Json, text: str, steps: list[Json]) -> None:
    whole = message["text"] + text
    if len(whole) > MARKDOWN_LIMIT:
        raise Refusal("msg_too_long")
    kept = [each for each in message["blocks"] if each["type"] in ("plan", "task_card")]
    message["text"], message["blocks"] = whole, [*kept, *_grown(whole)]
    message["blocks"] = _with_steps(message, steps)
    channel.streamed[message["ts"]] = whole


def _grown(text: str) -> list[Json]:
    return [{"type": "markdown", "text": text, "block_id": "streamed"}] if text else []
