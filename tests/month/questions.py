"""What becomes of every proposal, looked at again and again: what people are asked, answer, or leave undecided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import or_, select

from store.domain.gate.proposals import IN_FLIGHT, OPEN, Proposal, SourceKind, State
from store.repositories.proposal_rows import proposal_of, proposals
from tests.month.seen import Record, Truth
from tests.month.stage import Stage

_UNSETTLED = (*OPEN, *IN_FLIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A proposal that is new, or that changed since the last look: then `before` is as it was."""

    now: Proposal
    before: Proposal | None = None

    def came_to(self, state: State) -> bool:
        return self.now.state is state and (self.before is None or self.before.state is not state)


class History(Protocol):
    """Every proposal so far, as it was seen last."""

    def on(self, account_id: str) -> Sequence[Proposal]:
        """Those on an account, in the order in which they were made."""
        ...


class Questions:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._known: dict[str, Proposal] = {}
        self._accounts: dict[str, dict[str, Proposal]] = {}
        self._last = 0

    def look(self) -> list[Turn]:
        """What is new since the last look, in the order in which the proposals were made."""
        unsettled = [each.id for each in self._known.values() if each.state in _UNSETTLED]
        fresh = or_(proposals.c.seq > self._last, proposals.c.id.in_(unsettled))
        turns = []
        for row in self._stage.rows(select(proposals).where(fresh).order_by(proposals.c.seq)):
            self._last = max(self._last, row["seq"])
            now = proposal_of(row)
            before = self._known.get(now.id)
            self._known[now.id] = self._accounts.setdefault(now.account_id, {})[now.id] = now
            if now != before:
                turns.append(Turn(now=now, before=before))
        return turns

    def on(self, account_id: str) -> Sequence[Proposal]:
        return list(self._accounts.get(account_id, {}).values())

    @property
    def everything(self) -> Sequence[Proposal]:
        return list(self._known.values())


def is_the_bots(proposal: Proposal) -> bool:
    """Whether it is advice of the bot's own that nobody adjusted, brought back or passed on: not a person's wish."""
    is_first = proposal.version == 1 and proposal.undoes is None and proposal.passed_by is None
    return (
        is_first and proposal.recommendation.source.kind is SourceKind.SIGNALS and bool(proposal.recommendation.signals)
    )


def same_facts(earlier: Proposal, later: Proposal, truth: Truth) -> bool:
    """Whether the later one is the same advice on the same records, in which nobody changed anything since the earlier one
    was made. What the bot itself wrote there changes them too."""
    was, now = earlier.recommendation, later.recommendation
    if earlier.account_id != later.account_id or was.key != now.key or was.signals != now.signals:
        return False
    same = cited(earlier) == cited(later) and not changed(earlier, truth)
    return same and not touched(earlier, later, truth)


def touched(earlier: Proposal, later: Proposal, truth: Truth) -> bool:
    """Whether a call or a meeting took place on the account in between: a deal without a next step after that is another fact."""
    held = (moment_of(each) for each in touches(later.account_id, truth))
    return any(earlier.created_at < at <= later.created_at for at in held)


def cited(proposal: Proposal) -> frozenset[tuple[str, str]]:
    """The records that it rests on, each with the field."""
    return frozenset((each.record_id, each.field) for each in proposal.recommendation.evidence)


def changed(proposal: Proposal, truth: Truth) -> bool:
    """Whether anyone changed one of its records since it was made."""
    return any(truth.changes(record_id, since=proposal.created_at) for record_id, _ in cited(proposal))


def before(later: Proposal, history: History) -> Iterator[Proposal]:
    """Those of the same owner that were made earlier, the newest first."""
    for each in reversed(history.on(later.account_id)):
        if each.created_at < later.created_at and each.owner_id == later.owner_id:
            yield each


def touches(account_id: str, truth: Truth) -> Iterator[Record]:
    """The meetings and the calls held with an account, those on its deals too."""
    parents = [account_id, *(str(deal["id"]) for deal in truth.related("Deals", "Account_Name", account_id))]
    for parent in parents:
        yield from truth.related("Events", "What_Id", parent)
        for call in truth.related("Calls", "What_Id", parent):
            if call.get("Call_Type") == "Inbound" or call.get("Outgoing_Call_Status") == "Completed":
                yield call


def moment_of(record: Record) -> datetime:
    """When a meeting ended or a call began."""
    return datetime.fromisoformat(str(record.get("End_DateTime") or record["Call_Start_Time"])).astimezone(UTC)


def named(proposal: Proposal) -> str:
    """`“Call back” for Acme`."""
    return f"“{proposal.name}” for {proposal.account_name}"
