"""Two pipelines that share their stages, from the CRM to the card: a quick one for renewals, a slow one for large customers."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from agents.flows.accounts.review import gather, review_all
from bot.views.why import why_modal
from integrations.sandbox.history import Company, CrmEvent, PipelineDef
from store.domain.crm.accounts import Deal, Kind
from store.domain.signals.context import SignalPolicy
from store.domain.signals.kinds import Finding, SignalKind
from tests.bot import samples
from tests.flows.company import ACME, ANNA, BOREALIS, TUESDAY, company, happens
from tests.flows.stage import ANNAS, NIGHT, Stage, stage
from tests.integrations.zoho.company import create
from tests.store.revisions import apply_again

TALK, STAGES = "Negotiation/Review", ("Qualification", "Negotiation/Review", "Closed Won", "Closed Lost")
DAY = timedelta(days=1)
RENEWAL, PLATFORM = "4150868000003000101", "4150868000003000102"
NOON = time(12)


def on(day: date) -> datetime:
    return datetime.combine(day, NOON, tzinfo=NIGHT.tzinfo)


def two_pipelines(*, named: bool = True) -> Company:
    """Ten renewals were won after 5 days of negotiation each, ten large deals after 60; one of each has been there for 30 days.
    The account of the renewal is Acme, that of the large deal Borealis."""
    pipelines = tuple(PipelineDef(name=name, stages=STAGES) for name in ("Renewals", "Enterprise"))
    events = (*_won("Renewals", 5, first=200), *_won("Enterprise", 60, first=300), *_open())
    if not named:
        events = tuple(
            replace(event, fields={name: value for name, value in event.fields.items() if name != "Pipeline"})
            for event in events
        )
    base = [event for event in company().events if event.module in ("Accounts", "Contacts", "Calls")]
    return replace(company(), events=tuple(sorted((*base, *events), key=lambda one: one.at)), pipelines=pipelines)


def _won(pipeline: str, days: int, *, first: int) -> Iterator[CrmEvent]:
    for number in range(10):
        key, begun = f"41508680000030{first + number:05}", on(TUESDAY) - (100 + 3 * number) * DAY
        yield create("Deals", key, at=begun, Deal_Name=f"{pipeline} {number}", Stage=TALK, Pipeline=pipeline)
        yield happens("Deals", key, begun + days * DAY, Stage="Closed Won")


def _open() -> Iterator[CrmEvent]:
    at = on(TUESDAY) - 40 * DAY
    for key, name, account_id, pipeline in (
        (RENEWAL, "Care plan", ACME, "Renewals"),
        (PLATFORM, "Platform", BOREALIS, "Enterprise"),
    ):
        yield create("Deals", key, at=at, Deal_Name=name, Account_Name={"id": account_id}, Stage="Qualification",
                     Pipeline=pipeline, Amount=90_000.0, Next_Step="Agree the terms", Closing_Date="2026-05-29")  # fmt: skip
        yield happens("Deals", key, on(TUESDAY) - 30 * DAY, Stage=TALK)
        yield create("Calls", f"{key[:-6]}5{key[-5:]}", at=on(TUESDAY) - 5 * DAY, Subject="Check-in", Call_Type="Inbound",
                     Call_Start_Time=(on(TUESDAY) - 5 * DAY).isoformat(), on=("Accounts", account_id))  # fmt: skip


@pytest.fixture
async def night(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(sqlite_url, tmp_path, of=two_pipelines()) as made:
        await made.look(NIGHT)
        yield made


async def stalled(made: Stage, account_id: str) -> Finding:
    """What the review says about how long the account's deal has been in its stage."""
    async with made.bot.services.database.reading() as tx:
        (anna,) = [person for person in await tx.people.all() if person.id == ANNA]
        book = [facts for facts in await tx.snapshots.book(ANNA) if facts.id == account_id]
        now, policy = made.clock.now(), SignalPolicy()
        material = await gather(tx, anna, book, now=now, news_since=now - DAY, policy=policy, currency="$")
        (review,) = (await review_all(material, now=now, news_since=now - DAY, policy=policy)).reviews
    return next(each for each in review.findings if each.kind is SignalKind.DEAL_STALLED)


