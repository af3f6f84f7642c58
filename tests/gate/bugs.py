"""Mistakes on purpose, one switch each: the state machine has to notice every one of them.

Each is the product with one thing broken, as a careless change might break it. They exist in tests alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

import agents.flows.access.identity as people
import agents.flows.gate.adjust_proposal as adjusting
import agents.flows.gate.admit as gate
import agents.flows.gate.decide_proposal as deciding
import agents.flows.gate.drift as drifting
import agents.flows.gate.execute_write as executing
import agents.flows.gate.reopen_proposal as reopening
import agents.flows.gate.undo_write as undoing
import integrations.zoho.writing.add_note as zoho_note
import integrations.zoho.writing.create_task as zoho_task
import integrations.zoho.writing.update_account as zoho_update
import integrations.zoho.writing.writer as writing
import store.repositories.proposal_moves as moves
from store.domain.access.rules import Circle, Standing, check_known, check_may_decide
from store.domain.errors import Refused
from store.domain.gate.approvals import check_open
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.reopen_proposal import check_reopenable
from store.domain.gate.verdicts import Verdict, WriteResult
from store.repositories.audit import Audit
from store.repositories.proposal_rows import proposals
from store.repositories.proposals import Proposals
from store.repositories.snapshots import Snapshots

Bug = Callable[[], AbstractContextManager[None]]


@contextmanager
def swapped(owner: Any, name: str, value: Any) -> Iterator[None]:
    """`owner.name` is `value` for as long as the block lasts."""
    old = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, old)


def swap(owner: Any, name: str, value: Any) -> Bug:
    return lambda: swapped(owner, name, value)


async def _yes(*_: Any, **__: Any) -> bool:
    return True


async def _nothing(*_: Any, **__: Any) -> None:
    return None


def _anybody(actor: Any, circle: Circle | None) -> Standing:
    return Standing.OWNER


def _without_activity(actor: Any, circle: Any) -> Standing:
    ignored = replace(actor, active=True) if actor else None
    return _check_may_decide(ignored, circle)


async def _whoever(tx: Any, caller: Any) -> Any:
    person_id = await tx.links.person_of(caller.team_id, caller.user_id)
    person = await tx.people.get(person_id) if person_id else None
    return person if person is not None else await _known_person(tx, caller)


async def _unconfirmed(tx: Any, caller: Any) -> Any:
    person_id = await tx.links.person_of(caller.team_id, caller.user_id)
    return check_known(await tx.people.get(person_id) if person_id else None)


async def _delegate_for_ever(tx: Any, owner_id: str, **_: Any) -> Circle | None:
    circle = await _circle_of(tx, owner_id)
    absence = await tx.absences.kept(owner_id)
    return replace(circle, delegate=await tx.people.get(absence.delegate_id)) if circle and absence else circle


async def _approved_by_time(self: Proposals) -> list[Proposal]:
    now = await self.now()
    late = await self._all(select(proposals).where(proposals.c.state == State.PENDING, proposals.c.expires_at <= now))
    return [
        await self.move(p.id, frm=[State.PENDING], to=State.READY, decided_by=p.owner_id, decided_at=now) or p
        for p in late
    ]


async def _admit_newest(tx: Any, caller: Any, proposal_id: str) -> Any:
    admitted = await _admit(tx, caller, proposal_id)
    versions = await tx.proposals.by_lineage(admitted.proposal.lineage)
    return replace(admitted, proposal=versions[-1])


async def _move_whatever(self: Proposals, proposal_id: str, *, frm: Any, to: State, **more: Any) -> Any:
    everywhere = {state: frozenset(State) for state in State}
    with swapped(moves, "TRANSITIONS", everywhere):
        return await _move(self, proposal_id, frm=list(State), to=to, **more)


async def _move_late(self: Proposals, proposal_id: str, **more: Any) -> Any:
    return await _move(self, proposal_id, **{**more, "unexpired": False})


def _open_but_for(*ignored: str) -> Callable[..., None]:
    def check(proposal: Proposal, *, version: int, digest: str | None, now: Any) -> None:
        _check_open(
            replace(proposal, state=State.PENDING) if "state" in ignored else proposal,
            version=proposal.version if "version" in ignored else version,
            digest=None if "digest" in ignored else digest,
            now=proposal.created_at if "expiry" in ignored else now,
        )

    return check


def _verdict(frm: Verdict, to: Verdict) -> Callable[[Any], WriteResult]:
    def changed(response: Any) -> WriteResult:
        result = _verdict_of(response)
        return replace(result, verdict=to) if result.verdict is frm else result

    return changed


def _unknown_as_absent(_problem: str) -> WriteResult:
    return WriteResult(verdict=Verdict.NOT_SENT, error="A time-out is taken for a refusal.")


async def _resend(self: Any, proposal_id: str) -> Proposal:
    """Whoever finds a proposal in `sending` sends it, as a plain retried step would."""
    proposal = await self._get(proposal_id)
    if proposal.state is State.SENDING:
        async with self._database.transaction() as tx:
            await tx.proposals.move(proposal.id, frm=[State.SENDING], to=State.READY)
    return await _drive(self, proposal_id)


async def _sent_before_claimed(self: Any, proposal: Proposal) -> Proposal:
    from store.domain.gate.approvals import approved_change

    as_sending = replace(proposal, state=State.SENDING)
    result = await self._writers[proposal.write.system].write(
        approved_change(as_sending, unless_modified_since=(await self._drift.now(proposal)).modified_at)
    )
    async with self._database.transaction() as tx:
        claimed = await self._claim(tx, proposal)
    return await self._record(claimed, result) if claimed else proposal


async def _keeps_endorsement(self: Any, caller: Any, proposal_id: str, version: int, write: Any) -> Any:
    before = await _get(self, proposal_id)
    decision = await _adjust(self, caller, proposal_id, version, write)
    if before is not None and before.endorsed_by and decision.proposal.id != proposal_id:
        async with self._database.transaction() as tx:
            await tx.proposals.endorse(
                decision.proposal.id, by=before.endorsed_by, at=before.endorsed_at, digest=decision.proposal.digest
            )
    return decision


def _back_whenever(proposal: Proposal, *, now: Any, **more: Any) -> None:
    _check_reopenable(replace(proposal, expires_at=now + timedelta(days=1)), now=now, **more)


async def _back_approved(self: Any, caller: Any, proposal_id: str, version: int) -> Any:
    decision = await _reopen(self, caller, proposal_id, version)
    async with self._database.transaction() as tx:
        await tx.proposals.move(
            decision.proposal.id, frm=[State.PENDING], to=State.READY, decided_by=decision.actor.id,
            decided_at=decision.proposal.created_at,
        )  # fmt: skip
    return decision


async def _back_endorsed(self: Any, caller: Any, proposal_id: str, version: int) -> Any:
    before = await _get(self, proposal_id)
    decision = await _reopen(self, caller, proposal_id, version)
    if before is not None and before.endorsed_by:
        async with self._database.transaction() as tx:
            made = decision.proposal
            await tx.proposals.endorse(made.id, by=before.endorsed_by, at=made.created_at, digest=made.digest)
    return decision


async def _get(flow: Any, proposal_id: str) -> Proposal | None:
    async with flow._database.reading() as tx:
        found: Proposal | None = await tx.proposals.get(proposal_id)
        return found


async def _unmoved(self: Any, proposal: Proposal, records: Any) -> Any:
    return replace(await _kept(self, proposal, records), moved=())


def _stale_renewal(proposal: Proposal, present: Any, **more: Any) -> Any:
    fresh = _renewed(proposal, present, **more)
    return (
        replace(fresh, state=State.READY, decided_by=proposal.owner_id, decided_at=fresh.created_at) if fresh else None
    )


def _whatever_was_done(original: Proposal, written: Any) -> Any:
    if written is None:
        raise Refused("gone")
    return original.write.undo(written)


def _endless(original: Proposal, *about: Any, expires_at: Any, **more: Any) -> Proposal:
    undo: Proposal = _undo_proposal(original, *about, expires_at=expires_at.replace(year=2030), **more)
    return undo


async def _open_whenever(self: Any, *about: Any) -> Any:
    with swapped(self, "_window", timedelta(days=365)):
        return await _open(self, *about)


def _one_letter_off(self: Any, write: Any, change: Any) -> Any:
    return _request(self, replace(write, subject=f"{write.subject}."), change)


async def _append_but_not_approvals(self: Audit, **entry: Any) -> Any:
    if entry["action"] == "proposal.approved":
        return None
    return await _append(self, **entry)


async def _endorsed_at_once(self: Any, tx: Any, admitted: Any, caller: Any) -> Any:
    with swapped(deciding, "needs_second", lambda *_, **__: False):
        return await _approved(
            self, tx, replace(admitted, proposal=replace(admitted.proposal, needs_second=False)), caller
        )


# The originals, for the bugs that break only a part of one.
_admit = gate.admit
_check_may_decide, _check_open = check_may_decide, check_open
_known_person, _circle_of = people.known_person, people.circle_of
_move, _append = Proposals.move, Audit.append
_undo_proposal: Any = vars(undoing)["undo_proposal"]
_verdict_of, _request = writing.verdict_of, zoho_task.ZohoTask.request
_drive, _kept = executing.ExecuteWrite.drive, drifting.Drift._kept
_open = undoing.UndoWrite._open
_reopen, _check_reopenable = reopening.ReopenProposal.__call__, check_reopenable
_adjust, _approved, _renewed = adjusting.AdjustProposal.adjust, deciding.DecideProposal._approved, drifting.renewed


@contextmanager
def _both(*bugs: Bug) -> Iterator[None]:
    from contextlib import ExitStack

    with ExitStack() as stack:
        for bug in bugs:
            stack.enter_context(bug())
        yield


BUGS: Mapping[str, Bug] = {
    "anyone may decide": swap(gate, "check_may_decide", _anybody),
    "a person who left may decide": lambda: _both(
        swap(gate, "known_person", _whoever), swap(gate, "check_may_decide", _without_activity)
    ),
    "an unconfirmed person may decide": swap(gate, "known_person", _unconfirmed),
    "a delegate never stops being one": swap(gate, "circle_of", _delegate_for_ever),
    "the record's owner is never read": swap(Snapshots, "may_act_on", _yes),
    "a decided proposal can be decided again": lambda: _both(
        swap(deciding, "check_open", _open_but_for("state")), swap(Proposals, "move", _move_whatever)
    ),
    "expiry is ignored": lambda: _both(
        swap(deciding, "check_open", _open_but_for("expiry")), swap(Proposals, "move", _move_late)
    ),
    "an older version's button decides the newest one": lambda: _both(
        swap(deciding, "admit", _admit_newest), swap(deciding, "check_open", _open_but_for("version", "digest"))
    ),
    "the digest shown is not compared": swap(deciding, "check_open", _open_but_for("digest")),
    "silence approves": swap(Proposals, "expire", _approved_by_time),
    "the press reads nothing again": swap(drifting.Drift, "at_press", _nothing),
    "changes in the CRM go unnoticed": swap(drifting.Drift, "_kept", _unmoved),
    "a new version needs no decision": lambda: _both(
        swap(deciding, "renewed", _stale_renewal), swap(executing, "renewed", _stale_renewal)
    ),
    "a lost answer counts as not sent": swap(writing, "_unknown", _unknown_as_absent),
    "a write found in sending is sent again": swap(executing.ExecuteWrite, "drive", _resend),
    "a write is sent before it is claimed": swap(executing.ExecuteWrite, "_send", _sent_before_claimed),
    "a missing record counts as absent before the settle time": swap(
        executing.ExecuteWrite, "_settled", lambda *_: True
    ),
    "the marker is left out": lambda: _both(
        *(swap(each, "marked", lambda text, _marker: text) for each in (zoho_task, zoho_note, zoho_update))
    ),
    "the write differs from the one shown": swap(zoho_task.ZohoTask, "request", _one_letter_off),
    "one approver is enough for a write that needs two": swap(deciding.DecideProposal, "_approved", _endorsed_at_once),
    "the first approver may also be the second": swap(deciding, "check_may_be_second", lambda *_, **__: None),
    "an adjusted version keeps its first approval": swap(adjusting.AdjustProposal, "adjust", _keeps_endorsement),
    "an adjusted write is not checked": swap(adjusting, "check_write", lambda *_, **__: None),
    "undo overwrites later changes": swap(undoing, "undo_of", _whatever_was_done),
    "undo never expires": lambda: _both(
        swap(undoing, "undo_proposal", _endless),
        swap(undoing.UndoWrite, "_open", _open_whenever),
    ),
    "advice comes back after its time": swap(reopening, "check_reopenable", _back_whenever),
    "what comes back is approved already": swap(reopening.ReopenProposal, "__call__", _back_approved),
    "what comes back keeps its first approval": swap(reopening.ReopenProposal, "__call__", _back_endorsed),
    "approvals are not in the trail": swap(Audit, "append", _append_but_not_approvals),
}

# Numbers to draw from with which the machine comes to these within seconds. `make bugs` does without: any others find them too.
SOONER: Mapping[str, int] = {
    "anyone may decide": 2,
    "a person who left may decide": 1,
    "an unconfirmed person may decide": 4,
    "a delegate never stops being one": 12,
    "the record's owner is never read": 2,
    "expiry is ignored": 3,
    "an older version's button decides the newest one": 2,
    "the digest shown is not compared": 2,
    "silence approves": 1,
    "the press reads nothing again": 3,
    "changes in the CRM go unnoticed": 11,
    "a new version needs no decision": 11,
    "a lost answer counts as not sent": 4,
    "a write found in sending is sent again": 6,
    "a missing record counts as absent before the settle time": 17,
    "one approver is enough for a write that needs two": 0,
    "an adjusted version keeps its first approval": 19,
    "an adjusted write is not checked": 2,
    "undo overwrites later changes": 19,
    "undo never expires": 10,
    "advice comes back after its time": 0,
    "what comes back is approved already": 1,
    "what comes back keeps its first approval": 9,
}
