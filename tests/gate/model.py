"""What the state machine knows and judges: what was shown to whom, what stands in the CRM, and who may decide.

It knows nothing of our code: from these it predicts whether a press counts. What was written it reads from the sandbox CRM's
own ledger.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from sqlalchemy.exc import SQLAlchemyError

from store.domain.errors import SergasError
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_account import UpdateAccount
from tests.flows.company import ACME, ANNA, BOB, BOREALIS
from tests.gate.desk import PERSONS, Desk, caller, open_desk
from tests.gate.templates import Templates

T = TypeVar("T")

WINDOW = timedelta(minutes=15)
Outcome = str | None


@dataclass
class Shown:
    """A version of a proposal as somebody saw it: what it would write, and what it rests on."""

    proposal: Proposal
    rests_on: Mapping[str, Any]
    open: bool = True
    rejected: bool = False
    endorsed_by: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    updated: bool = False


@dataclass
class Undone:
    """The written version that an approved undo takes back, and who approved that."""

    original: str
    by: str
    updated: bool = False


@dataclass
class World:
    """What is true outside our code."""

    owner: dict[str, str] = field(default_factory=lambda: {ACME: "anna", BOREALIS: "anna"})
    closing: str = "2026-06-30"
    account_type: str = "Prospect"
    rating: str | None = None
    away_until: datetime | None = None
    inactive: set[str] = field(default_factory=set)
    unconfirmed: set[str] = field(default_factory=lambda: {"ada"})


class Model(RuleBasedStateMachine):
    """`templates` gives a fresh database to every example."""

    templates: Templates

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._opened: Any = None
        self.world = World()
        self.versions: dict[str, Shown] = {}
        self.undos: dict[str, Undone] = {}
        self.seen = 0

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(doing)

    @initialize()
    def opens(self) -> None:
        self._opened = open_desk(self.templates.fresh(), synced=False)
        self.desk: Desk = self.run(self._opened.__aenter__())

    def teardown(self) -> None:
        try:
            if self._opened is not None and sys.exc_info()[0] is None:  # what a step noticed is not to be covered up
                self.ends_well()
        finally:
            if self._opened is not None:
                self.run(self._opened.__aexit__(None, None, None))
            self._runner.close()

    # What the model expects.

    def keep(self, proposal: Proposal, *, rests_on: Mapping[str, Any] | None = None) -> None:
        stands = rests_on if rests_on is not None else self.standing_for(proposal)
        self.versions[proposal.id] = Shown(proposal=proposal, rests_on=stands)

    def standing_for(self, proposal: Proposal) -> Mapping[str, Any]:
        """What the proposal rests on, as it stands in the CRM at this moment."""
        if isinstance(proposal.write, UpdateAccount):
            field_name = proposal.write.changes[0].field
            return {field_name: getattr(self.world, field_name)}
        return {"closing": self.world.closing} if proposal.recommendation.evidence else {}

    def picked(self, lineage: str, fresh: bool) -> Shown:
        versions = [each for each in self.versions.values() if each.proposal.lineage == lineage]
        return versions[-1 if fresh else 0]

    def may(self, owner_id: str, who: str) -> bool:
        away = self.world.away_until is not None and self.desk.clock.now() < self.world.away_until
        allowed = {"anna", "ada", "mia"} | ({"cora"} if away else set())
        return owner_id == ANNA and who in allowed - self.world.inactive - self.world.unconfirmed

    def expected(self, version: Shown, who: str, *, rejecting: bool = False) -> Outcome:
        """None where the press must count, else why not."""
        proposal = version.proposal
        if not self.may(proposal.owner_id, who):
            return "may not"
        if not version.open:
            return "closed"
        if self.desk.clock.now() >= proposal.expires_at:
            return "expired"
        parent = BOREALIS if proposal.write.parent_id == BOREALIS else ACME
        if self.run(self.known_owner(proposal)) != ANNA or (not rejecting and self.world.owner[parent] != "anna"):
            return "not theirs"
        if not rejecting and self.moved(version):
            return "moved"
        return "same person" if not rejecting and version.endorsed_by == who else None

    async def known_owner(self, proposal: Proposal) -> str | None:
        """By what was last read, which has to say so, too: nobody is let in to find out whether it is out of date."""
        async with self.desk.database.reading() as tx:
            mine = await tx.snapshots.may_act_on(ANNA, proposal.write.parent_kind, proposal.write.parent_id)
        return ANNA if mine else BOB

    def moved(self, version: Shown) -> bool:
        return any(getattr(self.world, name) != value for name, value in version.rests_on.items())

    def undoable(self, version: Shown, done: Proposal, touched: bool) -> bool:
        if done.state is not State.DONE or done.done_at is None:
            return False
        if (
            self.desk.clock.now() >= done.done_at + WINDOW
            or self.world.owner[BOREALIS if done.write.parent_id == BOREALIS else ACME] != "anna"
        ):
            return False
        if isinstance(done.write, UpdateAccount):
            change = done.write.changes[0]
            return bool(getattr(self.world, change.field) == change.after)
        return not touched

    def reopenable(self, version: Shown, row: Proposal) -> bool:
        """Whether what was rejected or undone may come back: its advice is current, and its account still Anna's as last read."""
        over = version.rejected or row.state is State.UNDONE
        current = self.desk.clock.now() < version.proposal.expires_at
        return over and current and self.run(self.known_owner(version.proposal)) == ANNA

    # What the model checks.

    async def pressed(self, version: Shown, who: str, *, digest: str | None = None) -> Outcome:
        proposal = version.proposal
        approving = self.desk.decide.approve(
            caller(who), proposal.id, proposal.version, digest=digest or proposal.digest
        )
        return await self.outcome(approving)

    async def outcome(self, doing: Coroutine[Any, Any, Any]) -> Outcome:
        try:
            await doing
        except SergasError as refused:
            return type(refused).__name__
        except SQLAlchemyError as failed:  # a constraint kept what the gate let through
            raise AssertionError(f"it failed inside: {type(failed).__name__}") from failed
        return None

    def judge(self, version: Shown, who: str, expected: Outcome, outcomes: list[Outcome]) -> None:
        counted = outcomes.count(None)
        proposal = version.proposal
        stakes = isinstance(proposal.write, UpdateAccount) and proposal.write.changes[0].field == "rating"
        assert counted == (1 if expected is None else 0), f"approve by {who}: {outcomes}, expected {expected}"
        if expected == "moved":
            version.open = False
            newest = self.run(self.desk.newest(proposal.lineage))
            if newest.id != proposal.id:
                self.keep(newest)
        if not counted:
            return
        if stakes and version.endorsed_by is None:
            version.endorsed_by = who
        else:
            version.open, version.approved_by, version.approved_at = False, who, self.desk.clock.now()

    def look(self) -> None:
        """Judge what was written since, and take in what our code asks anew."""
        for entry in self.desk.zoho.ledger[self.seen :]:
            self.check_entry(entry)
        self.seen = len(self.desk.zoho.ledger)
        lineages = dict.fromkeys(version.proposal.lineage for version in self.versions.values())
        for newest in self.run(self.desk.newest_of(lineages)):
            if newest.id not in self.versions:
                for version in self.versions.values():
                    version.open = version.open and version.proposal.lineage != newest.lineage
                self.keep(newest)
                assert newest.state is State.PENDING, "a version that nobody saw is not pending"
                assert newest.endorsed_by is None, "a version that nobody saw is endorsed"

    def check_entry(self, entry: Any) -> None:
        if entry.op == "delete":
            assert self.undos, "deleted without an undo"
            return
        version = self.version_of(entry)
        assert version is not None, f"{entry.op} {entry.module} that nobody approved: {dict(entry.fields)}"
        assert version.approved_by is not None, "written before the last approval"
        assert not self.moved(version), "written although what it rests on had moved"
        parent = BOREALIS if version.proposal.write.parent_id == BOREALIS else ACME
        assert self.world.owner[parent] == "anna", "written although the account had changed hands"
        assert version.approved_by not in self.world.inactive, "written although whoever approved it had left"
        if entry.module == "Accounts":
            for name, ours in (("Account_Type", "account_type"), ("Rating", "rating")):
                if name in entry.fields:
                    setattr(self.world, ours, entry.fields[name])

    def version_of(self, entry: Any) -> Shown | None:
        """The approved version whose exact fields these are."""
        if entry.module == "Accounts":
            return self.update_of(entry)
        for version in (each for each in self.versions.values() if each.approved_by):
            if version.proposal.marker not in str(dict(entry.fields)):
                continue
            match version.proposal.write:
                case CreateTask() as write:
                    shown = (write.subject, write.due.isoformat(), write.priority)
                    written = tuple(entry.fields[name] for name in ("Subject", "Due_Date", "Priority"))
                    assert written == shown, f"written {written}, shown {shown}"
                case AddNote() as write:
                    assert entry.fields["Note_Title"] == write.title, "another note than was shown"
            return version
        return None

    def update_of(self, entry: Any) -> Shown | None:
        """An update carries no mark: it is one that was claimed at that moment and sets these values, or an undo of one. Where
        the clock stood still several may be alike: each of them stands for one entry.
        """
        approved = {proposal_id: shown for proposal_id, shown in self.versions.items() if shown.approved_by}
        candidates: Mapping[str, Shown | Undone] = {**approved, **self.undos}
        alike = [each for proposal_id, each in candidates.items() if self.run(self._claimed(proposal_id, entry))]
        claimed = next((each for each in alike if not each.updated), None)
        assert claimed is not None or not alike, "updated twice"
        if claimed is None:
            return None
        claimed.updated = True
        if isinstance(claimed, Shown):
            return claimed
        return replace(self.versions[claimed.original], rests_on={}, approved_by=claimed.by)

    async def _claimed(self, proposal_id: str, entry: Any) -> bool:
        row = await self.desk.get(proposal_id)
        if not isinstance(row.write, UpdateAccount) or row.sent_at != entry.at:
            return False
        names = {"account_type": "Account_Type", "rating": "Rating"}
        return dict(entry.fields) == {names[change.field]: change.after for change in row.write.changes}

    @invariant()
    def nothing_is_written_twice(self) -> None:
        if self._opened is None:
            return
        marks: dict[str, int] = {}
        for entry in self.desk.zoho.ledger:
            if entry.op == "create":
                text = str(entry.fields.get("Description") or entry.fields.get("Note_Content"))
                mark = text[text.rindex("[SAM-") :] if "[SAM-" in text else "unmarked"
                marks[mark] = marks.get(mark, 0) + 1
        assert set(marks.values()) <= {1}, f"written twice: {marks}"
        assert "unmarked" not in marks, "written without a mark"

    def ends_well(self) -> None:
        """Left alone, everything comes to an end that somebody can see, and the trail tells all of it."""
        self.desk.zoho.faults.clear()
        self.desk.zoho.faults.search_lag = 0
        for _ in range(8):
            self.run(self.desk.sweep(after=timedelta(minutes=7)))
            self.look()
            if not self.run(self.desk.execute.open()):
                break
        approved = [each for each in self.versions.values() if each.approved_by]
        for version in self.versions.values():
            self.check_end(version, self.run(self.desk.get(version.proposal.id)))
        self.run(self._check_trail(approved))
        self.nothing_is_written_twice()

    def check_end(self, version: Shown, proposal: Proposal) -> None:
        ended = {State.DONE, State.UNDONE, State.DEAD, State.SUPERSEDED}
        if version.approved_by is None:
            assert proposal.state not in (State.READY, State.SENDING, State.DONE, State.UNDONE, State.UNKNOWN), (
                "nobody approved this"
            )
            return
        parked = proposal.state is State.UNKNOWN and proposal.parked_at is not None
        assert proposal.state in ended or parked, f"approved and {proposal.state}"
        created = [
            entry for entry in self.desk.zoho.ledger
            if entry.op == "create" and proposal.marker in str(dict(entry.fields))
        ]  # fmt: skip
        if not isinstance(proposal.write, UpdateAccount):
            assert len(created) == (1 if proposal.state in (State.DONE, State.UNDONE) else 0), (
                f"{proposal.state}, {len(created)} written"
            )

    async def _check_trail(self, approved: list[Shown]) -> None:
        async with self.desk.database.reading() as tx:
            assert (await tx.audit.verify()).ok
            for version in approved:
                entries = await tx.audit.entries(subject=version.proposal.id)
                said = [(entry.action, entry.actor, entry.detail.get("digest")) for entry in entries]
                who = PERSONS[version.approved_by or ""]
                assert ("proposal.approved", who, version.proposal.digest) in said, "an approval is not in the trail"
