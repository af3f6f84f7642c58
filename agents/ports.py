"""What the flows need from outside. Integrations satisfy these shapes, as the type checker proves in `bot.wiring.resources` and
`bot.wiring.root`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import datetime
from typing import Protocol

from store.domain.brief.brief import Brief
from store.domain.crm.accounts import AccountFacts, Deleted, Entity, Kind, Person, Pipeline, Stream
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.audit import AuditAnchor
from store.domain.gate.fields import FieldRules
from store.domain.gate.proposals import Proposal
from store.domain.gate.verdicts import Verdict as Verdict
from store.domain.gate.verdicts import WriteResult as WriteResult
from store.domain.memory.insight import AccountInsight


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...


class Crm(Protocol):
    """Reading the CRM. Every method raises CrmUnavailable, CrmRefused or CrmAuth."""

    async def people(self) -> list[Person]:
        """All users, active or not, with their time zone and manager."""
        ...

    async def pipeline(self) -> Pipeline:
        """The deal stages in order, with what each means."""
        ...

    async def account_choices(self) -> dict[str, tuple[str, ...]]:
        """The values that the picklist fields of an account may take, by our field name."""
        ...

    async def field_rules(self) -> FieldRules:
        """What the CRM takes in the fields that our writes fill in."""
        ...

    def changed(
        self, stream: Stream, *, since: datetime | None, after: str = ""
    ) -> AsyncIterator[tuple[list[Entity], str]]:
        """Pages of the records modified at or after `since` (None: all), each record exactly once or, where it moved while we
        read, more than once; never fewer. A failed page raises: it never ends the list. With each page comes the place after
        it: given as `after`, with the same `since`, it goes on from there, also in another process.

        Raises: CrmMissing where this CRM has no such records.
        """
        ...

    async def deleted(self, stream: Stream, *, since: datetime | None) -> list[Deleted]: ...

    async def records(self, kind: Kind, record_ids: Collection[str]) -> list[Entity]:
        """These records, read now; those that no longer exist are left out."""
        ...

    def unread(self, kind: Kind) -> frozenset[str]:
        """The fields of such records that this CRM does not give or that nobody wants read: what is known of them stays."""
        ...

    def problems(self) -> tuple[str, ...]:
        """A sentence for each field that ought to be read and is not there any more."""
        ...

    async def account(self, account_id: str) -> AccountFacts:
        """One account with everything on it, read now. Raises: NotFound."""
        ...

    async def record(self, kind: Kind, record_id: str) -> Entity | None:
        """One record, read now; None where it no longer exists."""
        ...


class CrmWriter(Protocol):
    """The only way into the CRM. Never retries by itself and never raises for an outcome: it reports a verdict."""

    async def write(self, change: ApprovedChange) -> WriteResult: ...

    async def find(self, change: ApprovedChange) -> WriteResult:
        """Look for a write by its marker (or, for an update, by its values): DONE with the id, NOT_SENT when it is
        not there now, UNKNOWN when that cannot be told."""
        ...


class Delivery(Protocol):
    """Putting what the flows decided before people. Messages are rendered from rows, so every call may be repeated."""

    async def brief(self, brief_id: str) -> None:
        """Post a brief to its reader, once; pieces that already stand are left alone.

        Raises: NotFound or Refused where they can get no message; SlackUnavailable where pieces are still to be posted, which
        another call or `catch_up` does.
        """
        ...

    async def refresh(self, brief_id: str) -> None:
        """Render the posted messages of a brief again."""
        ...

    async def show(self, proposal: Proposal) -> None:
        """Render again every message in which this proposal stands, whoever reads it, after something was decided."""
        ...

    async def again(self, brief_id: str, proposal_id: str) -> None:
        """Show a proposal once more in the thread of a brief, with buttons of its own, once.

        Raises: NotFound, Refused, SlackUnavailable, as `brief`.
        """
        ...

    async def catch_up(self) -> None:
        """Do what an outage or a crash left undone: post what was kept, and render again what may show what was true before."""
        ...


class Directory(Protocol):
    """Who somebody of the CRM is in Slack."""

    async def reaches(self, person: Person) -> bool:
        """Whether they have a Slack user of their own in our workspace; bound to them where it was not yet."""
        ...


class Memory(Protocol):
    """What is remembered of accounts. Every method raises MemoryUnavailable."""

    async def insight(self, account_id: str, *, owner_id: str) -> AccountInsight:
        """What the past says of an account of this owner. Raises: BadInput where it is not theirs, or unknown."""
        ...


Progress = Callable[[str], Awaitable[None]]


class Enrich(Protocol):
    """Giving a brief the words of a model, where there is one. Facts, confidence, order of cards and the writes' records stay."""

    async def __call__(self, brief: Brief, *, progress: Progress | None = None) -> Brief:
        """Never raises: what cannot be had is missing from the brief, which says so. `progress` is told each step, in words
        for whoever waits."""
        ...


class AuditAnchors(Protocol):
    """Heads of the audit trail, noted outside the database. Every method raises AnchorsUnavailable or AnchorsDamaged."""

    @property
    def place(self) -> str:
        """What the place is called in the trail and in messages; holds no secret."""
        ...

    async def latest(self) -> AuditAnchor | None:
        """The anchor of the highest entry; None where nothing was noted yet, or everything is gone."""
        ...

    def all(self) -> AsyncIterator[AuditAnchor]:
        """All anchors in ascending order, in constant memory."""
        ...

    async def keep(self, anchor: AuditAnchor, at: datetime) -> None:
        """Note an anchor durably; nothing where a later one is noted already."""
        ...
