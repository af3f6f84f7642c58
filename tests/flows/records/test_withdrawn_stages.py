"""Stages that old deals still carry and the CRM offers no more: their meaning still holds."""

from __future__ import annotations

from pathlib import Path

from integrations.sandbox.history import Company
from store.domain.crm.accounts import StageOutcome
from tests.flows.company import ACME, ELM, FIRST_NIGHT, LONG_AGO, company
from tests.flows.stage import ANNAS, NIGHT, stage
from tests.integrations.zoho.company import create

LATE = "2026-02-01"


def with_old_deals() -> Company:
    """Three deals are past their closing dates, in stages that no layout offers: one was won, one lost, one stayed open."""
    old = [
        create(
            "Deals", f"415086800000300007{n}", at=LONG_AGO, Deal_Name=name, Account_Name={"id": account}, Stage=stage,
            Closing_Date=LATE, Amount=50_000.0, Probability=probability,
        )
        for n, (name, account, stage, probability) in enumerate(
            (
                ("Old licence", ELM, "Signed (old)", 100),
                ("Old kiosk", ELM, "Dropped (old)", 0),
                ("Old pilot", ACME, "Trial (old)", 40),
            )
        )
    ]  # fmt: skip
    return company(*old)


async def test_a_won_deal_in_a_stage_no_longer_offered_is_neither_late_nor_open_money(
    database_url: str, tmp_path: Path
) -> None:
    async with stage(database_url, tmp_path, of=with_old_deals()) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        await made.morning()
        shown = made.shown(ANNAS)
        pipeline = await made.bot.services.crm.pipeline()
    assert "Old licence" not in shown
    assert "Old kiosk" not in shown
    assert "Old pilot" in shown
    assert "$100,000" not in shown
    assert pipeline.outcome("Signed (old)") is StageOutcome.WON
    assert pipeline.outcome("Dropped (old)") is StageOutcome.LOST
    assert pipeline.outcome("Trial (old)") is StageOutcome.OPEN
    assert pipeline.position("Trial (old)") is None


async def test_live_questions_count_no_deal_of_a_withdrawn_won_stage_as_open(database_url: str, tmp_path: Path) -> None:
    async with stage(database_url, tmp_path, of=with_old_deals()) as made:
        assert await made.look(FIRST_NIGHT)
        page = await made.bot.services.crm.open_deals(owners=None, after=None, limit=50)
    assert {"Old pilot", "Cold chain"} <= {deal.name for deal in page.items}
    assert not {"Old licence", "Old kiosk"} & {deal.name for deal in page.items}
