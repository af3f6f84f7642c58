"""The gate as a state machine: whatever people, clocks, other users of the CRM and the network do in whatever order, only
what a person who may decide it approved, as shown, is written, and once.

The model below knows nothing of our code: it keeps what was shown to whom, what stands in the CRM and who may decide, and
predicts from that whether a press counts. What was written is read from the sandbox CRM's own ledger.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from integrations.sandbox.zoho.faults import Fault
from store.domain.absences import Absence
from store.domain.errors import SergasError
from store.domain.proposals import AddNote, CreateTask, Proposal, State, UpdateAccount
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, CORA, SLIPPING
from tests.gate.desk import PERSONS, POLICY, TEAM, Crash, Desk, caller, note, on_slipping, open_desk, task, update, wire
from tests.gate.templates import Templates

T = TypeVar("T")

WINDOW = timedelta(minutes=15)
MOVES = {"sooner": timedelta(minutes=1), "later": timedelta(minutes=16), "days": timedelta(hours=12)}
WHO = st.sampled_from(("anna", "anna", "anna", "mia", "bob", "cora", "ada", "max"))  # Max is nobody
TROUBLES = st.sampled_from(("none", "drop", "drop_after", "500", "429", "killed_before", "killed_after", "unread"))
KINDS = st.sampled_from(("task", "note", "update", "stakes", "deal"))
Outcome = str | None


@dataclass
class Shown:
    """A version of a proposal as somebody saw it: what it would write, and what it rests on."""

    proposal: Proposal
    rests_on: Mapping[str, Any]
    open: bool = True
    endorsed_by: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    written: bool = False
    restored: bool = False


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


class GateMachine(RuleBasedStateMachine):
    """`templates` gives a fresh database to every example; `bugs` are what a test breaks on purpose."""

    templates: Templates

    shown = Bundle("shown")

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._opened: Any = None
        self.world = World()
        self.versions: dict[str, Shown] = {}
        self.undos: dict[str, str] = {}
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

    # What the machine does.

    @rule(target=shown, kind=KINDS)
    def proposes(self, kind: str) -> str:
        return self.proposed(kind)

    def proposed(self, kind: str) -> str:
        return self.run(self._propose(kind))

    async def _propose(self, kind: str) -> str:
        match kind:
            case "task":
                made = await self.desk.propose(task())
            case "note":
                made = await self.desk.propose(note())
            case "deal":
                made = await self.desk.propose(task(BOREALIS), evidence=(on_slipping(),))
            case "stakes":
                rating = "Acquired" if self.world.rating == "Active" else "Active"
                made = await self.desk.propose(await update(self.desk, rating=rating))
            case _:
                filed = "Partner" if self.world.account_type == "Customer" else "Customer"
                made = await self.desk.propose(await update(self.desk, account_type=filed))
        self.keep(made)
        return made.lineage

    @rule(lineage=shown, who=WHO, fresh=st.booleans(), twice=st.booleans())
    def presses_approve(self, lineage: str, who: str, fresh: bool, twice: bool) -> None:
        version = self.picked(lineage, fresh)
        expected = self.expected(version, who)
        presses = [self.pressed(version, who) for _ in range(2 if twice else 1)]
        outcomes = self.run(_all(presses))
        self.judge(version, who, expected, outcomes)

    @rule(lineage=shown, who=WHO)
    def presses_with_another_digest(self, lineage: str, who: str) -> None:
        version = self.picked(lineage, fresh=True)
        outcome = self.run(self.pressed(version, who, digest="0" * 64))
        assert outcome is not None, "a press on something else than what stands there counted"

    @rule(lineage=shown, who=WHO)
    def rejects(self, lineage: str, who: str) -> None:
        version = self.picked(lineage, fresh=True)
        expected = self.expected(version, who, rejecting=True)
        outcome = self.run(
            self.outcome(self.desk.decide.reject(caller(who), version.proposal.id, version.proposal.version, "no"))
        )
        assert (outcome is None) == (expected is None), f"reject by {who}: {outcome}, expected {expected}"
        if outcome is None:
            version.open = False

    @rule(lineage=shown, who=WHO, to_outsider=st.booleans())
    def adjusts(self, lineage: str, who: str, to_outsider: bool) -> None:
        version = self.picked(lineage, fresh=True)
        expected = self.expected(version, who, rejecting=True)
        write, fine = _adjusted(version.proposal, to_outsider)
        adjusting = self.desk.adjust.adjust(caller(who), version.proposal.id, version.proposal.version, write)
        outcome = self.run(self.outcome(adjusting))
        assert (outcome is None) == (expected is None and fine), f"adjust by {who}: {outcome}, expected {expected}"
        if outcome is None:
            newest = self.run(self.desk.newest(lineage))
            if newest.id != version.proposal.id:
                version.open = False
                self.keep(newest, rests_on=version.rests_on)

    @rule(by=st.sampled_from(sorted(MOVES)))
    def time_passes(self, by: str) -> None:
        self.desk.clock.advance(MOVES[by])

    def time_comes_to_the_end_of(self, lineage: str, late: int) -> None:
        ends = self.picked(lineage, fresh=True).proposal.expires_at
        self.desk.clock.moment = max(self.desk.clock.moment, ends + timedelta(seconds=late))

    @rule(day=st.sampled_from(("2026-06-30", "2026-09-30", "2026-12-31")))
    def deal_moves(self, day: str) -> None:
        if day != self.world.closing:
            self.desk.change("Deals", SLIPPING, Closing_Date=day)
            self.world.closing = day

    @rule(kind=st.sampled_from(("Prospect", "Partner", "Customer")))
    def account_is_edited(self, kind: str) -> None:
        if kind != self.world.account_type:
            self.desk.change("Accounts", ACME, Account_Type=kind)
            self.world.account_type = kind

    @rule(word=st.sampled_from(("Robotics", "Toys")))
    def something_else_is_edited(self, word: str) -> None:
        self.desk.change("Accounts", ACME, Industry=word)

    def account_changes_hands(self, to: str) -> None:
        if self.world.owner[ACME] != to:
            self.desk.change("Accounts", ACME, Owner={"id": PERSONS[to]})
            self.world.owner[ACME] = to

    def anna_goes_away(self, hours: int) -> None:
        now = self.desk.clock.now()
        ends = now + timedelta(hours=hours)
        absence = Absence(person_id=ANNA, starts=now, ends=ends, delegate_id=CORA, set_by=ANNA, set_at=now)
        self.run(_in(self.desk, lambda tx: tx.absences.set(absence)))
        self.world.away_until = ends

    @rule(target=shown, kind=KINDS, who=st.sampled_from(("anna", "mia")), when=st.sampled_from(("before", "after")))
    def somebody_leaves_for_a_while(self, kind: str, who: str, when: str) -> str:
        lineage = self.proposed(kind)
        if when == "after":
            self.presses_approve(lineage, who, fresh=True, twice=False)
        self.world.inactive = {who}
        self.run(self._people())
        if when == "before":
            self.presses_approve(lineage, who, fresh=True, twice=False)
        self.the_worker_sweeps("none", 0, 0)
        self.world.inactive = set()
        self.run(self._people())
        return lineage

    @rule()
    def ada_confirms_that_it_is_her(self) -> None:
        self.run(_in(self.desk, lambda tx: tx.links.confirm(TEAM, "U-ada", self.desk.clock.now())))
        self.world.unconfirmed = set()

    async def _people(self) -> None:
        async with self.desk.database.transaction() as tx:
            people = await tx.people.all()
            gone = {PERSONS[name] for name in self.world.inactive}
            await tx.people.replace([replace(person, active=person.id not in gone) for person in people])

    @rule(
        trouble=TROUBLES,
        lag=st.sampled_from((0, 60)),
        minutes=st.sampled_from((0, 1, 5)),
    )
    def the_worker_sweeps(self, trouble: str, lag: int, minutes: int) -> None:
        self.desk.zoho.faults.search_lag = lag
        _trouble(self.desk, trouble)
        try:
            self.run(self.desk.sweep(after=timedelta(minutes=minutes)))
        except Crash:
            self.restarts()
        self.desk.zoho.faults.clear()
        self.desk.fuse.blows = ""
        self.look()

    @rule()
    def restarts(self) -> None:
        old = self.desk
        self.desk = wire(old.zoho, old.clock, old.database, old.crm, POLICY, old.fuse)

    @rule(lineage=shown, who=WHO, touched=st.booleans())
    def undoes(self, lineage: str, who: str, touched: bool) -> None:
        version = self.picked(lineage, fresh=True)
        done = self.run(self.desk.get(version.proposal.id))
        if touched and done.crm_id and not isinstance(done.write, UpdateAccount) and done.state is State.DONE:
            module = "Tasks" if isinstance(done.write, CreateTask) else "Notes"
            fields = {"Status": "In Progress"} if module == "Tasks" else {"Note_Title": "Mine now"}
            self.desk.change(module, done.crm_id, **fields)
        standing = self.undoable(version, done, touched)
        outcome = self.run(self.outcome(self._undo(who, done)))
        may = self.may(version.proposal.owner_id, who)
        assert outcome is not None or (may and standing), f"{who} undid {done.write.tool}, which was not theirs to undo"

    async def _undo(self, who: str, done: Proposal) -> None:
        offered = await self.desk.undo.offer(caller(who), done.id, done.version)
        await self.desk.undo.approve(caller(who), offered.undo.id, offered.undo.version)
        self.undos[offered.undo.id] = done.id

    # Short stories, so that what needs several steps in a row happens often enough.

    @rule(target=shown, kind=KINDS, seconds=st.sampled_from((-1, 0, 1)), who=st.sampled_from(("anna", "mia")))
    def presses_at_the_last_moment(self, kind: str, seconds: int, who: str) -> str:
        lineage = self.proposed(kind)
        self.time_comes_to_the_end_of(lineage, seconds)
        self.presses_approve(lineage, who, fresh=True, twice=False)
        return lineage

    @rule(target=shown, kind=KINDS, who=st.sampled_from(("anna", "mia")))
    def presses_again_what_was_decided(self, kind: str, who: str) -> str:
        lineage = self.proposed(kind)
        self.rejects(lineage, who)
        self.presses_approve(lineage, who, fresh=True, twice=True)
        return lineage

    @rule(target=shown, kind=KINDS, who=st.sampled_from(("anna", "mia")))
    def presses_the_version_before(self, kind: str, who: str) -> str:
        lineage = self.proposed(kind)
        self.adjusts(lineage, who, to_outsider=False)
        self.presses_approve(lineage, who, fresh=False, twice=False)
        return lineage

    @rule(target=shown, kind=KINDS, second=st.sampled_from(("anna", "mia")), adjusted=st.booleans())
    def two_approve(self, kind: str, second: str, adjusted: bool) -> str:
        lineage = self.proposed(kind)
        self.presses_approve(lineage, "anna", fresh=True, twice=False)
        if adjusted:
            self.adjusts(lineage, "anna", to_outsider=False)
        self.presses_approve(lineage, second, fresh=True, twice=False)
        self.the_worker_sweeps("none", 0, 0)
        return lineage

    @rule(target=shown, kind=KINDS, trouble=TROUBLES, lag=st.sampled_from((0, 60)))
    def approves_and_it_goes_wrong(self, kind: str, trouble: str, lag: int) -> str:
        lineage = self.proposed(kind)
        self.presses_approve(lineage, "anna", fresh=True, twice=True)
        self.the_worker_sweeps(trouble, lag, 0)
        self.desk.clock.advance(timedelta(seconds=6))
        self.the_worker_sweeps("none", lag, 0)
        self.the_worker_sweeps("none", lag, 1)
        return lineage

    @rule(
        target=shown,
        kind=KINDS,
        day=st.sampled_from(("2026-09-30", "2026-12-31")),
        filed=st.sampled_from(("Partner", "Customer")),
    )
    def approves_and_the_crm_moves_on(self, kind: str, day: str, filed: str) -> str:
        lineage = self.proposed(kind)
        self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.deal_moves(day)
        self.account_is_edited(filed)
        self.the_worker_sweeps("none", 0, 0)
        return lineage

    @rule(target=shown, kind=KINDS, touched=st.booleans(), late=st.booleans(), who=st.sampled_from(("anna", "bob")))
    def approves_and_undoes(self, kind: str, touched: bool, late: bool, who: str) -> str:
        lineage = self.proposed(kind)
        self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.the_worker_sweeps("none", 0, 0)
        if late:
            self.time_passes("later")
        self.undoes(lineage, who, touched)
        self.the_worker_sweeps("none", 0, 0)
        return lineage

    @rule(target=shown, kind=KINDS, late=st.booleans())
    def the_delegate_presses(self, kind: str, late: bool) -> str:
        lineage = self.proposed(kind)
        self.anna_goes_away(1)
        if late:
            self.desk.clock.advance(timedelta(hours=1))
        self.presses_approve(lineage, "cora", fresh=True, twice=False)
        return lineage

    @rule(target=shown, kind=KINDS, when=st.sampled_from(("before", "after")))
    def the_account_changes_hands_for_a_while(self, kind: str, when: str) -> str:
        lineage = self.proposed(kind)
        if when == "after":
            self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.account_changes_hands("bob")
        if when == "before":
            self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.the_worker_sweeps("none", 0, 0)
        self.account_changes_hands("anna")
        return lineage

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
        if not rejecting and self.world.owner[parent] != "anna":
            return "not theirs"
        if rejecting and self.run(self.known_owner(proposal)) != ANNA:
            return "not theirs"
        if not rejecting and self.moved(version):
            return "moved"
        return "same person" if not rejecting and version.endorsed_by == who else None

    async def known_owner(self, proposal: Proposal) -> str | None:
        """By what was last read: a rejection writes nothing and reads nothing."""
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
        for version in list(self.versions.values()):
            newest = self.run(self.desk.newest(version.proposal.lineage))
            if newest.id not in self.versions:
                version.open = False
                self.keep(newest)
                assert newest.state is State.PENDING, "a version that nobody saw is not pending"
                assert newest.endorsed_by is None, "a version that nobody saw is endorsed"

    def check_entry(self, entry: Any) -> None:
        if entry.op == "delete":
            assert any(self.versions[done].proposal for undo, done in self.undos.items()), "deleted without an undo"
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
            return self.update_of(entry.fields)
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

    def update_of(self, fields: Mapping[str, Any]) -> Shown | None:
        """An update carries no mark: it is the first that fits of those approved and not written yet, or an undo of one."""
        fitting = []
        for version in self.versions.values():
            write = version.proposal.write
            if not isinstance(write, UpdateAccount):
                continue
            (change,) = write.changes
            value = fields.get({"account_type": "Account_Type", "rating": "Rating"}[change.field], ...)
            if version.approved_by and not version.written and value == change.after:
                fitting.append(version)
            if version.written and not version.restored and self.undone_by(version) and value == change.before:
                version.restored = True
                return replace(version, rests_on={})
        fitting.sort(key=self.moved)
        if not fitting:
            return None
        fitting[0].written = True
        return fitting[0]

    def undone_by(self, version: Shown) -> bool:
        return version.proposal.id in self.undos.values()

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


def _adjusted(proposal: Proposal, to_outsider: bool) -> tuple[Any, bool]:
    match proposal.write:
        case CreateTask() as write if to_outsider:
            return replace(write, assignee_id=BOB, assignee_name="Bob Chan"), False
        case CreateTask() as write:
            return replace(write, subject=f"{write.subject}!"[-60:], due=date(2026, 4, 20)), True
        case AddNote() as write:
            return replace(write, text="" if to_outsider else f"{write.text} More."[-80:]), not to_outsider
        case UpdateAccount() as write:
            (change,) = write.changes
            to = "Nonsense" if to_outsider else {"rating": "Shut Down", "account_type": "Competitor"}[change.field]
            return replace(write, changes=(replace(change, after=to),)), not to_outsider
        case other:
            return other, False


def _trouble(desk: Desk, kind: str) -> None:
    faults, path = desk.zoho.faults, r"/(Tasks|Notes|Accounts/\d+)$"
    for method in ("POST", "PUT"):
        match kind:
            case "drop":
                faults.drop(method, path)
            case "drop_after":
                faults.drop_after(method, path)
            case "500":
                faults.answer(method, path, status=500)
            case "429":
                faults.throttle(method, path)
    desk.fuse.blows = "before" if kind == "killed_before" else "after" if kind == "killed_after" else ""
    if kind == "unread":
        faults.add("GET", r"/(Accounts|Deals)/\d+$", Fault(kind="answer", status=500), times=6)


async def _all(doing: list[Coroutine[Any, Any, T]]) -> list[T]:
    return list(await asyncio.gather(*doing))


async def _in(desk: Desk, doing: Any) -> None:
    async with desk.database.transaction() as tx:
        await doing(tx)
