"""The door in front of uvicorn's server."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from integrations.doors.keeper import Doorkeeper


class AtTheDoor:
    """Outermost around an ASGI application: informs the keeper of each request's progress."""

    def __init__(self, app: ASGIApp, keeper: Doorkeeper) -> None:
        self._app = app
        self._keeper = keeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = self._keeper.visit(scope.get("client"))
        if not any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"]):
            visit.received()
        status = 500

        async def watched() -> Message:
            message = await receive()
            if message["type"] == "http.request" and not message.get("more_body", False):
                visit.received()
            return message

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, watched, noted)
        finally:
            visit.answered(well=status < 400)
