"""Socket Mode: WebSockets the app opens, envelopes down, acknowledgements up (https://docs.slack.dev/apis/events-api/using-socket-mode)."""

from __future__ import annotations

import asyncio
from secrets import token_hex
from uuid import uuid4

import structlog
from aiohttp import WSMsgType, web

from integrations.sandbox.slack.changes import Changes
from integrations.sandbox.slack.courier import Parcel, Receipt
from integrations.sandbox.slack.installation import Json
from store.domain.text.outside_json import read_json

log = structlog.get_logger()

CONNECTION_LIMIT = 10


class SocketMode:
    """The sockets of one app. Each envelope goes to one of them, in turn."""

    def __init__(self, app_id: str, changes: Changes, *, ack_timeout: float) -> None:
        self._app_id = app_id
        self._changes = changes
        self._ack_timeout = ack_timeout
        self._tickets: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []
        self._unanswered: dict[str, tuple[web.WebSocketResponse, asyncio.Future[Json | None]]] = {}
        self._turn = 0

    @property
    def connections(self) -> int:
        return len(self._sockets)

    def ticket(self) -> str:
        """Return a ticket for one connection, which apps.connections.open puts into the address."""
        ticket = token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        """Handle one WebSocket from hello to end."""
        if request.query.get("ticket") not in self._tickets:
            raise web.HTTPForbidden(text="The ticket is unknown or used.")
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self._sockets) >= CONNECTION_LIMIT:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self._sockets.append(socket)
        try:
            await socket.send_json(self._hello())
            self._changes.touch()
            await self._listen(socket)
        finally:
            self._forget(socket)
        return socket

    async def carry(self, parcel: Parcel) -> Receipt:
        """Send one envelope to one socket and wait for its acknowledgement, or until the socket is gone."""
        if not self._sockets:
            return Receipt(acknowledged=False, reason="connection_failed")
        self._turn += 1
        socket = self._sockets[self._turn % len(self._sockets)]
        envelope_id = str(uuid4())
        answer: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._unanswered[envelope_id] = socket, answer
        try:
            await socket.send_json(_envelope(envelope_id, parcel))
            payload = await asyncio.wait_for(answer, self._ack_timeout)
        except TimeoutError:
            return Receipt(acknowledged=False, reason="timeout")
        except ConnectionError:
            return Receipt(acknowledged=False, reason="connection_failed")
        finally:
            self._unanswered.pop(envelope_id, None)
        return Receipt(acknowledged=True, payload=payload)

    async def disconnect(self, reason: str, *, closing: bool) -> None:
        """Announce a disconnect to every socket and, if `closing`, close it."""
        for socket in list(self._sockets):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            if closing:
                self._forget(socket)
                await socket.close()

    async def stop(self) -> None:
        for socket in list(self._sockets):
            await socket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._sockets),
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            try:
                said = read_json(frame.data)
                envelope_id, payload = said["envelope_id"], said.get("payload")
            except (ValueError, KeyError, TypeError, AttributeError):
                log.warning("slack_sandbox.unreadable_frame")
                continue
            _, answer = self._unanswered.get(str(envelope_id), (None, None))
            if answer and not answer.done():
                answer.set_result(payload)

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self._sockets:
            self._sockets.remove(socket)
            self._changes.touch()
        for sent_to, answer in self._unanswered.values():
            if sent_to is socket and not answer.done():
                answer.set_exception(ConnectionResetError("the socket is gone"))


def _envelope(envelope_id: str, parcel: Parcel) -> Json:
    envelope: Json = {
        "envelope_id": envelope_id,
        "type": parcel.kind,
        "payload": parcel.payload,
        "accepts_response_payload": parcel.kind != "events_api",
    }
    if parcel.kind == "events_api":
        envelope |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason or ""}
    return envelope
