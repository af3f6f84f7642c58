"""The single things that people, clocks, other users of the CRM and the network do."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, rule

from integrations.sandbox.zoho.faults import Fault
from store.domain.gate.absences import Absence
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_account import UpdateAccount
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, CORA, SLIPPING
from tests.gate.desk import PERSONS, POLICY, TEAM, Crash, Desk, caller, note, on_slipping, task, update, wire
from tests.gate.model import Model, Undone

T = TypeVar("T")

MOVES = {"sooner": timedelta(minutes=1), "later": timedelta(minutes=16), "days": timedelta(hours=12)}
WHO = st.sampled_from(("anna", "anna", "anna", "mia", "bob", "cora", "ada", "max"))  # Max is nobody
TROUBLES = st.sampled_from(("none", "drop", "drop_after", "500", "429", "killed_before", "killed_after", "unread"))
KINDS = st.sampled_from(("task", "note", "update", "stakes", "deal"))


class Steps(Model):
    shown = Bundle("shown")

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
            version.open, version.rejected = False, True

    @rule(lineage=shown, who=WHO, fresh=st.booleans(), twice=st.booleans())
    def brings_back(self, lineage: str, who: str, fresh: bool, twice: bool) -> None:
        version, newest = self.picked(lineage, fresh), self.picked(lineage, fresh=True)
        row = self.run(self.desk.get(version.proposal.id))
        expected = version is newest and self.may(row.owner_id, who) and self.reopenable(version, row)
        again = self.desk.reopen(caller(who), row.id, row.version)
        doing = [again, *([self.desk.reopen(caller(who), row.id, row.version)] if twice else [])]
        outcomes = self.run(_all([self.outcome(each) for each in doing]))
        assert outcomes.count(None) == (1 if expected else 0), f"brought back by {who}: {outcomes}, expected {expected}"
        if not expected:
            return
        made = self.run(self.desk.newest(lineage))
        assert (made.state, made.endorsed_by) == (State.PENDING, None), "what came back is decided already"
        assert (made.version, made.digest) == (row.version + 1, row.digest), "something else came back"
        assert self.run(self.desk.get(row.id)).state is row.state, "what was over changed"
        self.keep(made, rests_on=version.rests_on)

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
        assert outcome is not None or (may and standing), f"{who} undid {done.write.kind}, which was not theirs to undo"

    async def _undo(self, who: str, done: Proposal) -> None:
        offered = await self.desk.undo.offer(caller(who), done.id, done.version)
        await self.desk.undo.approve(caller(who), offered.undo.id, offered.undo.version)
        self.undos[offered.undo.id] = Undone(done.id, who)


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
