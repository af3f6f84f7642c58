"""When advice that waits for a decision is over: its record is gone or someone else's, its deal closed, its reason past. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Activity, Deal, Kind, Pipeline, StageOutcome
from store.domain.crm.basis import RecordKey, Records
from store.domain.gate.proposals import OPEN, Proposal, SourceKind
from store.domain.gate.writes.update_task import UpdateTask
from store.domain.signals.kinds import NEWS, SignalKind
from store.domain.text.wording import on_day

_ENDS = frozenset({SignalKind.DEAL_WON, SignalKind.DEAL_LOST})
Seen = Collection[tuple[SignalKind, str]]  # the kinds of signal that are seen today, each with its record


class Cause(StrEnum):
    GONE = "gone"
    MOVED = "moved"
    CLOSED = "closed"
    REOPENED = "reopened"
    DONE = "done"
    PAST = "past"

    @property
    def is_firm(self) -> bool:
        """Whether it also ends what a person adjusted or approved first: there is nothing left to decide on."""
        return self in (Cause.GONE, Cause.MOVED, Cause.CLOSED, Cause.REOPENED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """A proposal to retract; `why` is a clause for its card and the brief, such as `deal won on 12 Mar`."""

    proposal_id: str
    cause: Cause
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What proposals rest on, as last read from the CRM: their records with the accounts of these, None for those that are gone;
    the names of people, and since when each deal is in its stage."""

    records: Records
    people: Mapping[str, str]
    pipeline: Pipeline
    stage_since: Mapping[str, datetime]


def why_over(
    proposal: Proposal,
    ground: Ground,
    *,
    timezone: str,
    today: date,
    seen: Seen | None = None,
    off: Collection[str] = (),
) -> Over | None:
    """Why it no longer needs a decision; None while its reason holds. Without the signals `seen` today, only the records
    count; `off` are kinds that its owner switched off. What a person asked for, and the undo of a write, don't rest on signals.
    """
    if proposal.undoes is not None or proposal.state not in OPEN:  # a write under way is never retracted
        return None
    found = (
        _gone(proposal, ground)
        or _moved(proposal, ground)
        or _closed(proposal, ground, timezone=timezone, today=today)
        or _reopened(proposal, ground)
        or _done(proposal, ground)
        or _past(proposal, seen, off)
    )
    if found is None or (is_a_persons(proposal) and not found[0].is_firm):
        return None
    return Over(proposal_id=proposal.id, cause=found[0], why=found[1])


def is_a_persons(proposal: Proposal) -> bool:
    """Whether someone adjusted it or approved it first."""
    return proposal.version > 1 or proposal.endorsed_by is not None


def records_of(proposal: Proposal) -> frozenset[RecordKey]:
    """The records to read for `why_over`, without the accounts that these belong to."""
    account = {(Kind.ACCOUNT, proposal.account_id)} if proposal.account_id else set()
    return frozenset({_parent(proposal), *account, *_cited(proposal, Kind.DEAL), *_cited(proposal, Kind.ACTIVITY)})


def _gone(proposal: Proposal, ground: Ground) -> tuple[Cause, str] | None:
    gone = ground.records.get(_parent(proposal)) is None
    return (Cause.GONE, f"{_parent(proposal)[0]} no longer in the CRM") if gone else None


def _moved(proposal: Proposal, ground: Ground) -> tuple[Cause, str] | None:
    """Its owner may act on their own records, and on the deals of their accounts."""
    record = ground.records[_parent(proposal)]
    assert record is not None
    account = ground.records.get((Kind.ACCOUNT, record.account_id or "")) or record
    if proposal.owner_id in (account.owner_id, record.owner_id):
        return None
    return Cause.MOVED, f"moved to {ground.people.get(account.owner_id, 'someone else')}"


def _closed(proposal: Proposal, ground: Ground, *, timezone: str, today: date) -> tuple[Cause, str] | None:
    """The deal that it is about is won, lost or gone. Advice on such news, and what a person asked for, is about a closed one."""
    advice = proposal.recommendation
    key = _deal(proposal)
    if key is None or advice.source.kind is not SourceKind.SIGNALS or NEWS & set(advice.signals):
        return None
    deal = ground.records.get(key)
    if not isinstance(deal, Deal):
        return Cause.CLOSED, "deal no longer in the CRM"
    if ground.pipeline.is_open(deal.stage):
        return None
    won = ground.pipeline.outcome(deal.stage) is StageOutcome.WON
    since = ground.stage_since.get(deal.id)
    day = f" on {on_day(since.astimezone(ZoneInfo(timezone)).date(), today=today)}" if since else ""
    return Cause.CLOSED, f"deal {'won' if won else 'lost'}{day}"


def _reopened(proposal: Proposal, ground: Ground) -> tuple[Cause, str] | None:
    """The deal that it says was won or lost is open again."""
    advice, key = proposal.recommendation, _deal(proposal)
    if key is None or advice.source.kind is not SourceKind.SIGNALS or not _ENDS & set(advice.signals[:1]):
        return None
    deal = ground.records.get(key)
    is_open = isinstance(deal, Deal) and ground.pipeline.is_open(deal.stage)
    return (Cause.REOPENED, "deal open again") if is_open else None


def _done(proposal: Proposal, ground: Ground) -> tuple[Cause, str] | None:
    """All tasks that it is about are done or gone."""
    changes_task = isinstance(proposal.write, UpdateTask)
    if not changes_task and proposal.recommendation.signals[:1] != (SignalKind.TASK_OVERDUE,):
        return None
    tasks = [ground.records.get(key) for key in _cited(proposal, Kind.ACTIVITY)]
    open_ones = [each for each in tasks if isinstance(each, Activity) and each.is_open]
    return None if open_ones or not tasks else (Cause.DONE, "task done")


def _past(proposal: Proposal, seen: Seen | None, off: Collection[str]) -> tuple[Cause, str] | None:
    """Its main signal is not seen any more, or switched off. News appears once; advice on it stays."""
    advice = proposal.recommendation
    if seen is None or advice.source.kind is not SourceKind.SIGNALS or not advice.signals or advice.signals[0] in NEWS:
        return None
    main, records = advice.signals[0], {cited.record_id for cited in advice.evidence} | {proposal.account_id}
    if any(kind is main and record in records for kind, record in seen):
        return None
    return Cause.PAST, f"“{main.label}” is switched off" if main in off else f"“{main.label}” is settled"


def _parent(proposal: Proposal) -> RecordKey:
    return proposal.write.parent_kind, proposal.write.parent_id


def _deal(proposal: Proposal) -> RecordKey | None:
    """The deal that its write belongs to, or that its main signal is about."""
    if proposal.write.parent_kind is Kind.DEAL:
        return _parent(proposal)
    about = proposal.recommendation.key.rpartition(":")[2]
    return next((key for key in _cited(proposal, Kind.DEAL) if key[1] == about), None)


def _cited(proposal: Proposal, kind: Kind) -> list[RecordKey]:
    return list(dict.fromkeys((kind, each.record_id) for each in proposal.recommendation.evidence if each.kind is kind))
