"""Logging: one JSON object per line, with the id of the request behind it, and without secrets or CRM text."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, TextIO

import structlog

from store.domain.text.controls import harmless

# Anything shaped like a token: Slack's, Zoho's refresh and access tokens, bearer headers, Anthropic keys, and passwords in
# URLs.
_SECRET = re.compile(
    r"xox[abeprs]-[\w-]+|xapp-[\w-]+|1000\.[0-9a-f]{32}\.[0-9a-f]{32}|(?i:zoho-oauthtoken|bearer)\s+\S+|sk-ant-[\w-]+"
    r"|(?<=://)[^\s/:@]*:[^\s@]+(?=@)|(?<=\bpassword=)(?:'(?:[^'\\]|\\.)*'|[^\s'&]+)"
)
_SECRET_KEYS = re.compile(r"token|secret|password|authorization|api_key|refresh", re.IGNORECASE)
_NOISY = (
    "slack_bolt",
    "slack_sdk",
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "uvicorn",
    "aiohttp",
    "apscheduler",
    "mcp",
    "alembic",
    "sqlalchemy",
    "aiosqlite",
    "anthropic",
)


def configure_logging(*, level: str = "INFO", form: str = "json", stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's loggers through one pipeline to `stream` (default: standard error)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact_secrets,
    ]
    rendered: list[structlog.typing.Processor] = (
        [structlog.processors.JSONRenderer()]
        if form == "json"
        else [
            one_line_each,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)  # Python's own writing of them may quote any value
    for name in _NOISY:  # their DEBUG lines carry headers and bodies
        logging.getLogger(name).setLevel(logging.WARNING)


def redact_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the values of secret-looking keys, and secret-shaped text anywhere."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = "‹secret›" if key != "event" and _SECRET_KEYS.search(key) else _SECRET.sub("‹secret›", value)
        elif not isinstance(value, int | float | bool | type(None)):
            event[key] = _SECRET.sub("‹secret›", str(value))
    return event


def one_line_each(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """For a terminal: replace control characters, and line ends outside tracebacks."""
    for key, value in event.items():
        if isinstance(value, str):
            text = harmless(value)
            event[key] = text if key in ("exception", "stack") else text.replace("\n", "\\n")
    return event


def show_trace(error: BaseException) -> None:
    """Print a traceback to standard error. It may quote names and texts, so it is cleaned as log lines are."""
    text = "".join(traceback.format_exception(error))
    sys.stderr.write(harmless(_SECRET.sub("‹secret›", text)))


@contextmanager
def request(request_id: str | None = None, **fields: object) -> Iterator[str]:
    """Bind a request id (a new one by default) to each line logged inside; yields the id."""
    bound = request_id or new_request_id()
    with structlog.contextvars.bound_contextvars(request_id=bound, **fields):
        yield bound


def new_request_id() -> str:
    """Eight characters that a person can read out."""
    return secrets.token_hex(4)
