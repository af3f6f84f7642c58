"""What the listeners need of the use cases. `bot.bootstrap` provides it; the listeners own the shape.

Every method may raise the errors of store/domain/errors.py; each becomes one sentence for the person who asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.views.reader import Reader
from store.domain.brief import Card
from store.domain.evidence import Evidence
from store.domain.proposals import Proposal, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, as Slack vouches for it; `request_id` is what the log knows this request by."""

    team_id: str
    user_id: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to tell the person who decided, in plain text; None where the message itself, rendered again, says it all."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustForm:
    """`people` are (id, name) pairs a task may go to; `choices` the values an account field may take, where known."""

    proposal: Proposal
    people: Sequence[tuple[str, str]] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One account looked at now. `id` names it for `review_posted`; `explanations` say why the rest was not flagged."""

    id: str
    card: Card
    proposals: Mapping[str, Proposal]
    reader: Reader
    explanations: Sequence[str] = ()
    problems: Sequence[str] = ()
    data_as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where a part of a message stands in Slack."""

    part: str
    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer in a thread, in plain text, and what it rests on."""

    text: str
    reader: Reader
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What stands in a person's App Home; `recent` newest first."""

    pending: Sequence[Proposal]
    recent: Sequence[Proposal]
    next_brief_at: datetime | None
    reader: Reader


class Flows(Protocol):
    async def first_time(self, key: str) -> bool:
        """Keep the key of an inbound request durably; False where it was kept before. Nothing is acknowledged without it."""
        ...

    async def approve(self, who: Caller, proposal_id: str, version: int) -> Decision:
        """Persist the approval and return; the write happens afterwards. The posted messages are rendered again by the flow."""
        ...

    async def reject(self, who: Caller, proposal_id: str, version: int, reason: str) -> Decision: ...

    async def proposal_to_decide(self, who: Caller, proposal_id: str, version: int) -> AdjustForm:
        """The proposal a modal is to be opened for, from the local store alone: Slack allows three seconds.

        Raises: Refused, GateClosed where this person cannot decide it now.
        """
        ...

    async def adjust(self, who: Caller, proposal_id: str, version: int, write: Write) -> Decision:
        """Put a new version in the place of this one, to be decided. Raises: FieldProblems, shown beside the fields."""
        ...

    async def review(self, who: Caller, name: str) -> Review:
        """Raises: NotFound, Ambiguous with the choices, Refused."""
        ...

    async def review_account(self, who: Caller, account_id: str) -> Review: ...

    async def review_posted(self, who: Caller, review: Review, posted: Sequence[Posted]) -> None:
        """Remember where a review stands, so that it can be rendered again when something in it is decided."""
        ...

    async def why(self, who: Caller, channel: str, thread_ts: str, text: str) -> Reply | None:
        """The answer to a question in a thread; None where the thread is not one of ours."""
        ...

    async def home(self, who: Caller) -> Home: ...
