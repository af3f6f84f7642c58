"""How commands start: with the settings, and with a log that fits the command."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings, load_settings
from bot.settings.environment import ENV_FILE
from bot.telemetry import configure_logging


def started() -> Settings:
    """For a command that prints a sentence or two: the log shows only what went wrong."""
    settings = load_settings()
    quiet = settings.log.level == "INFO"  # a person at a terminal gets the command's one sentence instead
    configure_logging(level="ERROR" if quiet else settings.log.level, form="console")
    return settings


def serving_settings(*, env_file: Path | None = ENV_FILE) -> Settings:
    """For a command that runs until it is stopped: the log follows the settings."""
    settings = load_settings(env_file=env_file)
    configure_logging(level=settings.log.level, form=settings.log.format)
    return settings