async def test_thirty_days_of_negotiation_stall_a_renewal_and_not_a_large_deal_and_each_is_told_by_its_own_won_deals(
    night: Stage,
) -> None:
    renewal, platform = await stalled(night, ACME), await stalled(night, BOREALIS)
    assert [signal.statement for signal in renewal.signals] == [
        "“Care plan” ($90,000) has been in Negotiation/Review for at least 30 days (usually 5 on your won Renewals deals)."
    ]
    assert platform.why_not == (
        "The open deal, “Platform”, has been in Negotiation/Review for at least 30 days; "
        "stalled counts after 90 days (by your won Enterprise deals)."
    )


async def test_the_card_and_its_why_name_the_pipeline_and_count_its_won_deals(night: Stage) -> None:
    await night.morning()
    assert "usually 5 on your won Renewals deals" in night.shown(ANNAS)
    assert "Enterprise" not in night.shown(ANNAS)
    async with night.bot.services.database.reading() as tx:
        brief = (await tx.briefs.recent(ANNA))[0]
    card = next(each for each in brief.cards if each.account_id == ACME)
    assert "compared with 10 won Renewals deals in this stage" in str(why_modal(card, {}, samples.READER))


async def test_without_pipelines_the_won_deals_of_a_stage_count_together(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, of=two_pipelines(named=False)) as made:
        made.zoho.hide_field("Deals", "Pipeline")
        assert await made.look(NIGHT)
        says = (await stalled(made, ACME)).why_not
        assert says.endswith("stalled counts after 64 days (by your won deals).")


async def test_after_an_upgrade_the_pipelines_are_filled_in_and_no_change_is_told(night: Stage) -> None:
    await night.stop()
    with closing(sqlite3.connect(night.database_file)) as connection, connection:
        connection.execute("UPDATE snapshot SET body = json_remove(body, '$.pipeline_name')")
        connection.execute("UPDATE norms SET body = json_remove(body, '$.pipelines') WHERE id = 1")
        connection.execute(
            "UPDATE norms SET body = json_set(body, '$.stays', json('{}'), '$.gaps', json('{}')) WHERE id = 1"
        )
    engine = create_engine(f"sqlite:///{night.database_file}")
    with engine.begin() as sync:
        apply_again(sync, "0010")
    engine.dispose()
    await night.start()
    before = await _changes(night)
    assert (await _deal(night)).pipeline_name is None

    await night.look(NIGHT + timedelta(hours=1))

    assert (await _deal(night)).pipeline_name == "Renewals"
    assert await _changes(night) == before
    assert "usually 5 on your won Renewals deals" in (await stalled(night, ACME)).signals[0].statement


async def test_a_deal_that_changes_its_pipeline_is_measured_by_the_new_one_and_the_move_is_kept(night: Stage) -> None:
    night.zoho.happens(happens("Deals", PLATFORM, NIGHT + timedelta(hours=1), Pipeline="Renewals"))
    await night.look(NIGHT + timedelta(hours=2))
    assert await _changes(night) == [("pipeline_name", "Enterprise", "Renewals")]
    says = (await stalled(night, BOREALIS)).why_not
    assert says.endswith("for 0 days; stalled counts after 10 days (by your won Renewals deals).")


async def _deal(made: Stage) -> Deal:
    async with made.bot.services.database.reading() as tx:
        found = await tx.snapshots.entity(Kind.DEAL, RENEWAL)
    assert isinstance(found, Deal)
    return found


async def _changes(made: Stage) -> list[tuple[str, str | None, str | None]]:
    async with made.bot.services.database.reading() as tx:
        found = await tx.changes.since([ACME, BOREALIS], at_or_seen_after=NIGHT - timedelta(hours=1))
    return [(change.field, change.before, change.after) for group in found.values() for change in group]
