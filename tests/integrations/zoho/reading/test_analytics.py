"""Figures that Zoho adds up are those that follow from the records themselves."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from integrations.sandbox.history import CrmEvent
from store.domain.crm.accounts import Account, Activity, Deal, Entity, Stream
from store.domain.crm.analytics import Due, Grouping
from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.company import ANNA, BOB, NOW, company, create, standard_events

SINCE = (NOW - timedelta(days=30)).date()


async def everything(crm: Bench) -> list[Entity]:
    return [entity for stream in Stream async for page, _ in crm.client.changed(stream, since=None) for entity in page]


async def open_deals(crm: Bench) -> list[Deal]:
    pipeline = await crm.client.pipeline()
    return [each for each in await everything(crm) if isinstance(each, Deal) and pipeline.is_open(each.stage)]


def due(deal: Deal) -> Due:
    today, month = NOW.date(), timedelta(days=30)
    if deal.closing_date is None:
        return Due.UNKNOWN
    if deal.closing_date < today:
        return Due.OVERDUE_LONG if deal.closing_date < today - month else Due.OVERDUE
    return Due.SOON if deal.closing_date <= today + month else Due.LATER


@pytest.fixture
def many() -> list[CrmEvent]:
    """The standard company, and deals of both owners around every edge of the calendar."""
    days = (-31, -30, -1, 0, 30, 31, None)
    deals = [
        create(
            "Deals",
            str(4150868000003000100 + number),
            user=ANNA if number % 2 else BOB,
            Deal_Name=f"Deal {number}",
            Stage="Qualification" if number % 3 else "Needs Analysis",
            Amount=10.0 * number,
            Closing_Date=None if day is None else (NOW.date() + timedelta(days=day)).isoformat(),
        )
        for number, day in enumerate(days)
    ]
    return [*standard_events(), *deals]


async def test_the_pipeline_by_owner_adds_up_to_the_deals(many: list[CrmEvent]) -> None:
    async with bench(company(many)) as crm:
        figures = await crm.client.analytics(by=Grouping.OWNER, owners=None, since=SINCE)
        deals = await open_deals(crm)
        counted = Counter((deal.owner_id, deal.stage) for deal in deals)
        ages = Counter((deal.owner_id, due(deal)) for deal in deals)

        assert {(each.group, each.stage): each.deals for each in figures.pipeline} == counted
        assert {(each.group, each.due): each.deals for each in figures.ageing} == ages
        for owner in (ANNA, BOB):
            amount = sum(deal.amount or 0 for deal in deals if deal.owner_id == owner)
            assert sum(each.amount for each in figures.pipeline if each.group == owner) == pytest.approx(amount)
            assert sum(each.amount for each in figures.ageing if each.group == owner) == pytest.approx(amount)


async def test_the_pipeline_by_segment_follows_the_accounts_industry(crm: Bench) -> None:
    figures = await crm.client.analytics(by=Grouping.SEGMENT, owners=None, since=SINCE)
    entities = await everything(crm)
    industries = {each.id: each.industry or "" for each in entities if isinstance(each, Account)}
    counted = Counter((industries.get(deal.account_id or "", ""), deal.stage) for deal in await open_deals(crm))

    assert {(each.group, each.stage): each.deals for each in figures.pipeline} == counted


async def test_activities_are_counted_from_the_day_on(crm: Bench) -> None:
    made = [each for each in await everything(crm) if isinstance(each, Activity)]
    for since in (SINCE, NOW.date()):
        figures = await crm.client.analytics(by=Grouping.OWNER, owners=None, since=since)
        counted = Counter((each.owner_id, each.type) for each in made if each.created_at.date() >= since)
        assert {(each.owner_id, each.type): each.count for each in figures.activity} == counted


async def test_only_the_owners_asked_for_are_told_of_and_nobody_is_no_owner(crm: Bench) -> None:
    own = await crm.client.analytics(by=Grouping.OWNER, owners={ANNA}, since=SINCE)
    assert {each.group for each in own.pipeline} == {each.group for each in own.ageing} == {ANNA}
    assert {each.owner_id for each in own.activity} == {ANNA}

    calls = crm.client.calls
    nobody = await crm.client.analytics(by=Grouping.OWNER, owners=frozenset(), since=SINCE)
    assert (nobody.pipeline, nobody.ageing, nobody.activity) == ((), (), ())
    assert crm.client.calls == calls + 2  # the stages


async def test_a_report_takes_twelve_calls_however_many_records_there_are(crm: Bench) -> None:
    await crm.client.me()
    calls = crm.client.calls
    await crm.client.analytics(by=Grouping.OWNER, owners=None, since=SINCE)
    assert crm.client.calls - calls == 12
