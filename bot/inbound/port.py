"""What the listeners need of the use cases. `bot.wiring.root` provides it; the listeners own the shape.

Every method may raise the errors of store/domain/errors.py; each becomes one sentence for the person who asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.views.absences import AwayForm, AwaySubmitted
from bot.views.blocks import Block
from bot.views.home import Beside
from bot.views.reader import Reader
from store.domain.crm.basis import Difference
from store.domain.gate.proposals import Proposal
from store.domain.gate.write import Write
from store.domain.grounding.answering import SourceText
from store.domain.running.messages import Earlier, Saying


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, as Slack vouches for it; `request_id` is what the log knows this request by, `place` where it was made;
    `key` stays the same where it is handled again."""

    team_id: str
    user_id: str
    request_id: str
    place: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to tell the person who decided, in plain text; None where the message itself, rendered again, says it all.
    `proposal` is what `show` renders again wherever it stands, `offer_id` a message to somebody else that it posts."""

    note: str | None = None
    proposal: Proposal | None = None
    offer_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoForm:
    """The proposal that would take a write back, and what it would change; `undo` is None where it was changed since, which
    `refusal` says and `moves` show."""

    undo: Proposal | None
    moves: Sequence[Difference]
    reader: Reader
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchForm:
    """What may be approved at one press now, in the order of the brief."""

    proposals: Sequence[Proposal]
    reader: Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustForm:
    """`people` are (id, name) pairs a task may go to; `choices` the values a picklist field may take, where known."""

    proposal: Proposal
    people: Sequence[tuple[str, str]] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer in plain text, its lines kept, and what it rests on; `note` says by whom where that is no matter of course.
    `proposal` has moved, and `again` (a brief's id and its own) asks to show it once more in the brief's thread."""

    text: str
    reader: Reader
    sources: tuple[SourceText, ...] = ()
    note: str = ""
    proposal: Proposal | None = None
    again: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What stands in a person's App Home; `recent` newest first, `sections` last."""

    pending: Sequence[Proposal]
    recent: Sequence[Proposal]
    next_brief_at: datetime | None
    reader: Reader
    beside: Beside | None = None
    sections: Sequence[Block] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckWrite:
    """An approved write of unknown fate, for the administrator who is to say what became of it."""

    proposal: Proposal
    reader: Reader


class Progress(Protocol):
    """Who is shown how an answer comes about, and knows what came before."""

    async def earlier(self) -> Sequence[Earlier]: ...

    async def status(self, text: str) -> None: ...

    async def so_far(self, text: str) -> None: ...


class Flows(Protocol):
    async def first_time(self, key: str, body: str | None) -> bool:
        """Keep an inbound request durably; False where it was kept before. Nothing is acknowledged without it. One without a
        `body` asks for nothing and is only known again."""
        ...

    async def done(self, key: str) -> None:
        """The request was handled: it is not begun again, and what it said is forgotten."""
        ...

    async def say(self, saying: Saying) -> None:
        """Say something once by its key; what Slack does not take now is posted later."""
        ...

    async def approve(self, who: Caller, proposal_id: str, version: int) -> Decision:
        """Keep the approval and return; the write and `show` come afterwards."""
        ...

    async def reject(self, who: Caller, proposal_id: str, version: int, reason: str) -> Decision: ...

    async def bring_back(self, who: Caller, proposal_id: str, version: int) -> Decision:
        """Ask again now for what was put off."""
        ...

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

    async def undo_offer(self, who: Caller, proposal_id: str, version: int) -> UndoForm:
        """What taking a write back would change, by what the CRM says now. Raises: Refused, GateClosed, CrmError."""
        ...

    async def undo(self, who: Caller, undo_id: str, version: int) -> Decision:
        """Approve the proposal that takes a write back. Raises: as `approve`."""
        ...

    async def batch_offer(self, who: Caller, brief_id: str) -> BatchForm:
        """The low-risk proposals of a brief that are still open. Raises: NotFound, Refused."""
        ...

    async def approve_batch(self, who: Caller, items: Sequence[tuple[str, int]]) -> str:
        """Approve each (id, version) as it was listed; returns the id of the report."""
        ...

    async def report_batch(self, brief_id: str, report_id: str) -> None:
        """Post the report, and render the brief again from which it was asked for."""
        ...

    async def review(self, who: Caller, name: str) -> None:
        """Look at one account and post the review to the direct message. Raises: NotFound, Ambiguous with the choices, Refused."""
        ...

    async def review_account(self, who: Caller, account_id: str) -> None: ...

    async def converse(self, who: Caller, text: str, channel: str, thread_ts: str, progress: Progress) -> Reply:
        """The answer to what somebody wrote there; `thread_ts` is "" outside a thread. Text decides nothing."""
        ...

    async def after_reply(self, reply: Reply) -> None:
        """Show what the answer has moved. Called once it is given."""
        ...

    async def confirm_link(self, who: Caller, person_id: str) -> None:
        """Keep that the caller is the CRM user they were matched with. Raises: Refused where that was another."""
        ...

    async def refuse_link(self, who: Caller, person_id: str) -> str:
        """Keep that the caller is not that CRM user; returns the name of the one they are not. Raises: Refused."""
        ...

    async def show_messages(self, person_id: str) -> None:
        """Render a CRM user's messages again. Called once the press is acknowledged."""
        ...

    async def away_form(self, who: Caller) -> AwayForm:
        """What somebody chooses from who is going to be away. Raises: Refused."""
        ...

    async def set_absence(self, who: Caller, submitted: AwaySubmitted) -> None:
        """Raises: Refused; FieldProblems, shown beside the fields."""
        ...

    async def end_absence(self, who: Caller) -> None: ...

    async def remind_and_offer(self) -> None:
        """Offer at once what an absence that was set or ended moves to somebody else. Called once it is acknowledged."""
        ...

    async def home(self, who: Caller) -> Home: ...

    async def stuck_write(self, who: Caller, proposal_id: str) -> StuckWrite:
        """Raises: Refused for anybody but an administrator."""
        ...

    async def retry_write(self, who: Caller, proposal_id: str) -> Decision:
        """Try a dead write again, or look again for a parked one. Raises: Refused, GateClosed."""
        ...

    async def resolve_write(self, who: Caller, proposal_id: str, *, written: bool, crm_id: str | None) -> Decision:
        """Record what an administrator saw in the CRM. Raises: Refused, GateClosed."""
        ...
