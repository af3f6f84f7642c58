"""Replay a company's days: the nights, in which the bot only reads, and the mornings, each owner at their local time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

from bot.clock import SimulatedClock
from bot.wiring.resources import owners_of
from bot.wiring.root import Bot
from integrations.sandbox.zoho import ZohoSandbox

# Nights to replay before the first morning: enough for each signal's window and threshold.
WARM_UP = timedelta(days=35)
NIGHT = time(4, 0)
_NIGHTS = "Watching the CRM night by night"

TellStage = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The briefs that went out at one moment of a morning, and the seconds from then to the last one's arrival in Slack,
    including the sync."""

    day: date
    brief_ids: tuple[str, ...]
    seconds: float


def working_days(last: date, count: int) -> list[date]:
    """Return the last `count` working days up to `last`, oldest first."""
    days: list[date] = []
    day = last
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day -= timedelta(days=1)
    return days[::-1]


def first_night(first_morning: date) -> datetime:
    """Return when the replay begins."""
    return _at(first_morning - WARM_UP, NIGHT)


async def replay_nights(
    zoho: ZohoSandbox, bot: Bot, clock: SimulatedClock, *, until: date, progress: TellStage = lambda *_: None
) -> None:
    nights = (until - clock.now().date()).days
    progress(_NIGHTS, 0, nights)
    for night in range(nights):
        clock.advance_to(_at(until - timedelta(days=nights - night), NIGHT))
        zoho.play(clock.now())
        await bot.jobs.syncs()
        progress(_NIGHTS, night + 1, nights)


async def replay_mornings(
    zoho: ZohoSandbox,
    bot: Bot,
    clock: SimulatedClock,
    mornings: Iterable[date],
    *,
    progress: TellStage = lambda *_: None,
) -> AsyncIterator[Sent]:
    """Run each morning, and yield after each moment at which owners got their brief. Proposals have expired and snoozed ones
    are awake by then, as if the bot had run all the time."""
    brief_time = bot.services.settings.brief.time
    for day in mornings:
        owners = await owners_of(bot.services)
        moments = sorted({datetime.combine(day, brief_time, ZoneInfo(o.timezone)).astimezone(UTC) for o in owners})
        writing = f"Writing the briefs of {day:%A}, {day.day} {day:%B}"
        progress(writing, 0, len(moments))
        for number, moment in enumerate(moments, start=1):
            clock.advance_to(moment)
            zoho.play(clock.now())
            began = perf_counter()
            await bot.jobs.writes.expire()
            await bot.gate.snooze.wake()
            await bot.jobs.syncs()
            due = [o.id for o in await owners_of(bot.services) if _is_their_time(o.timezone, day, brief_time, clock)]
            sent = tuple(await bot.jobs.mornings(due))
            await bot.jobs.teams()
            progress(writing, number, len(moments))
            yield Sent(day=day, brief_ids=sent, seconds=perf_counter() - began)


def _is_their_time(zone: str, day: date, brief_time: time, clock: SimulatedClock) -> bool:
    local = clock.now().astimezone(ZoneInfo(zone))
    return local.date() == day and local.time() >= brief_time


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=UTC)
