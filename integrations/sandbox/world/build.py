"""Build a world: all accounts of all owners, merged into one company's history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from integrations.sandbox.history import STANDARD_STAGES, Company, CrmEvent
from integrations.sandbox.world.cast import is_steady, role_of
from integrations.sandbox.world.labels import Label
from integrations.sandbox.world.script import Part, Script, record_id
from integrations.sandbox.world.staff import owner_id, predecessor_id, staff, zone_of
from integrations.sandbox.world.storylines.common import earlier_years
from store.domain.errors import BadInput

COMPANY = "Aldermere Systems"
STORY = timedelta(days=120)  # how long before the last look every story begins
_MOST_OWNERS, _MOST_ACCOUNTS = 99_000, 9_999  # limits set by the format of the ids


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A company and the truth about it. `labels` say which signals hold from the first look, `days` before the last."""

    company: Company
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One account's history: `events` in order of `at`."""

    account_id: str
    owner_id: str
    storyline: str
    live: bool
    events: tuple[CrmEvent, ...]
    labels: tuple[Label, ...]


def build_world(
    *, seed: int = 7, owners: int = 6, accounts_per_owner: int = 20, days: int = 120, end: date, noise: bool = False
) -> World:
    """Return a company whose history unfolds until the morning of `end`, with `days` mornings to look at it.

    The same arguments give the same events, in any process; an account's story does not depend on the number of others. Nor
    does it depend on `days`: they say which mornings have labels, and beyond 120 they only add what was before the stories.
    With `noise`, some records are wrong or late, and deals in trouble are sometimes lost, as in any company.
    Raises: BadInput for impossible numbers.
    """
    events: list[CrmEvent] = []
    labels: list[Label] = []
    for story in stories(
        seed=seed, owners=owners, accounts_per_owner=accounts_per_owner, days=days, end=end, noise=noise
    ):
        events.extend(story.events)
        labels.extend(story.labels)
    events.sort(key=attrgetter("at"))
    company = Company(name=COMPANY, users=staff(seed, owners), stages=STANDARD_STAGES, events=events, as_of=end)
    return World(company=company, labels=tuple(labels))


def stories(
    *, seed: int = 7, owners: int = 6, accounts_per_owner: int = 20, days: int = 120, end: date, noise: bool = False
) -> Iterator[Story]:
    """Yield the same world account by account, keeping none: for sizes that do not fit into memory.

    Raises: BadInput for impossible numbers.
    """
    if not 1 <= owners <= _MOST_OWNERS or not 1 <= accounts_per_owner <= _MOST_ACCOUNTS or days < 1:
        raise BadInput(
            f"A world has 1 to {_MOST_OWNERS:,} owners, 1 to {_MOST_ACCOUNTS:,} accounts each and at least one day; "
            f"this would be {owners}, {accounts_per_owner} and {days}."
        )
    first_look = end - timedelta(days=days)
    for owner in range(owners):
        for account in range(accounts_per_owner):
            yield _story(seed, owner, account, first_look=first_look, end=end, noise=noise)


def _story(seed: int, owner: int, account: int, *, first_look: date, end: date, noise: bool) -> Story:
    role = role_of(seed, owner=owner, account=account, noise=noise)
    script = Script(
        Part(
            seed=seed,
            owner_number=owner,
            account_number=account,
            owner_id=owner_id(owner),
            zone=zone_of(owner),
            predecessor_id=predecessor_id(owner),
            start=end - STORY,
            end=end,
            first_look=first_look,
            live=role.live,
            noise=noise,
            sister=_sister(seed, owner, account) if noise else None,
        )
    )
    role.storyline(script)
    if first_look < script.part.start:
        earlier_years(script)
    return Story(
        account_id=script.account_id,
        owner_id=script.part.owner_id,
        storyline=role.storyline.__name__,
        live=role.live,
        events=script.events,
        labels=script.labels,
    )


def _sister(seed: int, owner: int, account: int) -> str | None:
    """The id of the account before this one, if nothing ever happens there."""
    if account and is_steady(role_of(seed, owner=owner, account=account - 1, noise=True)):
        return record_id(owner, account - 1, 1)
    return None
