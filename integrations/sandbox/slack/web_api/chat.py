"""chat.*: posting, updating, deleting (https://docs.slack.dev/reference/methods?family=chat)."""

from __future__ import annotations

import copy
from typing import Any

from integrations.sandbox.slack import payloads
from integrations.sandbox.slack.blockkit import MESSAGE_TEXT_LIMIT, problems, text_length
from integrations.sandbox.slack.blockkit.surfaces import BLOCKS_TEXT_LIMIT
from integrations.sandbox.slack.conversations import Conversation
from integrations.sandbox.slack.installation import Json, Refusal
from integrations.sandbox.slack.web_api.arguments import Arguments
from integrations.sandbox.slack.workspace import Workspace

UPDATE_TEXT_LIMIT = 4000
METADATA_KEYS = {"event_type", "event_payload"}


def post_message(workspace: Workspace, given: Arguments) -> Json:
    channel = workspace.conversations.find(given.text("channel"))
    made = workspace.conversations.by_the_app(_content(given, at_most=MESSAGE_TEXT_LIMIT))
    message = workspace.conversations.post(channel, made, thread_ts=given.text("thread_ts"))
    _announce(workspace, payloads.message_event(channel, copy.deepcopy(message)))
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def update(workspace: Workspace, given: Arguments) -> Json:
    """Update a message. Omitted blocks stay as they are; an empty list removes them."""
    channel = workspace.conversations.find(given.text("channel"))
    message = _own(workspace, channel, given, "cant_update_message")
    if "streaming_state" in message:
        raise Refusal("streaming_state_conflict")
    content = _content(given, at_most=UPDATE_TEXT_LIMIT)
    before = copy.deepcopy(message)
    workspace.conversations.update(channel, message, content)
    _announce(workspace, payloads.message_changed_event(workspace, channel, copy.deepcopy(message), before))
    return {"channel": channel.id, "ts": message["ts"], "text": message.get("text", ""), "message": message}


def delete(workspace: Workspace, given: Arguments) -> Json:
    channel = workspace.conversations.find(given.text("channel"))
    message = _own(workspace, channel, given, "cant_delete_message")
    workspace.conversations.delete(channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(workspace: Workspace, given: Arguments) -> Json:
    channel = workspace.conversations.find(given.text("channel"))
    if given.text("user") != channel.user.id:
        raise Refusal("user_not_in_channel")
    made = workspace.conversations.by_the_app(_content(given, at_most=MESSAGE_TEXT_LIMIT))
    made.pop("metadata", None)
    whispered = workspace.conversations.whisper(channel, made, thread_ts=given.text("thread_ts"))
    return {"message_ts": whispered["ts"]}


def permalink(workspace: Workspace, given: Arguments) -> Json:
    channel = workspace.conversations.find(given.text("channel"))
    message = channel.message(given.text("message_ts"))
    link = f"{workspace.url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": permalink,
}


def _content(given: Arguments, *, at_most: int) -> Json:
    """Return text, blocks and metadata, if Slack would accept them.

    Raises: Refusal `no_text`, `msg_too_long`, `invalid_blocks`, `msg_blocks_too_long`, `invalid_metadata_format`.
    """
    text, blocks = given.text("text") or "", given.get("blocks")
    if not text and not blocks:
        raise Refusal("no_text")
    if len(text) > at_most:
        raise Refusal("msg_too_long")
    content: Json = {"text": text}
    if blocks is not None:
        content["blocks"] = taken_blocks(blocks)
    if given.get("metadata"):
        content["metadata"] = metadata_of(given["metadata"])
    return content


def taken_blocks(blocks: Any) -> Any:
    """Raises: Refusal `invalid_blocks_format`, `msg_blocks_too_long`, `invalid_blocks`."""
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    if text_length(blocks) > BLOCKS_TEXT_LIMIT:
        raise Refusal("msg_blocks_too_long")
    if found := problems(blocks, surface="message"):
        raise Refusal("invalid_blocks", found)
    return blocks


def metadata_of(metadata: Any) -> Json:
    """Return an event type and its payload; Bolt's `say` sends null for an empty payload, and Slack accepts it."""
    if not isinstance(metadata, dict) or set(metadata) != METADATA_KEYS or not isinstance(metadata["event_type"], str):
        raise Refusal("invalid_metadata_format")
    payload = {} if metadata["event_payload"] is None else metadata["event_payload"]
    if not isinstance(payload, dict):
        raise Refusal("invalid_metadata_format")
    return {"event_type": metadata["event_type"], "event_payload": payload}


def _own(workspace: Workspace, channel: Conversation, given: Arguments, refusal: str) -> Json:
    """Return a message of the app itself."""
    message = channel.message(given.text("ts"))
    if message["user"] != workspace.installation.bot_user_id:
        raise Refusal(refusal)
    return message


def _announce(workspace: Workspace, event: Json) -> None:
    """Send the app an event for its own message, as Slack does."""
    workspace.courier.send("events_api", payloads.event(workspace, event))
