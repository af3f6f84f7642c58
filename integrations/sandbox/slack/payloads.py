"""The payloads Slack sends to an app: interactions, commands, events
(https://docs.slack.dev/reference/interaction-payloads)."""

from __future__ import annotations

from secrets import token_hex

from integrations.sandbox.slack.conversations import Conversation
from integrations.sandbox.slack.installation import Json, SlackUser
from integrations.sandbox.slack.wire_form import escaped
from integrations.sandbox.slack.workspace import Workspace


def message_action(
    workspace: Workspace, user: SlackUser, channel: Conversation, message: Json, action: Json, state: Json
) -> Json:
    """block_actions of an element in a message; the payload leaves out an ephemeral message itself."""
    ephemeral = bool(message.get("is_ephemeral"))
    container: Json = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    payload: Json = {
        "type": "block_actions",
        **_interaction(workspace, user),
        "container": container,
        "channel": {"id": channel.id, "name": "directmessage"},
        "state": {"values": state},
        "response_url": response_url(workspace, channel, user, ts=message["ts"]),
        "actions": [action],
    }
    return payload if ephemeral else payload | {"message": message}


def view_action(workspace: Workspace, user: SlackUser, view: Json, action: Json) -> Json:
    """block_actions of an element in a modal or the Home tab."""
    return {
        "type": "block_actions",
        **_interaction(workspace, user),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [action],
    }


def view_submission(workspace: Workspace, user: SlackUser, view: Json) -> Json:
    return {"type": "view_submission", **_interaction(workspace, user), "view": view, "response_urls": []}


def view_closed(workspace: Workspace, user: SlackUser, view: Json, *, cleared: bool) -> Json:
    payload = {"type": "view_closed", **_interaction(workspace, user), "view": view, "is_cleared": cleared}
    del payload["trigger_id"]
    return payload


def command(workspace: Workspace, user: SlackUser, channel: Conversation, name: str, text: str) -> Json:
    """A slash command: all values are strings, as in a form; the text is escaped."""
    of = workspace.installation
    return {
        "token": "sandbox-verification",
        "team_id": of.team_id,
        "team_domain": of.team_domain,
        "channel_id": channel.id,
        "channel_name": "directmessage",
        "user_id": user.id,
        "user_name": user.username,
        "command": name,
        "text": escaped(text),
        "api_app_id": of.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url(workspace, channel, user, ts=None),
        "trigger_id": workspace.triggers.issue(user.id),
    }


def event(workspace: Workspace, inner: Json) -> Json:
    """An event in its envelope, with an id that stays the same for its retries."""
    of = workspace.installation
    return {
        "token": "sandbox-verification",
        "team_id": of.team_id,
        "context_team_id": of.team_id,
        "api_app_id": of.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{token_hex(5).upper()}",
        "event_time": int(workspace.clock().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": of.team_id,
                "user_id": of.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def message_event(channel: Conversation, message: Json) -> Json:
    """message.im for a posted message."""
    return {
        **{key: value for key, value in message.items() if key not in ("reply_count", "metadata")},
        **({"user_team": channel.user.home} if channel.user.home and not message.get("bot_id") else {}),
        "channel": channel.id,
        "event_ts": message["ts"],
        "channel_type": "im",
    }


def message_changed_event(workspace: Workspace, channel: Conversation, message: Json, before: Json) -> Json:
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message,
        "previous_message": before,
        "channel": channel.id,
        "hidden": True,
        "ts": (stamp := workspace.conversations.stamp()),
        "event_ts": stamp,
        "channel_type": "im",
    }


def app_home_opened(workspace: Workspace, channel: Conversation, tab: str) -> Json:
    opened: Json = {
        "type": "app_home_opened",
        "user": channel.user.id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": workspace.conversations.stamp(),
    }
    view = workspace.views.home(channel.user.id)
    return opened | {"view": view} if view and tab == "home" else opened


def response_url(workspace: Workspace, channel: Conversation, user: SlackUser, *, ts: str | None) -> str:
    name = workspace.response_tickets.issue(channel=channel.id, user_id=user.id, ts=ts)
    return f"{workspace.url}/response/{name}"


def _interaction(workspace: Workspace, user: SlackUser) -> Json:
    of, organisation = workspace.installation, workspace.installation.organisation
    return {
        "team": None if organisation else {"id": of.team_id, "domain": of.team_domain},
        "user": {"id": user.id, "username": user.username, "name": user.username, "team_id": user.home or of.team_id},
        "api_app_id": of.app_id,
        "token": "sandbox-verification",
        "trigger_id": workspace.triggers.issue(user.id),
        "enterprise": {"id": organisation, "name": "Sandbox"} if organisation else None,
        "is_enterprise_install": organisation is not None,
    }
