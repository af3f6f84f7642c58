"""A company's CRM as a stream of dated events that the sandbox plays back, from the simulated world or an import.

Fields carry Zoho's API names and Zoho's JSON values (lookups as `{"id": …}`), ready for Zoho's wire.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Json = str | int | float | bool | None | Mapping[str, "Json"] | Sequence["Json"]
MODULES = ("Accounts", "Contacts", "Deals", "Tasks", "Events", "Calls", "Notes")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmEvent:
    """A user's action in the CRM at one moment. `id` is the record's own, 19 digits.

    create: `fields` are complete except for the system fields (Created_Time, Modified_Time, …), which follow from `at` and
    `user_id`. update: `fields` are the changed ones. delete: `fields` is empty.
    """

    at: datetime
    op: Literal["create", "update", "delete"]
    module: str
    id: str
    user_id: str
    fields: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmUser:
    """A user of the sandbox CRM. `role` is the sandbox role name; `manager_id` fills Reporting_To."""

    id: str
    first_name: str
    last_name: str
    email: str
    time_zone: str
    role: str = "Account Executive"
    profile: str = "Standard"
    manager_id: str | None = None
    active: bool = True

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDef:
    """A deal stage; `forecast_type` is Zoho's "Open", "Closed Won" or "Closed Lost"."""

    name: str
    probability: int
    forecast_type: Literal["Open", "Closed Won", "Closed Lost"] = "Open"


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineDef:
    """A sales pipeline: the names of the stages its deals go through, in order. A stage may be in several."""

    name: str
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Everything a sandbox CRM needs to play a company: `events` are in order of `at`; `as_of` is their last day. Without
    `pipelines` it has one, named Standard, with all stages."""

    name: str
    users: tuple[CrmUser, ...]
    stages: tuple[StageDef, ...]
    events: Sequence[CrmEvent]
    as_of: date
    currency: str = "USD"
    pipelines: tuple[PipelineDef, ...] = ()


STANDARD_STAGES: tuple[StageDef, ...] = (
    StageDef(name="Qualification", probability=10),
    StageDef(name="Needs Analysis", probability=20),
    StageDef(name="Value Proposition", probability=40),
    StageDef(name="Proposal/Price Quote", probability=75),
    StageDef(name="Negotiation/Review", probability=90),
    StageDef(name="Closed Won", probability=100, forecast_type="Closed Won"),
    StageDef(name="Closed Lost", probability=0, forecast_type="Closed Lost"),
)


def pipelines_named(events: Iterable[CrmEvent], stages: Sequence[StageDef]) -> tuple[PipelineDef, ...]:
    """Return the pipelines that the deals name, each with all stages: records alone do not say which are its own."""
    names = dict.fromkeys(str(name) for event in events if (name := event.fields.get("Pipeline")))
    return tuple(PipelineDef(name=name, stages=tuple(stage.name for stage in stages)) for name in names)
