"""The day's credits and the pace, counted by all processes together."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from tenacity import wait_none

from integrations.sandbox.zoho import ZohoSandbox
from integrations.zoho.limits.credits import CreditMeter
from integrations.zoho.limits.pace import SharedPace, Wait
from integrations.zoho.limits.throttle import Throttle
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.sign_in.auth import ZohoAuth
from integrations.zoho.sign_in.datacenters import datacenter
from integrations.zoho.writing.writer import ZohoWriter
from store.database import Database
from store.domain.errors import CrmUnavailable
from store.domain.gate.verdicts import Verdict
from store.domain.running.limits import CreditPolicy
from tests.integrations.zoho.bench import CREDENTIALS, SetClock, Time, no_waiting
from tests.integrations.zoho.changes import TASK, approved
from tests.integrations.zoho.company import NOW, company


async def never(_seconds: float) -> None:
    """The meter adds only when it is told to."""
    await asyncio.Event().wait()


def meter(database: Database, *, allowance: int = 100, reserve: float = 0.1) -> CreditMeter:
    return CreditMeter(database, "key", CreditPolicy(allowance=allowance, reserve=reserve), sleep=never)


async def test_processes_add_up_their_credits_and_reads_stop_at_the_reserve(database: Database) -> None:
    first, second = meter(database), meter(database)
    for each, charge in ((first, 50), (second, 39)):
        await each.allow(charge, urgent=False)
        each.spend(charge)
        await each.flush()

    third = meter(database)
    await third.allow(1, urgent=False)
    with pytest.raises(CrmUnavailable, match="reserve for approved writes") as told:
        await third.allow(2, urgent=False)
    assert told.value.retry_after == 600
    await third.allow(2, urgent=True)
    for each in (first, second, third):
        await each.close()


async def test_what_a_process_spent_and_has_not_added_yet_counts_too(database: Database) -> None:
    own = meter(database)
    await own.allow(90, urgent=False)
    own.spend(90)

    with pytest.raises(CrmUnavailable):
        await own.allow(1, urgent=False)
    await own.close()
    async with database.reading() as tx:
        assert (await tx.usage.spent("key")).credits == 90


async def test_credits_come_back_as_the_day_rolls_on(database_url: str) -> None:
    clock = SetClock()
    database = Database(database_url, clock=clock)
    own = meter(database)
    own.spend(95)
    await own.flush()
    with pytest.raises(CrmUnavailable):
        await own.allow(1, urgent=False)

    clock.advance(timedelta(hours=24, minutes=10))
    await own.allow(1, urgent=False)
    await own.close()
    await database.close()


async def test_zohos_own_word_outweighs_our_count_for_all_processes(database: Database) -> None:
    first, second = meter(database), meter(database)
    first.spend(1)
    first.told("11")
    await first.flush()

    await second.allow(1, urgent=False)
    with pytest.raises(CrmUnavailable):
        await second.allow(2, urgent=False)
    await first.close()
    await second.close()


async def test_a_reserve_in_credits_holds_though_the_allowance_is_not_known(database: Database) -> None:
    own = meter(database, allowance=0, reserve=20)
    await own.allow(500, urgent=False)
    own.told("20")
    with pytest.raises(CrmUnavailable):
        await own.allow(1, urgent=False)


async def test_an_approved_write_and_its_looks_use_the_reserve_that_reads_may_not(sqlite_database: Database) -> None:
    clock = SetClock()
    sandbox = ZohoSandbox(company(), clock=clock, daily_credits=20)
    await sandbox.start()
    sandbox.play(NOW)
    own = meter(sqlite_database, allowance=0, reserve=15)
    async with httpx.AsyncClient(trust_env=False) as http:
        auth = ZohoAuth(
            datacenter("com", accounts_url=sandbox.url),
            client_id=CREDENTIALS.client_id,
            client_secret=CREDENTIALS.client_secret,
            refresh_token=CREDENTIALS.refresh_token,
            http=http,
            clock=clock,
        )
        client = ZohoClient(auth, http=http, clock=clock, throttle=no_waiting(), meter=own, wait=wait_none())
        with pytest.raises(CrmUnavailable, match="reserve"):
            await many(client, 20)

        assert (await ZohoWriter(client).write(approved(TASK))).verdict is Verdict.DONE
    assert client.calls == sandbox.calls < 20
    await own.close()
    await sandbox.stop()


async def many(client: ZohoClient, times: int) -> None:
    for _ in range(times):
        await client.me()


async def test_after_a_429_all_calls_wait_and_then_come_one_by_one() -> None:
    time = Time()
    throttle = Throttle(concurrency=5, requests_per_minute=None, now=time, sleep=time.wait)
    await throttle.slow_down(None)
    await throttle.slow_down(None)  # of a call that was under way: the same pause
    async with throttle.slot():
        assert 1.0 <= time.now < 1.5
        waiting = asyncio.create_task(enter(throttle))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done()
        await throttle.went_well()
    await waiting

    await throttle.slow_down(50)
    with pytest.raises(CrmUnavailable, match="slow down") as told:
        await enter(throttle)
    assert told.value.retry_after == pytest.approx(50)


async def enter(throttle: Throttle) -> None:
    async with throttle.slot():
        pass


@pytest.mark.postgres
async def test_workers_over_one_postgres_share_the_minute_and_its_last_tenth(postgres_url: str) -> None:
    databases = [Database(postgres_url) for _ in range(3)]
    workers = [SharedPace(each, "key", turns=20, places=25) for each in databases]

    taken = await asyncio.gather(*(worker.take(urgent=False) for worker in workers * 10))

    assert sum(isinstance(each, str) for each in taken) == 18
    waits = [each.seconds for each in taken if isinstance(each, Wait)]
    assert all(50 < seconds <= 60 for seconds in waits)
    urgent = [await worker.take(urgent=True) for worker in workers]
    assert [isinstance(each, str) for each in urgent] == [True, True, False]
    for each in databases:
        await each.close()


@pytest.mark.postgres
async def test_workers_share_the_places_and_one_that_died_gives_its_own_back(postgres_url: str) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    doomed = SharedPace(database, "key", turns=None, places=2, hold=0.3)
    alive = SharedPace(other, "key", turns=None, places=2)
    assert isinstance(await doomed.take(urgent=False), str)
    held = await alive.take(urgent=False)
    assert isinstance(held, str)
    assert isinstance(await alive.take(urgent=True), Wait)

    throttle = Throttle(concurrency=2, requests_per_minute=None, pace=alive)
    await enter(throttle)  # as soon as the dead one's place is free

    await alive.give_back(held)
    assert isinstance(await alive.take(urgent=False), str)
    await database.close()
    await other.close()


@pytest.mark.postgres
async def test_a_429_to_one_worker_pauses_all_and_one_good_answer_lets_them_on(postgres_url: str) -> None:
    databases = [Database(postgres_url) for _ in range(2)]
    one, two = [SharedPace(each, "key", turns=None, places=5) for each in databases]
    await one.pause(30)
    wait = await two.take(urgent=True)
    assert isinstance(wait, Wait)
    assert wait.paused
    assert 25 < wait.seconds <= 30

    await one.pause(0)
    probe = await two.take(urgent=False)
    assert isinstance(probe, str)
    assert isinstance(await one.take(urgent=False), Wait)
    await two.give_back(probe)
    await two.went_well()
    assert isinstance(await one.take(urgent=False), str)
    assert isinstance(await two.take(urgent=False), str)
    for each in databases:
        await each.close()
