"""The page's API: JSON under `/_sandbox/`, Server-Sent Events, and the page's own files."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from integrations.doors.on_aiohttp import body_of
from integrations.sandbox.slack import hands
from integrations.sandbox.slack.conversations import Conversation
from integrations.sandbox.slack.installation import Json, Refusal, SlackUser
from integrations.sandbox.slack.workspace import Workspace
from store.domain.errors import BadInput
from store.domain.text.outside_json import MOST, read_object

PAGE = Path(__file__).parent / "page"
HEARTBEAT = 15.0  # seconds between heartbeats on a live connection
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

# An e-mail shows what its sender made of it, so it gets a page of its own in which nothing runs and nothing is loaded.
MAIL_SECURITY = SECURITY | {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    )
}

Inspector = Callable[[str], Awaitable[Mapping[str, Any]]]
# An e-mail to this address, as HTML, by its id; None if there is none.
Mailbox = Callable[[str, str], str | None]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(workspace: Workspace, inspector: Inspector, mailbox: Mailbox) -> list[web.RouteDef]:
    """Return all routes of the page."""
    page = PageApi(workspace, inspector, mailbox)
    return [
        web.get("/", page.index),
        web.get("/page/{file:.+}", page.file),
        web.get("/_sandbox/users", page.users),
        web.get("/_sandbox/state", page.state),
        web.get("/_sandbox/events", page.events),
        web.get("/_sandbox/inspect", page.inspect),
        web.get("/_sandbox/record/{path:.+}", page.record),
        web.get("/_sandbox/mail/{id}", page.mail),
        web.get("/archives/{channel}/{ts}", page.permalink),
        *(web.post(f"/_sandbox/{name}", page.act(act)) for name, act in ACTS.items()),
    ]


class PageApi:
    def __init__(self, workspace: Workspace, inspector: Inspector, mailbox: Mailbox) -> None:
        self._workspace = workspace
        self._inspector = inspector
        self._mailbox = mailbox

    async def index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html", headers=SECURITY)

    async def file(self, request: web.Request) -> web.StreamResponse:
        found = (PAGE / request.match_info["file"]).resolve()
        if not found.is_relative_to(PAGE) or not found.is_file():
            raise web.HTTPNotFound()
        return web.FileResponse(found, headers=SECURITY)

    async def record(self, request: web.Request) -> web.StreamResponse:
        """Serve a record's own address: the page with that record in front."""
        raise web.HTTPFound("/?" + urlencode({"record": request.path.rpartition("/")[2]}))

    async def permalink(self, request: web.Request) -> web.StreamResponse:
        """Serve a message's own address: the page of the person whose conversation it is in."""
        try:
            channel = self._workspace.conversations.find(request.match_info["channel"])
        except Refusal as exc:
            raise web.HTTPNotFound() from exc
        raise web.HTTPFound("/?" + urlencode({"user": channel.user.id}))

    async def mail(self, request: web.Request) -> web.StreamResponse:
        """Serve one e-mail to a person."""
        try:
            user = _person(self._workspace, request.query.get("user"))
        except BadInput as exc:
            return web.json_response({"error": str(exc)}, status=400)
        found = self._mailbox(user.email, request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound()
        return web.Response(text=found, content_type="text/html", headers=MAIL_SECURITY)

    async def users(self, request: web.Request) -> web.Response:
        of = self._workspace.installation
        people = [
            {"id": u.id, "name": u.name, "title": u.title, "tz": u.tz, "latest": self._latest(u)} for u in of.users
        ]
        return web.json_response({"users": people, "app": {"id": of.bot_user_id, "name": of.app_name}})

    async def state(self, request: web.Request) -> web.Response:
        """Return everything one person sees."""
        return self._json(lambda: state_of(self._workspace, _person(self._workspace, request.query.get("user"))))

    async def inspect(self, request: web.Request) -> web.Response:
        """Return the CRM and the audit trail as this person may see them."""
        try:
            user = _person(self._workspace, request.query.get("user"))
        except BadInput as exc:
            return web.json_response({"error": str(exc)}, status=400)
        return web.json_response(dict(await self._inspector(user.email)))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Send one `changed` event, with the new version, whenever the workspace changes."""
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await stream.prepare(request)
        version = -1
        try:
            while True:
                version = await self._send_next(stream, version)
        except ConnectionError:
            return stream

    def act(self, act: Act) -> Handler:
        """Return a handler that carries out a person's action and reports the outcome."""

        async def handle(request: web.Request) -> web.Response:
            if request.content_type != "application/json":  # keep other sites' forms out
                return web.json_response({"error": "Send JSON."}, status=415)
            try:
                given = read_object(await body_of(request, most=MOST))
                return web.json_response(await act(self._workspace, _person(self._workspace, given.get("user")), given))
            except (BadInput, Refusal) as exc:
                return web.json_response({"error": str(exc)}, status=400)
            except (ValueError, AttributeError, KeyError, TypeError):
                return web.json_response({"error": "The request is malformed."}, status=400)

        return handle

    def _latest(self, user: SlackUser) -> str | None:
        """Return the app's newest message to a person."""
        of, channel = self._workspace.installation, self._workspace.conversations.of(user.id)
        return max((ts for ts, message in channel.messages.items() if message["user"] == of.bot_user_id), default=None)

    async def _send_next(self, stream: web.StreamResponse, version: int) -> int:
        try:
            async with asyncio.timeout(HEARTBEAT):
                version = await self._workspace.changes.after(version)
        except TimeoutError:
            await stream.write(b": still here\n\n")
            return version
        await stream.write(f"event: changed\ndata: {version}\n\n".encode())
        return version

    def _json(self, make: Callable[[], Json]) -> web.Response:
        try:
            return web.json_response(make())
        except BadInput as exc:
            return web.json_response({"error": str(exc)}, status=400)


def state_of(workspace: Workspace, user: SlackUser) -> Json:
    """Return one person's whole screen: conversation, threads, Home tab, modal, warnings."""
    channel, of = workspace.conversations.of(user.id), workspace.installation
    stack = workspace.views.stack(user.id)
    return {
        "version": workspace.changes.version,
        "now": workspace.clock().timestamp(),
        "user": {"id": user.id, "name": user.name, "title": user.title, "tz": user.tz},
        "app": {"id": of.bot_user_id, "name": of.app_name},
        "channel": channel.id,
        "messages": [message | {"replies": channel.replies(message["ts"])} for message in channel.top_level()],
        "ephemerals": [*channel.ephemerals.values()],
        "home": workspace.views.home(user.id),
        "modal": stack[-1] if stack else None,
        "modal_depth": len(stack),
        "warnings": sorted(channel.warnings),
        "status": channel.status,
        "commands": dict(workspace.commands),
        "connections": workspace.sockets.connections,
    }


async def click(workspace: Workspace, user: SlackUser, given: Json) -> Json:
    """{user, channel, ts | view_id, action_id, block_id, value?, values?} -> {acked}."""
    if given.get("view_id"):
        receipt = await hands.press_in_view(
            workspace,
            user,
            given["view_id"],
            action_id=given["action_id"],
            block_id=given.get("block_id"),
            value=given.get("value"),
            values=given.get("values"),
        )
    else:
        receipt = await hands.press(
            workspace,
            user,
            _own_channel(workspace, user, given),
            action_id=given["action_id"],
            ts=given.get("ts"),
            block_id=given.get("block_id"),
            value=given.get("value"),
        )
    return {"acked": receipt.acknowledged}


async def submit(workspace: Workspace, user: SlackUser, given: Json) -> Json:
    """{user, view_id, values} -> {ok, errors, trouble}."""
    ended = await hands.submit(workspace, user, given["view_id"], given["values"])
    return {"ok": ended.ok, "errors": ended.errors, "trouble": ended.trouble}


async def close(workspace: Workspace, user: SlackUser, given: Json) -> Json:
    """{user, view_id, everything?}."""
    await hands.close(workspace, user, given["view_id"], everything=bool(given.get("everything")))
    return {"ok": True}


async def message(workspace: Workspace, user: SlackUser, given: Json) -> Json:
    """{user, text, thread_ts?} -> {ts}."""
    return {"ts": hands.write(workspace, user, given["text"], thread_ts=given.get("thread_ts"))["ts"]}


async def command(workspace: Workspace, user: SlackUser, given: Json) -> Json:
    """{user, command, text} -> {acked}."""
    receipt = await hands.command(workspace, user, given["command"], given.get("text", ""))
    return {"acked": receipt.acknowledged}


async def home(workspace: Workspace, user: SlackUser, given: Json) -> Json:
    """{user, tab?}: open a tab."""
    hands.open_home(workspace, user, tab=given.get("tab", "home"))
    return {"ok": True}


async def dismiss(workspace: Workspace, user: SlackUser, given: Json) -> Json:
    """{user, ts}: dismiss an ephemeral message."""
    workspace.conversations.of(user.id).ephemerals.pop(given["ts"], None)
    workspace.changes.touch()
    return {"ok": True}


Act = Callable[[Workspace, SlackUser, Json], Awaitable[Json]]
ACTS: Mapping[str, Act] = {
    "click": click,
    "submit": submit,
    "close": close,
    "message": message,
    "command": command,
    "home": home,
    "dismiss": dismiss,
}


def _person(workspace: Workspace, user_id: str | None) -> SlackUser:
    try:
        return workspace.installation.user(user_id)
    except Refusal as exc:
        raise BadInput("Choose a user: this one does not exist.") from exc


def _own_channel(workspace: Workspace, user: SlackUser, given: Json) -> Conversation:
    channel = workspace.conversations.of(user.id)
    if given.get("channel", channel.id) != channel.id:
        raise BadInput("That is not a conversation of this person.")
    return channel
