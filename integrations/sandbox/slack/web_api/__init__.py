"""The Web API: `/api/<method>` by GET or POST, with Slack's tokens, error codes and envelope."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import BasicAuth, web

from integrations.sandbox.slack.answers import apply_answer
from integrations.sandbox.slack.faults import Fault
from integrations.sandbox.slack.installation import Json, Refusal
from integrations.sandbox.slack.web_api import chat, conversations, streams, users, views
from integrations.sandbox.slack.web_api.arguments import Arguments, read_arguments
from integrations.sandbox.slack.workspace import Workspace

Method = Callable[[Workspace, Arguments], Json]

METHODS: dict[str, Method] = {
    **chat.METHODS,
    **streams.METHODS,
    **conversations.METHODS,
    **users.METHODS,
    **views.METHODS,
}
EXCHANGE = "oauth.v2.access"
APP_LEVEL = frozenset({"apps.connections.open"})


class TooMany(Exception):
    """One call more than Slack takes; the next may come after so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """The Web API and the response URLs."""

    async def api(request: web.Request) -> web.Response:
        return await _call(workspace, request, request.match_info["method"])

    async def respond(request: web.Request) -> web.Response:
        return await _respond(workspace, request, request.match_info["name"])

    return [web.route("*", "/api/{method}", api), web.post("/response/{name}", respond)]


async def _call(workspace: Workspace, request: web.Request, method: str) -> web.Response:
    fault = workspace.faults.of_call(method)
    if fault and not fault.drops_answer:
        return _struck(fault)
    try:
        given = await read_arguments(request)
        if method == EXCHANGE:
            answer = {"ok": True, **_exchanged(workspace, request, given)}
        else:
            token = _token(request, given)
            workspace.calls.append((method, given))
            answer = {"ok": True, **_answer(workspace, method, token, Arguments(given))}
    except TooMany as many:
        workspace.calls.pop()
        return _struck(Fault(status=429, error="ratelimited", retry_after=many.seconds))
    except Refusal as exc:
        answer = _refused(exc) | ({"req_method": method} if exc.code == "unknown_method" else {})
    if fault and request.transport:
        request.transport.abort()
    return web.json_response(answer, headers={"x-oauth-scopes": "chat:write,commands,im:history,im:write,users:read"})


def _answer(workspace: Workspace, method: str, token: str, given: Arguments) -> Json:
    if method not in METHODS:
        raise Refusal("unknown_method")
    if not token:
        raise Refusal("not_authed")
    of = workspace.installation
    if token != of.app_token:
        _check(workspace, token)
    if (token == of.app_token) != (method in APP_LEVEL):
        raise Refusal("not_allowed_token_type")
    if (seconds := workspace.rates.turn(method, given.text("channel") or "")) is not None:
        raise TooMany(seconds)
    return METHODS[method](workspace, given)


def _check(workspace: Workspace, token: str) -> None:
    """Raises: Refusal `invalid_auth`, `token_expired`."""
    if workspace.rotation is not None:
        workspace.rotation.check(token)
    elif token != workspace.installation.bot_token:
        raise Refusal("invalid_auth")


def _exchanged(workspace: Workspace, request: web.Request, given: Json) -> Json:
    """Return a new pair of tokens for the app's credentials, given in the header or among the arguments. Raises: Refusal."""
    header = request.headers.get("Authorization", "")
    try:
        basic = BasicAuth.decode(header) if header.startswith("Basic ") else BasicAuth("")
    except ValueError as exc:
        raise Refusal("invalid_client_id") from exc
    client_id, secret = given.pop("client_id", basic.login), given.pop("client_secret", basic.password)
    workspace.calls.append((EXCHANGE, {"grant_type": given.get("grant_type")}))
    if workspace.rotation is None:
        raise Refusal("token_rotation_not_enabled")
    return workspace.rotation.exchange(given, client_id=client_id, client_secret=secret)


def _token(request: web.Request, given: Json) -> str:
    """Return the token from the header or the arguments, and remove it from the latter."""
    argument = str(given.pop("token", ""))
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or argument


def _refused(refusal: Refusal) -> Json:
    answer: Json = {"ok": False, "error": refusal.code}
    if refusal.messages:
        answer["response_metadata"] = {"messages": refusal.messages}
        answer["errors"] = refusal.messages
    return answer


def _struck(fault: Fault) -> web.Response:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.status >= 500:
        return web.Response(status=fault.status, text="Internal Server Error")
    return web.json_response({"ok": False, "error": fault.error}, status=fault.status, headers=headers)


async def _respond(workspace: Workspace, request: web.Request, name: str) -> web.Response:
    try:
        ticket = workspace.response_tickets.use(name)
        answer = await read_arguments(request)
        workspace.calls.append(("response_url", answer))
        apply_answer(workspace, workspace.conversations.find(ticket.channel), answer, ts=ticket.ts)
    except Refusal as exc:
        status = 404 if exc.code.endswith("_url") else 400
        return web.json_response(_refused(exc), status=status)
    return web.Response(text="ok")
