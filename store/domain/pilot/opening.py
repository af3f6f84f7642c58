"""Signs that someone looked at their brief. Slack lets no app know when a message is read, so only acts count: opening the bot's
Home or its messages tab, pressing something, asking Why?, or writing to the bot.
"""

from __future__ import annotations

from enum import StrEnum


class Sign(StrEnum):
    """An act of a person."""

    HOME = "home"  # opened the Home tab
    MESSAGES = "messages"  # opened the bot's messages tab; Slack says so only to some apps
    PRESS = "press"  # a button, a menu or a dialog
    WHY = "why"
    SAID = "said"  # a message, a thread answer or a command
