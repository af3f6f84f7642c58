"""What follows from each reason to reject, judged without the bot's own rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from store.domain.gate.proposals import Proposal, State
from store.domain.gate.reasons import RejectReason, reason_of
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_task import UpdateTask
from tests.month.clocks import Around
from tests.month.hours import working_days
from tests.month.questions import History, Turn, cited, is_the_bots, named, same_facts, touched
from tests.month.seen import Shown, Truth

RESTS: Mapping[RejectReason, timedelta] = {  # while the fact that the advice is about stays as it was
    RejectReason.NOT_MINE: timedelta(days=30),  # whatever happens there: that makes it nobody else's
    RejectReason.DONE: timedelta(days=7),
    RejectReason.OTHER: timedelta(days=14),
}
_OF_THE_FACT = (RejectReason.WRONG, RejectReason.NOT_MINE, RejectReason.DONE)  # other advice on it rests as well
_NOT_NOW = (4.0, 6.0)  # working days
_LOG = "log:"


@dataclass(slots=True)
class Answers:
    """`rejected` is what people said no to, by account."""

    rejected: dict[str, list[Proposal]] = field(default_factory=lambda: defaultdict(list))

    def hear(self, turn: Turn, history: History, truth: Truth, around: Around) -> Iterator[str]:
        """Advice that returns before its reason lets it, and a rejection without what follows from it."""
        now = turn.now
        if turn.before is None and is_the_bots(now):
            yield from self._returned(now, truth)
        if turn.came_to(State.REJECTED):
            yield from _follows(now, history, around)
            if now.undoes is None and now.decided_at is not None:
                self.rejected[now.account_id].append(now)
        if turn.came_to(State.SNOOZED) and (now.reason or "").startswith("Not now"):
            yield from _put_off(now, around)
        if now.passed_by is not None:
            yield from _passed_on(turn)
        if turn.came_to(State.DONE) and now.recommendation.key.startswith(_LOG) and not _is_logged(now, truth):
            yield f"{named(now)}: confirmed, but the CRM has nothing of it"

    def asked_again(self, shown: Shown, truth: Truth) -> Iterator[str]:
        """A decision that is asked of who said that it isn't theirs."""
        for proposal in () if shown.update else shown.proposals:
            if proposal.id not in shown.asked:
                continue
            if proposal.passed_by == shown.reader.id:
                yield f"{shown.sort} of the {shown.habit}: {named(proposal)}, which they passed on"
            for earlier in self.rejected[proposal.account_id]:
                given = earlier.decided_by == shown.reader.id and reason_of(earlier.reason) is RejectReason.NOT_MINE
                if given and _is_later(earlier, proposal) and same_facts(earlier, proposal, truth):
                    yield f"{shown.sort} of the {shown.habit}: {named(proposal)}, which they called not theirs"

    def reasons(self) -> Counter[str]:
        """How often people said no, by reason."""
        return Counter(reason_of(each.reason).value for said in self.rejected.values() for each in said)

    def _returned(self, now: Proposal, truth: Truth) -> Iterator[str]:
        for earlier in self.rejected[now.account_id]:
            if not _is_later(earlier, now) or now.owner_id != earlier.owner_id:
                continue
            reason, since = reason_of(earlier.reason), now.created_at - (earlier.decided_at or earlier.created_at)
            said = f"{named(now)}, {since.days} days after “{earlier.reason}”"
            rests = since < RESTS.get(reason, timedelta()) and now.recommendation.key == earlier.recommendation.key
            if same_facts(earlier, now, truth):
                yield f"{said}: unchanged"
            elif rests and (reason is RejectReason.NOT_MINE or _same_fact(earlier, now, truth)):
                yield f"{said}: too early"
            elif (
                _rests_with_its_fact(reason, since) and _same_fact(earlier, now, truth) and cited(now) <= cited(earlier)
            ):
                yield f"{said}: other advice on the same fact"


def _rests_with_its_fact(reason: RejectReason, since: timedelta) -> bool:
    """Whether other advice on the fact that was rejected rests as well: what is wrong for as long as it stands."""
    return reason in _OF_THE_FACT and (reason is RejectReason.WRONG or since < RESTS[reason])


def refused_falsely(turn: Turn, history: History, truth: Truth) -> Iterator[str]:
    """A write or an undo that was given up because the record changed, though nobody changed it."""
    now = turn.now
    if not turn.came_to(State.DEAD) or "changed" not in (now.error or ""):
        return
    undone = next((each for each in history.on(now.account_id) if each.id == now.undoes), None)
    record_id = now.write.task_id if isinstance(now.write, UpdateTask) else now.write.parent_id
    since = now.created_at
    if undone is not None:
        record_id, since = undone.crm_id or record_id, undone.done_at or since
    if not any(at > since for at, _ in truth.past(record_id)):
        yield f"{named(now)}: {now.error}"


def _follows(now: Proposal, history: History, around: Around) -> Iterator[str]:
    """A note to confirm for what is done, another reader for what isn't theirs."""
    reason, made = reason_of(now.reason), history.on(now.account_id)
    is_work = reason is RejectReason.DONE and isinstance(now.write, CreateTask)
    if is_work and not any(each.recommendation.key == f"{_LOG}{now.lineage}" for each in made):
        yield f"{named(now)}: called done, and there is nothing to log"
    if reason is RejectReason.NOT_MINE and now.passed_by is None and _other(now, around):
        passed = (each for each in made if each.passed_by == now.decided_by and not each.created_at < now.created_at)
        if not any(each.recommendation.key == now.recommendation.key for each in passed):
            yield f"{named(now)}: not theirs, and offered to nobody"


def _passed_on(turn: Turn) -> Iterator[str]:
    now = turn.now
    if now.offered_to == now.passed_by:
        yield f"{named(now)}: offered to the one who passed it on"
    if turn.came_to(State.EXPIRED) and now.offered_to is None:
        yield f"{named(now)}: passed on, and gone before anyone was offered it"


def _put_off(now: Proposal, around: Around) -> Iterator[str]:
    if now.snoozed_until is None or now.decided_at is None:
        yield f"{named(now)}: not now, and not put off"
        return
    days = working_days(now.decided_at, now.snoozed_until, around.owner.time_zone)
    if not _NOT_NOW[0] <= days <= _NOT_NOW[1]:
        yield f"{named(now)}: not now, and put off for {days:.1f} working days"


def _other(now: Proposal, around: Around) -> bool:
    """Whether there is someone else to whom it may belong."""
    return around.manager is not None if now.decided_by == around.owner.id else True


def _is_later(earlier: Proposal, later: Proposal) -> bool:
    """Whether it was made after that rejection; what a person brought back is the same proposal."""
    decided = earlier.decided_at
    return decided is not None and later.created_at > decided and later.lineage != earlier.lineage


def _same_fact(earlier: Proposal, later: Proposal, truth: Truth) -> bool:
    """Whether both are about the same signal on the same record, in which nobody changed anything."""
    was, now = earlier.recommendation, later.recommendation
    if not (was.evidence and now.evidence) or was.signals[:1] != now.signals[:1]:
        return False
    record_id = now.evidence[0].record_id
    same = was.evidence[0].record_id == record_id and not truth.changes(record_id, since=earlier.created_at)
    return same and not touched(earlier, later, truth)


def _is_logged(log: Proposal, truth: Truth) -> bool:
    if isinstance(log.write, UpdateTask):
        task = truth.record("Tasks", log.write.task_id)
        return task is None or task["Status"] == "Completed"
    return log.crm_id is not None and truth.record("Notes", log.crm_id) is not None
