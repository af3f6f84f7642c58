"""The demo without a page: act as the owners through the sandbox Slack's own API, then count the results."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from bot.demo.demo import PATIENCE_SECONDS, Demo
from bot.demo.shown import cards_in_words
from bot.wiring.resources import owners_of
from integrations.sandbox.slack.forms import elements
from store.domain.crm.accounts import Person
from store.domain.gate.proposals import State

SETTLED = frozenset({State.DONE, State.DEAD, State.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """`cards` are lines that show some of the briefs' cards with their explanations."""

    figures: Mapping[str, object]
    problems: tuple[str, ...]
    cards: tuple[str, ...] = ()


async def check_demo(demo: Demo) -> CheckResult:
    """Press each owner's first Approve, twice, and compare Zoho's records with the approvals."""
    people = await owners_of(demo.bot.services)
    users = {user.email: user.id for user in demo.slack.workspace.installation.users}
    async with httpx.AsyncClient(base_url=demo.slack.url, trust_env=False, timeout=30) as page:
        pressed: list[str] = []
        recommendations = 0
        cards = await _cards(demo, people)
        for person in people:
            state = (await page.get("/_sandbox/state", params={"user": users[person.email]})).json()
            buttons = list(_buttons(state, "approve_proposal"))
            recommendations += len(buttons) + len(list(_buttons(state, "read_proposal")))
            for button in buttons[:1]:
                await _press(page, users[person.email], button)
                await _press(page, users[person.email], button)
                pressed.append(str(button["value"]).partition(":")[0])
        await _settled(demo, pressed)
    verdict = await _verdict(demo, owners=len(people), recommendations=recommendations, pressed=pressed)
    return replace(verdict, cards=cards)


async def _cards(demo: Demo, people: Sequence[Person]) -> tuple[str, ...]:
    async with demo.bot.services.database.reading() as tx:
        latest = [(person.name, brief) for person in people for brief in await tx.briefs.recent(person.id, 1)]
    return tuple(cards_in_words(latest))


def _buttons(node: Any, action_id: str) -> Any:
    """Each button with that action in a page state, with its message."""
    for message in node["messages"]:
        for part in (message, *message.get("replies", ())):
            for block, element in elements(part.get("blocks") or []):
                if element["action_id"] == action_id:
                    yield {**element, "block_id": block["block_id"], "ts": part["ts"], "channel": node["channel"]}


async def _press(page: httpx.AsyncClient, user: str, button: Mapping[str, Any]) -> None:
    keys = ("channel", "ts", "action_id", "block_id")
    answer = await page.post("/_sandbox/click", json={"user": user} | {key: button[key] for key in keys})
    answer.raise_for_status()


async def _settled(demo: Demo, proposal_ids: list[str]) -> None:
    """Wait until each pressed proposal has ended, or patience has."""

    async def wait() -> None:
        while True:
            async with demo.bot.services.database.reading() as tx:
                proposals = [await tx.proposals.get(proposal_id) for proposal_id in proposal_ids]
            if all(proposal and proposal.state in SETTLED for proposal in proposals):
                return
            await asyncio.sleep(0.05)

    try:
        await asyncio.wait_for(wait(), PATIENCE_SECONDS)
    except TimeoutError:
        return  # the verdict names those that haven't ended


async def _verdict(demo: Demo, *, owners: int, recommendations: int, pressed: list[str]) -> CheckResult:
    async with demo.bot.services.database.reading() as tx:
        proposals = [proposal for pid in pressed if (proposal := await tx.proposals.get(pid))]
        report = await tx.audit.verify()
    done = [proposal for proposal in proposals if proposal.state is State.DONE]
    written = Counter(entry.id for entry in demo.zoho.ledger)
    writes = sum(written.values())
    module_of = {entry.id: entry.module for entry in demo.zoho.ledger}
    standing = [
        p for p in done if p.crm_id in module_of and demo.zoho.record(module_of[p.crm_id], p.crm_id) is not None
    ]
    figures = {
        "owners": owners,
        "author": demo.author,
        "briefs": demo.briefs,
        "recommendations": recommendations,
        "approved": len(done),
        "writes": writes,
        "duplicates": writes - len({p.crm_id for p in done}),
        "audit_ok": report.ok,
        "audit_entries": report.entries,
        "seconds_to_brief": round(demo.seconds_to_brief, 3),
    }
    checks = {
        f"{owners} owners, but {demo.briefs} briefs were sent": demo.briefs >= owners,
        "no owner had a recommendation to approve": bool(pressed),
        f"{len(pressed)} presses, but {len(done)} writes are recorded as done": len(done) == len(pressed),
        f"{len(done)} writes are recorded as done, but the CRM has {writes}": writes == len(done),
        "a write recorded as done is not in the CRM": len(standing) == len(done),
        f"the audit trail is broken: {report.problem}": report.ok,
    }
    return CheckResult(figures=figures, problems=tuple(text for text, fine in checks.items() if not fine))
