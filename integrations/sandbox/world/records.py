"""A script's view of its records: the account, its contacts and its deals at this point."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Contact:
    """A person at the account from `joined` until `left`."""

    id: str
    first: str
    last: str
    title: str
    joined: datetime
    left: datetime = FOREVER

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(slots=True)
class Deal:
    """A deal at this point of the script. `stage` counts the open stages; `entered`: since when it has it."""

    id: str
    name: str
    created: datetime
    stage: int
    entered: datetime
    amount: int
    closing: date
    contact: Contact
    account: Account = field(repr=False)
    closed: datetime = FOREVER

    def is_open(self, moment: datetime) -> bool:
        return self.created <= moment < self.closed


@dataclass(slots=True)
class Account:
    """`short` is people's one-word name for it; `contacts` begin with the sponsor."""

    id: str
    name: str
    short: str
    domain: str
    opened: datetime
    customer: bool
    contacts: list[Contact] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)

    def present(self, moment: datetime) -> list[Contact]:
        return [contact for contact in self.contacts if contact.joined <= moment < contact.left]

    def open_deal(self, moment: datetime) -> Deal | None:
        return next((deal for deal in self.deals if deal.is_open(moment)), None)
