"""What the log tells: every step of a press under one id, and neither secrets nor a word of CRM text."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.telemetry import configure_logging
from tests.flows.company import ACME, FIRST_NIGHT, company
from tests.flows.stage import ANNAS, NIGHT, Stage, stage

CANARY = "Tangerine-Zebra-7741"
SECRETS = {"zoho_client_secret": "sandbox-secret", "zoho_refresh_token": "sandbox-refresh-token"}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything logged at INFO, as it would be written."""
    before, level = logging.getLogger().handlers, logging.getLogger().level
    stream = io.StringIO()
    configure_logging(level="INFO", stream=stream)
    yield stream
    logging.getLogger().handlers = before
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
async def told(sqlite_url: str, tmp_path: Path, lines: io.StringIO) -> AsyncIterator[Stage]:
    """A morning in a company where every name, title and text holds the canary."""
    of = company()
    events = tuple(replace(event, fields=_canaries(event.fields)) for event in of.events)
    async with stage(sqlite_url, tmp_path, of=replace(of, events=events)) as made:
        await made.look(FIRST_NIGHT)
        await made.look(NIGHT)
        await made.morning()
        yield made


async def test_no_crm_text_and_no_secret_is_logged(told: Stage, lines: io.StringIO) -> None:
    assert CANARY in told.shown(ANNAS)
    proposal = await told.proposal(ACME)
    told.zoho.faults.throttle("POST", "/Tasks$")
    told.slack.faults.server_error("chat.update")
    await told.approve(proposal)
    await told.sweep()
    await told.sweep(after=timedelta(minutes=1))
    await told.until(ANNAS, "task created, due")
    await told.slack.command(ANNAS, "/review-account", CANARY)
    await told.slack.message(ANNAS, "why not Acme Robotics?")
    await told.until(ANNAS, "stands out in the CRM data from")
    await told.stop()

    written = lines.getvalue()
    assert "write.recorded" in written
    assert "message.not_updated" in written
    assert CANARY not in written
    for secret in (*SECRETS.values(), "xoxb-sandbox", "xapp-sandbox", "sandbox-signing-secret", "1000."):
        assert secret not in written


async def test_every_line_of_a_press_and_of_its_write_carries_the_id_in_the_audit_trail(
    told: Stage, lines: io.StringIO
) -> None:
    proposal = await told.proposal(ACME)
    lines.truncate(0)
    lines.seek(0)
    await told.approve(proposal)
    await told.until(ANNAS, "task created, due")
    logged = [json.loads(line) for line in lines.getvalue().splitlines()]

    of_press = [line for line in logged if line.get("user_id") == ANNAS]
    assert "proposal.approved" in [line["event"] for line in of_press]
    assert len({line["request_id"] for line in of_press}) == 1
    approved, *written = await told.trail(proposal.id)
    assert approved.request_id == of_press[0]["request_id"]
    of_write = [line for line in logged if line["event"] in ("zoho.written", "write.recorded")]
    assert len(of_write) == 2
    assert {(line["proposal_id"], line["request_id"]) for line in of_write} == {(proposal.id, written[0].request_id)}


def _canaries(fields: Any) -> dict[str, Any]:
    texts = {"Account_Name", "Deal_Name", "Subject", "Last_Name", "Next_Step", "Title"}
    return {
        name: f"{value} {CANARY}" if name in texts and isinstance(value, str) else value
        for name, value in fields.items()
    }
