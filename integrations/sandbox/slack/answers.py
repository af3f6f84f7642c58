"""An app's answers outside the Web API: to a slash command, and posts to a response URL."""

from __future__ import annotations

from integrations.sandbox.slack.blockkit import message_problems
from integrations.sandbox.slack.conversations import Conversation
from integrations.sandbox.slack.installation import Json, Refusal
from integrations.sandbox.slack.workspace import Workspace


def apply_answer(workspace: Workspace, channel: Conversation, answer: Json, *, ts: str | None) -> None:
    """Show, replace or delete a message. `ts` is the message the interaction came from. Raises: Refusal `invalid_blocks`,
    `no_text`.

    Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
    """
    standing = channel.messages.get(ts or "") or channel.ephemerals.get(ts or "")
    if answer.get("delete_original") and standing:
        _delete(workspace, channel, standing)
        return
    message = _message(answer)
    if answer.get("replace_original") and standing:
        workspace.conversations.update(channel, standing, message)
    elif answer.get("response_type") == "in_channel":
        made = workspace.conversations.by_the_app(message)
        workspace.conversations.post(channel, made, thread_ts=answer.get("thread_ts"))
    else:
        made = workspace.conversations.by_the_app(message)
        workspace.conversations.whisper(channel, made, thread_ts=answer.get("thread_ts"))


def _message(answer: Json) -> Json:
    if not answer.get("text") and not answer.get("blocks"):
        raise Refusal("no_text")
    if found := message_problems(answer):
        raise Refusal("invalid_blocks", found)
    return {key: answer[key] for key in ("text", "blocks") if key in answer}


def _delete(workspace: Workspace, channel: Conversation, standing: Json) -> None:
    if channel.ephemerals.pop(standing["ts"], None) is None:
        workspace.conversations.delete(channel, standing)
    workspace.changes.touch()
