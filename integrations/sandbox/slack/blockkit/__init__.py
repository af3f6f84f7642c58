"""Block Kit as Slack enforces it: finds the problems of a message or a view, in Slack's words.

The SDK's own checks miss about half of Slack's refusals, and don't check plain dictionaries at all. The sandbox answers
with these problems, and the tests of the views ask for them directly.
"""

from __future__ import annotations

from integrations.sandbox.slack.blockkit.nesting import elements_of, every_block
from integrations.sandbox.slack.blockkit.surfaces import (
    MESSAGE_TEXT_LIMIT,
    Surface,
    message_problems,
    problems,
    text_length,
    view_problems,
)

__all__ = [
    "MESSAGE_TEXT_LIMIT",
    "Surface",
    "elements_of",
    "every_block",
    "message_problems",
    "problems",
    "text_length",
    "view_problems",
]
