"""Classify failed calls to Slack."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

# The errors that a call to Slack may raise, apart from our own mistakes.
SLACK_ERRORS = (SlackClientError, ClientError, TimeoutError)

# Slack had a fault. Its method pages say that part of the work may still have happened.
_UNWELL = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
# What Slack won't do however often it is asked: the place or the person is gone, or the content is wrong. Any other refusal may
# pass, as a workspace's message limit or a migration does, also one that Slack names only next year.
_FINAL = frozenset(
    {
        "as_user_not_supported",
        "block_mismatch",
        "cannot_dm_bot",
        "cannot_reply_to_message",
        "cant_delete_message",
        "cant_update_message",
        "channel_not_found",
        "duplicate_channel_not_found",
        "duplicate_external_id",
        "duplicate_message_not_found",
        "edit_window_closed",
        "exchanged_trigger_id",
        "expired_trigger_id",
        "hash_conflict",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_arg_name",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_channel",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_thread_ts",
        "invalid_trigger_id",
        "invalid_ts",
        "invalid_user_id",
        "is_archived",
        "markdown_text_conflict",
        "message_not_found",
        "message_not_in_streaming_state",
        "messages_tab_disabled",
        "metadata_must_be_sent_from_app",
        "metadata_too_large",
        "method_not_supported_for_channel_type",
        "missing_argument",
        "missing_post_type",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_dual_broadcast_content_update",
        "no_text",
        "not_found",
        "not_in_channel",
        "push_limit_reached",
        "slack_connect_canvas_sharing_blocked",
        "slack_connect_file_link_sharing_blocked",
        "thread_not_found",
        "too_many_attachments",
        "too_many_contact_cards",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_list_not_supplied",
        "users_not_found",
        "view_too_large",
    }
)


class Fate(StrEnum):
    """`not_done`: certainly not done, worth a retry. `throttled`: the same, after a pause. `refused`: permanently. `unwell`: Slack
    answered, may have done it, and has finished with it. `unknown`: it may still happen."""

    NOT_DONE = "not_done"
    THROTTLED = "throttled"
    REFUSED = "refused"
    UNWELL = "unwell"
    UNKNOWN = "unknown"


def fate_of(error: Exception) -> Fate:
    """For the errors in SLACK_ERRORS (https://docs.slack.dev/reference/methods/chat.postMessage#errors)."""
    if isinstance(error, ClientConnectorError):
        return Fate.NOT_DONE
    if not isinstance(error, SlackApiError):
        return Fate.UNKNOWN
    code = error_code(error)
    if getattr(error.response, "status_code", None) == 429 or code in ("ratelimited", "rate_limited"):
        return Fate.THROTTLED
    if code is None:  # an answer without an error name is from a gateway
        return Fate.UNKNOWN
    if code in _UNWELL:
        return Fate.UNWELL
    return Fate.REFUSED if code in _FINAL else Fate.NOT_DONE


def error_code(error: SlackApiError) -> str | None:
    """Slack's name for the error; None for an answer that isn't Slack's."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, Mapping) else None
    return code if isinstance(code, str) else None


def error_name(error: Exception) -> str:
    """The error's name for the log: Slack's, or ours."""
    code = error_code(error) if isinstance(error, SlackApiError) else None
    return code or type(error).__name__


def retry_after(error: Exception, *, default: float = 1.0) -> float:
    """The number of seconds that Slack asks us to wait."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    text = given[0] if isinstance(given, list) and given else given
    return float(text) if isinstance(text, str) and text.isdigit() else default
