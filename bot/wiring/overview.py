"""The figures an operator wants to see at a glance: `sergas status` prints them, and the log event `metrics` repeats them.

They come from the database alone. There is no `/metrics` address: Socket Mode, the usual connection to Slack, serves no
HTTP, and signed HTTP accepts only Slack's requests and Zoho's notifications.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog

from agents.flows.people.question_signals import silent_signals
from bot.settings.engine import EngineSettings
from bot.settings.zoho import ZohoSettings
from bot.wiring.crm import credit_policy, key_of
from bot.wiring.mail import mail_problems
from store.database import Database, Tx
from store.domain.crm.accounts import Person
from store.domain.crm.unread import Quarantined
from store.domain.gate.proposals import State
from store.domain.people.mornings import brief_day
from store.domain.running.limits import CreditPolicy, SignIn, Spent
from store.domain.signals.context import SignalPolicy
from store.domain.text.wording import some_of
from store.repositories.overview import SyncRun

log = structlog.get_logger()

WRITES = (State.READY, State.SENDING, State.UNKNOWN, State.DEAD, State.DONE, State.UNDONE)
NEED_SOMEBODY = (State.UNKNOWN, State.DEAD)
SOON = timedelta(minutes=15)  # after which a message should have been posted
LISTED = 10  # people named in one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`problems` has a sentence for everything that needs a person, `signals` the answer on each signal that says nothing in
    this CRM (`asked`: none yet, `not asked`: no one), `features_off` what administrators switched off in their
    Home. Times are ISO 8601 in UTC."""

    database: str
    engine: str
    sync: dict[str, Any] | None
    watermarks: dict[str, str]
    credits: dict[str, Any]
    requests: dict[str, Any]
    token: dict[str, Any]
    writes: dict[str, int]
    signals: dict[str, str]
    features_off: tuple[str, ...]
    briefs: dict[str, int]
    reads: dict[str, Any]
    quarantine: tuple[dict[str, str], ...]
    quarantined_records: int
    problems: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def look(
    zoho: ZohoSettings,
    engine: EngineSettings,
    signals: SignalPolicy,
    database: Database,
    *,
    now: datetime,
    brief_time: time,
    most: int | None = None,
) -> Overview:
    """The state of everything. An owner's day begins at their brief's time, `brief_time` unless they set their own: until then, the
    brief of the day before is today's. `most` limits the quarantined fields that are listed. Raises: StoreUnavailable."""
    key, policy = key_of(zoho), credit_policy(zoho)
    async with database.reading() as tx:
        unread, reads = await tx.sync.problems(), await tx.overview.reads()
        odd = [*await tx.quarantine.all(limit=most), *await tx.quarantine.without_owner(limit=most)]
        odd_records = await tx.quarantine.records() + await tx.quarantine.count_without_owner()
        sync, marks = await tx.overview.last_sync(), await tx.overview.watermarks()
        states = await tx.overview.proposals()
        silent, off = await silent_signals(tx, signals), await tx.features.off()
        people = await tx.people.all()
        days = {each.id: brief_day(each, now=now, default=brief_time) for each in people}
        briefs, in_slack = await tx.overview.briefs(days), await _slack_problems(tx, people, days, now)
        by_mail = await mail_problems(tx, now)
        standing, spent, paused = await tx.sign_ins.get(key), await tx.usage.spent(key), await tx.pace.paused_for(key)
    return Overview(
        database="postgresql" if database.is_postgres else "sqlite",
        engine="in a database of its own" if engine.url.get_secret_value() else "beside the database",
        sync=_run(sync) if sync else None,
        watermarks={stream: at.isoformat(timespec="seconds") for stream, at in marks.items()},
        credits=_credits(spent, policy),
        requests={
            "this_minute": spent.this_minute,
            "ceiling": zoho.requests_per_minute or None,
            "paused_seconds": max(0.0, round(paused.total_seconds(), 1)),
        },
        token={
            "valid_until": _stamp(standing.expires_at),
            "asked_in_ten_minutes": standing.asked,
        },
        writes={str(state): states.get(state, 0) for state in WRITES},
        signals={str(each.kind): each.state for each in silent if each.state != "speaks"},
        features_off=tuple(sorted(off)),
        briefs=briefs,
        reads=_shared(reads),
        quarantine=tuple(_odd(each) for each in odd),
        quarantined_records=odd_records,
        problems=(
            *_problems(sync, states, standing, may_read=policy.may_read(spent, charge=1)),
            *([_odd_ones(odd_records)] if odd_records else []),
            *in_slack,
            *by_mail,
            *unread,
        ),
    )


