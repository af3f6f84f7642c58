"""What the listeners need of the use cases. `bot.bootstrap` provides it; the listeners own the shape.

Every method may raise the errors of store/domain/errors.py; each becomes one sentence for the person who asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.views.reader import Reader
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
    """What to tell the person who decided, in plain text; None where the message itself, rendered again, says it all.
    `proposal` is what `show` renders again wherever it stands."""

    note: str | None = None
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustForm:
    """`people` are (id, name) pairs a task may go to; `choices` the values an account field may take, where known."""

    proposal: Proposal
    people: Sequence[tuple[str, str]] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer in plain text, its lines kept, and what it rests on."""

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
        """Keep the approval and return; the write and `show` come afterwards."""
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

    async def show(self, decision: Decision) -> None:
        """Render the messages again in which the decided proposal stands. Called once the press is acknowledged."""
        ...

    async def review(self, who: Caller, name: str) -> None:
        """Look at one account and post the review to the direct message. Raises: NotFound, Ambiguous with the choices, Refused."""
        ...

    async def review_account(self, who: Caller, account_id: str) -> None: ...

    async def why(self, who: Caller, text: str) -> Reply:
        """The answer to what somebody wrote. Text decides nothing, whatever it says."""
        ...

    async def home(self, who: Caller) -> Home: ...
