"""Parse Slack's signed HTTP requests once: turn a body's bytes into an object whose relevant parts all have the right type.
Anything else is refused here, before Bolt, the inbox or a listener can stumble over it.

https://docs.slack.dev/reference/interaction-payloads, https://docs.slack.dev/apis/events-api
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl

from annotated_types import MaxLen, MinLen
from pydantic import BaseModel, ConfigDict, JsonValue, field_validator, model_validator

from store.domain.text.outside_json import check_text, read_json

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MAX_FIELDS = 100


def read_payload(raw: bytes, content_type: str) -> dict[str, Any]:
    """The payload of an event, an interaction or a command.

    Raises: ValueError for anything else: encodings other than UTF-8, duplicate fields, invalid numbers, text that a database
    can't store (null bytes, lone surrogates), more than 64 levels, or a part of the wrong type.
    """
    body = read_json(raw) if content_type == JSON else _form(raw.decode("utf-8", errors="strict"))
    _Payload.model_validate(body)
    return dict(body)


_Type = Literal[
    "event_callback",
    "block_actions",
    "view_submission",
    "view_closed",
    "block_suggestion",
    "shortcut",
    "message_action",
    "url_verification",
    "app_rate_limited",
]
# The parts that Slack always sends for a type, and that Bolt and the listeners need.
_PARTS = {
    "event_callback": {"event"},
    "block_actions": {"user", "trigger_id", "actions"},
    "view_submission": {"user", "view"},
    "view_closed": {"user", "view"},
    "block_suggestion": {"user", "action_id"},
    "shortcut": {"user", "trigger_id", "callback_id"},
    "message_action": {"user", "trigger_id", "callback_id"},
}
_Object = dict[str, JsonValue]
_Name = Annotated[str, MaxLen(255)]  # Slack's limit for ids that an app chooses
_Id = Annotated[str, MaxLen(64)]  # Slack's own ids and timestamps are far shorter; inbox keys are built from them


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class _Named(_Part):
    id: _Id | None = None
    team_id: _Id | None = None
    enterprise_id: _Id | None = None


class _Installed(_Part):
    team_id: _Id | None = None
    user_id: _Id | None = None
    enterprise_id: _Id | None = None


class _Text(_Part):
    text: str


class _Option(_Part):
    value: str | None = None
    text: _Text | None = None


class _Action(_Part):
    action_id: _Name
    block_id: _Name | None = None
    action_ts: _Id | None = None
    value: str | None = None
    selected_option: _Option | None = None


class _Element(_Part):
    value: str | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_date: str | None = None
    selected_user: _Id | None = None


class _State(_Part):
    values: dict[str, dict[str, _Element]]


class _View(_Part):
    id: _Id | None = None
    type: Literal["modal", "home"]
    callback_id: _Name | None = None
    private_metadata: str | None = None
    state: _State | None = None
    team_id: _Id | None = None
    app_installed_team_id: _Id | None = None


class _Message(_Part):
    ts: _Id | None = None
    thread_ts: _Id | None = None
    user: _Id | _Named | None = None


class _Event(_Part):
    type: _Id
    subtype: _Id | None = None
    user: _Id | _Named | None = None
    user_id: _Id | None = None
    bot_id: _Id | None = None
    team: _Id | _Named | None = None
    user_team: _Id | None = None
    channel: _Id | _Named | None = None
    channel_type: _Id | None = None
    tab: _Id | None = None
    ts: _Id | None = None
    thread_ts: _Id | None = None
    text: str | None = None
    message: _Message | None = None
    previous_message: _Message | None = None
    bot_access_token: str | None = None

    @model_validator(mode="after")
    def _said_somewhere(self) -> Self:
        if self.type == "message" and not (isinstance(self.channel, str) and self.ts):
            raise ValueError("a message needs a channel")
        return self


class _Payload(_Part):
    """The parts that Bolt, the inbox and our listeners read, with the types they need."""

    type: _Type | None = None
    command: _Id | None = None
    ssl_check: str | None = None
    challenge: str | None = None
    text: str | None = None
    callback_id: _Name | None = None
    action_id: _Name | None = None
    api_app_id: _Id | None = None
    team_id: _Id | None = None
    user_id: _Id | None = None
    channel_id: _Id | None = None
    enterprise_id: _Id | None = None
    event_id: _Id | None = None
    trigger_id: _Name | None = None
    response_url: str | None = None
    bot_access_token: str | None = None
    function_execution_id: _Id | None = None
    team: _Named | None = None
    user: _Named | None = None
    channel: _Named | None = None
    enterprise: _Named | None = None
    message: _Message | None = None
    container: _Object | None = None
    event: _Event | None = None
    view: _View | None = None
    actions: Annotated[list[_Action], MinLen(1)] | None = None
    authorizations: list[_Installed] | None = None
    response_urls: list[_Object] = []
    function_data: _Object = {}

    @field_validator(
        "type", "command", "event", "view", "actions", "user", "trigger_id", "callback_id", "action_id", mode="before"
    )
    @classmethod
    def _there(cls, value: object) -> object:
        """If these exist, Bolt reads them."""
        if value is None:
            raise ValueError("it is empty")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.type is None and self.command is None and self.ssl_check is None:
            raise ValueError("it has no type")
        view = self.view
        if self.type == "view_submission" and (view is None or view.state is None or view.private_metadata is None):
            raise ValueError("a submission needs its state and view")
        if missing := _PARTS.get(self.type or "", set()) - self.model_fields_set:
            raise ValueError(f"there is no {min(missing)}")
        return self


def _form(text: str) -> Any:
    """An interaction's `payload`, or a command's own fields. Raises: ValueError."""
    fields = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MAX_FIELDS)
    named = dict(fields)
    if len(named) != len(fields):
        raise ValueError("a field occurs twice")
    if "payload" not in named:
        for text in (*named, *named.values()):
            check_text(text)
        return named
    if len(named) > 1:
        raise ValueError("there is more than the payload")
    return read_json(named["payload"])
