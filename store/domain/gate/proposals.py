"""Recommendations, the writes they propose, and the row that carries one through the gate.

A write is a value first (`Proposal`), an act later (`ApprovedChange` in approvals.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from store.domain.crm.basis import Difference, Fact
from store.domain.crm.evidence import Confidence, Evidence
from store.domain.gate.registry import StoredWrite
from store.domain.gate.write import Write, digest_of
from store.domain.signals.kinds import Risk, SignalKind

LOG = "log:"  # begins the key of what logs work that was done already


class Action(StrEnum):
    """The kind of advice a recommendation gives, in a sales team's words."""

    FOLLOW_UP = "follow_up"
    NOTE = "note"
    UPDATE = "update"
    ESCALATE = "escalate"
    EMAIL = "email"


class SourceKind(StrEnum):
    SIGNALS = "signals"
    REQUEST = "request"
    DESK = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceSource:
    """Where a recommendation comes from: the signals it lists, a person's request (`name` is their id), or the desk
    `name`."""

    kind: SourceKind = SourceKind.SIGNALS
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """Advice, the reason for it, and how sure we are. `key` is stable over days: the same advice on the same record has
    the same key.

    `rationale` gives the reason for the advice; the facts behind it are in the card's statements and in `evidence`.
    `draft_email` is text for the owner to copy and send; we never send mail. `marks` identify the facts it rests on, the one
    that it is about first; none in rows of earlier releases.
    """

    key: str
    action: Action
    title: str
    rationale: str
    risk: Risk
    evidence: tuple[Evidence, ...]
    confidence: Confidence
    write: StoredWrite
    source: AdviceSource = AdviceSource()
    signals: tuple[SignalKind, ...] = ()
    draft_email: str | None = None
    marks: tuple[str, ...] = ()


class State(StrEnum):
    """The state of a proposal. `ready` onwards is the write protocol."""

    PENDING = "pending"
    READY = "ready"
    SENDING = "sending"
    DONE = "done"
    UNKNOWN = "unknown"
    DEAD = "dead"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    SNOOZED = "snoozed"
    UNDONE = "undone"
    RETRACTED = "retracted"


# Waits for a decision; is being written.
OPEN = frozenset({State.PENDING, State.SNOOZED})
IN_FLIGHT = frozenset({State.READY, State.SENDING, State.UNKNOWN})
UNDER_WAY = IN_FLIGHT | {State.PENDING}  # asked about or being written now
# No one has decided it, or a newer version took its place.
UNDECIDED = OPEN | {State.EXPIRED, State.SUPERSEDED, State.RETRACTED}

