"""Log lines: one JSON object each, secrets blanked wherever they hide, other libraries kept quiet."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.telemetry import configure_logging, request, show_trace

TOKENS = (
    "xoxb-1234-abcd",
    "xapp-1-A0-99-ff",
    "1000." + "0" * 32 + "." + "f" * 32,
    "Bearer abc.def",
    "Zoho-oauthtoken canary-token",
    "sk-ant-api03-xyz",
)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    before, level = logging.getLogger().handlers, logging.getLogger().level
    written = io.StringIO()
    configure_logging(level="INFO", stream=written)
    yield written
    logging.getLogger().handlers = before
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_is_blanked_in_values_nested_values_and_traces(stream: io.StringIO, token: str) -> None:
    log = structlog.get_logger()
    log.info("sent", detail=f"sent {token} away", nested={"deep": [token]})
    try:
        raise ValueError(f"could not use {token}")
    except ValueError:
        log.exception("failed")
    logging.getLogger("other").warning("with %s", token)

    assert len(lines(stream)) == 3
    assert token not in stream.getvalue()
    assert token.split()[-1] not in stream.getvalue()


def test_a_key_that_names_a_secret_has_its_value_blanked(stream: io.StringIO) -> None:
    structlog.get_logger().info("signed", refresh_token="plain-looking", client_secret="hush", user_id="U1")

    [line] = lines(stream)
    assert (line["refresh_token"], line["client_secret"], line["user_id"]) == ("‹secret›", "‹secret›", "U1")


def test_each_line_inside_a_request_carries_its_id(stream: io.StringIO) -> None:
    log = structlog.get_logger()
    with request(owner_id="7") as request_id:
        log.info("inside")
    log.info("outside")

    inside, outside = lines(stream)
    assert (inside["request_id"], inside["owner_id"]) == (request_id, "7")
    assert "request_id" not in outside


def test_other_libraries_are_heard_only_when_something_is_wrong(stream: io.StringIO) -> None:
    for name in ("httpx", "slack_bolt", "sqlalchemy", "apscheduler"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("trouble")

    assert [line["event"] for line in lines(stream)] == ["trouble"] * 4


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_log_line_carries_a_control_character_or_a_second_line(stream: io.StringIO, form: str) -> None:
    hostile = "Acme \x1b[31m\x9b2J\x07\u202e\r\n2026-11-20 [info] forged"
    configure_logging(level="INFO", form=form, stream=stream)
    structlog.get_logger().info(hostile, account=hostile, nested={"name": hostile})
    logging.getLogger("library").warning("could not read %s", hostile)
    logged = stream.getvalue()
    assert len(logged.splitlines()) == 2
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", logged)
    try:
        raise ValueError(hostile)
    except ValueError:
        structlog.get_logger().exception("failed")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", stream.getvalue())


def test_what_python_itself_warns_of_is_a_log_line_like_any_other(stream: io.StringIO) -> None:
    configure_logging(level="INFO", form="console", stream=stream)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(warnings, "showwarning", logging._showwarning)  # type: ignore[attr-defined]  # pytest keeps warnings for itself
        warnings.warn("odd value 'Acme \x1b[31m\x07\n2026-11-20 [info] forged'", stacklevel=1)
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()


def test_a_traceback_at_the_end_of_a_command_carries_no_control_character_and_no_secret(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = ValueError("Acme \x1b[31m\x9b2J\x07\u202e xoxb-1234-secret")
    show_trace(error)
    told = capsys.readouterr().err
    assert told.startswith("ValueError: Acme \ufffd[31m")
    assert "xoxb" not in told
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told)


def test_every_command_ends_with_such_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.cli import app, main

    monkeypatch.setattr(sys, "argv", ["sergas", "hostile"])

    @app.command()
    def hostile() -> None:
        raise ValueError("Acme \x1b[31m")

    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        app.registered_commands.pop()
    assert ended.value.code == 1
    assert "ValueError: Acme \ufffd[31m" in capsys.readouterr().err