def _stamp(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _credits(spent: Spent, policy: CreditPolicy) -> dict[str, Any]:
    return {
        "used": spent.credits,
        "allowed": policy.allowance or None,
        "reserve": policy.reserved,
        "left": policy.left(spent),
        "calls": spent.calls,
    }


def _run(sync: SyncRun) -> dict[str, Any]:
    return {
        "started": _stamp(sync.started_at),
        "finished": _stamp(sync.finished_at),
        "rows": sync.rows,
        "error": sync.error,
    }


def _shared(reads: Counter[bool]) -> dict[str, Any]:
    share = round(reads[True] / reads.total(), 4) if reads else None
    return {"succeeded": reads[True], "failed": reads[False], "share": share}


def _odd(each: Quarantined) -> dict[str, str]:
    """A quarantined field, without its value."""
    return {
        "kind": each.kind,
        "record": each.record_id,
        "field": each.unread.name,
        "why": each.unread.why.said,
        "since": each.since.isoformat(timespec="seconds"),
    }


def _odd_ones(records: int) -> str:
    some = "1 record of the CRM has a field" if records == 1 else f"{records:,} records of the CRM have fields"
    return f"{some} that can't be read, or an unknown owner; `sergas status` names each, and all else is read."


async def _slack_problems(tx: Tx, people: Iterable[Person], days: Mapping[str, date], now: datetime) -> tuple[str, ...]:
    """Whom Slack doesn't reach, and what it hasn't taken yet."""
    lapsed = [each.person_id for each in await tx.links.all() if each.lapsed_at and not each.refused_at]
    unreached = {*await tx.overview.without_brief(days), *lapsed}
    waiting = await tx.overview.unposted(now - SOON)
    names = {each.name for each in people if each.id in unreached and each.active}
    return (*_unreached(names), *([_unposted(waiting)] if waiting else []))


def _unreached(names: Collection[str]) -> Iterator[str]:
    if names:
        listed = some_of(sorted(names)[:LISTED], len(names))
        yield f"Slack doesn't reach {listed}: see `sergas link list`, and `brief.failed` in the log."


def _unposted(count: int) -> str:
    some = "1 message has" if count == 1 else f"{count:,} messages have"
    return f"{some} waited for Slack for more than {SOON.seconds // 60} minutes: run `sergas doctor`, and see `outbox` in the log."


def _problems(sync: SyncRun | None, states: Mapping[str, int], standing: SignIn, *, may_read: bool) -> Iterator[str]:
    """What needs a person, a sentence each."""
    if sync is None:
        yield "The CRM was never read: run `sergas sync`."
    elif sync.error:
        yield f"The last read of the CRM failed: {sync.error}"
    if count := sum(states.get(state, 0) for state in NEED_SOMEBODY):
        yield f"{count} approved writes are unknown or dead: see `sergas writes list`."
    if standing.refusal and standing.refused_for > timedelta():
        yield "Zoho refused to sign us in: run `sergas doctor`."
    if not may_read:
        yield "Only the reserve is left of Zoho's daily credits: nothing is read until some come back."


def log_metrics(seen: Overview) -> None:
    """One log event with the numbers."""
    log.info(
        "metrics",
        credits_used=seen.credits["used"],
        credits_left=seen.credits["left"],
        calls=seen.credits["calls"],
        requests_this_minute=seen.requests["this_minute"],
        sign_ins=seen.token["asked_in_ten_minutes"],
        **{f"writes_{state}": count for state, count in seen.writes.items()},
        **{f"briefs_{state}": count for state, count in seen.briefs.items()},
        reads_succeeded=seen.reads["succeeded"],
        reads_failed=seen.reads["failed"],
        quarantined_records=seen.quarantined_records,
        problems=len(seen.problems),
    )