# The only possible moves; the store makes each by compare-and-set.
TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.PENDING: frozenset(
        {State.READY, State.REJECTED, State.EXPIRED, State.SUPERSEDED, State.SNOOZED, State.RETRACTED}
    ),
    State.SNOOZED: frozenset({State.PENDING, State.EXPIRED, State.SUPERSEDED, State.RETRACTED}),
    State.READY: frozenset({State.SENDING, State.DEAD, State.SUPERSEDED}),
    State.SENDING: frozenset({State.DONE, State.UNKNOWN, State.READY, State.DEAD, State.SUPERSEDED}),
    State.UNKNOWN: frozenset({State.DONE, State.READY, State.DEAD}),
    State.DEAD: frozenset({State.READY, State.DONE}),
    State.DONE: frozenset({State.UNDONE}),
    State.UNDONE: frozenset(),
    State.REJECTED: frozenset(),
    State.EXPIRED: frozenset(),
    State.SUPERSEDED: frozenset(),
    State.RETRACTED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One version of one proposed write, as stored.

    `id` is 128 random bits in hex and names this version alone; an adjusted version is a new row with `version + 1` and
    the old one's `lineage`. `owner_id` is the person asked. `account_id` is "" for deals without an account. `basis`
    are the CRM fields it rests on, and `drifted` the changes that led to this version. `amount` is the open amount of
    the account. `asked_at` is when its question was first asked, if an earlier proposal did.
    `needs_second` requires two approvers: the first is `endorsed_by`. `undoes` is the proposal that this
    one undoes, `undo_id` the one that undoes this. `offered_to` is the other person who was offered the decision;
    `passed_by` is who said that it isn't theirs, and so is not asked. `snoozed_until` is when a snoozed one asks again,
    with `until_change` at the latest: it does so as soon as its account changes.
    `run` counts an operator's retries; `done_at` is when we knew it was written, `crm_modified_at` the record's modified
    time in Zoho then; `parked_at` is since when an unknown one waits for an operator. `reason` is why it was
    rejected, or retracted: then `decided_at` is when. `lifted_at` is since when a rejection no longer keeps the advice away.
    """

    id: str
    lineage: str
    version: int
    brief_id: str | None
    owner_id: str
    account_id: str
    account_name: str
    recommendation: Recommendation
    write: Write
    digest: str
    state: State
    created_at: datetime
    expires_at: datetime
    asked_at: datetime | None = None
    basis: tuple[Fact, ...] = ()
    drifted: tuple[Difference, ...] = ()
    amount: float = 0.0
    needs_second: bool = False
    endorsed_by: str | None = None
    endorsed_at: datetime | None = None
    undoes: str | None = None
    undo_id: str | None = None
    reminded_at: datetime | None = None
    offered_to: str | None = None
    passed_by: str | None = None
    snoozed_until: datetime | None = None
    until_change: bool = False
    lifted_at: datetime | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    attempt: int = 0
    run: int = 0
    sent_at: datetime | None = None
    crm_id: str | None = None
    crm_modified_at: datetime | None = None
    done_at: datetime | None = None
    parked_at: datetime | None = None
    error: str | None = None

    @property
    def name(self) -> str:
        """Its one name wherever people meet it: that of its write, or “Undo: …” with the name of the undone one."""
        return self.recommendation.title if self.undoes else self.write.name()

    @property
    def first_asked(self) -> datetime:
        """When its question was first asked, by this proposal or an earlier one."""
        return self.asked_at or self.created_at

    @property
    def logs(self) -> str | None:
        """The lineage of the rejected advice whose work, done already, this logs; None for all other proposals."""
        key = self.recommendation.key
        return key.removeprefix(LOG) if key.startswith(LOG) else None

    @property
    def marker(self) -> str:
        """The marker in a write's text by which it is found again: `[SAM-` and ten hex digits of the id `]`."""
        return f"[SAM-{self.id[:10]}]"

    @classmethod
    def first_version(
        cls,
        write: Write,
        advice: Recommendation,
        *,
        id: str,
        brief_id: str | None,
        owner_id: str,
        account_id: str,
        account_name: str,
        created_at: datetime,
        expires_at: datetime,
        basis: tuple[Fact, ...],
        amount: float,
        needs_second: bool = False,
        undoes: str | None = None,
    ) -> Self:
        """A new pending proposal of this write, which no one has decided or adjusted."""
        return cls(
            id=id,
            lineage=id,
            version=1,
            brief_id=brief_id,
            owner_id=owner_id,
            account_id=account_id,
            account_name=account_name,
            recommendation=advice,
            write=write,
            digest=digest_of(write),
            state=State.PENDING,
            created_at=created_at,
            expires_at=expires_at,
            basis=basis,
            amount=amount,
            needs_second=needs_second,
            undoes=undoes,
        )

    def beside(
        self,
        write: Write,
        advice: Recommendation,
        *,
        id: str,
        created_at: datetime,
        expires_at: datetime,
        brief_id: str | None = None,
        basis: tuple[Fact, ...] | None = None,
        needs_second: bool = False,
        undoes: str | None = None,
    ) -> Proposal:
        """Another proposal to the same person about the same account, on the same `basis` unless it is given."""
        return Proposal.first_version(
            write,
            advice,
            id=id,
            brief_id=brief_id,
            owner_id=self.owner_id,
            account_id=self.account_id,
            account_name=self.account_name,
            created_at=created_at,
            expires_at=expires_at,
            basis=self.basis if basis is None else basis,
            amount=self.amount,
            needs_second=needs_second,
            undoes=undoes,
        )

    def next_version(
        self, write: Write, *, id: str, created_at: datetime, expires_at: datetime, needs_second: bool
    ) -> Proposal:
        """The same advice as a new pending proposal, without decisions, endorsements or tries; its question keeps its age. Fields
        not named here start as in a new proposal."""
        return Proposal(
            id=id,
            lineage=self.lineage,
            version=self.version + 1,
            brief_id=self.brief_id,
            owner_id=self.owner_id,
            account_id=self.account_id,
            account_name=self.account_name,
            recommendation=self.recommendation,
            write=write,
            digest=digest_of(write),
            state=State.PENDING,
            created_at=created_at,
            expires_at=expires_at,
            asked_at=self.first_asked,
            basis=self.basis,
            amount=self.amount,
            needs_second=needs_second,
            passed_by=self.passed_by,
            offered_to=self.offered_to if self.passed_by else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """An earlier recommendation for an account: the decision and the result, in one word each for the reader.

    `decided_by` is a person's id. `still_there` is whether a signal that it answered is still seen today (None: it
    answered none, or no one has looked). `title` is the advice in its author's words, `name` the write's; "" in briefs of earlier
    releases, as are `marks`, its recommendation's. `lifted_at` is as in `Proposal`.
    """

    key: str
    title: str
    action: Action
    signals: tuple[SignalKind, ...]
    state: State
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    created_at: datetime
    still_there: bool | None = None
    name: str = ""
    marks: tuple[str, ...] = ()
    lifted_at: datetime | None = None
