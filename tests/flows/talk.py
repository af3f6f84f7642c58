"""A conversation on the stage: the whole bot between a sandbox CRM, a sandbox Slack and a sandbox Claude."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.inbound.envelope import inbox_key
from bot.inbound.inbox import InboxPolicy
from integrations.sandbox.claude import ClaudeSandbox
from integrations.sandbox.history import Company, CrmEvent, Json
from tests.flows.company import ANNA, FIRST_NIGHT
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, NIGHT, Stage, stage


@dataclass
class Talking:
    """The morning after: Anna and Bob have their briefs."""

    stage: Stage
    claude: ClaudeSandbox

    def root(self, user_id: str = ANNAS) -> str:
        """The message of a person's first brief."""
        return str(self.stage.briefs(user_id)[0]["ts"])

    async def ask(self, text: str, *, by: str = ANNAS, under: str | None = "") -> dict[str, Any]:
        """Write in the thread of one's brief (`under` None: beside it) and wait for the answer there."""
        slack = self.stage.slack
        root = self.root(by) if under == "" else under
        sent = await slack.message(by, text, thread_ts=root)
        thread = root or sent["ts"]

        def answers() -> list[dict[str, Any]]:
            after = [each for each in slack.dm(by) if each["ts"] > sent["ts"] and each.get("thread_ts") == thread]
            return [each for each in after if each.get("bot_id") and _is_answer(each)]

        await slack.until(lambda: bool(answers()), timeout=30)
        return answers()[0]

    async def taken_again(self, payload: dict[str, Any]) -> None:
        """The request was kept by a process that died; this one begins it again."""
        key = inbox_key(payload)
        assert key is not None
        await self.stage.bot.inbox.keep(key, json.dumps(payload))
        self.stage.clock.advance(InboxPolicy().after + timedelta(seconds=1))
        await self.stage.bot.inbox.replay()


def _is_answer(message: dict[str, Any]) -> bool:
    key = ((message.get("metadata") or {}).get("event_payload") or {}).get("key", "")
    return str(key).startswith("answer:")


@asynccontextmanager
async def talking(
    url: str, home: Path, *, character: str = "competent", of: Company | None = None, **settings: Any
) -> AsyncIterator[Talking]:
    claude = ClaudeSandbox(character, clock=lambda: NIGHT)
    await claude.start()
    try:
        told: dict[str, Any] = {
            "anthropic_url": claude.url,
            "anthropic_api_key": claude.api_key,
            "author": "claude",
            **settings,
        }
        async with stage(url, home, of=of, opening=None if of else Opening.NIGHT, **told) as made:
            if of:
                assert await made.look(FIRST_NIGHT)
                assert await made.look(NIGHT)
            await made.morning()
            yield Talking(made, claude)
    finally:
        await claude.stop()


def note_on(account_id: str, text: str, *, at: datetime) -> CrmEvent:
    """Anna writes a note."""
    fields: dict[str, Json] = {
        "Note_Title": "Call",
        "Note_Content": text,
        "Parent_Id": {"id": account_id},
        "$se_module": "Accounts",
    }
    return CrmEvent(at=at, op="create", module="Notes", id="4150868000009999001", user_id=ANNA, fields=fields)


def words(message: dict[str, Any]) -> str:
    return str(message.get("blocks"))
