"""The brief: what one owner reads in the morning. Types here; ranking and assembly in ranking.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from store.domain.crm.evidence import Evidence
from store.domain.gate.proposals import Prior, Recommendation
from store.domain.grounding.citing import Struck
from store.domain.memory.outcomes import Verdict
from store.domain.signals.kinds import Risk, Signal, SignalKind

PLAYBOOK = "playbook"

AGAIN = "again:"  # what the piece of a brief begins with that shows a proposal once more, in its thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of a brief and what it rests on; never without evidence."""

    text: str
    kinds: tuple[SignalKind, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One account in a brief. `proposal_ids` are set once its recommendations stand in the store, in the same order.
    `remembered` is what earlier notes add to what moved; `summary` what a model says of it all, with what that rests on.
    `author` names whose words its recommendations are in; `struck` is what that model wrote and nobody was shown."""

    account_id: str
    account_name: str
    risk: Risk
    score: float
    amount: float
    statements: tuple[Statement, ...]
    recommendations: tuple[Recommendation, ...]
    priors: tuple[Prior, ...] = ()
    proposal_ids: tuple[str, ...] = ()
    remembered: tuple[Statement, ...] = ()
    summary: Statement | None = None
    author: str = PLAYBOOK
    struck: tuple[Struck, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Good or plain news that asks for nothing: a deal won, lost or new."""

    account_id: str
    account_name: str
    signal: Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class CameOfIt:
    """One line on what came of a write that was approved earlier; `evidence` are ids of what is remembered."""

    account_id: str
    account_name: str
    proposal_id: str
    title: str
    verdict: Verdict
    because: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Cards are ordered, highest risk first. `quiet` counts the accounts of which there is nothing to say.

    `problems` says what was down or late, one sentence each; `author` names who wrote the recommendations: "playbook", "Claude
    (claude-opus-5-5)", or both.
    A `review` is a brief of one account made on demand; `why_not` then says why the other signals stayed silent. It goes to
    `reader_id`, who asked for it, and names its account; a morning goes to the owner. A `reminder` tells the owner what
    expires soon, an `offer` asks `reader_id` to decide beside the owner for `reason`, a `batch` reports what was approved
    at once: each holds one card a proposal and nothing else. `came_of_it` tells what was measured since the brief before.
    """

    id: str
    owner_id: str
    owner_name: str
    local_date: date
    generated_at: datetime
    data_as_of: datetime | None
    accounts: int
    cards: tuple[Card, ...]
    news: tuple[News, ...]
    quiet: int
    problems: tuple[str, ...] = ()
    author: str = PLAYBOOK
    currency: str = "$"
    kind: Literal["morning", "review", "reminder", "offer", "batch"] = "morning"
    why_not: tuple[str, ...] = ()
    reader_id: str | None = None
    account_name: str = ""
    reason: Literal["", "expiring", "away", "second"] = ""
    came_of_it: tuple[CameOfIt, ...] = ()
