"""Inside the bot's process, and outside its code: kills the process at one place, by what the libraries let one listen to."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Mapping
from typing import Any, NoReturn

import httpx
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection, Engine, Executable, event
from sqlalchemy.pool import Pool
from sqlalchemy.sql.dml import Delete, Insert, Update

from tests.crash.places import ANYTHING, Call, Commit, Place

_WORDS = {"insert": "insert into", "update": "update", "delete": "delete from"}
_VERBS = {"insert": Insert, "update": Update, "delete": Delete}


class Tripwire:
    """Kills this process when it reaches the armed place for the `passage`-th time. One for the whole life of a process."""

    def __init__(self) -> None:
        self._place: Place | None = None
        self._passages = 0
        self._holding: set[int] = set()  # connections whose open transaction holds the statement

    def arm(self, place: Place, *, passage: int = 1) -> None:
        self._place, self._passages = place, passage

    def attach(self) -> None:
        """Listen to every SQLAlchemy engine and to the two clients by which the bot calls others."""
        event.listen(Engine, "before_cursor_execute", self._executing)
        event.listen(Engine, "commit", self._committing)
        event.listen(Engine, "rollback", self._rolling_back)
        event.listen(Pool, "checkin", self._checked_in)
        event.listen(Pool, "invalidate", self._given_up)
        self._attach_httpx()
        self._attach_slack()

    def _executing(
        self, connection: Connection, _cursor: Any, text: str, values: Any, context: Any, _many: bool
    ) -> None:
        if not isinstance(self._place, Commit):
            return
        compiled = context.compiled if context is not None else None
        if compiled is not None:
            fits = _fits(self._place, compiled.statement, context.compiled_parameters)
        else:
            fits = _fits_text(self._place, text, values)
        if not fits:
            return
        if _commits_by_itself(connection) and self._place.when == "before":
            self._reached()
        self._holding.add(_key(connection))

    def _committing(self, connection: Connection) -> None:
        if isinstance(self._place, Commit) and self._place.when == "before" and _key(connection) in self._holding:
            self._holding.discard(_key(connection))
            self._reached()

    def _rolling_back(self, connection: Connection) -> None:
        if not connection.invalidated and not _commits_by_itself(connection):
            self._holding.discard(_key(connection))

    def _given_up(self, dbapi_connection: object, *_: object) -> None:
        """Its statement was cancelled: whoever waited for it had waited long enough."""
        self._holding.discard(id(dbapi_connection))

    def _checked_in(self, dbapi_connection: object, _record: object) -> None:
        """The first thing that happens to a connection after its COMMIT."""
        if id(dbapi_connection) in self._holding:
            self._holding.discard(id(dbapi_connection))
            self._reached()

    def _attach_httpx(self) -> None:
        send = httpx.AsyncClient.send

        async def watched(client: httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
            self._calling("zoho", request.method, request.url.path, "leaving")
            response = await send(client, request, **options)
            self._calling("zoho", request.method, request.url.path, "answered")
            return response

        httpx.AsyncClient.send = watched  # type: ignore[method-assign,assignment]  # httpx has no hook around a call

    def _attach_slack(self) -> None:
        api_call = AsyncWebClient.api_call

        async def watched(client: AsyncWebClient, api_method: str, **options: Any) -> Any:
            self._calling("slack", "POST", api_method, "leaving")
            answer = await api_call(client, api_method, **options)
            self._calling("slack", "POST", api_method, "answered")
            return answer

        AsyncWebClient.api_call = watched  # type: ignore[method-assign,assignment]  # nor has Slack's SDK

    def _calling(self, service: str, method: str, path: str, when: str) -> None:
        at = self._place
        if not isinstance(at, Call) or (at.service, at.method, at.when) != (service, method, when):
            return
        if re.search(at.path, path):
            self._reached()

    def _reached(self) -> None:
        self._passages -= 1
        if self._passages == 0:
            die()


def die() -> NoReturn:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives SIGKILL")


def _fits(place: Commit, statement: Executable, parameters: list[Mapping[str, Any]]) -> bool:
    if not isinstance(statement, Insert | Update | Delete) or not isinstance(statement, _VERBS[place.verb]):
        return False
    if getattr(statement.table, "name", None) != place.table:
        return False
    return any(all(_sets(values, *each) for each in place.having) for values in parameters or [{}])


def _fits_text(place: Commit, text: str, values: Any) -> bool:
    """The same for a statement that was handed over as text, as the engine does: its values have no names there."""
    if not re.search(rf"\b{_WORDS[place.verb]}\s+(\"?\w+\"?\.)?\"?{place.table}\b", text, re.IGNORECASE):
        return False
    given = {str(each) for each in (values.values() if isinstance(values, Mapping) else values or ())}
    return all(value in given for _, value in place.having if value != ANYTHING)


def _sets(values: Mapping[str, Any], name: str, value: str) -> bool:
    return values.get(name) is not None and value in (ANYTHING, str(values[name]))


def _commits_by_itself(connection: Connection) -> bool:
    """Whether each statement is a transaction of its own."""
    return connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"


def _key(connection: Connection) -> int:
    return id(connection.connection.dbapi_connection)
