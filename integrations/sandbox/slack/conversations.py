"""The direct messages between the app and each person: messages, threads, ephemeral messages."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from integrations.sandbox.slack.blockkit import elements_of, every_block
from integrations.sandbox.slack.changes import Changes
from integrations.sandbox.slack.installation import Clock, Installation, Json, Refusal, SlackUser


@dataclass(slots=True)
class Conversation:
    """One person's direct messages. `messages` holds threads too, by `ts`; `earlier` the blocks before each update;
    `deleted` the `ts` of messages that were deleted; `streamed` the whole text of each stream, also of a deleted one; `entered`
    the choices in a message's elements: block_id -> action_id -> value."""

    id: str
    user: SlackUser
    messages: dict[str, Json] = field(default_factory=dict)
    ephemerals: dict[str, Json] = field(default_factory=dict)
    earlier: dict[str, list[list[Json]]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    streamed: dict[str, str] = field(default_factory=dict)
    warnings: set[str] = field(default_factory=set)
    status: dict[str, str] = field(default_factory=dict)
    entered: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def message(self, ts: str | None) -> Json:
        """Raises: Refusal `message_not_found`."""
        found = self.messages.get(ts or "")
        if found is None:
            raise Refusal("message_not_found")
        return found

    def replies(self, ts: str) -> list[Json]:
        return [m for m in self.messages.values() if m.get("thread_ts") == ts and m["ts"] != ts]

    def top_level(self) -> list[Json]:
        return [m for m in self.messages.values() if m.get("thread_ts") in (None, m["ts"])]


class Conversations:
    """All conversations of the workspace; creates and changes their messages."""

    def __init__(self, installation: Installation, clock: Clock, changes: Changes) -> None:
        self._installation = installation
        self._clock = clock
        self._changes = changes
        self._by_id = {user.channel: Conversation(user.channel, user) for user in installation.users}
        self._last = 0

    def __iter__(self) -> Iterator[Conversation]:
        return iter(self._by_id.values())

    def of(self, user_id: str | None) -> Conversation:
        """Raises: Refusal `user_not_found`."""
        return self._by_id[self._installation.user(user_id).channel]

    def find(self, channel: str | None) -> Conversation:
        """Find a conversation by its id, or by the person's id. Raises: Refusal `channel_not_found`."""
        for conversation in self:
            if channel and channel in (conversation.id, conversation.user.id):
                return conversation
        raise Refusal("channel_not_found")

    def stamp(self) -> str:
        """Return a new message timestamp: seconds and microseconds, never the same twice."""
        self._last = max(self._last + 1, int(self._clock().timestamp() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def post(self, channel: Conversation, message: Json, *, thread_ts: str | None = None) -> Json:
        """Post a message to a conversation or one of its threads. As in Slack, it goes to the conversation itself if the first
        message of the thread was deleted. Raises: Refusal `thread_not_found` for one that never was."""
        ts = self.stamp()
        made = {"type": "message", "ts": ts, "team": self._installation.team_id, **complete(message, ts)}
        if thread_ts and thread_ts not in channel.deleted:
            root = self._root(channel, thread_ts)
            made |= {"thread_ts": root["ts"], "parent_user_id": root["user"]}
            self._count_reply(channel, root, made)
        channel.messages[ts] = made
        channel.status.pop(made.get("thread_ts") or "", None)
        self._changes.touch()
        return made

    def update(self, channel: Conversation, message: Json, changed: Json) -> None:
        """Replace the given parts; keep the earlier blocks, since people may still be looking at them."""
        if "blocks" in message:
            channel.earlier.setdefault(message["ts"], []).append(message["blocks"])
        channel.entered.pop(message["ts"], None)
        message.update(complete(changed, message["ts"]))
        message["edited"] = {"user": message["user"], "ts": self.stamp()}
        self._changes.touch()

    def delete(self, channel: Conversation, message: Json) -> None:
        del channel.messages[message["ts"]]
        channel.deleted.add(message["ts"])
        root = channel.messages.get(message.get("thread_ts") or "")
        if root and root is not message:
            root["reply_count"] = len(channel.replies(root["ts"]))
        self._changes.touch()

    def whisper(self, channel: Conversation, message: Json, *, thread_ts: str | None = None) -> Json:
        """Show a message to this person only, without keeping it in the history."""
        ts = self.stamp()
        made = {"type": "message", "subtype": "bot_message", "ts": ts, "is_ephemeral": True, **complete(message, ts)}
        if thread_ts:
            made["thread_ts"] = thread_ts
        channel.ephemerals[ts] = made
        self._changes.touch()
        return made

    def by_the_app(self, message: Json) -> Json:
        """Return the message with the app as its author."""
        of = self._installation
        return {"user": of.bot_user_id, "bot_id": of.bot_id, "app_id": of.app_id, **message}

    def _root(self, channel: Conversation, thread_ts: str) -> Json:
        root = channel.messages.get(thread_ts)
        if root is None:
            raise Refusal("thread_not_found")
        return self._root(channel, root["thread_ts"]) if root.get("thread_ts", thread_ts) != thread_ts else root

    def _count_reply(self, channel: Conversation, root: Json, reply: Json) -> None:
        users = [*dict.fromkeys([*root.get("reply_users", []), reply["user"]])]
        root |= {
            "thread_ts": root["ts"],
            "reply_count": len(channel.replies(root["ts"])) + 1,
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": reply["ts"],
        }


def complete(message: Json, seed: str) -> Json:
    """Add the values Slack fills in: missing ids of blocks and elements, and defaults of texts."""
    made = copy.deepcopy(message)
    for index, block in enumerate(every_block(made.get("blocks"))):
        block.setdefault("block_id", f"b{seed[-4:]}{index}")
        for number, element in enumerate(elements_of(block)):
            if element.get("type") not in ("plain_text", "mrkdwn", "image"):
                element.setdefault("action_id", f"a{index}{number}")
        _default_texts(block)
    return made


def _default_texts(value: Any) -> None:
    if isinstance(value, list):
        for each in value:
            _default_texts(each)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for each in value.values():
            _default_texts(each)
