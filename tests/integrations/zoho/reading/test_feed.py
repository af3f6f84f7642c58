"""Whole modules are read in the cheapest way, and gone on with from wherever a read stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import islice

import pytest

from integrations.zoho.entities import entity_from
from integrations.zoho.reading.bulk import BulkReads, Sleep
from integrations.zoho.reading.feed import Position, bulk_pays, position_in
from integrations.zoho.reading.queries import STREAMS
from store.domain.crm.accounts import Entity, Stream
from store.domain.crm.unread import Why
from store.domain.errors import CrmRefused, CrmUnavailable
from tests.integrations.zoho import company as known
from tests.integrations.zoho.bench import CREDENTIALS, Bench, bench
from tests.integrations.zoho.company import company

MANY = 56_000
WITHOUT_EXPORTS = tuple(scope for scope in CREDENTIALS.scopes if scope != "ZohoCRM.bulk.READ")


@pytest.fixture
async def large() -> AsyncIterator[Bench]:
    """More accounts than queries can read as cheaply as an export."""
    async with bench(company(known.accounts(MANY))) as crm:
        yield crm


async def accounts(crm: Bench, *, after: str = "", pages: int | None = None) -> tuple[list[str], str]:
    """The ids of so many pages (None: all) from there on, and the place after them."""
    found: list[str] = []
    number, place = 0, after
    async for page, at in crm.client.changed(Stream.ACCOUNTS, since=None, after=after):
        found += [account.id for account in page]
        number, place = number + 1, at
        if number == pages:
            break
    return found, place


@pytest.mark.parametrize(
    ("rows", "left", "pays"),
    [
        (16_000, 0, False),
        (36_000, 36_000, False),
        (38_000, 38_000, True),
        (54_000, 38_000, True),
        (200_000, 36_000, False),
        (200_001, 72_000, False),
        (200_001, 74_000, True),
    ],
)
def test_an_export_pays_where_its_credits_are_fewer_than_those_of_the_queries_left(
    rows: int, left: int, pays: bool
) -> None:
    assert bulk_pays(rows=rows, left=left) is pays


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"after": "1", "elsewhere": 2}'])
def test_a_place_that_nobody_can_read_is_the_beginning(text: str) -> None:
    assert position_in(text) is None


def test_a_place_is_read_as_it_was_written() -> None:
    place = Position(job="17", page=2, row=4_000)
    assert position_in(place.text) == place


@pytest.mark.slow
async def test_the_rest_of_a_large_module_is_exported(large: Bench) -> None:
    found, _ = await accounts(large)

    assert len(set(found)) == MANY
    assert len(large.sent("/coql")) == 8 + 1  # the pages before the count, and the count
    assert large.client.credits < 3 * MANY // 2_000


@pytest.mark.slow
async def test_an_export_is_gone_on_with_by_another_process(large: Bench) -> None:
    first, place = await accounts(large, pages=8 + 1 + 3)
    rest, _ = await accounts(large, after=place)

    assert len({*first, *rest}) == MANY
    assert len(rest) == MANY - 3 * 2_000
    assert [request.method for request in large.sent("/read")].count("POST") == 1


@pytest.mark.slow
async def test_who_may_not_export_reads_on_by_queries() -> None:
    async with bench(company(known.accounts(MANY)), scopes=WITHOUT_EXPORTS) as crm:
        found, _ = await accounts(crm)
        assert found == [str(int(known.NORTHWIND) + n) for n in range(MANY)]


@pytest.mark.parametrize("stream", [Stream.ACCOUNTS, Stream.DEALS, Stream.CONTACTS])
async def test_an_exported_record_is_the_one_that_a_query_gives(stream: Stream) -> None:
    async with bench(company()) as crm:
        queried = {entity.id: entity async for page, _ in crm.client.changed(stream, since=None) for entity in page}
        assert await exported(crm, stream) == queried


async def test_an_export_with_odd_values_is_read_to_its_end() -> None:
    async with bench(company()) as crm:
        crm.sandbox.distort("Accounts", known.NORTHWIND, Description="x" * 1_000_000, Annual_Revenue="a lot")
        found = await exported(crm, Stream.ACCOUNTS)

    odd = found.pop(known.NORTHWIND)
    assert {each.name: each.why for each in odd.unread} == {
        "Description": Why.TOO_LONG,
        "Annual_Revenue": Why.NOT_A_NUMBER,
    }
    assert [each.unread for each in found.values()] == [()]


async def exported(crm: Bench, stream: Stream, *, size: int = 2, skip: int = 0) -> dict[str, Entity]:
    bulk, module = BulkReads(crm.client.transport, sleep=waiting(crm)), STREAMS[stream]
    job = await bulk.start(module, await crm.client.catalogue.fields_of(module))
    pages = list(await bulk.pages(await bulk.ended(job), size=size, skip=skip))
    assert all(len(page) <= size for page in pages)
    return {row["id"]: entity for page in pages for row in page if (entity := entity_from(module, row))}


def waiting(crm: Bench) -> Sleep:
    """Waiting moves the clock."""

    async def sleep(seconds: float) -> None:
        crm.clock.advance(timedelta(seconds=seconds))

    return sleep


async def test_an_export_is_read_from_a_row_on() -> None:
    async with bench(company(known.accounts(5))) as crm:
        every = list(await exported(crm, Stream.ACCOUNTS))
        assert list(await exported(crm, Stream.ACCOUNTS, skip=3)) == list(islice(every, 3, None))


async def test_an_export_that_fails_or_never_ends_is_an_error() -> None:
    async with bench(company()) as crm:
        bulk = BulkReads(crm.client.transport, sleep=waiting(crm))
        crm.sandbox.faults.fail_bulk()
        with pytest.raises(CrmRefused, match="could not export"):
            await bulk.ended(await bulk.start("Accounts", ("id",)))
        with pytest.raises(CrmRefused):
            await bulk.ended("4150868000099999999")
        crm.sandbox.faults.answer("GET", "/read/", status=200, body={"data": [{"state": "IN PROGRESS"}]}, times=200)
        with pytest.raises(CrmUnavailable, match="half an hour"):
            await bulk.ended("1")


async def test_a_file_that_is_no_archive_is_an_error() -> None:
    async with bench(company()) as crm:
        bulk = BulkReads(crm.client.transport, sleep=waiting(crm))
        export = await bulk.ended(await bulk.start("Accounts", ("id",)))
        crm.sandbox.faults.answer("GET", "/result$", status=200, body="not a zip")
        with pytest.raises(CrmRefused, match="cannot be read"):
            list(await bulk.pages(export, size=10))
