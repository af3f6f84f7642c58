"""The brief: what one owner reads in the morning. Types here; ranking and assembly in ranking.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from store.domain.attention.ledger import Place, Reason
from store.domain.attention.worth import Worth
from store.domain.brief.for_you import ForYou
from store.domain.brief.handover import Handover
from store.domain.brief.team import Team
from store.domain.crm.evidence import Evidence
from store.domain.gate.proposals import Prior, Recommendation
from store.domain.grounding.citations import Struck
from store.domain.memory.outcomes import Outcome, OutcomeVerdict
from store.domain.signals.kinds import Risk, Signal, SignalKind

PLAYBOOK = "playbook"

MOST_OUTCOMES = 6  # that a brief tells; the next one tells the others
AGAIN = "again:"  # prefix of a brief's part that shows a proposal again, in its thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of a brief with its evidence; never without any."""

    text: str
    kinds: tuple[SignalKind, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One account in a brief. `proposal_ids` are set once its recommendations are stored, in the same order. `remembered`
    adds earlier notes about the changes; `summary` is a model's summary with its evidence. `author` names the author of the
    recommendations' words; `struck` is text by that model that was removed and shown to no one. `place` is ASK, QUESTION or
    OPEN, `reason` why, `worth` how much; `since` is the day on which its decision was first asked for. The first `moved`
    statements are new since the last brief. `amount` orders by the worth of the open deals, `open_money` says it ("" where it
    can't be said); older briefs have none, and their amounts are all of the brief's currency. `kept` is one that was a QUESTION
    until someone answered that it still matters.
    """

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
    place: Place = Place.ASK
    reason: Reason = Reason.NEW
    worth: Worth | None = None
    since: date | None = None
    moved: int = 0
    kept: bool = False
    open_money: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An account that is named without asking for a decision; `reason` says why there is none to make today."""

    account_id: str
    account_name: str
    risk: Risk
    amount: float
    statement: str
    reason: Reason
    open_money: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """News that requires no action: a deal won, lost or new."""

    account_id: str
    account_name: str
    signal: Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A decision from an earlier message that still waits and has no card."""

    account_id: str
    account_name: str
    proposal_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FellAway:
    """A decision that was retracted since the last brief; `why` is a clause, such as `deal won on 12 Mar`."""

    account_id: str
    account_name: str
    proposal_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """Something about one account that could not be read: `field` of the record that is `called` so."""

    account_id: str
    account_name: str
    field: str
    called: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CameOfIt:
    """One line on the outcome of an earlier approved write; `evidence` are ids of passages."""

    account_id: str
    account_name: str
    proposal_id: str
    title: str
    verdict: OutcomeVerdict
    because: str
    evidence: tuple[str, ...]

    @classmethod
    def of(cls, outcome: Outcome, *, account_name: str, title: str) -> CameOfIt:
        return cls(
            account_id=outcome.account_id,
            account_name=account_name,
            proposal_id=outcome.proposal_id,
            title=title,
            verdict=outcome.verdict,
            because=outcome.because,
            evidence=outcome.evidence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Cards are ordered by worth, questions first and lines that are still open last. `listed` are other accounts on which
    something was noticed, `more` counts those without a line (`more_high`: of high risk), `quiet` those without anything to
    report. `unread` names one thing each about accounts of which something could not be read: they are not quiet. If part of the
    CRM was not read, the brief is not `whole`, and no account is quiet.

    `problems` are sentences on failures and delays; `author` names who wrote the recommendations: "playbook", "Claude
    (claude-opus-5-5)", or both. A `review` is a brief of one account made on demand. It goes to `reader_id`, who asked for it, and
    names its account; a morning brief goes to the owner. `overview` is the state of an account without a problem; `decided` are
    recently decided proposals, so their advice isn't given again. A `reminder` lists what expires soon for the owner, an `offer`
    asks `reader_id` to decide besides the owner for `reason` (besides several owners if `owner_id` is the reader too), a `batch`
    reports proposals approved together: each holds one card per proposal and nothing else. `came_of_it` lists outcomes that no
    brief showed before, `fell_away` proposals retracted since the last one, `for_you` decisions that others made for the owner
    since then; `waiting` are further open decisions. `handover` is the accounts that came to the owner together, which have no
    cards on that day. `orphans` names accounts whose owner left, for `reader_id`: they are in `handover`, and `owner_id` is who
    left, "" for accounts without a known owner; `reason` is `slack` if they only left Slack. A `team` is for a manager
    (`owner_id`), about their `team`; its `came_of_it` is of their reports' accounts.
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
    kind: Literal["morning", "review", "reminder", "offer", "batch", "orphans", "team"] = "morning"
    overview: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    reader_id: str | None = None
    account_name: str = ""
    reason: Literal["", "expiring", "away", "second", "passed", "slack"] = ""
    came_of_it: tuple[CameOfIt, ...] = ()
    listed: tuple[Listed, ...] = ()
    more: int = 0
    more_high: int = 0
    handover: Handover | None = None
    waiting: tuple[Waiting, ...] = ()
    fell_away: tuple[FellAway, ...] = ()
    for_you: tuple[ForYou, ...] = ()
    unread: tuple[NotRead, ...] = ()
    whole: bool = True
    team: Team | None = None

    @property
    def is_of_several(self) -> bool:
        """Whether it offers the undecided proposals of several owners."""
        return self.kind == "offer" and self.reason == "expiring" and self.owner_id == self.reader_id

    @property
    def decisions(self) -> tuple[str, ...]:
        """The ids of the proposals that it asks to decide, without those of which it asks only whether they still matter."""
        return tuple(each for card in self.cards if card.place is not Place.QUESTION for each in card.proposal_ids)

    @property
    def questions(self) -> tuple[str, ...]:
        """The ids of the proposals of which it asks only whether they still matter."""
        return tuple(each for card in self.cards if card.place is Place.QUESTION for each in card.proposal_ids)
