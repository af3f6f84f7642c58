"""What people were shown in Slack, each piece with its moment and its reader, and the CRM as it was then."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal, Protocol

from bot.views.blocks import Block
from integrations.sandbox.history import CrmUser
from integrations.sandbox.slack.blockkit import every_block
from store.domain.brief.brief import Brief
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.create_task import CreateTask
from tests.bench.quality.words import text_of
from tests.month.company import Habit
from tests.month.stage import Stage

_LOOKS_AFTER_A_WRITE = 8  # in which the bot has learned what became of it
Sort = Literal["morning", "review", "reminder", "offer", "batch", "orphans", "team", "home", "answer"]
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BotTask:
    """A task in the CRM that an approval made for `owner_id`; `parent_id` is its account or deal."""

    id: str
    subject: str
    parent_id: str
    owner_id: str
    made_at: datetime


class Truth(Protocol):
    """The CRM as it is now, and as it changed: what the bot should have said."""

    def record(self, module: str, key: str) -> Record | None: ...

    def related(self, module: str, lookup: str, key: str) -> Sequence[Record]: ...

    def changes(self, record_id: str, *, since: datetime) -> Sequence[str]:
        """The names of the fields of a record that anyone changed since then."""
        ...

    def past(self, record_id: str) -> Sequence[tuple[datetime, Record]]:
        """What anyone wrote into a record so far, the oldest first: its creation and each change."""
        ...

    def manager(self, person_id: str) -> str | None:
        """Who manages this person."""
        ...

    @property
    def tasks(self) -> Mapping[str, BotTask]: ...

    @property
    def written(self) -> Sequence[Proposal]:
        """The proposals that were written so far."""
        ...


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A message, an update of one, or a Home. `posted_at` is when an updated message was posted; `proposals` are those it
    lists, the version in force of each; `pending` are all that wait for the reader then."""

    at: datetime
    reader: CrmUser
    habit: Habit
    sort: Sort
    blocks: tuple[Block, ...]
    update: bool = False
    in_thread: bool = False
    posted_at: datetime | None = None
    brief: Brief | None = None
    proposals: tuple[Proposal, ...] = ()
    pending: tuple[Proposal, ...] = ()

    @cached_property
    def text(self) -> str:
        return text_of(self.blocks)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The ids of the proposals that have buttons in it."""
        return frozenset(_decided_by(self.blocks))


class LiveTruth:
    """The sandbox CRM and the store, asked now."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._tasks: dict[str, BotTask] = {}
        self._written: list[Proposal] = []
        self._ledger = 0
        self._looks_left = _LOOKS_AFTER_A_WRITE
        self._managers = {user.id: user.manager_id for user in stage.cast.company.users}
        self._history: dict[str, list[tuple[datetime, Record]]] = defaultdict(list)
        for event in stage.cast.company.events:
            self._history[event.id].append((event.at, event.fields))

    async def refresh(self) -> None:
        """Take in what was written since the last time."""
        ledger = self._stage.zoho.ledger
        if len(ledger) > self._ledger:
            self._looks_left = _LOOKS_AFTER_A_WRITE
        elif not self._looks_left:
            return
        self._looks_left -= 1
        for entry in ledger[self._ledger :]:
            self._history[entry.id].append((entry.at, entry.fields))
            if entry.module == "Tasks" and entry.op == "create":
                parent, owner = entry.fields.get("What_Id"), entry.fields.get("Owner")
                self._tasks[entry.id] = BotTask(
                    id=entry.id,
                    subject=str(entry.fields.get("Subject", "")),
                    parent_id=str(parent["id"]) if isinstance(parent, Mapping) else "",
                    owner_id=str(owner["id"]) if isinstance(owner, Mapping) else "",
                    made_at=entry.at,
                )
        self._ledger = len(ledger)
        async with self._stage.bot.services.database.reading() as tx:
            self._written = await tx.proposals.writes([State.DONE], limit=100_000)

    async def acts(self) -> Counter[str]:
        """What the audit trail says was done with decisions, by its names."""
        async with self._stage.bot.services.database.reading() as tx:
            return Counter(entry.action for entry in await tx.audit.entries() if entry.action.startswith("proposal."))

    def note(self, record_id: str, at: datetime, fields: Record) -> None:
        """Take in what a person changed in the CRM's own pages."""
        self._history[record_id].append((at, fields))

    def record(self, module: str, key: str) -> Record | None:
        return self._stage.zoho.record(module, key)

    def related(self, module: str, lookup: str, key: str) -> Sequence[Record]:
        return self._stage.zoho.related(module, lookup, key)

    def changes(self, record_id: str, *, since: datetime) -> Sequence[str]:
        return [name for at, fields in self.past(record_id) if since <= at for name in fields]

    def past(self, record_id: str) -> Sequence[tuple[datetime, Record]]:
        now = self._stage.clock.now()
        return sorted((each for each in self._history.get(record_id, ()) if each[0] <= now), key=lambda each: each[0])

    def manager(self, person_id: str) -> str | None:
        return self._managers.get(person_id)

    @property
    def tasks(self) -> Mapping[str, BotTask]:
        return self._tasks

    @property
    def written(self) -> Sequence[Proposal]:
        return self._written


