"""The audit trail tells all of every decision and every write: who, when, from where, of what, and with what outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from agents.flows.gate.operate_writes import OperateWrites
from integrations.sandbox.zoho.faults import Fault
from store.domain.errors import Drifted, Expired, GateClosed, Refused
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, ADA, ANNA, BOB, BOREALIS, MIA, SLIPPING
from tests.gate.desk import POLICY, TEAM, Desk, caller, note, on_slipping, open_desk, task, update

Told = tuple[str, str, str, str, Any, dict[str, Any]]  # actor, action, subject, request, at, detail
REFUSED = {"data": [{"code": "INVALID_DATA", "status": "error", "message": "invalid data", "details": {}}]}
SOON = timedelta(seconds=2)


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    async with open_desk(sqlite_url) as made:
        yield made


async def told(desk: Desk, *subjects: str) -> list[Told]:
    """All that stands in the trail of these."""
    async with desk.database.reading() as tx:
        entries = await tx.audit.entries()
    return [
        (each.actor, each.action, each.subject, each.request_id, each.at, dict(each.detail))
        for each in entries
        if each.subject in subjects
    ]


def place(name: str) -> dict[str, Any]:
    return {"slack_team": TEAM, "slack_user": f"U-{name}", "slack_place": ""}


def decided(proposal: Proposal, name: str, standing: str, **more: Any) -> dict[str, Any]:
    return {
        "standing": standing, "lineage": proposal.lineage, "version": proposal.version, "digest": proposal.digest,
        "account_id": proposal.account_id, "write": proposal.write.kind, "undoes": proposal.undoes,
        "reason_given": False, **place(name), **more,
    }  # fmt: skip


def attempted(proposal: Proposal, attempt: int = 1) -> dict[str, Any]:
    write = proposal.write.kind
    return {"attempt": attempt, "digest": proposal.digest, "write": write, "lineage": proposal.lineage}


def outcome(proposal: Proposal, verdict: str, *, crm_id: str | None = None, attempt: int = 1) -> dict[str, Any]:
    return {"attempt": attempt, "crm_id": crm_id, "verdict": verdict, "lineage": proposal.lineage}


def refusal(asked: str, name: str, why: str, *, state: str | None = None, version: int = 1) -> dict[str, Any]:
    return {"asked": asked, "why": why, "state": state, "version": version, **place(name)}


async def approved(desk: Desk, proposal: Proposal, by: str = "anna") -> Proposal:
    return (await desk.decide.approve(caller(by), proposal.id, proposal.version)).proposal


async def test_of_an_approval_and_its_write(desk: Desk) -> None:
    pressed = desk.clock.now()
    proposal = await approved(desk, await desk.propose(task()), by="mia")
    assert (proposal.decided_by, proposal.decided_at, proposal.reason) == (MIA, pressed, None)
    await desk.sweep(after=SOON)
    done, us = await desk.get(proposal.id), proposal.id[:8]
    assert await told(desk, proposal.id) == [
        (MIA, "proposal.approved", proposal.id, "test", pressed, decided(proposal, "mia", "manager")),
        ("sergas", "write.attempted", proposal.id, us, pressed + SOON, attempted(proposal)),
        ("sergas", "write.done", proposal.id, us, pressed + SOON, outcome(proposal, "done", crm_id=done.crm_id)),
    ]
    assert (done.attempt, done.sent_at, done.done_at, done.error) == (1, pressed + SOON, pressed + SOON, None)


async def test_of_an_undo_and_what_it_took_back(desk: Desk) -> None:
    proposal = await approved(desk, await desk.propose(task()))
    await desk.sweep(after=SOON)
    at = desk.clock.now()
    undo = (await desk.undo.offer(caller("anna"), proposal.id, 1)).undo
    await approved(desk, undo)
    await desk.sweep(after=SOON)
    done = await desk.get(proposal.id)
    assert (await told(desk, undo.id, proposal.id))[3:] == [
        (ANNA, "undo.offered", undo.id, "test", at, {"undoes": proposal.id, "digest": undo.digest, **place("anna")}),
        (ANNA, "proposal.approved", undo.id, "test", at, decided(undo, "anna", "owner")),
        ("sergas", "write.attempted", undo.id, undo.id[:8], at + SOON, attempted(undo)),
        ("sergas", "write.done", undo.id, undo.id[:8], at + SOON, outcome(undo, "done", crm_id=done.crm_id)),
        (
            "sergas", "write.undone", proposal.id, proposal.id[:8], at + SOON,
            {"undo": undo.id, "lineage": proposal.lineage},
        ),
    ]  # fmt: skip
    with pytest.raises(GateClosed):
        await desk.undo.offer(caller("anna"), proposal.id, 1)
    (*_, last) = await told(desk, proposal.id)
    assert last[1::4] == ("request.refused", refusal("undo.offer", "anna", "GateClosed", state="undone"))


@pytest.mark.parametrize(("said", "kept"), [(" not now ", "not now"), ("  ", None), ("", None)])
async def test_of_a_rejection_and_its_reason(desk: Desk, said: str, kept: str | None) -> None:
    at, proposal = desk.clock.now(), await desk.propose(task())
    rejected = await desk.decide.reject(caller("mia"), proposal.id, 1, said)
    detail = decided(proposal, "mia", "manager", reason_given=kept is not None)
    assert await told(desk, proposal.id) == [(MIA, "proposal.rejected", proposal.id, "test", at, detail)]
    assert (rejected.actor.id, str(rejected.standing)) == (MIA, "manager")
    row = await desk.get(proposal.id)
    assert row == rejected.proposal
    assert (row.state, row.decided_by, row.decided_at, row.reason) == (State.REJECTED, MIA, at, kept)


@pytest.mark.parametrize("deed", ["approve", "reject", "adjust"])
async def test_of_whoever_is_refused(desk: Desk, deed: str) -> None:
    at, proposal = desk.clock.now(), await desk.propose(task())
    doing = {
        "approve": lambda: desk.decide.approve(caller("bob"), proposal.id, 1),
        "reject": lambda: desk.decide.reject(caller("bob"), proposal.id, 1, "no"),
        "adjust": lambda: desk.adjust.adjust(caller("bob"), proposal.id, 1, task(subject="Ring")),
    }
    with pytest.raises(Refused):
        await doing[deed]()
    detail = refusal(f"proposal.{deed}", "bob", "Refused")
    assert await told(desk, proposal.id) == [(BOB, "request.refused", proposal.id, "test", at, detail)]
    assert (await desk.get(proposal.id)).state is State.PENDING


async def test_of_a_press_that_came_too_late(desk: Desk) -> None:
    proposal = await desk.propose(task())
    desk.clock.moment = proposal.expires_at
    with pytest.raises(Expired):
        await desk.decide.reject(caller("anna"), proposal.id, 1, "no")
    detail = refusal("proposal.reject", "anna", "Expired", state="expired")
    assert await told(desk, proposal.id) == [
        (ANNA, "request.refused", proposal.id, "test", proposal.expires_at, detail)
    ]


async def test_of_two_approvals_and_of_what_an_adjustment_forgets(desk: Desk) -> None:
    at, proposal = desk.clock.now(), await desk.propose(await update(desk, rating="Active"))
    first = await desk.decide.approve(caller("anna"), proposal.id, 1)
    assert (first.proposal.endorsed_by, first.proposal.endorsed_at, first.proposal.decided_by) == (ANNA, at, None)
    adjusted = await desk.adjust.adjust(caller("mia"), proposal.id, 1, await update(desk, rating="Acquired"))
    assert (adjusted.actor.id, str(adjusted.standing)) == (MIA, "manager")
    new = adjusted.proposal
    assert await desk.get(new.id) == new
    assert (new.version, new.lineage, new.created_at, new.expires_at) == (2, proposal.id, at, at + POLICY.lifetime)
    assert await told(desk, proposal.id, new.id) == [
        (ANNA, "proposal.endorsed", proposal.id, "test", at, decided(proposal, "anna", "owner")),
        (
            MIA, "proposal.adjusted", new.id, "test", at,
            {
                "standing": "manager", "replaces": proposal.id, "lineage": proposal.id, "version": 2,
                "digest": new.digest, "account_id": ACME, **place("mia"),
            },
        ),
    ]  # fmt: skip
    old = await desk.get(proposal.id)
    assert (old.state, old.decided_by, old.decided_at) == (State.SUPERSEDED, MIA, at)


async def test_an_adjustment_that_changes_nothing_leaves_everything_as_it_is(desk: Desk) -> None:
    proposal = await desk.propose(task())
    same = await desk.adjust.adjust(caller("mia"), proposal.id, 1, task())
    assert (same.proposal, same.actor.id, str(same.standing)) == (proposal, MIA, "manager")
    assert await told(desk, proposal.id) == []


async def test_of_an_adjustment_that_the_policy_refuses(desk: Desk) -> None:
    proposal = await desk.propose(await update(desk, account_type="Customer"))
    with pytest.raises(FieldProblems):
        await desk.adjust.adjust(caller("anna"), proposal.id, 1, await update(desk, account_type="Nonsense"))
    (entry,) = await told(desk, proposal.id)
    assert entry[1::4] == ("request.refused", refusal("proposal.adjust", "anna", "FieldProblems"))


@pytest.mark.parametrize("when", ["before the press", "before the write"])
async def test_of_what_moved(desk: Desk, when: str) -> None:
    proposal = await desk.propose(task(BOREALIS), evidence=(on_slipping(),), amount=7.0)
    if when == "before the press":
        desk.change("Deals", SLIPPING, Closing_Date="2026-09-30")
        with pytest.raises(Drifted, match="look at the new version and decide again") as drifted:
            await approved(desk, proposal)
        was, asked_by = "pending", "test"
        new = await desk.newest(proposal.lineage)
        assert (drifted.value.proposal_id, drifted.value.state) == (new.id, "superseded")
    else:
        await approved(desk, proposal)
        desk.change("Deals", SLIPPING, Closing_Date="2026-09-30")
        await desk.sweep()
        was, asked_by = "ready", proposal.id[:8]
        new = await desk.newest(proposal.lineage)
    at = desk.clock.now()
    detail = {
        "was": was, "fields": ["Closing_date"], "replaced_by": new.id, "digest": new.digest, "lineage": proposal.lineage,
    }  # fmt: skip
    assert ("sergas", "proposal.drifted", proposal.id, asked_by, at, detail) in await told(desk, proposal.id)
    assert (new.version, new.created_at, new.expires_at, new.amount) == (2, at, at + POLICY.lifetime, 7.0)
    assert [(each.label, each.shown, each.present) for each in new.drifted] == [
        ("Closing date", "2026-06-30", "2026-09-30")
    ]
    assert {each.field: each.value for each in new.basis}["closing_date"] == "2026-09-30"
    assert (await desk.get(proposal.id)).error is None


async def test_of_what_moved_away_altogether(desk: Desk) -> None:
    proposal = await desk.propose(task())
    desk.remove("Accounts", ACME)
    with pytest.raises(Drifted):
        await approved(desk, proposal)
    detail: dict[str, Any] = {
        "was": "pending",
        "fields": [],
        "replaced_by": None,
        "digest": None,
        "lineage": proposal.lineage,
    }
    assert (await told(desk, proposal.id))[0][5] == detail


async def test_of_a_write_that_zoho_refuses_and_an_operator_tries_again(desk: Desk) -> None:
    operate = OperateWrites(desk.database, lifetime=POLICY.lifetime)
    proposal = await approved(desk, await desk.propose(task()))
    desk.zoho.faults.answer("POST", r"/Tasks$", status=400, body=REFUSED)
    await desk.sweep()
    at, us = desk.clock.now(), proposal.id[:8]
    await operate.retry("operator:root", proposal.id)
    assert (await told(desk, proposal.id))[2:] == [
        ("sergas", "write.dead", proposal.id, us, at, outcome(proposal, "refused")),
        ("sergas", "write.retried", proposal.id, "operator", at, {"operator": "operator:root", "run": 1}),
    ]
    desk.zoho.faults.answer("POST", r"/Tasks$", status=400, body=REFUSED)
    await desk.sweep()
    await operate.retry(caller("ada"), proposal.id)
    (*_, last) = await told(desk, proposal.id)
    assert last == (ADA, "write.retried", proposal.id, "test", at, {"operator": None, "run": 2, **place("ada")})


@pytest.mark.parametrize("written", [True, False])
async def test_of_a_write_whose_fate_nobody_can_tell(desk: Desk, written: bool) -> None:
    operate = OperateWrites(desk.database, lifetime=POLICY.lifetime)
    proposal = await approved(desk, await desk.propose(note()))
    desk.zoho.faults.drop_after("POST", r"/Notes$")
    await desk.sweep()
    sent, us = desk.clock.now(), proposal.id[:8]
    desk.zoho.faults.add("GET", r"/Notes$", Fault(kind="answer", status=500), times=50)
    await desk.sweep(after=timedelta(minutes=5))
    await desk.sweep(after=timedelta(hours=1))
    parked = desk.clock.now()
    resolved = await operate.resolve(caller("ada"), proposal.id, written=written, crm_id="77")
    detail = {"operator": None, "written": written, "crm_id": "77", **place("ada")}
    assert (await told(desk, proposal.id))[2:] == [
        ("sergas", "write.unknown", proposal.id, us, sent, outcome(proposal, "unknown")),
        ("sergas", "write.parked", proposal.id, us, parked, {"attempt": 1, "lineage": proposal.lineage}),
        (ADA, "write.resolved", proposal.id, "test", parked, detail),
    ]
    said = None if written else "An operator looked in Zoho: it was not written."
    done_at, crm_id = (parked, "77") if written else (None, None)
    assert (resolved.done_at, resolved.crm_id, resolved.error, resolved.parked_at) == (done_at, crm_id, said, None)


async def test_of_an_approval_that_counts_no_more(desk: Desk) -> None:
    proposal = await approved(desk, await desk.propose(task()))
    desk.change("Accounts", ACME, Owner={"id": BOB})
    await desk.sweep()
    (*_, last) = await told(desk, proposal.id)
    detail = {"verdict": "not_allowed", "attempt": 0, "lineage": proposal.lineage}
    assert last == ("sergas", "write.dead", proposal.id, proposal.id[:8], desk.clock.now(), detail)
    assert desk.zoho.ledger == ()
