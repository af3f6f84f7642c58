"""Money from the CRM to the card: in the organisation's currency or the deal's own, and never added across them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from integrations.sandbox.history import Company, CrmEvent
from store.domain.crm.accounts import Kind
from tests.flows.company import ACME, BOREALIS, FIRST_NIGHT, LATELY, MONDAY, company, happens
from tests.flows.stage import ANNAS, NIGHT, stage
from tests.integrations.zoho.company import create


def of(*more: CrmEvent, currency: str = "USD") -> Company:
    return replace(company(*more), currency=currency)


async def shown_to_anna(url: str, home: Path, crm: Company, **settings: Any) -> str:
    """The words in Anna's messages on the first morning over this CRM."""
    async with stage(url, home, of=crm, **settings) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        await made.morning()
        return made.shown(ANNAS)


def in_roubles(account_id: str = BOREALIS, *, key: str = "4150868000003000081") -> CrmEvent:
    return create(
        "Deals", key, at=LATELY, Deal_Name="Cold stores", Account_Name={"id": account_id}, Stage="Qualification",
        Closing_Date="2026-05-29", Next_Step="Agree the terms", Amount=720_000.0, Currency="RUB", Exchange_Rate=90.0,
    )  # fmt: skip


async def test_an_organisation_in_yen_sees_no_dollars(database_url: str, tmp_path: Path) -> None:
    shown = await shown_to_anna(database_url, tmp_path, of(currency="JPY"))
    assert "¥8,000 open" in shown
    assert "$" not in shown


async def test_the_operators_sign_replaces_that_of_the_organisations_currency(sqlite_url: str, tmp_path: Path) -> None:
    assert "円8,000 open" in await shown_to_anna(sqlite_url, tmp_path, of(currency="JPY"), currency="円")


async def test_if_the_crm_does_not_name_its_currency_amounts_have_no_sign(sqlite_url: str, tmp_path: Path) -> None:
    shown = await shown_to_anna(sqlite_url, tmp_path, of(currency=""))
    assert "· 8,000 open" in shown
    assert "$" not in shown


async def test_a_deal_in_roubles_is_never_shown_or_added_as_dollars(database_url: str, tmp_path: Path) -> None:
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
