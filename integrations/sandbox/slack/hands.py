"""A person's actions in Slack: press, choose, submit, close, write, command, open the Home tab.

Each action becomes the payload Slack would send and is delivered; the app's answer then has the same effect as in Slack.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from integrations.sandbox.slack import forms, payloads
from integrations.sandbox.slack.answers import apply_answer
from integrations.sandbox.slack.blockkit import every_block
from integrations.sandbox.slack.conversations import Conversation
from integrations.sandbox.slack.courier import Receipt
from integrations.sandbox.slack.installation import Json, Refusal, SlackUser
from integrations.sandbox.slack.wire_form import as_slack_sends
from integrations.sandbox.slack.workspace import Workspace
from store.domain.errors import BadInput

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """The outcome of a submission: closed or changed (`ok`), or sentences beside fields (block_id -> sentence), or trouble."""

    ok: bool
    errors: dict[str, str]
    trouble: str | None = None


async def press(
    workspace: Workspace,
    user: SlackUser,
    channel: Conversation,
    *,
    action_id: str,
    ts: str | None = None,
    block_id: str | None = None,
    value: Any = None,
) -> Receipt:
    """Use an element of a message: the newest message that has it, unless `ts` is given. Raises: BadInput."""
    message, block, element = _in_messages(channel, action_id, ts=ts, block_id=block_id, value=value)
    action = _action(workspace, block, element, value)
    entered = channel.entered.setdefault(message["ts"], {})
    if element["type"] not in forms.PRESSED:
        entered.setdefault(block["block_id"], {})[action_id] = value
    said = forms.state(message.get("blocks", []), entered)
    receipt = await workspace.courier.deliver(
        "interactive", payloads.message_action(workspace, user, channel, copy.deepcopy(message), action, said)
    )
    _mark(workspace, channel, message["ts"], receipt)
    return receipt


async def press_in_view(
    workspace: Workspace,
    user: SlackUser,
    view_id: str,
    *,
    action_id: str,
    block_id: str | None = None,
    value: Any = None,
    values: forms.Values | None = None,
) -> Receipt:
    """Use an element of a modal or the Home tab; `values` are the contents of its other fields. Raises: BadInput."""
    view = _view(workspace, view_id)
    block, element = _element(view["blocks"], action_id, block_id, value, where="the view")
    entered = {key: dict(inner) for key, inner in (values or {}).items()}
    if element["type"] not in forms.PRESSED:
        entered.setdefault(block["block_id"], {})[action_id] = value
    view["state"] = {"values": forms.state(view["blocks"], entered)}
    action = _action(workspace, block, element, value)
    receipt = await workspace.courier.deliver(
        "interactive", payloads.view_action(workspace, user, copy.deepcopy(view), action)
    )
    channel = workspace.conversations.of(user.id)
    _mark(workspace, channel, view_id, receipt)
    return receipt


async def submit(workspace: Workspace, user: SlackUser, view_id: str, values: forms.Values) -> Submitted:
    """Submit the front modal. The app gets it only if Slack itself finds no problem. Raises: BadInput."""
    stack = workspace.views.stack(user.id)
    if not stack or stack[-1]["id"] != view_id:
        raise BadInput("This modal is no longer open.")
    view = stack[-1]
    state = forms.state(view["blocks"], values)
    if found := forms.complaints(view["blocks"], state):
        return Submitted(ok=False, errors=found)
    view["state"] = {"values": state}
    receipt = await workspace.courier.deliver(
        "interactive", payloads.view_submission(workspace, user, copy.deepcopy(view))
    )
    if not receipt.acknowledged:
        return Submitted(ok=False, errors={}, trouble=TROUBLE)
    return _answered(workspace, user, view, receipt.payload or {})


async def close(workspace: Workspace, user: SlackUser, view_id: str, *, everything: bool = False) -> None:
    """Dismiss the front modal, or the whole stack; notify the app if it asked for that. Raises: BadInput."""
    stack = workspace.views.stack(user.id)
    if not stack or stack[-1]["id"] != view_id:
        raise BadInput("This modal is no longer open.")
    cleared = everything or bool(stack[-1]["clear_on_close"])
    leaving = list(stack) if cleared else [stack[-1]]
    workspace.views.close(user.id, everything=cleared)
    for view in reversed(leaving):
        if view["notify_on_close"]:
            payload = payloads.view_closed(workspace, user, copy.deepcopy(view), cleared=cleared)
            await workspace.courier.deliver("interactive", payload)


def write(
    workspace: Workspace,
    user: SlackUser,
    text: str,
    *,
    thread_ts: str | None = None,
    files: Sequence[str] = (),
    broadcast: bool = False,
    me: bool = False,
    passed_on: str = "",
    events: int = 1,
) -> Json:
    """Write a message to the app, or a reply in a thread, perhaps with files (their names) or also sent to the conversation, by
    `/me`, or with someone else's message `passed_on`. Slack may deliver one message as several `events`. Raises: BadInput."""
    if not text.strip() and not files and not passed_on:
        raise BadInput("Write something first.")
    channel = workspace.conversations.of(user.id)
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    message = {
        "user": user.id,
        "text": as_slack_sends(text),
        "client_msg_id": workspace.triggers.issue(user.id).rpartition(".")[2],
        "blocks": [{"type": "rich_text", "elements": [words]}] if text.strip() else [],
    }
    if files:
        message |= {"subtype": "file_share", "files": [{"id": f"F0{n}", "name": name} for n, name in enumerate(files)]}
    elif broadcast:
        message["subtype"] = "thread_broadcast"
    elif me:
        message["subtype"] = "me_message"
    if passed_on:
        message["attachments"] = [{"text": passed_on, "is_share": True, "is_msg_unfurl": True}]
    try:
        posted = workspace.conversations.post(channel, message, thread_ts=thread_ts)
    except Refusal as exc:
        raise BadInput("There is no such thread.") from exc
    inner = payloads.message_event(channel, copy.deepcopy(posted))
    for _ in range(events):
        workspace.courier.send("events_api", payloads.event(workspace, inner))
    return posted


