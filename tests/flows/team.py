"""A manager's morning: Mia's messages about Anna and Bob, and what they open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from store.domain.gate.absences import Absence
from store.domain.gate.proposals import Proposal
from tests.flows.company import ANNA, BOB
from tests.flows.stage import MIAS, Stage


def team_messages(stage: Stage) -> list[dict[str, Any]]:
    """The oldest first."""
    return [each for each in stage.briefs(MIAS) if "your team" in str(each["text"]) or "No one in" in str(each["text"])]


def to_decide(message: dict[str, Any]) -> dict[str, int]:
    """The number to decide, by name, as the table has it."""
    [table] = [block for block in message["blocks"] if block["type"] == "data_table"]
    return {name["text"]: waiting["value"] for name, waiting, *_ in table["rows"][1:]}


async def pending_of(stage: Stage, owner_id: str) -> list[Proposal]:
    async with stage.bot.services.database.reading() as tx:
        return await tx.proposals.pending([owner_id])


async def opened_report(stage: Stage, person_id: str) -> dict[str, Any]:
    """One person's decisions, opened from the newest message."""
    await stage.slack.click(MIAS, f"open_report_{[ANNA, BOB].index(person_id) + 1}", block_id="team")
    await stage.slack.until(lambda: "Reading…" not in modal_of(stage) and stage.slack.modal(MIAS) is not None)
    view = stage.slack.modal(MIAS)
    assert view is not None
    return view


def modal_of(stage: Stage) -> str:
    return str((stage.slack.modal(MIAS) or {}).get("blocks"))


async def away(stage: Stage, person_id: str, *, delegate: str) -> None:
    """Until Friday."""
    starts = stage.clock.moment - timedelta(hours=9)
    ends = datetime(2026, 3, 27, 23, 0, tzinfo=UTC)  # midnight in Berlin
    async with stage.bot.services.database.transaction() as tx:
        await tx.absences.set(
            Absence(
                person_id=person_id, starts=starts, ends=ends, delegate_id=delegate, set_by=person_id, set_at=starts
            )
        )
