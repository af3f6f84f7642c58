"""What people do in Slack while their CRM is hostile: they ask, answer, adjust, reject, look at their Home, and approve some."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from store.domain.errors import BadInput
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_account import UpdateAccount
from store.domain.text.redaction import visible
from tests.flows.stage import ANNAS, BOBS, CORAS, EVES, MIAS, Stage

EVERYBODY = (ANNAS, BOBS, CORAS, MIAS, EVES)
AT_ONCE = 4
UNDER_WAY = "⏳"
PATIENCE = 900.0  # seconds for all of them together, with Claude and the memory asked for each


async def ask_for_reviews(stage: Stage, names: Sequence[str]) -> None:
    """`/review-account` with each of these as the name, asked around; waits until every one was answered."""
    said = [name for name in names if visible(name, limit=1_000).split()]
    turns = [(EVERYBODY[number % len(EVERYBODY)], name) for number, name in enumerate(said)]
    before = sum(_seen_by(stage, user) for user in EVERYBODY)
    places = asyncio.Semaphore(AT_ONCE)

    async def ask(user_id: str, name: str) -> None:
        async with places:
            await stage.slack.command(user_id, "/review-account", name)

    await asyncio.gather(*(ask(*turn) for turn in turns))
    # That it is looked at, and what was found; a stranger to the CRM hears only that.
    answers = before + sum(1 if user == EVES else 2 for user, _ in turns)
    await stage.slack.until(lambda: sum(_seen_by(stage, user) for user in EVERYBODY) >= answers, timeout=PATIENCE)
    await stage.slack.until(lambda: not any(UNDER_WAY in stage.shown(user) for user in EVERYBODY), timeout=PATIENCE)


async def reply(stage: Stage, texts: Sequence[str]) -> None:
    """Each text in the thread of somebody's brief; waits until every one was answered."""
    owners = (ANNAS, BOBS, CORAS)
    for number, text in enumerate(texts):
        user_id = owners[number % len(owners)]
        await stage.slack.message(user_id, text, thread_ts=stage.briefs(user_id)[0]["ts"])
        if number % AT_ONCE == 0:
            await stage.slack.settled()
    await stage.slack.until(lambda: all(_is_answered(stage, user) for user in owners), timeout=PATIENCE)


async def adjust(stage: Stage, proposals: Sequence[Proposal], texts: Sequence[str]) -> None:
    """Open each proposal's modal as Anna and put the attack into every field of it."""
    for proposal, text in zip(proposals, texts, strict=False):
        await stage.open_modal("adjust_proposal", proposal)
        submitted = await stage.slack.submit(ANNAS, _adjusted(proposal, text))
        if not submitted.ok:
            await stage.slack.close(ANNAS)


async def reject(stage: Stage, proposals: Sequence[Proposal], texts: Sequence[str]) -> None:
    for proposal, text in zip(proposals, texts, strict=False):
        await stage.open_modal("reject_proposal", proposal)
        values = {"reason": {"reason": "other"}, "comment": {"comment": text[:500]}}
        submitted = await stage.slack.submit(ANNAS, values)
        assert submitted.ok, submitted


async def approve(stage: Stage, proposals: Sequence[Proposal]) -> None:
    """Anna approves these on their cards; strangers try before her."""
    for number, proposal in enumerate(proposals):
        for user_id in (BOBS, CORAS, EVES, ANNAS) if number < 3 else (ANNAS,):
            if is_on_a_card(stage, proposal):
                await stage.approve(proposal, by=user_id)
    for _ in range(3):
        await stage.sweep()


async def look_at_home(stage: Stage) -> None:
    for user_id in EVERYBODY:
        await stage.slack.home(user_id)
    await stage.slack.until(lambda: all(stage.slack.home_view(user) is not None for user in EVERYBODY[:4]), timeout=20)


async def open_proposals(stage: Stage, owner_id: str) -> list[Proposal]:
    return [each for each in await every_proposal(stage) if each.owner_id == owner_id and each.state is State.PENDING]


async def every_proposal(stage: Stage) -> list[Proposal]:
    """All that were ever made, by the audit trail."""
    found: dict[str, Proposal] = {}
    async with stage.bot.services.database.reading() as tx:
        for entry in await tx.audit.entries():
            for proposal_id in (*entry.detail.get("proposals", ()), entry.subject):
                if proposal_id not in found and (proposal := await tx.proposals.get(proposal_id)):
                    found[proposal.id] = proposal
    return list(found.values())


def is_on_a_card(stage: Stage, proposal: Proposal) -> bool:
    """Whether Anna can press its buttons."""
    return f"decide:{proposal.id}:{proposal.version}" in stage.shown(ANNAS)


def _adjusted(proposal: Proposal, text: str) -> Mapping[str, Mapping[str, Any]]:
    match proposal.write:
        case CreateTask():
            return {"subject": {"subject": text[:255]}, "description": {"description": text[:3_000]}}
        case AddNote():
            return {"title": {"title": text[:120]}, "text": {"text": text[:3_000]}}
        case UpdateAccount() as update:
            return {change.field: {change.field: change.after} for change in update.changes}
        case _:
            raise BadInput("There is nothing to adjust.")


def _seen_by(stage: Stage, user_id: str) -> int:
    """Main messages and whispers; not what hangs in threads."""
    return len(stage.briefs(user_id)) + len(stage.slack.ephemerals(user_id))


def _is_answered(stage: Stage, user_id: str) -> bool:
    said = [message for message in stage.slack.dm(user_id) if message.get("thread_ts") and not message.get("bot_id")]
    answers = [message for message in stage.slack.dm(user_id) if _is_answer(message)]
    return len(answers) >= len(said)


def _is_answer(message: Mapping[str, Any]) -> bool:
    key = str(((message.get("metadata") or {}).get("event_payload") or {}).get("key", ""))
    return (
        bool(message.get("bot_id"))
        and message.get("thread_ts") not in (None, message["ts"])
        and key.startswith("answer:")
    )
