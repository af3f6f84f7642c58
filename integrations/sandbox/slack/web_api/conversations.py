"""conversations.*, reactions.add and assistant.threads.setStatus."""

from __future__ import annotations

from integrations.sandbox.slack.installation import Json, Refusal, SlackUser
from integrations.sandbox.slack.web_api.arguments import Arguments
from integrations.sandbox.slack.workspace import Workspace

PAGE_LIMIT = 999


def open_(workspace: Workspace, given: Arguments) -> Json:
    if given.text("channel"):
        channel = workspace.conversations.find(given.text("channel"))
    else:
        channel = workspace.conversations.of(given.required("users"))
    about: Json = {"id": channel.id}
    if given.flag("return_im"):
        about |= _about(workspace, channel.user)
    return {"channel": about, "no_op": False, "already_open": False}


def info(workspace: Workspace, given: Arguments) -> Json:
    return {"channel": _about(workspace, workspace.conversations.find(given.text("channel")).user)}


def history(workspace: Workspace, given: Arguments) -> Json:
    """Return messages, newest first, without the replies in threads."""
    channel = workspace.conversations.find(given.text("channel"))
    return _page(given, sorted(channel.top_level(), key=_when, reverse=True))


def replies(workspace: Workspace, given: Arguments) -> Json:
    """Return the first message of a thread and its replies, oldest first."""
    channel = workspace.conversations.find(given.text("channel"))
    root = channel.messages.get(given.required("ts"))
    if root is None:
        raise Refusal("thread_not_found")
    return _page(given, [root, *sorted(channel.replies(root["ts"]), key=_when)])


def add_reaction(workspace: Workspace, given: Arguments) -> Json:
    message = workspace.conversations.find(given.text("channel")).message(given.text("timestamp"))
    name, by = given.required("name"), workspace.installation.bot_user_id
    for reaction in message.setdefault("reactions", []):
        if reaction["name"] == name:
            raise Refusal("already_reacted")
    message["reactions"].append({"name": name, "users": [by], "count": 1})
    workspace.changes.touch()
    return {}


def set_status(workspace: Workspace, given: Arguments) -> Json:
    """Set the app's status, shown until its next message in that thread."""
    channel = workspace.conversations.find(given.text("channel_id"))
    channel.status[given.text("thread_ts") or ""] = given.text("status") or ""
    workspace.changes.touch()
    return {}


METHODS = {
    "conversations.open": open_,
    "conversations.info": info,
    "conversations.history": history,
    "conversations.replies": replies,
    "reactions.add": add_reaction,
    "assistant.threads.setStatus": set_status,
}


def _about(workspace: Workspace, user: SlackUser) -> Json:
    return {
        "id": user.channel,
        "is_im": True,
        "is_channel": False,
        "is_archived": False,
        "is_open": True,
        "user": user.id,
        "context_team_id": workspace.installation.team_id,
    }


def _page(given: Arguments, messages: list[Json]) -> Json:
    kept = _between(given, messages)
    start, limit = given.cursor(), given.number("limit", default=100, at_most=PAGE_LIMIT)
    page, more = kept[start : start + limit], len(kept) > start + limit
    shown = page if given.flag("include_all_metadata") else [_without_metadata(message) for message in page]
    return {
        "messages": shown,
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def _between(given: Arguments, messages: list[Json]) -> list[Json]:
    """Return the messages after `oldest` and before `latest`, including those two if the range is inclusive."""
    inclusive, oldest, latest = given.flag("inclusive"), given.stamp("oldest"), given.stamp("latest")

    def fits(when: float) -> bool:
        if inclusive and when in (oldest, latest):
            return True
        return (oldest is None or when > oldest) and (latest is None or when < latest)

    return [message for message in messages if fits(_when(message))]


def _without_metadata(message: Json) -> Json:
    return {key: value for key, value in message.items() if key != "metadata"}


def _when(message: Json) -> float:
    return float(message["ts"])
