"""What the flows need from outside. Integrations satisfy these protocols; `bot.wiring` is where the type checker proves it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from store.domain.brief.brief import Brief
from store.domain.crm.accounts import AccountFacts, Deletions, Entity, Kind, Person, Pipeline, Stream
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.audit import AuditAnchor
from store.domain.gate.fields import FieldRules
from store.domain.gate.links import Link
from store.domain.gate.verdicts import Verdict as Verdict
from store.domain.gate.verdicts import WriteResult as WriteResult
from store.domain.memory.insight import AccountInsight
from store.domain.pilot.survey import Survey
from store.domain.signals.pace import StageMove
from store.domain.signals.question import SignalQuestion


class Clock(Protocol):
    def now(self) -> datetime:
        """The current time, timezone-aware, in UTC."""
        ...


class Crm(Protocol):
    """Reading the CRM. Every method raises CrmUnavailable, CrmRefused or CrmAuth."""

    async def people(self) -> list[Person]:
        """All users, active or not, with their time zone and manager."""
        ...

    async def currency(self) -> str | None:
        """The ISO code of the organisation's currency; None if the CRM does not say."""
        ...

    async def pipeline(self) -> Pipeline:
        """The deal stages in order, each with its meaning."""
        ...

    async def account_choices(self) -> dict[str, tuple[str, ...]]:
        """The picklist values of an account's fields, by our field name."""
        ...

    async def field_rules(self) -> FieldRules:
        """The CRM's rules for the fields that our writes fill in."""
        ...

    def changed(
        self, stream: Stream, *, since: datetime | None, after: str = ""
    ) -> AsyncIterator[tuple[list[Entity], str]]:
        """Pages of the records modified at or after `since` (None: all). Each record comes at least once, and again if it changed
        while we read. A failed page raises and never ends the list early. Each page comes with its end position: pass it as
        `after` with the same `since` to resume there, even in another process.

        Raises: CrmMissing if this CRM has no such records.
        """
        ...

    async def deleted(self, stream: Stream, *, since: datetime | None) -> Deletions:
        """The records deleted since then, as many as the CRM lists."""
        ...

    async def count(self, kind: Kind, *, after: str = "", upto: str = "") -> int | None:
        """How many records have an id above `after` up to `upto` ("" is no bound); None if this CRM can't count them.
        Raises: CrmMissing, as `changed`."""
        ...

    async def ids(self, kind: Kind, *, after: str = "", upto: str = "") -> set[str]:
        """The ids of the records in that range. Raises: CrmMissing, as `changed`."""
        ...

    async def records(self, kind: Kind, record_ids: Collection[str]) -> list[Entity]:
        """Read these records now. Deleted ones are left out."""
        ...

    def unread(self, kind: Kind) -> frozenset[str]:
        """Fields of this entity that this CRM lacks or that are excluded from reading. Their stored values stay."""
        ...

    def problems(self) -> tuple[str, ...]:
        """One sentence per field that should be read but has disappeared."""
        ...

    async def account(self, account_id: str) -> AccountFacts:
        """Read one account now, with everything on it. Raises: NotFound."""
        ...

    async def stage_moves(self, deal_id: str) -> tuple[StageMove, ...] | None:
        """All moves of a deal between stages since its creation, oldest first; None if the CRM does not show all of them."""
        ...

    async def record(self, kind: Kind, record_id: str) -> Entity | None:
        """Read one record now; None if it no longer exists."""
        ...


class Writer(Protocol):
    """The only way into a system. Never retries by itself and never raises for an outcome: it reports a verdict."""

    async def write(self, change: ApprovedChange) -> WriteResult: ...

    async def find(self, change: ApprovedChange) -> WriteResult:
        """Look for a write by its marker (an update: by its values). DONE with the id if found, NOT_SENT if it is not there now,
        UNKNOWN if the CRM can't say."""
        ...


# The one writer of each system, by the name that kinds of write give in `system`.
Writers = Mapping[str, Writer]


class Delivery(Protocol):
    """Show people the flows' results. Messages are rendered from rows, so every call may be repeated; those that show a
    proposal follow its moves by themselves (`store.domain.gate.moves`)."""

    async def brief(self, brief_id: str) -> None:
        """Post a brief to its reader, once. Pieces that are already posted are left alone. A reader who has not confirmed who they
        are is asked that, and the brief waits.

        Raises: NotFound or Refused if the reader can't get messages; SlackUnavailable if some pieces are not posted yet, which
        another call or `catch_up` does.
        """
        ...

    async def refresh(self, brief_id: str) -> None:
        """Render the posted messages of a brief again."""
        ...


class Directory(Protocol):
    """Find a CRM user in Slack."""

    async def reaches(self, person: Person) -> bool:
        """Whether this person has a Slack user in our workspace. Links the two if they weren't yet."""
        ...

    async def has_left(self, person: Person) -> bool:
        """Whether this person had a Slack user in our workspace that was deactivated since."""
        ...


class LinkDesk(Protocol):
    """Ask Slack users whether they are the CRM user with their e-mail address."""

    async def show(self, person: Person) -> None:
        """Show in the questions to this person what they answered."""
        ...

    async def tell(self, administrator: Person, person: Person, link: Link) -> None:
        """Say, once, that this person's Slack user is someone else. Raises: NotFound, Refused if the administrator can't be
        reached; StoreUnavailable."""
        ...


class SignalDesk(Protocol):
    """Put questions about signals to an administrator."""

    async def ask(self, person: Person, questions: Sequence[SignalQuestion]) -> None:
        """Ask in one direct message; the same questions to the same person are asked once. Raises: NotFound, Refused."""
        ...

    async def refresh(self, questions: Sequence[tuple[SignalQuestion, str]]) -> None:
        """Show the present answers, each with the name of the person who gave it, in the messages that asked."""
        ...


class SurveyDesk(Protocol):
    """Put the two questions about the brief to people."""

    async def ask(self, person: Person, survey: Survey) -> None:
        """Ask in one direct message; the same survey is sent once. Raises: NotFound, Refused."""
        ...


class Memory(Protocol):
    """The memory of accounts. Every method raises MemoryUnavailable."""

    async def insight(self, account_id: str, *, owner_id: str) -> AccountInsight:
        """Recall the history of one of this owner's accounts. Raises: BadInput if it is unknown or not theirs."""
        ...


# Whether administrators have left a feature on; it asks each time.
SwitchedOn = Callable[[], Awaitable[bool]]

# Says to a waiting person which step is under way.
TellStep = Callable[[str], Awaitable[None]]


class Enrich(Protocol):
    """Word a brief with a model, if there is one. Facts, confidence, card order and the writes' records stay as they are."""

    async def __call__(self, brief: Brief, *, progress: TellStep | None = None) -> Brief:
        """Never raises: the brief says which parts are missing. `progress` gets each step in words for the person who waits."""
        ...


class AuditAnchors(Protocol):
    """Heads of the audit trail, stored outside the database. Every method raises AnchorsUnavailable or AnchorsDamaged."""

    @property
    def place(self) -> str:
        """The place's name in the trail and in messages, without secrets."""
        ...

    async def latest(self) -> AuditAnchor | None:
        """The anchor of the highest entry; None if there is none, or if all are gone."""
        ...

    def all(self) -> AsyncIterator[AuditAnchor]:
        """All anchors, ascending, in constant memory."""
        ...

    async def keep(self, anchor: AuditAnchor, at: datetime) -> None:
        """Store an anchor durably. Does nothing if a later one is already stored."""
        ...
