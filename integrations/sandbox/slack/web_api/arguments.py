"""The arguments of a Web API call, sent as query, form or JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from integrations.doors.on_aiohttp import body_of
from integrations.sandbox.slack.installation import Json, Refusal
from store.domain.text.outside_json import MOST, NotJson, read_json

_TRUE = (True, "true", "1", "True", 1)
_STRUCTURES = ("blocks", "view", "metadata", "attachments")


class Arguments(Mapping[str, Any]):
    """The arguments of a call, with readers that refuse as Slack does."""

    def __init__(self, given: Json) -> None:
        self._given = given

    def __getitem__(self, name: str) -> Any:
        return self._given[name]

    def __iter__(self) -> Any:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def text(self, name: str) -> str | None:
        value = self.get(name)
        return None if value is None else str(value)

    def required(self, name: str) -> str:
        """Raises: Refusal `invalid_arguments`."""
        value = self.text(name)
        if not value:
            raise Refusal("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        return self.get(name) in _TRUE if name in self else default

    def number(self, name: str, *, default: int, at_most: int) -> int:
        """Raises: Refusal `invalid_limit`."""
        try:
            value = int(self.get(name) or default)
        except (TypeError, ValueError) as exc:
            raise Refusal("invalid_limit") from exc
        if value < 1:
            raise Refusal("invalid_limit")
        return min(value, at_most)

    def cursor(self) -> int:
        """Return where the page begins. Raises: Refusal `invalid_cursor`."""
        cursor = self.text("cursor") or "0"
        if not (cursor.isascii() and cursor.isdigit()):
            raise Refusal("invalid_cursor")
        return int(cursor)

    def stamp(self, name: str) -> float | None:
        """A message timestamp in seconds. Raises: Refusal `invalid_ts_oldest`, `invalid_ts_latest`."""
        value = self.text(name)
        if value and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
            raise Refusal(f"invalid_ts_{name}")
        return float(value) if value else None


async def read_arguments(request: web.Request) -> Json:
    """Read all arguments of a request. Raises: Refusal `invalid_json`, `invalid_form_data`, `invalid_blocks_format`."""
    given: Json = dict(request.query)
    if request.method == "POST":
        given |= await (_from_json(request) if "json" in request.content_type else _from_form(request))
    for name in _STRUCTURES:
        if isinstance(given.get(name), str):
            given[name] = _decoded(name, given[name])
    return given


async def _from_json(request: web.Request) -> Json:
    try:
        body = read_json(await body_of(request, most=MOST) or b"{}")
    except NotJson as exc:
        raise Refusal("invalid_json") from exc
    if not isinstance(body, dict):
        raise Refusal("json_not_object")
    return {key: value for key, value in body.items() if value is not None}


async def _from_form(request: web.Request) -> Json:
    try:
        body = await body_of(request, most=MOST)
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError as exc:
        raise Refusal("invalid_form_data") from exc


def _decoded(name: str, value: str) -> Any:
    try:
        return read_json(value)
    except NotJson as exc:
        raise Refusal("invalid_blocks_format" if name == "blocks" else "invalid_arguments") from exc
