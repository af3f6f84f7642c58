"""What the bot notices, measured: a company with known truth and a real pipeline, read night by night over the wire."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from agents.flows.accounts.compose_brief import ComposeBrief
from agents.flows.accounts.review import gather, review_all
from bot.settings import load_settings
from bot.wiring.policies import brief_policy
from bot.wiring.resources import Services, open_services
from integrations.sandbox.history import Company
from integrations.sandbox.imports import load_csv
from integrations.sandbox.world import World, build_world
from integrations.sandbox.zoho import ZohoSandbox
from store.domain.attention.ledger import Entry, Ledger, Place
from store.domain.crm.accounts import Kind
from store.domain.crm.changes import ChangeKind
from store.domain.signals.kinds import NEWS, Risk, SignalKind
from tests.flows.stage import StillClock
from tests.repetition import times

MAVEN = Path(__file__).parents[4] / "shared" / "data" / "maven_crm"
MAPPING = Path(__file__).parents[2] / "data" / "maven_crm.toml"
NIGHTS, LAST = 35, date(2026, 6, 12)
Found = set[tuple[SignalKind, str, str]]


@dataclass(frozen=True)
class Night:
    """One night of the made-up company: the signals found, those that its records show, and the ledgers of the briefs after it."""

    day: date
    found: Found
    true: Found
    ledgers: list[Ledger]


@pytest.fixture(scope="module")
def nights(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Night]:
    """35 nights of five owners from Tokyo to Los Angeles, who answer no brief."""
    home = tmp_path_factory.mktemp("nights")
    shutil.copyfile(sqlite_template, home / "sergas.db")
    world = build_world(owners=5, accounts_per_owner=20, days=NIGHTS, end=LAST)
    return asyncio.run(_nights(world, f"sqlite+aiosqlite:///{home / 'sergas.db'}", home, nights=NIGHTS))


async def _nights(world: World, url: str, home: Path, *, nights: int) -> list[Night]:
    told = []
    async with reading(world.company, url, home) as (services, zoho, clock):
        news_since = None
        for day in (LAST - timedelta(days=back) for back in range(nights, -1, -1)):
            clock.moment = datetime.combine(day, time(6), tzinfo=UTC)
            zoho.play(clock.now())
            await services.sync()
            present = clock.now() + timedelta(minutes=1)  # a brief is made a little after its look
            found = await signals(services, now=clock.now(), news_since=news_since or present)
            news_since = present
            true = {(label.kind, label.account_id, label.record_id) for label in world.labels if label.holds_on(day)}
            told.append(Night(day, found, true, await briefs(services, day)))
    return told


def test_every_night_exactly_the_true_signals_are_found(nights: list[Night]) -> None:
    """Precision and recall are both 1 on each of 35 nights."""
    for night in nights:
        assert (night.day, night.found - night.true, night.true - night.found) == (night.day, set(), set())
    assert len({kind for night in nights for kind, _, _ in night.found}) >= 12


@pytest.mark.slow
async def test_what_wrong_and_late_records_show_is_found_each_night_and_gone_when_they_are_put_right(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Most mistakes are made and put right in the middle of a world's time."""
    end = LAST + timedelta(days=70)
    world = build_world(seed=4, owners=3, accounts_per_owner=30, days=95, end=end, noise=True)
    over = {label.kind for label in world.labels if not label.true and label.last and label.last < LAST}
    assert len(over) >= 4

    for night in await _nights(world, sqlite_url, tmp_path, nights=25):
        assert (night.day, night.found - night.true, night.true - night.found) == (night.day, set(), set())


def test_no_account_with_a_true_signal_is_missing_from_what_its_owner_can_see(nights: list[Night]) -> None:
    for night in nights:
        told = {entry.account_id for ledger in night.ledgers for entry in ledger.entries}
        assert {account_id for kind, account_id, _ in night.true if kind not in NEWS} <= told


def test_every_planted_high_risk_is_asked_about_within_two_mornings(nights: list[Night]) -> None:
    waiting: dict[tuple[str, str], int] = {}
    before: dict[str, Entry] = {}
    raised = 0
    for night in nights:
        entries = {entry.account_id: entry for ledger in night.ledgers for entry in ledger.entries}
        for entry in entries.values():
            waiting.update(((entry.account_id, mark), 0) for mark in _new_high(entry, before.get(entry.account_id)))
        for account_id, mark in list(waiting):
            found = entries.get(account_id)
            if found is None or mark not in found.marks or found.place is Place.ASK:
                raised += found is not None and found.place is Place.ASK
                del waiting[account_id, mark]
                continue
            waiting[account_id, mark] += 1
            assert waiting[account_id, mark] < 2, f"{found} was not raised by {night.day}"
        before = entries
    assert raised >= 10