@dataclass(slots=True, kw_only=True)
class Witness:
    """Looks at Slack again and again, and tells each time what is new."""

    stage: Stage
    truth: LiveTruth
    _calls: int = 0
    _posted: dict[str, int] = field(default_factory=dict)

    async def look(self) -> list[Shown]:
        """What was shown since the last look, posts first."""
        posts = list(self._posts())
        changes = list(self._changes())
        if not posts and not changes:
            return []
        await self.truth.refresh()
        shown = [await self._message(user, message, update=False) for user, message in posts]
        for user, what, ts in changes:
            message = what if ts is None else {**what, "ts": ts}
            shown.append(await self._message(user, message, update=ts is not None))
        return [each for each in shown if each]

    def _posts(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for conversation in self.stage.slack.workspace.conversations:
            messages = list(conversation.messages.values())
            begin = self._posted.get(conversation.id, 0)
            self._posted[conversation.id] = len(messages)
            yield from ((conversation.user.id, each) for each in messages[begin:] if each.get("bot_id"))

    def _changes(self) -> Iterator[tuple[str, Mapping[str, Any], str | None]]:
        """Updates with the ts of the message, Homes without."""
        calls = self.stage.slack.calls
        for method, given in calls[self._calls :]:
            if method == "chat.update":
                user = self.stage.slack.workspace.conversations.find(given["channel"]).user.id
                yield user, {"blocks": given.get("blocks") or []}, str(given["ts"])
            elif method == "views.publish":
                yield str(given["user_id"]), given["view"], None
        self._calls = len(calls)

    async def _message(self, user: str, message: Mapping[str, Any], *, update: bool) -> Shown | None:
        slack = self.stage.slack
        known = slack.workspace.installation.user(user)
        reader = next((each for each in self.stage.cast.company.users if each.email == known.email), None)
        habit = self.stage.cast.habits.get(reader.id) if reader else None
        if reader is None or habit is None:
            return None
        blocks, ts = tuple(message.get("blocks") or ()), message.get("ts")
        async with self.stage.bot.services.database.reading() as tx:
            row = await tx.messages.at(slack.channel(user), ts) if ts else None
            brief = await tx.briefs.get(row.brief_id) if row and row.brief_id else None
            ids = [each for card in brief.cards for each in card.proposal_ids] if brief else list(_decided_by(blocks))
            listed = await tx.proposals.in_force(ids)
            pending = await tx.proposals.pending([reader.id]) if brief and not update else []
        return Shown(
            at=self.stage.clock.now(),
            reader=reader,
            habit=habit,
            sort=brief.kind if brief else "answer" if ts else "home",
            blocks=blocks,
            update=update,
            in_thread=message.get("thread_ts") not in (None, ts),
            posted_at=datetime.fromtimestamp(float(ts), UTC) if ts else None,
            brief=brief,
            proposals=tuple({each.id: each for each in listed.values()}.values()),
            pending=tuple(pending),
        )


def subject_of(proposal: Proposal) -> str:
    """The subject of the task that it would create; "" for other kinds of write."""
    return proposal.write.subject if isinstance(proposal.write, CreateTask) else ""


def _decided_by(blocks: Sequence[Block]) -> Iterator[str]:
    """The ids of proposals in `decide:ID:VERSION` blocks and in buttons that open one."""
    for block in every_block(list(blocks)):
        prefix, _, rest = str(block.get("block_id", "")).partition(":")
        if prefix == "decide":
            yield rest.partition(":")[0]
        found = block.get("accessory") or {}
        if found.get("action_id") == "read_proposal":
            yield str(found["value"]).partition(":")[0]
