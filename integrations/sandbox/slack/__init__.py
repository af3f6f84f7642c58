"""A strict local Slack: the Web API, Socket Mode and signed HTTP on Slack's own wire, and a page on which to act as anyone."""

from __future__ import annotations

from integrations.sandbox.slack.courier import Receipt
from integrations.sandbox.slack.installation import SlackUser
from integrations.sandbox.slack.server import SlackSandbox

__all__ = ["Receipt", "SlackSandbox", "SlackUser"]
