"""Money from the CRM to the card: in the organisation's currency or the deal's own, and never added across them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from integrations.sandbox.history import Company, CrmEvent
from store.domain.crm.accounts import Kind
from tests.flows.company import ACME, BOREALIS, FIRST_NIGHT, LATELY, MONDAY, company, happens
from tests.flows.stage import ANNAS, NIGHT, stage
from tests.integrations.zoho.company import create


def of(*more: CrmEvent, currency: str = "USD") -> Company:
    made = company()
    return replace(made, currency=currency, events=tuple(sorted((*made.events, *more), key=lambda event: event.at)))


def in_roubles(account_id: str = BOREALIS, *, key: str = "4150868000003000081") -> CrmEvent:
    return create(
        "Deals", key, at=LATELY, Deal_Name="Cold stores", Account_Name={"id": account_id}, Stage="Qualification",
        Closing_Date="2026-05-29", Next_Step="Agree the terms", Amount=720_000.0, Currency="RUB", Exchange_Rate=90.0,
    )  # fmt: skip


async def test_an_organisation_in_yen_sees_no_dollars(database_url: str, tmp_path: Path) -> None:
    async with stage(database_url, tmp_path, of=of(currency="JPY")) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        await made.morning()
        shown = made.shown(ANNAS)
    assert "¥8,000 open" in shown
    assert "$" not in shown


async def test_a_sign_that_the_operator_chose_stands_for_the_organisations_currency(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with stage(sqlite_url, tmp_path, of=of(currency="JPY"), currency="円") as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        await made.morning()
        assert "円8,000 open" in made.shown(ANNAS)


async def test_where_the_crm_does_not_tell_its_currency_amounts_have_no_sign(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, of=of(currency="")) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        await made.morning()
        shown = made.shown(ANNAS)
    assert "· 8,000 open" in shown
    assert "$" not in shown


async def test_a_deal_in_roubles_is_never_told_or_added_as_dollars(database_url: str, tmp_path: Path) -> None:
    moves = happens("Deals", "4150868000003000081", MONDAY, Closing_Date="2026-07-31")
    async with stage(database_url, tmp_path, of=of(in_roubles(), moves)) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        await made.morning()
        await made.slack.home(ANNAS)
        await made.handled()
        shown = made.shown(ANNAS) + str(made.slack.home_view(ANNAS))
        proposal = await made.proposal(BOREALIS)
    for wrong in ("$720,000", "$728,000", "$16,000", "728,000"):
        assert wrong not in shown
    assert "$8,000 and RUB 720,000 open" in shown
    assert proposal.amount == 16_000.0  # to rank, and for the second approver's limit


async def test_an_amount_that_changed_its_currency_is_no_drop(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, of=of(in_roubles(ACME))) as made:
        assert await made.look(FIRST_NIGHT)
        made.clock.moment = MONDAY
        made.zoho.happens(
            happens(
                "Deals",
                "4150868000003000081",
                MONDAY + timedelta(hours=1),
                Amount=8_000.0,
                Currency="USD",
                Exchange_Rate=1.0,
            )
        )
        assert await made.look(NIGHT)
        await made.morning()
        shown = made.shown(ANNAS)
        async with made.bot.services.database.reading() as tx:
            deal = await tx.snapshots.entity(Kind.DEAL, "4150868000003000081")
    assert "lost 99%" not in shown
    assert getattr(deal, "currency", None) == "USD"
