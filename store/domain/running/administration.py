"""The state of the running installation, and the troubles that need an administrator. Pure: about people, reads and switches,
never about an account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from store.domain.crm.accounts import Person
from store.domain.gate.links import Link
from store.domain.running.features import Standing
from store.domain.signals.question import SignalQuestion, Silence

LATE = timedelta(minutes=15)  # after which a brief, or a message, should have been in Slack
PATIENCE = timedelta(days=1)  # for someone who is asked who they are


class Trouble(StrEnum):
    """Why someone gets nothing; the first that applies."""

    NOT_THEM = "not them"  # their Slack user said that they are someone else
    LEFT = "left"  # their Slack user is deactivated, a guest, or has another address
    STRANGER = "stranger"  # Slack has no user with their address
    SILENT = "silent"  # they don't say who they are
    FAILED = "failed"  # Slack refused today's brief
    LATE = "late"  # today's brief should have been there


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Someone's brief of today: due since `due`, and how far it is."""

    due: datetime
    written: bool = False
    delivered: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """`since` is when the trouble began, if known."""

    person: Person
    trouble: Trouble
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmReads:
    """`at` is when the last successful read of the CRM began; `error` says why the latest one failed, `missing` which parts
    can't be read."""

    at: datetime | None = None
    is_late: bool = False
    error: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """`delivered` of `due` briefs of today are in Slack, or wait for their readers to say who they are. `waiting` messages should
    have been there; `unreadable` records have a field that can't be read. `silent` are signals that no one was asked about or
    answered yet; `signals_off` those that were switched off for everyone."""

    unreached: tuple[Unreached, ...]
    delivered: int
    due: int
    reads: CrmReads
    waiting: int
    unreadable: int
    silent: tuple[Silence, ...]
    signals_off: tuple[SignalQuestion, ...]
    features: tuple[Standing, ...]


def unreached(
    people: Iterable[Person], links: Mapping[str, Link], deliveries: Mapping[str, Delivery], *, now: datetime
) -> tuple[Unreached, ...]:
    """Each active person who gets nothing, once, by trouble and name. `links` and `deliveries` are by person."""
    found = (_unreached(each, links.get(each.id), deliveries.get(each.id), now=now) for each in people if each.active)
    order = list(Trouble)
    return tuple(sorted(filter(None, found), key=lambda each: (order.index(each.trouble), each.person.name)))


def _unreached(person: Person, link: Link | None, brief: Delivery | None, *, now: datetime) -> Unreached | None:
    return next((Unreached(person=person, trouble=what, since=at) for what, at in _troubles(link, brief, now)), None)


def _troubles(link: Link | None, brief: Delivery | None, now: datetime) -> Iterator[tuple[Trouble, datetime | None]]:
    if link is not None and link.refused_at is not None:
        yield Trouble.NOT_THEM, link.refused_at
    elif link is not None and link.lapsed_at is not None:
        yield Trouble.LEFT, link.lapsed_at
    elif link is not None and link.confirmed_at is None and now - link.at >= PATIENCE:
        yield Trouble.SILENT, link.at
    if brief is None or brief.delivered:
        return
    if link is None and brief.written:  # someone whom Slack knows is linked before the brief is posted
        yield Trouble.STRANGER, None
    if brief.failed:
        yield Trouble.FAILED, brief.due
    if now - brief.due >= LATE:
        yield Trouble.LATE, brief.due