async def command(workspace: Workspace, user: SlackUser, name: str, text: str) -> Receipt:
    """Run a slash command in the person's conversation with the app. Raises: BadInput."""
    if name not in workspace.commands:
        raise BadInput(f"{name} is not a valid command. Try {' or '.join(workspace.commands)}.")
    channel = workspace.conversations.of(user.id)
    payload = payloads.command(workspace, user, channel, name, text)
    receipt = await workspace.courier.deliver("slash_commands", payload)
    if not receipt.acknowledged:
        code = "operation_timeout" if "timeout" in (receipt.reason or "") else "dispatch_failed"
        workspace.conversations.whisper(
            channel, {"user": "USLACKBOT", "text": f'{name} failed with the error "{code}"'}
        )
    elif receipt.payload:
        apply_answer(workspace, channel, receipt.payload, ts=None)
    return receipt


def open_home(workspace: Workspace, user: SlackUser, *, tab: str = "home") -> None:
    """Open the app's Home or Messages tab; the app gets an event."""
    channel = workspace.conversations.of(user.id)
    workspace.courier.send("events_api", payloads.event(workspace, payloads.app_home_opened(workspace, channel, tab)))


def _answered(workspace: Workspace, user: SlackUser, view: Json, answer: Json) -> Submitted:
    """Apply the app's answer to a submission to the modals."""
    kind = answer.get("response_action")
    try:
        if kind == "errors":
            return _field_errors(view, answer.get("errors"))
        if kind == "update":
            workspace.views.update(view, answer.get("view"))
        elif kind == "push":
            workspace.views.push(user.id, answer.get("view"))
        elif workspace.views.stack(user.id)[-1:] == [view]:
            workspace.views.close(user.id, everything=kind == "clear")
    except Refusal as exc:
        return Submitted(ok=False, errors={}, trouble=f"{TROUBLE} ({exc.code}: {' '.join(exc.messages)})")
    return Submitted(ok=True, errors={})


def _field_errors(view: Json, errors: Any) -> Submitted:
    """Slack shows errors beside input blocks only; errors for anything else are trouble."""
    inputs = {block["block_id"] for block in every_block(view["blocks"]) if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        return Submitted(ok=False, errors={}, trouble=f"{TROUBLE} (errors name blocks that are no inputs)")
    return Submitted(ok=False, errors={key: str(sentence) for key, sentence in errors.items()})


def _in_messages(
    channel: Conversation, action_id: str, *, ts: str | None, block_id: str | None, value: Any
) -> tuple[Json, Json, Json]:
    """Find the element in the current message or in an earlier version: a person may still be looking at that."""
    everything = [*channel.messages.values(), *channel.ephemerals.values()]
    for message in reversed(everything):
        if ts not in (None, message["ts"]):
            continue
        for blocks in [message.get("blocks", []), *reversed(channel.earlier.get(message["ts"], []))]:
            if found := _look(blocks, action_id, block_id, value):
                return message, *found
    raise BadInput(f"No message has an element {action_id}.")


def _element(blocks: list[Json], action_id: str, block_id: str | None, value: Any, *, where: str) -> tuple[Json, Json]:
    found = _look(blocks, action_id, block_id, value)
    if found is None:
        raise BadInput(f"Nothing in {where} is called {action_id}.")
    return found


def _look(blocks: list[Json], action_id: str, block_id: str | None, value: Any) -> tuple[Json, Json] | None:
    for block, element in forms.elements(blocks):
        fits = element["action_id"] == action_id and block_id in (None, block["block_id"])
        if fits and (element["type"] not in ("button", "icon_button") or value in (None, element.get("value"))):
            return block, element
    return None


def _action(workspace: Workspace, block: Json, element: Json, value: Any) -> Json:
    return {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        **forms.reading(element, value),
        "action_ts": workspace.conversations.stamp(),
    }


def _view(workspace: Workspace, view_id: str) -> Json:
    try:
        return workspace.views.find(view_id=view_id)
    except Refusal as exc:
        raise BadInput("This view is no longer open.") from exc


def _mark(workspace: Workspace, channel: Conversation, where: str, receipt: Receipt) -> None:
    """Show the warning triangle after a press that was not acknowledged, and remove it after one that was."""
    if receipt.acknowledged:
        channel.warnings.discard(where)
    else:
        channel.warnings.add(where)
    workspace.changes.touch()