def _new_high(entry: Entry, before: Entry | None) -> set[str]:
    """The marks of an account at high risk that its owner's last brief did not have."""
    return set(entry.marks) - set(before.marks if before else ()) if entry.risk is Risk.HIGH else set()


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.skipif(not MAVEN.is_dir(), reason="the data is not beside the repository")
async def test_the_end_of_a_real_year_has_exactly_its_new_won_and_lost_deals_none_twice(
    sqlite_url: str, tmp_path: Path
) -> None:
    """A month of it, or a whole quarter."""
    company, last = load_csv(MAVEN, MAPPING), date(2017, 12, 29)
    first = date(2017, times(11, 9), 29)
    async with reading(company, sqlite_url, tmp_path) as (services, zoho, clock):
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
            if day.weekday() < 5:
                clock.moment = datetime.combine(day, time(23), tzinfo=UTC)
                zoho.play(clock.now())
                await services.sync()
        moved = await stage_moves(services, company)

    assert Counter(what for what, _ in moved) == {
        "created": times(128, 1_197),
        "Won": times(480, 1_149),
        "Lost": times(142, 766),
    }
    assert len(set(moved)) == len(moved)


@asynccontextmanager
async def reading(company: Company, url: str, home: Path) -> AsyncIterator[tuple[Services, ZohoSandbox, StillClock]]:
    """The bot's services over a sandbox CRM of which nothing has been read yet."""
    clock = StillClock(datetime(2017, 1, 1, tzinfo=UTC))
    zoho = ZohoSandbox(company, clock=clock.now)
    await zoho.start()
    settings = load_settings(
        {
            "home": home,
            "database_url": url,
            "zoho_accounts_url": zoho.url,
            "memory_url": "off",
            "zoho_client_id": zoho.credentials.client_id,
            "zoho_client_secret": zoho.credentials.client_secret,
            "zoho_refresh_token": zoho.credentials.refresh_token,
            "zoho_requests_per_minute": 0,
        },
        env_file=None,
    )
    try:
        async with open_services(settings, clock) as services:
            yield services, zoho, clock
    finally:
        await zoho.stop()


async def signals(services: Services, *, now: datetime, news_since: datetime) -> Found:
    """Everything that anybody's brief would rest on."""
    found: Found = set()
    policy = services.settings.signals
    async with services.database.reading() as tx:
        owning = await tx.snapshots.owner_ids()
        for person in await tx.people.all():
            if person.id in owning:
                book = await tx.snapshots.book(person.id)
                material = await gather(tx, person, book, now=now, news_since=news_since, policy=policy, currency="$")
                reviews = (await review_all(material, now=now, news_since=news_since, policy=policy)).reviews
                found |= {(s.kind, s.account_id, s.record_id) for review in reviews for s in review.signals}
    return found


async def briefs(services: Services, day: date) -> list[Ledger]:
    """Every owner's brief of the day, its ledger kept as if it had been sent."""
    settings, now = services.settings, services.clock.now()
    policy = brief_policy(settings.brief, settings.gate, settings.signals)
    compose = ComposeBrief(services.database, services.clock, policy)
    made = []
    async with services.database.reading() as tx:
        for owner_id in sorted(await tx.snapshots.owner_ids()):
            if owner := await tx.people.get(owner_id):
                made.append((await compose.compose(tx, owner, brief_id=f"{day}{owner_id}", day=day, now=now)).ledger)
    async with services.database.transaction() as tx:
        for ledger in made:
            await tx.attention.keep(ledger)
    return made


async def stage_moves(services: Services, company: Company) -> list[tuple[str, str]]:
    """What the syncs noted of each deal: that it came, or was won or lost."""
    deal_ids = [event.id for event in company.events if event.module == "Deals" and event.op == "create"]
    async with services.database.reading() as tx:
        changes = await tx.changes.since([], at_or_seen_after=datetime(2017, 1, 1, tzinfo=UTC), deal_ids=deal_ids)
    return [
        (str(change.kind) if change.kind is ChangeKind.CREATED else str(change.after), change.record_id)
        for group in changes.values()
        for change in group
        if change.record_kind is Kind.DEAL and change.field in ("", "stage")
    ]
