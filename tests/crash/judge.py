"""What came of a round, judged from outside: from the rows, the CRM's ledger and what stands in Slack."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import RowMapping, select

from agents.flows.records.anchor_audit import verify_audit
from bot.settings import load_settings
from bot.wiring.anchors import audit_anchors
from integrations.sandbox.zoho.writes import LedgerEntry
from store.database import Database
from store.domain.crm.accounts import Person
from store.domain.gate.proposals import Proposal
from store.tables.core import AuditRow, BriefRow, ChangeRow, InboxRow, MessageRow, ProposalRow, table_of
from tests.crash.cards import stale_cards
from tests.crash.scenes import Scene, Scenes
from tests.crash.world import World
from tests.flows.stage import ANNAS, BOBS, PEOPLE

proposals, messages, briefs, changes, trail, inbox = (
    table_of(row) for row in (ProposalRow, MessageRow, BriefRow, ChangeRow, AuditRow, InboxRow)
)
# What the trail tells of, once, for each proposal that stands so.
TOLD: Mapping[str, str] = {
    "ready": "proposal.approved", "rejected": "proposal.rejected", "expired": "proposal.expired", "done": "write.done",
    "undone": "write.undone",
}  # fmt: skip


@dataclass(slots=True)
class Verdict:
    """Each fault as one sentence."""

    lost: list[str] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.lost or self.duplicate or self.stuck)


def at_rest(world: World) -> bool:
    """Whether nothing is left to do: every write has its end, every message stands, every due brief is out."""
    return not list(_unfinished(world))


async def judge(world: World, scenes: Scenes) -> Verdict:
    verdict = Verdict(stuck=list(_unfinished(world)))
    for person in world.people:
        verdict.lost += person.lost()
    _judge_writes(world, verdict)
    verdict.duplicate += _twice_in_slack(world)
    if world.scene is not Scene.MORNING:
        verdict.lost += _wrong_changes(world, scenes)
    if world.scene is not Scene.EVENING:
        verdict.lost += [f"{user} got no brief" for user in (ANNAS, BOBS) if not world.slack.dm(user)]
    newest, people = await _read(world, verdict)
    _judge_trail(world, newest, verdict)
    verdict.stuck += stale_cards(world, newest, people)
    return verdict


def _unfinished(world: World) -> Iterator[str]:
    under_way = proposals.c.state.in_(("ready", "sending", "unknown")) & proposals.c.parked_at.is_(None)
    for row in world.rows(select(proposals).where(under_way)):
        yield f"{_said(row)} is still {row['state']}"
    for row in world.rows(select(proposals).where(proposals.c.shown.is_(False))):
        yield f"{_said(row)} is {row['state']} and nobody has shown it"
    for row in world.rows(select(messages).where(messages.c.state.in_(("pending", "sending")))):
        yield f"message {row['dedupe_key']} is still {row['state']}"
    for row in world.rows(select(messages).where(messages.c.sending_at.is_not(None))):
        yield f"message {row['dedupe_key']} may show what is no longer true"
    for row in world.rows(select(briefs).where(briefs.c.state == "claimed")):
        yield f"the brief {row['id']} of {row['owner_id']} is still claimed"
    for row in world.rows(select(inbox).where(inbox.c.done_at.is_(None))):
        yield f"the request {row['key']} was never handled"


def _judge_writes(world: World, verdict: Verdict) -> None:
    for row in world.rows(select(proposals)):
        written = sum(_is_of(entry, row) for entry in world.zoho.ledger)
        if written > 1:
            verdict.duplicate.append(f"{_said(row)} was written {written} times")
        if row["state"] == "unknown":  # whichever it is, somebody looks at it
            continue
        if (row["state"] in ("done", "undone")) != bool(written):
            verdict.lost.append(f"{_said(row)} is {row['state']} and was written {written} times")


def _is_of(entry: LedgerEntry, row: RowMapping) -> bool:
    """Whether this commit in the CRM is this proposal's write: by its marker, by the record it removes, or by its values."""
    write = json.loads(row["write"])
    match write["kind"]:
        case "remove_record":
            return entry.op == "delete" and entry.id == write["record_id"]
        case "update_account":
            values = {str(each["after"]) for each in write["changes"]}
            return (
                entry.op == "update"
                and entry.id == write["account_id"]
                and values <= set(map(str, entry.fields.values()))
            )
        case _:
            return entry.op == "create" and f"[SAM-{row['id'][:10]}]" in str(entry.fields)


def _twice_in_slack(world: World) -> Iterator[str]:
    for user in PEOPLE:
        keys: Counter[str] = Counter()
        for message in world.slack.dm(user.id):
            if message.get("bot_id"):
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                keys[payload.get("key") or str((message.get("thread_ts"), message["text"]))] += 1
        yield from (f"{user.name} has the message {key} {count} times" for key, count in keys.items() if count > 1)


def _wrong_changes(world: World, scenes: Scenes) -> Iterator[str]:
    """Against those that an undisturbed read finds."""
    found = {row["id"] for row in world.rows(select(changes.c.id))}
    yield from (f"change {each} was not found" for each in scenes.changes - found)
    yield from (f"change {each} was made up" for each in found - scenes.changes)


async def _read(world: World, verdict: Verdict) -> tuple[dict[str, Proposal], list[Person]]:
    """The newest version of each proposal by its id, and everybody; and whether the audit trail holds."""
    database = Database(world.url)
    settings = load_settings(world.settings, env_file=None)
    report = await verify_audit(database, audit_anchors(settings.audit, settings.storage))
    if not report.ok:
        verdict.lost.append(f"the audit trail does not verify: {report.problem}")
    async with database.reading() as tx:
        people = await tx.people.all()
        in_force = await tx.proposals.in_force([row["id"] for row in world.rows(select(proposals.c.id))])
    await database.close()
    return {each.id: each for each in in_force.values()}, people


def _judge_trail(world: World, newest: Mapping[str, Proposal], verdict: Verdict) -> None:
    """Each decision and each outcome stands in the trail once."""
    entries = Counter((row["subject"], row["action"]) for row in world.rows(select(trail)))
    for proposal in newest.values():
        for action in TOLD.values():
            if entries[proposal.id, action] > 1:
                verdict.duplicate.append(f"{action} of {proposal.id[:10]} stands in the trail more than once")
        if (action := TOLD.get(str(proposal.state), "")) and not entries[proposal.id, action]:
            verdict.lost.append(f"{proposal.id[:10]} is {proposal.state} and the trail has no {action}")


def _said(row: RowMapping) -> str:
    return f"{json.loads(row['write'])['kind']} {row['id'][:10]} v{row['version']}"
