"""How a command that prints a sentence or two begins."""

from __future__ import annotations

from bot.settings import Settings, load_settings
from bot.telemetry import configure_logging


def started() -> Settings:
    """The settings, and a log that says nothing at a terminal but what went wrong."""
    settings = load_settings()
    quiet = settings.log_level == "INFO"  # a person at a terminal gets the command's one sentence instead
    configure_logging(level="ERROR" if quiet else settings.log_level, form="console")
    return settings
