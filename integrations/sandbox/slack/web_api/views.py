"""views.*: modals and the Home tab (https://docs.slack.dev/reference/methods?family=views)."""

from __future__ import annotations

from integrations.sandbox.slack.installation import Json
from integrations.sandbox.slack.views import checked
from integrations.sandbox.slack.web_api.arguments import Arguments
from integrations.sandbox.slack.workspace import Workspace


def open_(workspace: Workspace, given: Arguments) -> Json:
    view = checked(given.get("view"), "modal")
    return {"view": workspace.views.open(workspace.triggers.redeem(given.text("trigger_id")), view)}


def push(workspace: Workspace, given: Arguments) -> Json:
    view = checked(given.get("view"), "modal")
    return {"view": workspace.views.push(workspace.triggers.redeem(given.text("trigger_id")), view)}


def update(workspace: Workspace, given: Arguments) -> Json:
    standing = workspace.views.find(view_id=given.text("view_id"), external_id=given.text("external_id"))
    return {"view": workspace.views.update(standing, given.get("view"), hash=given.text("hash"))}


def publish(workspace: Workspace, given: Arguments) -> Json:
    view = workspace.views.publish(given.required("user_id"), given.get("view"), hash=given.text("hash"))
    return {"view": view}


METHODS = {"views.open": open_, "views.push": push, "views.update": update, "views.publish": publish}
