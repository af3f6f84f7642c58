"""users.*, auth.test and apps.connections.open."""

from __future__ import annotations

from integrations.sandbox.slack.installation import Json
from integrations.sandbox.slack.web_api.arguments import Arguments
from integrations.sandbox.slack.workspace import Workspace


def info(workspace: Workspace, given: Arguments) -> Json:
    of, now = workspace.installation, workspace.clock()
    if given.text("user") == of.bot_user_id:
        return {"user": of.bot_object(now)}
    return {"user": of.user_object(of.user(given.text("user")), now)}


def list_(workspace: Workspace, given: Arguments) -> Json:
    of, now = workspace.installation, workspace.clock()
    members = [*(of.user_object(user, now) for user in of.users), of.bot_object(now)]
    start, limit = given.cursor(), given.number("limit", default=200, at_most=1000)
    after = str(start + limit) if len(members) > start + limit else ""
    return {
        "members": members[start : start + limit],
        "cache_ts": int(now.timestamp()),
        "response_metadata": {"next_cursor": after},
    }


def lookup_by_email(workspace: Workspace, given: Arguments) -> Json:
    of = workspace.installation
    return {"user": of.user_object(of.by_email(given.required("email")), workspace.clock())}


def auth_test(workspace: Workspace, given: Arguments) -> Json:
    of = workspace.installation
    return {
        "url": f"{workspace.url}/",
        "team": of.team_name,
        "user": of.team_domain,
        "team_id": of.team_id,
        "user_id": of.bot_user_id,
        "bot_id": of.bot_id,
        "enterprise_id": of.organisation,
        "is_enterprise_install": of.organisation is not None,
    }


def connections_open(workspace: Workspace, given: Arguments) -> Json:
    address = workspace.url.replace("http", "ws", 1)
    return {"url": f"{address}/link?ticket={workspace.sockets.ticket()}&app_id={workspace.installation.app_id}"}


METHODS = {
    "auth.test": auth_test,
    "apps.connections.open": connections_open,
    "users.info": info,
    "users.list": list_,
    "users.lookupByEmail": lookup_by_email,
}
